local function run(size, limit)
    local inside = 0
    for row = 0, size - 1 do
        local imaginary = 2.0 * row / size - 1.0
        for column = 0, size - 1 do
            local real = 3.0 * column / size - 2.0
            local x = 0.0
            local y = 0.0
            local steps = 0
            while x * x + y * y <= 4.0 and steps < limit do
                x, y = x * x - y * y + real, 2.0 * x * y + imaginary
                steps = steps + 1
            end
            if steps == limit then inside = inside + 1 end
        end
    end
    return inside
end
print(run(160, 80))
