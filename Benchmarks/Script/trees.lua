local function build(depth)
    if depth == 0 then return {false, false} end
    return {build(depth - 1), build(depth - 1)}
end
local function check(tree)
    if not tree[1] then return 1 end
    return 1 + check(tree[1]) + check(tree[2])
end
local function run(rounds, depth)
    local total = 0
    for _ = 1, rounds do total = total + check(build(depth)) end
    return total
end
print(run(30, 13))
