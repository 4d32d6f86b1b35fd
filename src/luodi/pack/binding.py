"""Finds quotes in a notice, and the words of it that no instrument carries out.

Only letters, digits and signs such as % count: punctuation, blanks and width do not, so that
`3%（含）` is found whichever brackets a clerk typed. `…` in a quote leaves words out; inside one
sentence they are bound all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from luodi.notice.model import Notice, Sentence
from luodi.pack.measure import Instrument, Quote

_GAP = re.compile(r"…+|\.{3,}")
_KEPT = frozenset("%‰+℃°×=<>≥≤")
#: Stands for the signs between two numbers, so that they do not run into one.
APART = " "
_NUMBER_GOES_ON = re.compile(r"\W*\d")
_THOUSANDS = re.compile(r"\d{3}(?!\d)")
_IN_NUMBERS = {".": ".", ":": ":", "/": "/", "~": "~", "-": "-", "–": "-", "—": "-"}
_MARKS = frozenset(_IN_NUMBERS.values())
Span = tuple[int, int]


def compact(text: str) -> str:
    """The characters of `text` that count, in one form."""
    return "".join(_kept(text))


def _kept(text: str) -> list[str]:
    """What each character counts as; nothing for most signs.

    Between digits a sign counts: 3.5 is not 35, 1:1 is not 11, and 3、5 are two numbers. Only the
    comma of thousands does not: 1,200 is 1200.
    """
    kept = []
    for at, sign in enumerate(text):
        plain = unicodedata.normalize("NFKC", sign)
        counted = "".join(one for one in plain if one.isalnum() or one in _KEPT).casefold()
        if not counted and text[at - 1 : at].isdigit() and _NUMBER_GOES_ON.match(text, at + 1):
            is_comma = sign == "," and _THOUSANDS.match(text, at + 1)
            counted = "" if is_comma else _IN_NUMBERS.get(plain, APART)
        kept.append(counted)
    return kept


def region_text(region: str) -> str:
    """A region in Chinese: 第4条, 开头, 结尾, 各条之间."""
    return {"head": "开头", "mid": "各条之间", "tail": "结尾"}.get(region, f"第{region}条")


@dataclass(frozen=True, slots=True)
class Bound:
    """What quotes and ids of one measure point at.

    Attributes:
        clauses: Ids of the clauses touched, in the order of the notice.
        span: From the first to the last of their words, in the original text; None if nothing.
        text: The clauses' words.
        ranges: The characters covered, in the compact text of the measure.
        missing: Quotes or ids that are not there.
        repeated: Quotes that stand there more than once, so that it is not known which is meant.
    """

    clauses: tuple[str, ...] = ()
    span: Span | None = None
    text: str = ""
    ranges: tuple[Span, ...] = ()
    missing: tuple[Quote, ...] = ()
    repeated: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its place in the compact text of its region."""

    id: str
    sentence: str
    text: str
    span: Span
    start: int
    end: int


@dataclass(slots=True)
class Region:
    """A measure, the head or the tail: its clauses and their compact text."""

    name: str
    clauses: list[Clause] = field(default_factory=list)
    text: str = ""
    sentence_of: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Loose:
    """Words of a clause that nothing is bound to."""

    clause: Clause
    words: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clause, and the names of what covers it."""

    text: str
    names: frozenset[str]


class Locator:
    """Finds quotes in `notice`. Regions are the measures' numbers, `head`, `mid` and `tail`."""

    def __init__(self, notice: Notice) -> None:
        self.regions: dict[str, Region] = {}
        for sentence in notice.outside:
            self._add(sentence.id.partition(".")[0], sentence)
        for measure in notice.measures:
            self.regions.setdefault(measure.number, Region(measure.number))
            for sentence in measure.sentences:
                self._add(measure.number, sentence)

    def _add(self, name: str, sentence: Sentence) -> None:
        region = self.regions.setdefault(name, Region(name))
        number = region.sentence_of[-1] + 1 if region.sentence_of else 0
        for clause in sentence.clauses:
            words = compact(clause.text)
            if region.text[-1:].isdigit() and words[:1].isdigit():
                region.text += APART
                region.sentence_of.append(number)
            start = len(region.text)
            region.text += words
            region.sentence_of += [number] * len(words)
            end = len(region.text)
            region.clauses.append(
                Clause(clause.id, sentence.id, clause.text, clause.span, start, end)
            )

    def bound(self, instrument: Instrument) -> Bound:
        """What the quotes and binds of `instrument` point at."""
        return self.find(instrument.quotes, instrument.binds, instrument.measure)

    def find(self, quotes: Iterable[Quote], binds: Iterable[Quote], region: str) -> Bound:
        """What `quotes` and `binds` point at in a region."""
        where = self.regions.get(region)
        if where is None:
            return Bound(missing=(*quotes, *binds))
        ranges: list[Span] = []
        missing: list[Quote] = []
        repeated: list[Quote] = []
        bound_whole: list[Span] = []
        for bind in binds:
            hit = [
                (one.start, one.end) for one in where.clauses if bind.text in (one.id, one.sentence)
            ]
            bound_whole += hit
            if not hit:
                missing.append(bind)
        for quote in quotes:
            hits = _occurrences(where, quote.text)
            if not hits:
                missing.append(quote)
                continue
            narrowed = [hit for hit in hits if _inside(hit, bound_whole)]
            if len(hits) > 1 and len(narrowed) != 1:
                repeated.append(quote)
            ranges += (narrowed or hits)[0]
        ranges += bound_whole
        touched = [one for one in where.clauses if _touches(one, ranges)]
        return Bound(
            tuple(one.id for one in touched),
            (touched[0].span[0], touched[-1].span[1]) if touched else None,
            "".join(one.text for one in touched),
            tuple(sorted(ranges)),
            tuple(missing),
            tuple(repeated),
        )

    def stands(self, quote: str, region: str = "") -> bool:
        """Whether `quote` stands in the region, or without one anywhere in the notice."""
        regions = [self.regions[region]] if region in self.regions else []
        return any(
            _occurrences(one, quote) for one in (regions if region else self.regions.values())
        )

    def elsewhere(self, quote: str) -> str | None:
        """The region that a quote stands in; None if it stands nowhere."""
        hits = (name for name, region in self.regions.items() if _occurrences(region, quote))
        return next(hits, None)

    def loose(self, region: str, covered: Iterable[Span]) -> list[Loose]:
        """The words of a region outside `covered`, one entry per clause."""
        where = self.regions[region]
        marks = bytearray(len(where.text))
        for start, end in covered:
            marks[start:end] = b"\x01" * (end - start)
        found = []
        for clause in where.clauses:
            if any(
                not marks[at] and where.text[at] != APART for at in range(clause.start, clause.end)
            ):
                found.append(Loose(clause, _uncovered(clause, marks)))
        return found


