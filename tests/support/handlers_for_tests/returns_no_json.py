"""Returns what no page could show."""


def returns_no_json(data):
    return {"an": object()}
