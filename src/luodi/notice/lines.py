"""The lines of a cleaned notice, with their number marks; flattened lists unfolded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from luodi.notice.clean import lines_of
from luodi.notice.numbering import CN, Mark, mark_at

_SHORT_HEADING = 40
_SENTENCE_END = ("。", "；", "！", "？", "：", "，", "、", ";", ":")


@dataclass(slots=True)
class Line:
    """One line: its place in the clean text, its words, its number mark.

    `role` is `text` until something larger claims it: `heading` (title, document number,
    signature, date…) or `attachment` (a list of attachments, or what follows one's heading).
    """

    start: int
    end: int
    text: str
    mark: Mark | None
    role: str = "text"

    @property
    def rest(self) -> str:
        """The words after the number mark."""
        return self.text[self.mark.end :].strip() if self.mark else self.text

    @property
    def looks_like_heading(self) -> bool:
        """Short, and not ended as a sentence is."""
        rest = self.rest
        return (
            2 <= len(rest) <= _SHORT_HEADING
            and not rest.endswith(_SENTENCE_END)
            and not re.search(r"\d{5}|\d元|\d%|。", rest)
        )


_INLINE = re.compile(
    rf"(?<=[。！；）”\s])(?:第{CN}[章条]|{CN}、|[（(]{CN}[）)]|\d{{1,2}}[.．、](?!\d))"
)
# where all line breaks were lost, a mark may follow a heading with nothing in between
_INLINE_FLAT = re.compile(
    rf"{_INLINE.pattern}|(?<![第{CN[1:-6]}])(?:{CN}、(?!.{{0,3}}、)|[（(]{CN}[）)](?![项款条]))"
)
_FLAT = 200  # a line longer than this may be a whole notice


def read_lines(text: str) -> list[Line]:
    """The lines that hold anything. A line in which a numbering runs on is cut at its marks."""
    spans = [(a, b) for a, b in lines_of(text) if a < b]
    cuts: dict[tuple[int, int], list[int]] = {}
    candidates: list[tuple[str, int, int, tuple[int, int] | None]] = []
    for span in spans:
        line = text[span[0] : span[1]]
        mark = mark_at(line)
        if mark:
            candidates.append((mark.style, mark.number[0], span[0], None))
        inline = _INLINE_FLAT if len(line) > _FLAT else _INLINE
        for hit in inline.finditer(line) if len(line) > _SHORT_HEADING else ():
            inner = mark_at(line[hit.start() : hit.start() + 24])
            if inner:
                candidates.append((inner.style, inner.number[0], span[0] + hit.start(), span))
    last: dict[str, int] = {}
    seconds: dict[str, int] = {s: p for s, n, p, _ in candidates if n == 2}
    for style, n, place, owner in candidates:
        runs_on = last.get(style) == n - 1 if n > 1 else place < seconds.get(style, -1)
        if owner is None or runs_on:
            last[style] = n
        if owner is not None and runs_on:
            cuts.setdefault(owner, []).append(place)
    lines = []
    for start, end in spans:
        edges = [start, *cuts.get((start, end), []), end]
        for a, b in pairwise(edges):
            piece = text[a:b]
            stop = a + len(piece.rstrip())
            if a < stop:
                lines.append(Line(a, stop, text[a:stop], mark_at(text[a:stop])))
    _set_outline_apart(lines)
    return lines


def _set_outline_apart(lines: list[Line]) -> None:
    """A table of contents repeats headings that come later: it holds no items of its own."""
    later = {_heading_key(line): i for i, line in enumerate(lines) if line.mark}
    run: list[Line] = []
    for i, line in enumerate([*lines, None]):
        if line is not None and line.mark and later[_heading_key(line)] > i:
            run.append(line)
            continue
        if len(run) >= 2:
            for repeated in run:
                repeated.role = "heading"
        run = []
        if line is not None and re.fullmatch(r"目\s*[录次]", line.text):
            line.role = "heading"


def _heading_key(line: Line) -> str:
    words = re.sub(r"[.…·\s]*\d*$", "", line.text)
    return re.split(r"[。：]", words, maxsplit=1)[0]