def pieces(clause: Clause, covers: Mapping[str, Iterable[Span]]) -> list[Piece]:
    """Cut a clause where what covers it changes. Punctuation stays with the words before it.

    Args:
        clause: A clause of a region.
        covers: Ranges of the region's compact text, by name.
    """
    marks: list[set[str]] = [set() for _ in range(clause.end - clause.start)]
    for name, ranges in covers.items():
        for start, end in ranges:
            for at in range(max(start, clause.start), min(end, clause.end)):
                marks[at - clause.start].add(name)
    found: list[Piece] = []
    at = 0
    for sign, kept in zip(clause.text, _kept(clause.text), strict=True):
        counts = kept not in ("", APART)
        names = frozenset(marks[at]) if counts else (found[-1].names if found else None)
        at += len(kept)
        if names is None:  # a clause that begins with punctuation
            names = frozenset(marks[0]) if marks else frozenset()
        if found and found[-1].names == names:
            found[-1] = Piece(found[-1].text + sign, names)
        else:
            found.append(Piece(sign, names))
    return found


def _occurrences(region: Region, quote: str) -> list[list[Span]]:
    """Each way the quote stands in the region, as the ranges it covers."""
    pieces = [compact(piece) for piece in _GAP.split(quote)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return []
    found: list[list[Span]] = []
    at = -1
    while (at := _find(region.text, pieces[0], at + 1)) >= 0:
        spans = [(at, at + len(pieces[0]))]
        for piece in pieces[1:]:
            next_at = _find(region.text, piece, spans[-1][1])
            if next_at < 0:
                return found
            spans.append((next_at, next_at + len(piece)))
        if region.sentence_of[spans[0][0]] == region.sentence_of[spans[-1][1] - 1]:
            spans = [(spans[0][0], spans[-1][1])]
        found.append(spans)
    return found


def _find(text: str, words: str, start: int) -> int:
    """Where `words` stand, from `start` on, without cutting a number in two; -1 if nowhere."""
    at = text.find(words, start)
    while at >= 0 and (_inside_number(text, at) or _inside_number(text, at + len(words))):
        at = text.find(words, at + 1)
    return at


def _inside_number(text: str, cut: int) -> bool:
    """Whether a cut before text[cut] goes through a number such as 120 or 3.5."""
    before, after = text[max(0, cut - 1) : cut], text[cut : cut + 1]
    if before.isdigit():
        return after.isdigit() or (after in _MARKS and text[cut + 1 : cut + 2].isdigit())
    return before in _MARKS and after.isdigit()


def _inside(hit: Sequence[Span], whole: Sequence[Span]) -> bool:
    return all(any(start <= a and b <= end for start, end in whole) for a, b in hit)


def _touches(clause: Clause, ranges: Iterable[Span]) -> bool:
    return any(start < clause.end and clause.start < end for start, end in ranges)


def _uncovered(clause: Clause, marks: bytearray) -> str:
    """The clause with its covered stretches shortened to …"""
    shown, at = "", clause.start
    for sign, kept in zip(clause.text, _kept(clause.text), strict=True):
        counts = kept not in ("", APART)
        if counts and marks[at]:
            shown = shown if shown.endswith("…") else shown + "…"
        elif counts or not shown.endswith("…"):
            shown += sign
        at += len(kept)
    return shown.strip()
