"""A measure of the notice, and the eight kinds of instrument that it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

from luodi.rules import Expr, Place

Cadence = Literal["month", "once", "year", "claim"]
KIND_LABELS = {
    "benefit": "待遇",
    "standard": "标准",
    "procedure": "事项",
    "certificate": "证明",
    "monitor": "监测",
    "task": "任务",
    "directory": "指引",
    "broadcast": "发布",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the notice, as a file gives them. `…` leaves words out."""

    text: str
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """Rival readings of a sentence, each executable; read in rules as `reading.NAME`."""

    name: str
    measure: str
    question: str
    signed_by: str
    options: Mapping[str, str]
    suggested: str = ""
    note: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Validity:
    """When an instrument is in force: during an event, or in [since, until).

    Without an event or `until` it has no end; `until_event` ends it when that event ends.
    """

    event: str = ""
    since: date | None = None
    until: date | None = None
    until_event: str = ""
    quotes: tuple[Quote, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What a clause of the notice becomes.

    Attributes:
        quotes, binds: The words, and the sentences or clauses, that it carries out.
        units: Responsible for it; the measure's, unless its own are given.
    """

    kind: ClassVar[str] = ""

    id: str
    label: str
    measure: str
    quotes: tuple[Quote, ...] = ()
    binds: tuple[Quote, ...] = ()
    units: tuple[str, ...] = ()
    validity: Validity = Validity()
    note: str = ""
    place: Place = field(default=Place(""), compare=False)

    @property
    def kind_label(self) -> str:
        """待遇, 标准 …"""
        return KIND_LABELS[self.kind]


@dataclass(frozen=True, slots=True)
class Override:
    """An exception to the base amount: where `when` is true, the amount is `value`."""

    name: str
    when: Expr
    value: Expr
    quotes: tuple[Quote, ...]
    label: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Once:
    """One entitlement per (scope, `by`, period). `by` is a kind of subject.

    `reserve_members`: a household's entitlement also takes up the key of each member.
    """

    scope: str
    by: str
    reserve_members: bool = False


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays. `open`: the notice does not say, and `question` is asked."""

    unit: str = ""
    open: bool = False
    question: str = ""
    quotes: tuple[Quote, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessable(Instrument):
    """A benefit, or a standard that somebody keeps or fails to keep: decided by rule.

    Attributes:
        subject: `person`, `household`, `organisation` or a kind of record.
        eligible: TRUE for whom it is for; None means everyone of that kind.
        amount: Money or quantity; None for recognition without an amount.
        overrides: Exceptions to `amount`.
        requires: Of a standard: TRUE = within it.
        accrues: TRUE in the periods that count.
        hold: Money is held back while there is no account, or the person may have died.
    """

    subject: str
    eligible: Expr | None
    amount: Expr | None
    overrides: tuple[Override, ...]
    requires: Expr | None
    cadence: Cadence
    once: Once
    accrues: Expr
    payer: Payer | None
    hold: bool
    in_kind: bool
    terms: Mapping[str, str] = field(default_factory=dict)

    def expressions(self) -> Iterator[Expr]:
        """All its expressions."""
        for expr in (self.eligible, self.amount, self.requires, self.accrues):
            if expr is not None:
                yield expr
        for override in self.overrides:
            yield override.when
            yield override.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit(Assessable):
    kind: ClassVar[str] = "benefit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard(Assessable):
    kind: ClassVar[str] = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Instrument):
    """A standard that changes a parameter or a procedure from a day on, or during an event.

    Attributes:
        parameter, procedure: Which one it changes.
        waives, defers: Ids of steps left out, or postponed until `deferred_until` has ended.
    """

    kind: ClassVar[str] = "standard"

    parameter: str = ""
    procedure: str = ""
    waives: tuple[str, ...] = ()
    defers: tuple[str, ...] = ()
    deferred_until: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a procedure. `within` is an ISO 8601 duration; the two others name events."""

    id: str
    label: str
    actor: str
    within: str = ""
    waived_by: str = ""
    deferred_until: str = ""
    quotes: tuple[Quote, ...] = ()
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class ProcedureFile:
    """A procedure that stands by itself, for measures to refer to."""

    name: str
    label: str
    subject: str
    steps: tuple[Step, ...]
    source: str
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Instrument):
    kind: ClassVar[str] = "procedure"

    subject: str
    steps: tuple[Step, ...]
    procedure: str = ""
    eligible: Expr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate(Instrument):
    kind: ClassVar[str] = "certificate"

    subject: str
    fields: tuple[str, ...]
    expires: str
    expires_event: str
    revocable: bool
    eligible: Expr | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor(Instrument):
    kind: ClassVar[str] = "monitor"

    series: str
    unit: str
    cadence: str
    trigger: str = ""
    alert: str = ""
    report: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a task counts: `counted` out of `of`, at least so many."""

    counted: str
    of: str = ""
    at_least: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Instrument):
    """A duty of `units`. `soft`: 力争, 争取; reported, but not a failure."""

    kind: ClassVar[str] = "task"

    deadline: date | None = None
    deadline_event: str = ""
    soft: bool = False
    target: Target | None = None
    cadence: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a directory: a telephone, a site, a number of books."""

    kind: str
    value: str
    label: str
    hours: str = ""
    quotes: tuple[Quote, ...] = ()
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory(Instrument):
    kind: ClassVar[str] = "directory"

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast(Instrument):
    kind: ClassVar[str] = "broadcast"

    channel: str
    audience: str = ""
    cadence: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of the notice, with its instruments in the order of the file."""

    number: str
    title: str
    units: tuple[str, ...]
    mode: str
    readings: Mapping[str, Reading]
    instruments: tuple[Instrument, ...]
    place: Place = field(default=Place(""), compare=False)
