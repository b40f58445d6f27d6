from bench import witness


def bench_stamp(data: dict[str, int]) -> None:
    """Tells that and when the job with this number started."""
    witness.stamp(data["number"])
