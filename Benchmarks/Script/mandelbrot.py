def run(size, limit):
    inside = 0
    for row in range(size):
        imaginary = 2.0 * row / size - 1.0
        for column in range(size):
            real = 3.0 * column / size - 2.0
            x = 0.0
            y = 0.0
            steps = 0
            while x * x + y * y <= 4.0 and steps < limit:
                x, y = x * x - y * y + real, 2.0 * x * y + imaginary
                steps += 1
            if steps == limit:
                inside += 1
    return inside


print(run(160, 80))
