"""Which town handed in which register: a list of two columns that a clerk keeps."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

from luodi.basics.problem import Problem, ProblemError
from luodi.population.textfile import decoded

EVERYWHERE = "全部"
HEADINGS = ("名册", "镇(街道)")


def read_handed_in(path: Path) -> dict[str, Literal["all"] | list[str]]:
    """Read a text list of (register, area), where 全部 stands for all areas.

    Returns:
        As `import_registers(complete=…)` takes it; names are checked there.

    Raises:
        ProblemError: it cannot be read, or a row has no two cells.
    """
    rows = list(csv.reader(decoded(path).splitlines()))
    if not rows or tuple(cell.strip() for cell in rows[0][:2]) != HEADINGS:
        raise ProblemError(
            Problem(f"{path.name}:第1行", f"表头应为：{'，'.join(HEADINGS)}", "请照此改正")
        )
    said: dict[str, Literal["all"] | list[str]] = {}
    problems = []
    for line, row in enumerate(rows[1:], start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) < 2 or not cells[0] or not cells[1]:
            problems.append(
                Problem(f"{path.name}:第{line}行", "要有名册和镇（街道）两格", "请补上")
            )
        elif cells[1] == EVERYWHERE:
            said[cells[0]] = "all"
        elif (towns := said.setdefault(cells[0], [])) != "all":
            towns.append(cells[1])
    if problems:
        raise ProblemError(*problems)
    return said
