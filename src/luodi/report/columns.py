"""Sets rows under headings for a terminal, counting Chinese characters as two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """How many columns `text` takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def columns(
    headings: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()
) -> list[str]:
    """Lines of a table; the columns whose indices are in `right` are set to the right."""
    table = [list(headings), *([str(cell) for cell in row] for row in rows)]
    widths = [max(width(row[at]) for row in table) for at in range(len(headings))]
    lines = []
    for row in table:
        cells = [
            (" " * gap + cell) if at in right else (cell + " " * gap)
            for at, cell in enumerate(row)
            for gap in [widths[at] - width(cell)]
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
