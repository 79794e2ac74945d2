class Counter:
    def __init__(self, start):
        self.value = start

    def step(self, by):
        self.value = self.value + by
        return self.value


def run(count):
    counter = Counter(3)
    total = 0
    for i in range(count):
        total += counter.step(i % 3) % 5
    return total


print(run(2000000))
