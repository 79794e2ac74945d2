def build(depth):
    if depth == 0:
        return [None, None]
    return [build(depth - 1), build(depth - 1)]


def check(tree):
    if tree[0] is None:
        return 1
    return 1 + check(tree[0]) + check(tree[1])


def run(rounds, depth):
    total = 0
    for round in range(rounds):
        total += check(build(depth))
    return total


print(run(30, 13))
