def run(rounds, count):
    words = [f"word{i % 5000}" for i in range(count)]
    total = 0
    for round in range(rounds):
        counts = {}
        for word in words:
            counts[word] = counts.get(word, 0) + 1
        for word in words:
            total += counts[word]
    return total


print(run(12, 100000))
