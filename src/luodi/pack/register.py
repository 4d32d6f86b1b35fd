"""A register: a list that a bureau keeps, its columns, and the facts they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, cast

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack.figures import QUANTITY_UNITS
from luodi.pack.yaml import Item
from luodi.rules import Expr, Fact, Kind, Place, Scope, Type, parse

Combine = Literal["any", "one", "sum", "max", "min"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a handed-in list.

    Attributes:
        kind: As in the file: id_number, name, area, household, account, phone, text, enum,
            boolean, integer, money, ratio, quantity, date, month, uscc, org_name.
        type: The type of its values in rules; None for what identifies somebody.
        headings: The headings that bureaus print, the first one being the template's.
        values, aliases: Of an enum: its options, and other spellings of them.
        low, high: Bounds of the stored integer.
        least, most: What a made-up city writes; no rule reads it.
    """

    name: str
    headings: tuple[str, ...]
    kind: str
    type: Type | None
    label: str
    required: bool = False
    carry_down: bool = False
    values: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    low: int | None = None
    high: int | None = None
    least: int | None = None
    most: int | None = None
    note: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class RegisterFact:
    """What a register says about a subject.

    Attributes:
        when: TRUE if any row of the subject makes it true; None for a value fact.
        column: The column whose value it is; empty for a boolean fact.
        combine: How several rows, or several registers, become one value.
    """

    name: str
    label: str
    type: Type
    when: Expr | None = None
    column: str = ""
    combine: Combine = "any"
    low: int | None = None
    high: int | None = None
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Synthetic:
    """How a made-up city fills a register; no rule reads it.

    Attributes:
        share: Millionths of the persons, households, organisations, or records per person.
        ages: First and last age in whole years; None for any.
        households: Whole households are drawn, and all their members listed.
    """

    share: int
    ages: tuple[int, int] | None = None
    households: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """A list that a bureau keeps.

    Attributes:
        of: `person`, `household`, `organisation`, or the kind of its records (`bill`).
        is_record: Whether each row is a subject of its own.
        absence: `no`: who is not on a handed-in list is not one; `unknown`: may be one.
        base: The residents' register: being on it touches no rule.
    """

    name: str
    title: str
    owner: str
    of: str
    is_record: bool
    absence: Literal["no", "unknown"]
    base: bool
    columns: Mapping[str, Column]
    facts: Mapping[str, RegisterFact]
    synthetic: Synthetic | None = None
    note: str = ""
    place: Place = field(default=Place(""), compare=False)


_FACT_TYPES = {
    "boolean": Type.boolean(),
    "integer": Type.integer(),
    "money": Type.money(),
    "ratio": Type.ratio(),
    "date": Type.date(),
    "month": Type.date(),
    "text": Type.text(),
}
_SCALES = {"integer": 1, "money": 100, "ratio": 10_000, "quantity": 1000}


def column(name: str, item: Item, problems: list[Problem]) -> Column:
    """Read a column of a register; a month is kept as its first day, bounds in stored scale."""
    kind = item.string("type")
    values, unit = item.strings("values"), item.string("unit")
    type_ = _FACT_TYPES.get(kind)
    if kind == "enum":
        type_ = Type.enum(values)
        if not values:
            problems.append(item.problem("enum 列没有 values", "写出各个取值"))
    elif kind == "quantity":
        type_ = Type.quantity(unit)
        if unit not in QUANTITY_UNITS:
            problems.append(
                item.problem(
                    "quantity 列没有认得的 unit", f"可写：{'、'.join(sorted(QUANTITY_UNITS))}"
                )
            )
    for key, allowed in (("values", "enum"), ("aliases", "enum"), ("unit", "quantity")):
        if item.get(key) is not None and kind != allowed:
            problems.append(
                item.key_problem(key, f"{kind} 列不能有 {key}", f"{key} 只用于 {allowed}")
            )
    aliases = {written: value.text.strip() for written, value in item.entries("aliases")}
    for written, value in aliases.items():
        if kind == "enum" and value not in values:
            near = suggest(value, values)
            hint = f"是不是 {near!r}？" if near else f"取值有：{'、'.join(values)}"
            problems.append(item.table["aliases"].key_problem(written, f"没有取值 {value!r}", hint))
    low, high = (_bound(item, key, kind, problems) for key in ("min", "max"))
    made_up = item.table["synthetic"] if item.get("synthetic") is not None else None
    least, most = (
        (_bound(made_up, key, kind, problems) if made_up else None) for key in ("least", "most")
    )
    headings = item.strings("headings")
    return Column(
        name,
        headings,
        kind,
        type_,
        item.string("label") or (headings[0] if headings else name),
        required=item.flag("required", False),
        carry_down=item.flag("carry_down", False),
        values=values,
        aliases=aliases,
        unit=unit,
        low=low,
        high=high,
        least=least,
        most=most,
        note=item.string("note"),
        place=item.place,
    )


