-- Lua's strings do not grow in place: a table of parts is how its programs grow one.
local function run(rounds, count)
    local length = 0
    for _ = 1, rounds do
        local parts = {}
        for i = 0, count - 1 do parts[#parts + 1] = string.format("item %d", i) end
        length = length + #table.concat(parts, ", ")
        local text = {}
        for _, part in ipairs(parts) do text[#text + 1] = part end
        length = length + #table.concat(text)
    end
    return length
end
print(run(10, 100000))
