local function run(rounds, count)
    local words = {}
    for i = 0, count - 1 do words[#words + 1] = "word" .. i % 5000 end
    local total = 0
    for _ = 1, rounds do
        local counts = {}
        for _, word in ipairs(words) do counts[word] = (counts[word] or 0) + 1 end
        for _, word in ipairs(words) do total = total + counts[word] end
    end
    return total
end
print(run(12, 100000))
