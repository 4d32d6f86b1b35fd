"""Measures cut out of the text: heading, title, body, and a number of their own."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass

from luodi.notice.lines import Line
from luodi.notice.titles import LAST_WORDS, title_of
from luodi.notice.tracked import Span, without
from luodi.notice.tree import Node
from luodi.notice.units import UnitClause


@dataclass(slots=True)
class Part:
    """One measure in the clean text: heading span, title, and the pieces of its body."""

    number: str
    title: str | None
    heading: Span
    body: list[Span]
    order: int  # where it ranks by its own number, to find gaps
    path: tuple[str, ...] = ()
    shared: tuple[UnitClause, ...] = ()  # units named once for all measures of its part


def _keys(chosen: list[Node]) -> list[str]:
    """Own numbers where no two are the same; else with as many numbers above as tell them apart."""
    for depth in range(1, 5):
        keys = ["/".join(n.path[-depth:]) for n in chosen]
        if len(set(keys)) == len(keys):
            return keys
    counts: Counter[str] = Counter()
    keys = []
    for node in chosen:  # the notice gives one number twice: reported, and told apart
        key = "/".join(node.path)
        counts[key] += 1
        keys.append(key if counts[key] == 1 else f"{key}+{counts[key]}")
    return keys


def parts_of(
    lines: list[Line], text: str, chosen: list[Node], clauses: list[UnitClause]
) -> list[Part]:
    keys = _keys(chosen)
    parts: list[Part] = []
    per_measure = [n.after - n.line for n in chosen[:-1]]
    usual = per_measure[0] if len(per_measure) > 1 and len(set(per_measure)) == 1 else 0
    labels = {_label(line) for n in chosen[:-1] for line in lines[n.line + 1 : n.after]} - {""}
    starts = [c.span[0] for c in clauses]
    for key, node in zip(keys, chosen, strict=True):
        is_last = node is chosen[-1]
        first = bisect_left(starts, lines[node.line].start)
        holes = [c.span for c in clauses[first : bisect_left(starts, lines[node.after - 1].end)]]
        named = [c.span for c in clauses[first : first + len(holes)] if c.units]
        after = _measure_end(
            lines, node, named, is_last=is_last, usual=usual if is_last else 0, labels=labels
        )
        parts.append(_part(lines, text, node, after, key, holes))
    return parts


def _label(line: Line) -> str:
    """`咨询电话` of `咨询电话：…`; measures that are cards repeat theirs."""
    found = re.match(r"([\u4e00-\u9fff]{2,8})\s?[：:]", line.text)
    return found.group(1) if found else ""


def _measure_end(
    lines: list[Line],
    node: Node,
    holes: list[Span],
    *,
    is_last: bool,
    usual: int,
    labels: set[str],
) -> int:
    """The line after a measure's last: closing words and bare headings behind it are not its own."""
    marked = [i for i in range(node.line, node.after) if lines[i].mark]
    unmarked_from = marked[-1] if marked else node.line
    line_starts = [lines[i].start for i in range(node.line, node.after)]
    with_clause = [node.line + bisect_right(line_starts, end - 1) - 1 for _, end in holes]
    for i in range(unmarked_from + 1, node.after):
        line = lines[i]
        if line.role != "text":
            return i
        if _label(line) in labels:
            continue
        if is_last and LAST_WORDS.match(line.text):
            return i
        if is_last and with_clause and i > with_clause[-1]:
            return i
        if not with_clause and 0 < usual <= 2 and i - node.line >= usual and not _label(line):
            return i
    after = node.after
    while (
        not is_last
        and after - 1 > unmarked_from
        and with_clause
        and after - 1 > with_clause[-1]
        and lines[after - 1].looks_like_heading
    ):
        after -= 1
    return after


def _part(
    lines: list[Line], text: str, node: Node, after: int, key: str, holes: list[Span]
) -> Part:
    line = lines[node.line]
    title, words_from = title_of(line)
    cut = next((a for a, _ in holes if line.start <= a < line.end), line.end)
    words_from = min(line.start + words_from, cut)
    rest = [(words_from, line.end), *((x.start, x.end) for x in lines[node.line + 1 : after])]
    outside = "".join(text[a:b] for a, b in without(rest, holes))
    if title is not None and (not re.search(r"\w", outside) or cut < words_from):
        # nothing but the title: then it is the sentence that orders something
        title, mark_end = None, line.start + (line.mark.end if line.mark else 0)
        rest[0] = (mark_end, line.end)
        words_from = mark_end
    if title is not None and cut <= words_from:
        title = text[line.start + (line.mark.end if line.mark else 0) : cut].strip(" 。：")
    heading = (line.start, words_from)
    return Part(
        key, title, heading, [s for s in rest if s[0] < s[1]], node.mark.number[-1], node.path
    )
