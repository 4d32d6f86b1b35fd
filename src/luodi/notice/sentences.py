"""Cut text into sentences and clauses, the same way every time."""

from __future__ import annotations

import re

from luodi.notice.tracked import Span

_END = re.compile(r"[。！？]+[”’）》】」]*")
_WORD = re.compile(r"[\w%]")


def sentence_spans(text: str, start: int, end: int) -> list[Span]:
    """Sentences of text[start:end]: ended by 。！？ (with what closes after it) or by a line break.

    Punctuation alone is no sentence and stays with the one before it.
    """
    spans: list[Span] = []
    at = start
    for stop in [*_stops(text, start, end), end]:
        piece = text[at:stop]
        left = at + len(piece) - len(piece.lstrip())
        right = at + len(piece.rstrip())
        if left < right:
            if spans and not _WORD.search(text, left, right):
                spans[-1] = (spans[-1][0], right)
            else:
                spans.append((left, right))
        at = stop
    return spans


def _stops(text: str, start: int, end: int) -> list[int]:
    ends = [m.end() for m in _END.finditer(text, start, end)]
    breaks = [m.start() for m in re.finditer("\n", text[start:end])]
    return sorted({*ends, *(start + b for b in breaks)})


def clause_spans(text: str, start: int, end: int) -> list[Span]:
    """Clauses of one sentence: ended by ； outside brackets. Commas do not cut."""
    spans: list[Span] = []
    depth, at = 0, start
    for found in re.finditer(r"[（(〔《【“）)〕》】”；;]", text[start:end]):
        char, place = found.group(), start + found.start()
        if char in "（(〔《【“":
            depth += 1
        elif char in "）)〕》】”":
            depth = max(0, depth - 1)
        elif depth == 0:
            spans.append((at, place + 1))
            at = place + 1
    if at < end:
        spans.append((at, end))
    return [s for s in (_trim(text, a, b) for a, b in spans) if s[0] < s[1]]


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end)
