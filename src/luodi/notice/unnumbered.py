"""Measures without numbers."""

from __future__ import annotations

from itertools import pairwise

from luodi.notice.lines import Line
from luodi.notice.parts import Part
from luodi.notice.titles import LAST_WORDS, names_frame, title_of
from luodi.notice.tracked import Span


def unnumbered(
    lines: list[Line], groups: list[Span], marked: set[int], body: list[int]
) -> list[Part]:
    """A heading line over paragraphs, paragraphs that open with a title, or that close with units.

    Args:
        lines: The lines of the notice.
        groups: Its unit clauses.
        marked: The lines (by index) that carry a number: they end what stands before them.
        body: The lines (by index) that may belong to measures.
    """
    starts = _heading_starts(lines, body, marked) or _paragraph_starts(lines, body, groups, marked)
    parts: list[Part] = []
    for order, (first, after) in enumerate(starts, 1):
        line = lines[first]
        title, words_from = title_of(line)
        if title is None or (first + 1 == after and not line.text[words_from:].strip()):
            title, words_from = None, 0
        spans = [(line.start + words_from, line.end)]
        spans += [(x.start, x.end) for x in lines[first + 1 : after]]
        heading = (line.start, line.start + words_from)
        body_spans = [s for s in spans if s[0] < s[1]]
        parts.append(Part(str(order), title, heading, body_spans, order, (str(order),)))
    return parts


def _heading_starts(lines: list[Line], body: list[int], marked: set[int]) -> list[tuple[int, int]]:
    heads = [
        i
        for i, j in pairwise(body)
        if j == i + 1
        and i not in marked
        and j not in marked
        and lines[i].looks_like_heading
        and not lines[j].looks_like_heading
        and not names_frame(lines[i])
    ]
    if len(heads) < 3:
        return []
    return [
        (a, _block_end(lines, a, b, marked))
        for a, b in zip(heads, [*heads[1:], body[-1] + 1], strict=True)
    ]


def _block_end(lines: list[Line], first: int, after: int, marked: set[int]) -> int:
    for i in range(first + 1, after):
        if i in marked or lines[i].role != "text" or LAST_WORDS.match(lines[i].text):
            return i
        if i > first + 1 and lines[i].looks_like_heading:
            return i
    return after


def _paragraph_starts(
    lines: list[Line], body: list[int], groups: list[Span], marked: set[int]
) -> list[tuple[int, int]]:
    if len(groups) >= 2:
        found: list[tuple[int, int]] = []
        first = None
        for i in body:
            if i in marked or lines[i].looks_like_heading:
                first = None if i in marked else i
                continue
            first = i if first is None else first
            if any(lines[i].start <= a < lines[i].end for a, _ in groups):
                found.append((first, i + 1))
                first = None
        return found
    titled = [
        i
        for i in body
        if i not in marked
        and (t := title_of(lines[i]))[0] is not None
        and len(t[0] or "") <= 22
        and "，" not in (t[0] or "")
        and len(lines[i].text) - t[1] >= 20
        and not LAST_WORDS.match(lines[i].text)
    ]
    return [(i, i + 1) for i in titled] if len(titled) >= 3 else []
