local function run(count)
    local i = 0
    local total = 0
    while i < count do
        total = total + i % 7
        i = i + 1
    end
    return total
end
print(run(5000000))