def _bound(item: Item, key: str, kind: str, problems: list[Problem]) -> int | None:
    bound = item.get(key)
    if bound is None:
        return None
    if kind not in _SCALES:
        problems.append(item.key_problem(key, f"{kind} 列不能有 {key}", "只用于数字列"))
        return None
    stored = Fraction(bound.text) * _SCALES[kind]
    type_ = Type.quantity("m3") if kind == "quantity" else _FACT_TYPES[kind]
    if stored.denominator != 1 or abs(stored) > type_.bound:
        problems.append(bound.problem(f"{bound.text} 超出 {kind} 能记的范围"))
        return None
    return int(stored)


def register(item: Item, problems: list[Problem]) -> Register:
    """Read a file of registers/."""
    of = item.table["of"]
    is_record = of.kind == "mapping"
    columns = {name: column(name, row, problems) for name, row in item.entries("columns")}
    headings: dict[str, str] = {}
    for name, col in columns.items():
        for heading in col.headings:
            if headings.setdefault(heading, name) != name:
                row = item.table["columns"].table[name]
                problems.append(
                    row.problem(
                        f"表头 {heading!r} 已属于列 {headings[heading]!r}", "一个表头只属于一列"
                    )
                )
    scope = Scope({name: Fact(name, col.type, col.label, col.low, col.high)
                   for name, col in columns.items() if col.type is not None})  # fmt: skip
    facts = {}
    for name, row in item.entries("facts"):
        if found := _fact(name, row, columns, scope, problems):
            facts[name] = found
    return Register(
        item.string("register"),
        item.string("title"),
        item.string("owner"),
        of.string("record") if is_record else of.text,
        is_record,
        "no" if item.string("absence") == "no" else "unknown",
        item.flag("base", False),
        columns,
        facts,
        synthetic=_synthetic(item.get("synthetic")),
        note=item.string("note"),
        place=item.place,
    )


def _synthetic(item: Item | None) -> Synthetic | None:
    if item is None:
        return None
    share = Fraction(item.string("share").rstrip("%") or "0.2") * 10_000
    first, _, last = item.string("ages").partition("-")
    ages = (int(first), int(last)) if last else None
    return Synthetic(int(share), ages, item.flag("households", False))


def _fact(
    name: str, item: Item, columns: Mapping[str, Column], scope: Scope, problems: list[Problem]
) -> RegisterFact | None:
    when, of = item.get("when"), item.get("column")
    label = item.string("label")
    if (when is None) == (of is None):
        problems.append(item.problem("事实要么有 when，要么有 column", "两者写一个"))
        return None
    combine = item.string("combine")
    if when is not None:
        if combine not in ("", "any"):
            problems.append(item.key_problem("combine", "条件（when）多行时总是任一成立即为真"))
        try:
            expr = parse(when.text, scope, when.place, Type.boolean())
        except ProblemError as error:
            problems.extend(error.problems)
            return None
        return RegisterFact(name, label, Type.boolean(), when=expr, place=item.place)
    assert of is not None
    source = columns.get(of.text)
    if source is None or source.type is None:
        readable = [key for key, col in columns.items() if col.type is not None]
        near = suggest(of.text, readable)
        hint = f"是不是 {near!r}？" if near else f"能取值的列：{'、'.join(readable)}"
        problems.append(of.problem(f"没有能取值的列 {of.text!r}", hint))
        return None
    allowed: tuple[str, ...] = ("one",)
    if source.type.kind is Kind.BOOLEAN:
        allowed = ("any", "one")
    elif source.type.numeric:
        allowed = ("one", "sum", "max", "min")
    elif source.type.kind is Kind.DATE:
        allowed = ("one", "max", "min")
    chosen = combine or allowed[0]
    if chosen not in allowed:
        problems.append(
            item.key_problem(
                "combine", f"{source.kind} 不能这样合并", f"可写：{'、'.join(allowed)}"
            )
        )
        chosen = allowed[0]
    return RegisterFact(
        name,
        label,
        source.type,
        column=of.text,
        combine=cast(Combine, chosen),
        low=source.low if chosen != "sum" else None,
        high=source.high if chosen != "sum" else None,
        place=item.place,
    )
