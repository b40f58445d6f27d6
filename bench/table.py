"""The result: one row a measure, ours and its reference side by side, and what their ratio should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """Holds a measure: `ours` and `reference` have one figure a repeat, taken right after one another.

    `at_least` and `at_most` limit the ratio, or `ours` if there is no reference."""

    part: str
    what: str
    unit: str
    ours: Sequence[float]
    against: str = ""
    reference: Sequence[float] = ()
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        ratios = [mine / other for mine, other in zip(self.ours, self.reference, strict=False) if other]
        return median(ratios) if ratios else None

    @property
    def verdict(self) -> str:
        judged = self.ratio if self.reference else median(self.ours)
        if judged is None or (self.at_least is None and self.at_most is None):
            return ""
        is_low = self.at_least is not None and judged < self.at_least
        is_high = self.at_most is not None and judged > self.at_most
        return "MISSED" if is_low or is_high else "met"

    def cells(self) -> tuple[str, ...]:
        times = "x" if self.reference else ""
        target = (
            f">= {self.at_least:g}{times}"
            if self.at_least is not None
            else f"<= {self.at_most:g}{times}"
            if self.at_most is not None
            else ""
        )
        return (
            self.part,
            self.what,
            _figure(median(self.ours)),
            self.unit,
            self.against,
            _figure(median(self.reference)) if self.reference else "",
            "" if self.ratio is None else f"{self.ratio:.2f}x",
            target,
            self.verdict,
        )


def percentile(values: Sequence[float], share: int) -> float:
    return sorted(values)[min(len(values) * share // 100, len(values) - 1)]


HEADINGS = ("", "what", "ours", "unit", "against", "its", "ratio", "target", "")


def text(rows: Sequence[Row]) -> str:
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
