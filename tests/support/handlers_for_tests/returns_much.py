"""Returns as many bytes as asked for."""


def returns_much(data):
    return "x" * data["bytes"]
