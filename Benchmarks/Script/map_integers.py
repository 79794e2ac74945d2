def run(rounds, count):
    total = 0
    for round in range(rounds):
        squares = {}
        for i in range(count):
            squares[i * 7] = i
        for i in range(count):
            total += squares[i * 7]
        for i in range(count):
            if i in squares:
                total += 1
    return total


print(run(10, 100000))
