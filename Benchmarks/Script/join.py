def run(rounds, count):
    length = 0
    for round in range(rounds):
        parts = []
        for i in range(count):
            parts.append(f"item {i}")
        length += len(", ".join(parts))
        text = ""
        for part in parts:
            text += part
        length += len(text)
    return length


print(run(10, 100000))
