local function run(rounds, count)
    local total = 0
    for _ = 1, rounds do
        local squares = {}
        for i = 0, count - 1 do squares[i * 7] = i end
        for i = 0, count - 1 do total = total + squares[i * 7] end
        for i = 0, count - 1 do if squares[i] ~= nil then total = total + 1 end end
    end
    return total
end
print(run(10, 100000))
