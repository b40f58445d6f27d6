def bench_noop(data: dict[str, object]) -> None:
    """Nothing: what is measured is all around it."""
