"""What a notice holds, as read. All `span`s are characters of the original, half-open."""

from __future__ import annotations

import unicodedata
from array import array
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from luodi.notice.tracked import Noise, Span

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Clause:
    """Part of a sentence, up to a ；. `id` is `4.3.2`: measure 4, sentence 3, clause 2."""

    id: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `id` is `4.3`, or `head.1`, `mid.1`, `tail.1` outside the measures."""

    id: str
    text: str
    span: Span
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A top-level part; `number` as printed, None where it has none."""

    number: str | None
    heading: str
    span: Span


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `units_spans` are the clauses that name units and mode: no sentences."""

    number: str
    title: str | None
    span: Span
    heading_span: Span
    units: tuple[str, ...]
    lead: tuple[str, ...]
    contacts: tuple[str, ...]
    handling_mode: str | None
    units_spans: tuple[Span, ...]
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """Title and sentences, one a line."""
        return "\n".join([self.title or "", *(s.text for s in self.sentences)]).strip()


@dataclass(frozen=True, slots=True)
class Validity:
    """When the notice holds: first and last day, or the event it hangs on."""

    phrase: str | None = None
    starts: date | None = None
    until: date | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the notice with what it is a number of.

    `kind`: money (value in `unit`, yuan unless another currency), percentage, ratio, quantity,
    deadline (ISO date), duration (ISO 8601), phone, contact. `measure` None: outside any.
    """

    kind: str
    measure: str | None
    phrase: str
    value: Decimal | str
    span: Span
    unit: str | None = None
    role: str | None = None
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """Who gets what, as the sentence states it; None where it does not."""

    measure: str
    sentence: str
    span: Span
    who: str | None
    condition: str | None
    what: str | None
    amount: str | None
    per: str | None
    cap: str | None
    payer: str | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person must look at."""

    kind: str
    span: Span
    message: str


@dataclass(frozen=True)
class Notice:
    """A notice as read.

    `original` is the decoded file (.txt, .md, .html) or the text taken out of it (.docx, .pdf);
    `text` is that text in simplified Chinese without noise; `offsets[i]` is where `text[i]`
    stood in `original`.
    """

    original: str
    text: str
    offsets: array[int]
    title: str | None
    notice_title: str | None
    document_number: str | None
    issuers: tuple[str, ...]
    issued_on: date | None
    validity: Validity
    sections: tuple[Section, ...]
    measures: tuple[Measure, ...]
    default_units: tuple[str, ...]
    outside: tuple[Sentence, ...]
    figures: tuple[Figure, ...]
    promises: tuple[Promise, ...]
    noise: tuple[Noise, ...]
    doubts: tuple[Doubt, ...]
    headings: tuple[Span, ...] = field(repr=False, default=())
    loose_units: tuple[Span, ...] = field(repr=False, default=())

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in the order of the notice."""
        inside = (s for m in self.measures for s in m.sentences)
        return tuple(sorted((*inside, *self.outside), key=lambda s: s.span))

    def find(self, quote: str, within: str | None = None) -> list[Span]:
        """Where `quote` stands in the original; blanks and the width of punctuation do not count.

        Args:
            quote: Words of the notice, in simplified Chinese, without noise.
            within: The number of a measure; only what stands in it is found.
        """
        wanted, _ = _squash(quote)
        if not wanted:
            return []
        words, places = self._squashed
        inside = None
        if within is not None:
            inside = next((m.span for m in self.measures if m.number == within), (0, 0))
        found: list[Span] = []
        at = words.find(wanted)
        while at >= 0:
            start = self.offsets[places[at]]
            end = self.offsets[places[at + len(wanted) - 1]] + 1
            if inside is None or (inside[0] <= start and end <= inside[1]):
                found.append((start, end))
            at = words.find(wanted, at + 1)
        return found

    @cached_property
    def _squashed(self) -> tuple[str, array[int]]:
        return _squash(self.text)

    def to_json(self) -> dict[str, Json]:
        """The object that `luodi notice read --json` prints."""
        from luodi.notice.as_json import as_json

        return as_json(self)


_SAME = str.maketrans("“”‘’﹝﹞．", "\"\"''〔〕.")


def _squash(text: str) -> tuple[str, array[int]]:
    """`text` without blanks and with one width, and the place of each character left."""
    kept: list[str] = []
    places: array[int] = array("L")
    for i, char in enumerate(text.translate(_SAME)):
        if not char.isspace():
            plain = unicodedata.normalize("NFKC", char)
            kept.append(plain if len(plain) == 1 else char)
            places.append(i)
    return "".join(kept), places
