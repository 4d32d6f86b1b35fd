"""A pack: one notice made executable, with the place it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from luodi.basics.citation import Citation
from luodi.basics.problem import Problem
from luodi.notice import read_text
from luodi.notice.model import Notice
from luodi.pack.binding import Bound, Locator, Span
from luodi.pack.figures import Event, Indicator, Parameter
from luodi.pack.measure import (
    Assessable,
    Instrument,
    Measure,
    Procedure,
    ProcedureFile,
    Quote,
    Reading,
    Validity,
)
from luodi.pack.place import Place
from luodi.pack.register import Register
from luodi.pack.yaml import Source
from luodi.rules import Definition, Fact, Scope
from luodi.rules import Place as Spot

if TYPE_CHECKING:
    from luodi.pack.golden import GoldenCase


@dataclass(frozen=True, slots=True)
class Context:
    """Sentences outside the measures that tell nobody to do anything, and why."""

    binds: tuple[Quote, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class Pack:
    """A loaded pack. Every name in it resolves; `check` says what else may be wrong.

    Attributes:
        id: As its folder is called: jiangyin-2020-13.
        version: SHA-256 over the paths and contents of its files and its place's, in hex.
        document_number, issued_on: None where the notice prints none.
        registers: Of the place and of the pack, by name.
        facts: What registers give, by kind of subject (person, household, organisation, and each
            kind of record) and name.
        definitions: Derived facts, by kind of subject and name.
        readings: Of all measures, by name.
        sources: The files by their path, for excerpts; `own_paths` are the pack's.
        spot: The start of pack.yaml.
    """

    id: str
    version: str
    place: Place
    title: str
    document_number: str | None
    issued_on: date | None
    notice_text: str
    events: Mapping[str, Event]
    validity: Validity
    superior: tuple[str, ...]
    context: tuple[Context, ...]
    registers: Mapping[str, Register]
    facts: Mapping[str, Mapping[str, Fact]]
    definitions: Mapping[str, Mapping[str, Definition]]
    parameters: Mapping[str, Parameter]
    indicators: Mapping[str, Indicator]
    procedures: Mapping[str, ProcedureFile]
    measures: tuple[Measure, ...]
    golden: tuple[GoldenCase, ...]
    scopes: Mapping[str, Scope]
    sources: Mapping[str, Source]
    own_paths: frozenset[str]
    spot: Spot

    @cached_property
    def notice(self) -> Notice:
        """The notice as read: measures, sentences, clauses."""
        return read_text(self.notice_text)

    @cached_property
    def locator(self) -> Locator:
        """Finds quotes in the notice."""
        return Locator(self.notice)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of subject: person, household, organisation, and kinds of record."""
        return tuple(self.facts)

    def scope(self, kind: str) -> Scope:
        """The names that rules about a subject of `kind` may read."""
        return self.scopes[kind]

    @cached_property
    def instruments(self) -> tuple[Instrument, ...]:
        """All instruments, in the order of the notice."""
        return tuple(one for measure in self.measures for one in measure.instruments)

    @cached_property
    def assessables(self) -> tuple[Assessable, ...]:
        """Benefits and standards that are decided by rule, in the order of the notice."""
        return tuple(one for one in self.instruments if isinstance(one, Assessable))

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        return {name: one for measure in self.measures for name, one in measure.readings.items()}

    def instrument(self, id: str) -> Instrument | None:
        """The instrument of this id; None if there is none."""
        return next((one for one in self.instruments if one.id == id), None)

    @property
    def stepped(self) -> tuple[Procedure | ProcedureFile, ...]:
        """All that has steps."""
        own = (one for one in self.instruments if isinstance(one, Procedure))
        return (*own, *self.procedures.values())

    def problem(self, place: Spot, message: str, next_step: str = "", *, width: int = 1) -> Problem:
        """A problem at a place of one of the pack's files, with its line."""
        source = self.sources.get(place.path)
        if source is None:
            return Problem(str(place), message, next_step)
        return source.problem(place, message, next_step, width=width)

    def is_own(self, place: Spot) -> bool:
        """Whether a place is in the pack itself, and not in the place that it extends."""
        return place.path in self.own_paths

    def bound(self, instrument: Instrument) -> Bound:
        """The clauses of the notice that `instrument` carries out, and quotes not found."""
        return self.locator.bound(instrument)

    def citation(self, instrument: Instrument) -> Citation:
        """Where `instrument` comes from: its first clause, its words, their span in notice.txt.

        An instrument whose words are not found cites its measure, without a span.
        """
        return self.quote_citation(instrument.quotes, instrument.measure, self.bound(instrument))

    def _joined(self, quotes: tuple[Quote, ...]) -> str:
        """The quotes one after the other, with …… where the notice has words between them."""
        text = "".join(self.notice.text.split())
        words = before = ""
        for quote in quotes:
            gap = "……" if before and "".join((before + quote.text).split()) not in text else ""
            words += gap + quote.text
            before = quote.text
        return words

    def quote_citation(
        self, quotes: tuple[Quote, ...], measure: str, bound: Bound | None = None
    ) -> Citation:
        """The same for any quotes of `measure`: an override's, a parameter's, a payer's."""
        found = bound or self.locator.find(quotes, (), measure)
        document = self.document_number or self.title
        words = self._joined(quotes) or found.text
        span = self._exact_span(quotes, measure, found.span) or found.span
        return Citation(document, found.clauses[0] if found.clauses else measure, words, span)

    def _exact_span(
        self, quotes: tuple[Quote, ...], measure: str, inside: Span | None
    ) -> Span | None:
        """From the first to the last character quoted, where each quote stands there word by word
        and once within the clauses `inside`; None where that is not so."""
        if inside is None or not quotes:
            return None
        ends: list[int] = []
        for quote in quotes:
            hits = [
                (start, end)
                for start, end in self.notice.find(quote.text, measure)
                if inside[0] <= start and end <= inside[1]
            ]
            if len(hits) != 1:
                return None
            ends += hits[0]
        return min(ends), max(ends)
