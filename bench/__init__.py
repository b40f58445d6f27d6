"""The benchmarks: `make bench`, or `make bench ARGS="a b --quick"`.

What counts is ratios of one run: ours against references of our own in `references`, on the same servers.
"""
