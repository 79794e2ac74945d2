def run(count):
    i = 0
    total = 0
    while i < count:
        total += i % 7
        i += 1
    return total


print(run(5000000))
