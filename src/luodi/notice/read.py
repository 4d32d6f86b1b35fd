"""From a file or a text to a notice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from luodi.notice.amounts import Amount, money, percentages, quantities, ratios
from luodi.notice.clean import clean
from luodi.notice.contacts import contacts, offices
from luodi.notice.dates import deadlines, durations, validity
from luodi.notice.doubts import LONGEST_SENTENCE, find_doubts
from luodi.notice.formats import check_text, extract
from luodi.notice.head import Head, read_head
from luodi.notice.lines import Line, read_lines
from luodi.notice.model import (
    Clause,
    Figure,
    Measure,
    Notice,
    Promise,
    Section,
    Sentence,
    Validity,
)
from luodi.notice.outline import Outline, infer
from luodi.notice.parts import Part
from luodi.notice.promises import promise
from luodi.notice.sentences import clause_spans, sentence_spans
from luodi.notice.tracked import Span, Tracked, without
from luodi.notice.units import UnitClause, find_clauses


def read(path: Path) -> Notice:
    """Read a notice from a .txt, .md, .html, .docx or .pdf file.

    Raises:
        ProblemError: the file is missing, empty, too large, damaged, or of another kind.
    """
    original, tracked = extract(path)
    return _read(original, tracked)


def read_text(text: str) -> Notice:
    """Read a notice from its text.

    Raises:
        ProblemError: the text is empty or too long.
    """
    check_text(text, "文本")
    return _read(text, Tracked.of(text))


def _read(original: str, tracked: Tracked) -> Notice:
    clean(tracked)
    text = tracked.text
    lines = read_lines(text)
    clauses = find_clauses(text)
    head = read_head(lines)
    outline = infer(lines, text, clauses, head.body_from)
    reader = _Reader(tracked, clauses, outline, head)
    measures = tuple(reader.measure(part) for part in outline.parts)
    outside, headings = reader.outside(lines)
    figures = reader.figures(measures, outside)
    promises = reader.promises(measures)
    noise = tuple(sorted(tracked.noise, key=lambda n: n.span))
    return Notice(
        original=original,
        text=text,
        offsets=tracked.offsets,
        title=head.title,
        notice_title=head.notice_title,
        document_number=head.document_number,
        issuers=head.issuers,
        issued_on=head.issued_on,
        validity=reader.validity(measures, outside),
        sections=tuple(
            Section(s.number, s.heading, tracked.span(*s.span)) for s in outline.sections
        ),
        measures=measures,
        default_units=reader.default_units(),
        outside=outside,
        figures=figures,
        promises=promises,
        noise=noise,
        doubts=find_doubts(tracked, outline, measures, outside, figures, clauses, noise),
        headings=headings,
        loose_units=tuple(tracked.span(*c.span) for c in reader.loose),
    )


class _Reader:
    """One notice being read: clean text, unit clauses, and which stretch is whose."""

    def __init__(
        self, clean: Tracked, clauses: list[UnitClause], outline: Outline, head: Head
    ) -> None:
        self.clean = clean
        self.outline = outline
        self.head = head
        self.taken: list[Span] = []  # headings, bodies and clauses of measures
        self.own: dict[str, list[UnitClause]] = {}
        self.loose: list[UnitClause] = []
        self._share_out(clauses)

    def _share_out(self, clauses: list[UnitClause]) -> None:
        pieces = [
            (span, part.number)
            for part in self.outline.parts
            for span in (part.heading, *part.body)
        ]
        at = 0
        for clause in clauses:
            while at < len(pieces) and pieces[at][0][1] <= clause.span[0]:
                at += 1
            if at < len(pieces) and pieces[at][0][0] <= clause.span[0]:
                self.own.setdefault(pieces[at][1], []).append(clause)
            else:
                self.loose.append(clause)

    def measure(self, part: Part) -> Measure:
        clauses = self.own.get(part.number, [])
        holes = [c.span for c in clauses]
        ends = [part.heading[1], *(b for _, b in part.body), *(b for _, b in holes)]
        spans = [
            piece
            for body in part.body
            for hole in without([body], sorted(holes))
            for piece in sentence_spans(self.clean.text, *hole)
        ]
        self.taken += [part.heading, *part.body, *holes]
        sentences = tuple(self._sentence(f"{part.number}.{n}", s) for n, s in enumerate(spans, 1))
        naming = [*clauses, *part.shared]
        units = tuple(dict.fromkeys(u for c in naming for u in c.units))
        words = self.clean.text[part.heading[0] : max(ends)]
        named = offices(words)
        return Measure(
            number=part.number,
            title=part.title,
            span=self.clean.span(part.heading[0], max(ends)),
            heading_span=self.clean.span(
                *(part.heading if part.heading[0] < part.heading[1] else part.body[0])
            ),
            units=units,
            lead=tuple(dict.fromkeys(u for c in naming for u in c.lead)),
            contacts=() if units else tuple(named),
            handling_mode=next((c.mode for c in clauses if c.mode), None),
            units_spans=tuple(self.clean.span(*c.span) for c in clauses),
            sentences=sentences,
        )

    def _sentence(self, name: str, span: Span) -> Sentence:
        text = self.clean.text
        clauses = tuple(
            Clause(f"{name}.{n}", text[a:b], self.clean.span(a, b))
            for n, (a, b) in enumerate(clause_spans(text, *span), 1)
        )
        return Sentence(name, text[span[0] : span[1]], self.clean.span(*span), clauses)

    def outside(self, lines: list[Line]) -> tuple[tuple[Sentence, ...], tuple[Span, ...]]:
        """Sentences and headings of lines that no measure holds."""
        parts = self.outline.parts
        first = parts[0].heading[0] if parts else len(self.clean.text)
        last = parts[-1].heading[0] if parts else len(self.clean.text)
        holes = sorted([*self.taken, *(c.span for c in self.loose)])
        sections = {s.span for s in self.outline.sections}
        counts = {"head": 0, "mid": 0, "tail": 0}
        sentences: list[Sentence] = []
        headings: list[Span] = []
        at = 0
        for line in lines:
            while at < len(holes) and holes[at][1] <= line.start:
                at += 1
            beyond = at
            while beyond < len(holes) and holes[beyond][0] < line.end:
                beyond += 1
            near = holes[at:beyond]
            for piece in without([(line.start, line.end)], near):
                is_heading = line.role == "heading" or (line.start, line.end) in sections
                if line.looks_like_heading and (line.mark or (parts and first <= line.start)):
                    is_heading = True
                if is_heading:
                    headings.append(self.clean.span(*piece))
                    continue
                where = "head" if line.start < first else "tail" if line.start > last else "mid"
                for span in sentence_spans(self.clean.text, *piece):
                    counts[where] += 1
                    sentences.append(self._sentence(f"{where}.{counts[where]}", span))
        return tuple(sentences), tuple(headings)

    def default_units(self) -> tuple[str, ...]:
        parts = self.outline.parts
        first = parts[0].heading[0] if parts else 0
        sections = [s.span for s in self.outline.sections]
        shared = [
            c
            for c in self.loose
            if c.span[0] < first or any(a <= c.span[0] < b for a, b in sections)
        ]
        return tuple(dict.fromkeys(u for c in shared for u in c.units))

    def figures(
        self, measures: tuple[Measure, ...], outside: tuple[Sentence, ...]
    ) -> tuple[Figure, ...]:
        place = {o: i for i, o in enumerate(self.clean.offsets)}
        found: list[Figure] = []
        for measure in measures:
            title = [] if measure.title is None else [self._heading_words(measure, place)]
            named = [
                (place[a], self.clean.text[place[a] : place[b - 1] + 1])
                for a, b in measure.units_spans
            ]
            sentences = [(place[s.span[0]], s.text) for s in measure.sentences]
            pieces = [*title, *sentences, *named]
            for start, words in pieces:
                found += self._of(words, start, measure.number)
        for sentence in outside:
            lasting = validity(sentence.text, self.head.issued_on) is not None
            for figure in self._of(sentence.text, place[sentence.span[0]], None):
                if not (lasting and figure.kind in ("deadline", "duration")):
                    found.append(figure)
        return tuple(sorted(found, key=lambda f: f.span))

    def _heading_words(self, measure: Measure, place: dict[int, int]) -> tuple[int, str]:
        start = place[measure.heading_span[0]]
        end = place[measure.heading_span[1] - 1] + 1
        at = self.clean.text.find(measure.title or "", start, end)
        return (at, measure.title or "") if at >= 0 else (start, "")

    def _of(self, words: str, start: int, measure: str | None) -> list[Figure]:
        return [
            Figure(
                a.kind,
                measure,
                a.phrase,
                a.value,
                self.clean.span(start + a.start, start + a.end),
                a.unit,
                a.role,
                a.period,
            )
            for a in amounts_of(words, self.head.year_from)
        ]

    def promises(self, measures: tuple[Measure, ...]) -> tuple[Promise, ...]:
        found: list[Promise] = []
        for measure in measures:
            for sentence in measure.sentences:
                who = None
                for clause in sentence.clauses:
                    reading = promise(clause.text, amounts_of(clause.text, None), who)
                    if reading is None:
                        continue
                    who = reading.who or who
                    found.append(
                        Promise(
                            measure.number,
                            sentence.id,
                            clause.span,
                            reading.who,
                            reading.condition,
                            reading.what,
                            reading.amount,
                            reading.per,
                            reading.cap,
                            reading.payer,
                        )
                    )
        return tuple(found)

    def validity(self, measures: tuple[Measure, ...], outside: tuple[Sentence, ...]) -> Validity:
        """The closing words decide; then what else stands outside; then the last measure's own."""
        closing = [s.text for s in reversed(outside)]
        inside = [
            s.text for m in reversed(measures[-2:]) for s in m.sentences if _WHOLE.search(s.text)
        ]
        best = Validity()
        for words in (*closing, *inside):
            said = validity(words, self.head.issued_on)
            if said is None:
                continue
            if said.until or said.event:
                return said
            if best.phrase is None:
                best = said
        return best


_WHOLE = re.compile(
    r"(?:本|上述|以上|前述).{0,6}(?:办法|措施|意见|政策|细则|规定|方案|通知|条款|清单|标准)"
)
_KINDS: tuple[Callable[[str], list[Amount]], ...] = (
    money,
    percentages,
    ratios,
    quantities,
    durations,
    contacts,
)


def amounts_of(words: str, year_from: date | None) -> list[Amount]:
    """All figures of a stretch of clean text, in order."""
    if len(words) > LONGEST_SENTENCE:
        return []
    found = [amount for kind in _KINDS for amount in kind(words)]
    found += deadlines(words, year_from)
    return sorted(found, key=lambda a: (a.start, a.end))
