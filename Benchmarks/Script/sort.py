def run(rounds, count):
    total = 0
    seed = 42
    for round in range(rounds):
        numbers = []
        for i in range(count):
            seed = (seed * 1103515245 + 12345) % 2147483648
            numbers.append(seed)
        numbers.sort()
        total += numbers[count // 2]
        floats = sorted([number / 7 for number in numbers], reverse=True)
        total += int(floats[0])
        words = sorted([str(number % 100003) for number in numbers])
        total += len(words[0])
        keyed = sorted(numbers, key=lambda number: number % 1000)
        total += keyed[-1]
    return total


print(run(4, 50000))
