def run(rounds, count):
    total = 0
    for round in range(rounds):
        numbers = []
        for i in range(count):
            numbers.append(i + round)
        for number in numbers:
            total += number
    return total


print(run(20, 200000))
