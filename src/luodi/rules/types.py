"""What a rule's values may be, what names a rule may read, and how each is stored.

Stored values are the same in YAML, Python, Parquet and SQL: money is integer fen, a ratio integer
millionths, a quantity integer thousandths of its unit; unknown is None. A *value* inside the
language is exact: a Fraction of fen, of one, of thousandths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

Stored = bool | int | date | str | None
Value = bool | Fraction | date | str | None

#: What a comparison becomes when its sides change places.
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Kind(StrEnum):
    BOOLEAN = "boolean"
    INTEGER = "integer"
    MONEY = "money"
    RATIO = "ratio"
    QUANTITY = "quantity"
    DATE = "date"
    ENUM = "enum"
    TEXT = "text"


_LABELS = {
    Kind.BOOLEAN: "“是否”",
    Kind.INTEGER: "整数",
    Kind.MONEY: "金额",
    Kind.RATIO: "比率",
    Kind.QUANTITY: "数量",
    Kind.DATE: "日期",
    Kind.ENUM: "选项",
    Kind.TEXT: "文字",
}
# How large a stored integer may be: wide enough for a province, small enough that every product
# that the language allows fits 38 decimal digits on every engine.
_BOUNDS = {
    Kind.INTEGER: 10**9,
    Kind.MONEY: 10**13,
    Kind.RATIO: 10**9,
    Kind.QUANTITY: 10**12,
}


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression, a fact or a constant.

    Attributes:
        kind: Which of the eight.
        unit: The unit of a quantity ("m3"); empty otherwise.
        values: The options of an enum; empty otherwise.
    """

    kind: Kind
    unit: str = ""
    values: tuple[str, ...] = ()

    @classmethod
    def boolean(cls) -> Type:
        return cls(Kind.BOOLEAN)

    @classmethod
    def integer(cls) -> Type:
        return cls(Kind.INTEGER)

    @classmethod
    def money(cls) -> Type:
        return cls(Kind.MONEY)

    @classmethod
    def ratio(cls) -> Type:
        return cls(Kind.RATIO)

    @classmethod
    def quantity(cls, unit: str) -> Type:
        return cls(Kind.QUANTITY, unit=unit)

    @classmethod
    def date(cls) -> Type:
        return cls(Kind.DATE)

    @classmethod
    def enum(cls, values: tuple[str, ...]) -> Type:
        return cls(Kind.ENUM, values=values)

    @classmethod
    def text(cls) -> Type:
        return cls(Kind.TEXT)

    @property
    def numeric(self) -> bool:
        return self.kind in _BOUNDS

    @property
    def denominator(self) -> int:
        """Stored integer / denominator = value."""
        return 10**6 if self.kind is Kind.RATIO else 1

    @property
    def bound(self) -> int:
        """The largest magnitude of a stored integer of this type."""
        return _BOUNDS[self.kind]

    @property
    def label(self) -> str:
        """For messages: 金额, 数量(m3), …"""
        return _LABELS[self.kind] + (f"({self.unit})" if self.unit else "")

    def like(self, other: Type) -> bool:
        """Whether values of both may be compared, added, or stand in for one another."""
        texts = (Kind.ENUM, Kind.TEXT)
        if self.kind in texts and other.kind in texts:
            return True
        return self.kind is other.kind and self.unit == other.unit

    def value(self, stored: Stored) -> Value:
        """A stored value as the language sees it."""
        if self.numeric and isinstance(stored, int):
            return Fraction(stored, self.denominator)
        return stored if not isinstance(stored, int) or isinstance(stored, bool) else None


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of a subject: what a register says about it.

    Attributes:
        low, high: Bounds of the stored integer; the type's own where not narrower.
    """

    name: str
    type: Type
    label: str = ""
    low: int | None = None
    high: int | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        if not self.type.numeric:
            return 0, 0
        bound = self.type.bound
        return (
            -bound if self.low is None else self.low,
            bound if self.high is None else self.high,
        )


@dataclass(frozen=True, slots=True)
class Constant:
    """What is the same for every subject in one period: a parameter, signal, reading or date.

    Attributes:
        name: Qualified: `param.living_subsidy`, `signal.cpi_yoy`, `reading.overlap`.
    """

    name: str
    type: Type
    label: str = ""


@dataclass(frozen=True)
class Scope:
    """The names that one kind of subject's rules may read.

    Attributes:
        facts: Bare names.
        links: `household`, `person`, `organisation`: the scope of the linked subject.
        members: The scope of a household's members, for `any_member(…)` and its like; None where
            the subject belongs to no household.
        constants: Qualified names.
        definitions: Derived facts of this kind: name → (expression text, label).
    """

    facts: Mapping[str, Fact]
    links: Mapping[str, Scope] = field(default_factory=dict)
    members: Scope | None = None
    constants: Mapping[str, Constant] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text begins: file, line and column (from 1), for messages."""

    path: str
    line: int = 1
    column: int = 1

    def at(self, text: str, offset: int) -> Place:
        """The place of `text[offset]`; later lines of a block keep the first one's column."""
        before = text[:offset]
        column = offset - (before.rfind("\n") + 1)
        return Place(self.path, self.line + before.count("\n"), self.column + column)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Definition:
    """A derived fact: a name for an expression over the same kind of subject."""

    text: str
    label: str = ""
    place: Place = field(default_factory=lambda: Place("facts.yaml"))
