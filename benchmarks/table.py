"""The table of results, as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, the figure, the bar it should reach, and the peer's figure."""

    what: str
    figure: str
    bar: str = ""
    peer: str = ""
    ratio: str = ""
    reached: str = ""


HEAD = Row("what", "figure", "bar", "peer figure", "ratio", "reached")


def reached(is_so: bool) -> str:
    """Return how the table says whether a bar was reached."""
    return "yes" if is_so else "NO"


def written(rows: Sequence[Row]) -> str:
    """Return the rows as lines of aligned columns."""
    cells = [astuple(row) for row in (HEAD, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rule = tuple("-" * width for width in widths)
    lines = [cells[0], rule, *cells[1:]]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
