local function run(rounds, count)
    local total = 0
    for round = 0, rounds - 1 do
        local numbers = {}
        for i = 0, count - 1 do numbers[#numbers + 1] = i + round end
        for _, number in ipairs(numbers) do total = total + number end
    end
    return total
end
print(run(20, 200000))
