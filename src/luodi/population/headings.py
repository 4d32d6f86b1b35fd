"""Finds the heading row of a table that a bureau laid out, and whose register it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from luodi.basics.problem import Problem, suggest

if TYPE_CHECKING:
    from luodi.pack import Register

#: Titles, dates and notes may stand above the headings, but not more than a screenful.
SEARCHED_ROWS = 30
_HALF = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_NOISE = re.compile(r"[\s*:：、，,.。·\u200b\ufeff]+")

Row = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a register's columns stand in a table.

    Attributes:
        columns: Column of the register → position in the table, from 0.
        heading: The printed heading at each position.
        first_row: Position of the first row below the headings, from 0.
        unread: Headings that the register does not know.
    """

    register: Register
    columns: Mapping[str, int]
    heading: Mapping[int, str]
    first_row: int
    unread: tuple[str, ...]


def find_layout(
    rows: Sequence[Row], registers: Sequence[Register], place: str, named: str = ""
) -> Layout | Problem:
    """Find headings in the first `rows` and the one of `registers` they belong to.

    Headings may take two rows (人员 above 姓名 and 身份证号). Between registers, the one more of whose
    columns stand there is taken; where that is even, `named` (file, sheet and title) decides; where
    it does not, the table is refused rather than guessed.
    """
    best: dict[str, tuple[tuple[int, int], Layout]] = {}
    spellings = [(register, _spellings(register)) for register in registers]
    known = {written for _, of in spellings for written in of}
    doubled: Problem | None = None
    for at in range(min(len(rows), SEARCHED_ROWS)):
        for depth in (1, 2):
            if at + depth > len(rows):
                continue
            headings = _headings(rows[at : at + depth])
            hits = {
                of for readings in headings for r in readings for of in (r, _bare(r)) if of in known
            }
            if not hits:
                continue
            for register, of in spellings:
                layout = _match(headings, register, of, at + depth)
                if isinstance(layout, str):
                    doubled = doubled or Problem(
                        f"{place}:第{at + 1}行:{layout}",
                        f"表头“{layout}”出现了两次，分不清该读哪一列",
                        "请把不用的那一列改名或删去",
                    )
                    continue
                if layout is None:
                    continue
                score = (len(layout.columns), -depth)
                if register.name not in best or score > best[register.name][0]:
                    best[register.name] = (score, layout)
    if not best:
        return doubled or _no_heading(rows, registers, place)
    return _choose(best, place, named or place)


def _choose(
    best: Mapping[str, tuple[tuple[int, int], Layout]], place: str, named: str
) -> Layout | Problem:
    def known(layout: Layout) -> tuple[int, int]:
        return len(layout.columns), -len(layout.unread)

    layouts = [layout for _, layout in best.values()]
    spoken = [item for item in layouts if _spoken_of(item.register, named)]
    candidates = spoken or layouts
    top = max(map(known, candidates))
    first, *others = [item for item in candidates if known(item) == top]
    if others:
        titles = "、".join(f"{i.register.name}（{i.register.title}）" for i in (first, *others))
        return Problem(
            place,
            f"分不清是哪种名册，可能是：{titles}",
            f"请在文件前写明名册，如 {first.register.name}=文件名",
        )
    return first


def _spoken_of(register: Register, named: str) -> bool:
    title = re.sub(r"(名册|清单|登记册|台账|花名册|名单)$", "", register.title)
    words = re.split(r"[\W_]+", named)
    return (
        title in named or register.name in words or register.name in named.split(":", maxsplit=1)[0]
    )


def _no_heading(rows: Sequence[Row], registers: Sequence[Register], place: str) -> Problem:
    known = {h: r for r in registers for c in r.columns.values() for h in c.headings}
    found = [_tidy(cell) for row in rows[:SEARCHED_ROWS] for cell in row if cell]
    for cell in found:
        near = suggest(cell, known) if 1 < len(cell) <= 20 and cell not in known else None
        if near:
            return Problem(
                place,
                f"没有找到表头行；“{cell}”像是“{near}”",
                f"请改成名册模板里的表头，名册：{known[near].title}",
            )
    wanted = "、".join(
        column.headings[0]
        for register in registers[:1]
        for column in register.columns.values()
        if column.required
    )
    return Problem(
        place,
        f"前 {SEARCHED_ROWS} 行里没有认得的表头（应有：{wanted}）",
        "请用 luodi registers template 写出的模板，或改正表头",
    )


def _headings(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """For each position, the readings of its heading, the most specific first."""
    if len(rows) == 1:
        return [(_tidy(cell),) for cell in rows[0]]
    above = ""
    result: list[tuple[str, ...]] = []
    upper, lower = rows
    for position, cell in enumerate(lower):
        over = _tidy(upper[position] if position < len(upper) else None)
        below = _tidy(cell)
        if over:
            above = over
        elif not below:
            above = ""
        if below and above:
            result.append((above + below, below))
        else:
            result.append((below or over,))
    return result


def _spellings(register: Register) -> dict[str, str]:
    """Heading in one form → column."""
    return {
        written: name
        for name, column in register.columns.items()
        for heading in column.headings
        for written in (_tidy(heading), _bare(_tidy(heading)))
    }


def _match(
    headings: list[tuple[str, ...]], register: Register, of: Mapping[str, str], first_row: int
) -> Layout | str | None:
    """The layout, a heading that stands twice, or None where this is no heading row of it."""
    columns: dict[str, int] = {}
    printed: dict[int, str] = {}
    unread: list[str] = []
    for position, readings in enumerate(headings):
        name = next((of[r] for r in readings if r in of), None) or next(
            (of[_bare(r)] for r in readings if _bare(r) in of), None
        )
        printed[position] = readings[-1]
        if name is None:
            if readings[-1]:
                unread.append(readings[-1])
        elif name in columns:
            return readings[-1]
        else:
            columns[name] = position
    required = {name for name, column in register.columns.items() if column.required}
    if (
        not columns
        or not required <= columns.keys()
        or (len(columns) == 1 and len(register.columns) > 2)
    ):
        return None
    return Layout(register, columns, printed, first_row, tuple(unread))


def _tidy(cell: str | None) -> str:
    return _NOISE.sub("", (cell or "").translate(_HALF))


def _bare(heading: str) -> str:
    """A heading without a remark or unit in brackets: 金额(元) → 金额."""
    return re.sub(r"\([^()]*\)$", "", heading)
