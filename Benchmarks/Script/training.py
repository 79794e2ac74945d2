class Optimizer:
    def __init__(self, rate, momentum=0.9):
        self.rate = rate
        self.momentum = momentum
        self.velocity = [0.0, 0.0]
        self.steps = 0

    def step(self, weights, gradients):
        for i in range(len(weights)):
            self.velocity[i] = self.momentum * self.velocity[i] + gradients[i]
            weights[i] = weights[i] - self.rate * self.velocity[i]
        self.steps = self.steps + 1


def loss(weights, batch, scale=1.0):
    total = 0.0
    gradients = [0.0, 0.0]
    for x, y in batch:
        error = weights[0] * x + weights[1] - y
        total += error * error
        gradients[0] += 2.0 * error * x * scale
        gradients[1] += 2.0 * error * scale
    return total * scale, gradients


def run(epochs):
    batches = [[(0.01 * i + 0.001 * j, 0.03 * i + 0.5) for j in range(16)] for i in range(20)]
    weights = [0.0, 0.0]
    optimizer = Optimizer(0.05, momentum=0.5)
    log = []
    for epoch in range(epochs):
        for batch in batches:
            value, gradients = loss(weights, batch, scale=1 / len(batch))
            optimizer.step(weights, gradients)
            log.append(f"{epoch}: {value:.4f}")
    return len("\n".join(log)) + optimizer.steps


print(run(250))
