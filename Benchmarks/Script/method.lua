local Counter = {}
Counter.__index = Counter
function Counter.new(start) return setmetatable({value = start}, Counter) end
function Counter:step(by)
    self.value = self.value + by
    return self.value
end
local function run(count)
    local counter = Counter.new(3)
    local total = 0
    for i = 0, count - 1 do total = total + counter:step(i % 3) % 5 end
    return total
end
print(run(2000000))
