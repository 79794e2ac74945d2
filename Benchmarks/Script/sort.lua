-- table.sort is not stable; of the keyed numbers only the largest key counts, and ties are told apart by place.
local function reversed(a, b) return a > b end
local function run(rounds, count)
    local total = 0
    local seed = 42
    for _ = 1, rounds do
        local numbers = {}
        for i = 1, count do
            seed = (seed * 1103515245 + 12345) % 2147483648
            numbers[i] = seed
        end
        table.sort(numbers)
        total = total + numbers[count // 2 + 1]
        local floats = {}
        for i, number in ipairs(numbers) do floats[i] = number / 7 end
        table.sort(floats, reversed)
        total = total + math.tointeger(floats[1] // 1)
        local words = {}
        for i, number in ipairs(numbers) do words[i] = tostring(number % 100003) end
        table.sort(words)
        total = total + #words[1]
        local places = {}
        for i = 1, count do places[i] = i end
        table.sort(places, function(a, b)
            local left, right = numbers[a] % 1000, numbers[b] % 1000
            if left == right then return a < b end
            return left < right
        end)
        total = total + numbers[places[count]]
    end
    return total
end
print(run(4, 50000))
