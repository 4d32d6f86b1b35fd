"""Golden cases: small worked examples that a clerk can read, write and check a pack with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Protocol

from luodi.basics.money import parse_yuan
from luodi.basics.period import Month
from luodi.basics.problem import Problem, suggest
from luodi.pack.figures import Event, Parameter, stored_figure
from luodi.pack.measure import Assessable, Instrument
from luodi.pack.scopes import Vocabulary
from luodi.pack.shapes import MANY
from luodi.pack.yaml import Item, is_day
from luodi.rules import Kind, Place, Stored, Type

if TYPE_CHECKING:
    from luodi.pack.model import Pack

Facts = Mapping[str, Stored]
_NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d{1,9})?)\s*(\S*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Expected:
    """What should come out for one subject and benefit.

    Attributes:
        amount: In stored scale (fen, thousandths); None where there is none.
        lacks: Names of the facts without which it is undecided.
        hold: Why it is held back.
    """

    verdict: Literal["entitled", "none", "undecided", "held"]
    amount: int | None = None
    lacks: tuple[str, ...] = ()
    hold: str = ""
    place: Place = field(default=Place(""), compare=False)


class Result(Protocol):
    """What comes out, or should, for one subject and benefit."""

    @property
    def verdict(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def lacks(self) -> tuple[str, ...]: ...
    @property
    def hold(self) -> str: ...


@dataclass(frozen=True, slots=True)
class GoldenRecord:
    """A bill, a trip …: its facts, and the names of whom it belongs to (empty: nobody)."""

    facts: Facts
    person: str = ""
    household: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One worked example. Values are stored values; a fact that is null is known to be unknown.

    Attributes:
        set: Parameters for this case, in stored scale, exact.
        complete: Boolean facts not mentioned are FALSE; otherwise they are unknown.
        household_of: Household of each person who was given one.
        records: By kind and name.
        expect: By subject's name and benefit's id.
    """

    name: str
    month: Month
    readings: Mapping[str, str]
    set: Mapping[str, Fraction | date | None]
    signals: Mapping[str, Fraction | None]
    events: Mapping[str, Event]
    complete: bool
    households: Mapping[str, Facts]
    persons: Mapping[str, Facts]
    household_of: Mapping[str, str]
    organisations: Mapping[str, Facts]
    records: Mapping[str, Mapping[str, GoldenRecord]]
    expect: Mapping[str, Mapping[str, Expected]]
    place: Place

    def __str__(self) -> str:
        return self.name


def stored_value(text: str, type_: Type, low: int | None = None, high: int | None = None) -> Stored:
    """A value as people write it (`120.50 yuan`, `30%`, `9 m3`, `2020-02-12`, `true`), stored.

    The unit may be left out, except the % of a ratio.

    Raises:
        ValueError: in Chinese: it is no such value, has parts of the smallest unit, or lies
            outside the bounds.
    """
    text = text.strip()
    kind = type_.kind
    if kind is Kind.BOOLEAN:
        if text not in ("true", "false"):
            raise ValueError("应是 true、false 或 null（不知道）")
        return text == "true"
    if kind is Kind.DATE:
        if not is_day(text):
            raise ValueError("应是日期，如 2020-02-12")
        return date.fromisoformat(text)
    if kind is Kind.ENUM:
        if text not in type_.values:
            raise ValueError(f"应是其中之一：{'、'.join(type_.values)}")
        return text
    if kind is Kind.TEXT:
        return text
    stored = _stored_number(text, type_)
    if stored.denominator != 1:
        raise ValueError("小数位太多")
    least, most = (-type_.bound if low is None else low), (type_.bound if high is None else high)
    if not least <= stored <= most:
        raise ValueError(f"超出范围（{_shown(least, type_)} 至 {_shown(most, type_)}）")
    return int(stored)


def _stored_number(text: str, type_: Type) -> Fraction:
    if type_.kind is Kind.MONEY and not text.endswith(("yuan", "fen")):
        return Fraction(parse_yuan(text))
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError("应是数字")
    number, unit = Fraction(match[1]), match[2]
    scales = {
        Kind.INTEGER: {"": 1},
        Kind.MONEY: {"yuan": 100, "fen": 1},
        Kind.RATIO: {"%": 10_000, "times": 10**6},
        Kind.QUANTITY: {"": 1000, type_.unit: 1000},
    }[type_.kind]
    if unit not in scales:
        raise ValueError(f"单位应是 {' 或 '.join(one or '（无）' for one in scales)}")
    return number * scales[unit]


def _shown(stored: int, type_: Type) -> str:
    scale = {Kind.MONEY: 100, Kind.RATIO: 10_000, Kind.QUANTITY: 1000}.get(type_.kind, 1)
    return f"{stored / scale:g}" if stored % scale else str(stored // scale)


def result_text(pack: Pack, benefit_id: str, result: Result) -> str:
    """A result in Chinese: 120.00, 9 m3, 符合, 不符合, 未定（缺 is_orphan）, 暂缓（no_account）."""
    benefit = pack.instrument(benefit_id)
    amount = ""
    if result.amount is not None and isinstance(benefit, Assessable) and benefit.amount:
        type_ = benefit.amount.type
        scale, places = (100, 2) if type_.kind is Kind.MONEY else (1000, 3)
        whole, part = divmod(abs(result.amount), scale)
        sign = "-" if result.amount < 0 else ""
        digits = f"{part:0{places}}" if type_.kind is Kind.MONEY or part else ""
        amount = f"{sign}{whole}{'.' if digits else ''}{digits} {type_.unit}".strip()
    if result.verdict == "undecided":
        return f"未定（缺 {'、'.join(result.lacks) or '？'}）"
    if result.verdict == "held":
        return f"{amount} 暂缓（{result.hold}）".strip()
    return "不符合" if result.verdict == "none" else amount or "符合"


def given_figure(text: str, parameter: Parameter) -> Fraction | date:
    """A parameter's value as given with `--set` or in a case, with or without its unit.

    Raises:
        ValueError: in Chinese.
    """
    word = parameter.unit.split()[0]
    return stored_figure(text.strip().removesuffix(word).strip(), parameter.unit)


def cases(
    files: Mapping[str, Item],
    words: Vocabulary,
    instruments: Mapping[str, Instrument],
    problems: list[Problem],
) -> tuple[GoldenCase, ...]:
    """Read all golden files; names and values that the pack does not know are problems."""
    reader = _Reader(words, instruments, problems)
    found = [reader.case(row) for item in files.values() for row in item.rows if not item.is_null]
    seen: dict[str, GoldenCase] = {}
    for case in found:
        if case.name in seen:
            where = seen[case.name].place
            problems.append(
                Problem(str(case.place), f"例子 {case.name!r} 重名", f"另一个在 {where}")
            )
        seen[case.name] = case
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reader:
    words: Vocabulary
    instruments: Mapping[str, Instrument]
    problems: list[Problem]

    def case(self, item: Item) -> GoldenCase:
        persons, household_of = {}, {}
        households = {
            name: self.given(row, "household") for name, row in item.entries("households")
        }
        for name, row in item.entries("persons"):
            persons[name] = self.given(row, "person", ("household",))
            if home := self.link(row, "household", households):
                household_of[name] = home
        organisations = {
            name: self.given(row, "organisation") for name, row in item.entries("organisations")
        }
        records: dict[str, dict[str, GoldenRecord]] = {}
        for kind, rows in item.entries("records"):
            if kind not in self.words.facts or kind in ("person", "household", "organisation"):
                self.unknown(item.table["records"], kind, "记录种类", self.words.facts)
                continue
            records[kind] = {
                name: GoldenRecord(
                    self.given(row, kind, ("person", "household", "organisation")),
                    self.link(row, "person", persons),
                    self.link(row, "household", households),
                    self.link(row, "organisation", organisations),
                )
                for name, row in rows.table.items()
            }
        kinds: dict[str, str] = {}
        subjects: tuple[tuple[str, Iterable[str]], ...] = (
            ("household", households),
            ("person", persons),
            ("organisation", organisations),
            *records.items(),
        )
        for kind, names in subjects:
            for name in names:
                if kinds.setdefault(name, kind) != kind:
                    self.problems.append(item.problem(f"称呼 {name!r} 用了两次", "换一个称呼"))
        return GoldenCase(
            name=item.string("name"),
            month=Month.parse(item.string("month")),
            readings=self.signed(item),
            set=dict(self.figures(item)),
            signals=dict(self.signals(item)),
            events=dict(self.events_of(item)),
            complete=item.string("registers") == "complete",
            households=households,
            persons=persons,
            household_of=household_of,
            organisations=organisations,
            records=records,
            expect={
                name: dict(self.expected(rows, kinds[name]))
                for name, rows in item.entries("expect")
                if name in kinds or self.unknown(item.table["expect"], name, "对象", kinds)
            },
            place=item.place,
        )

    def unknown(self, item: Item, key: str, what: str, known: Mapping[str, object]) -> bool:
        near = suggest(key[:60], known) if len(self.problems) < MANY else None
        hint = f"是不是 {near!r}？" if near else ""
        self.problems.append(item.key_problem(key, f"没有{what} {key!r}", hint))
        return False

    def given(self, item: Item, kind: str, links: tuple[str, ...] = ()) -> dict[str, Stored]:
        """The facts of one subject."""
        found: dict[str, Stored] = {}
        known = self.words.facts[kind]
        for name, row in item.table.items():
            if name in links:
                continue
            fact = known.get(name)
            if fact is None and name in self.words.definitions.get(kind, {}):
                self.problems.append(
                    item.key_problem(name, f"{name!r} 是派生的，不能直接给", "请给它所依据的事实")
                )
            elif fact is None:
                self.unknown(item, name, "事实", known)
            elif row.is_null:
                found[name] = None
            else:
                try:
                    found[name] = stored_value(row.text, fact.type, fact.low, fact.high)
                except ValueError as error:
                    self.problems.append(row.problem(f"{name}: {error}"))
        return found

    def link(self, item: Item, key: str, known: Mapping[str, object]) -> str:
        """The name of the person, household or organisation that `item` belongs to."""
        named = item.get(key)
        if named is None:
            return ""
        if named.text not in known:
            near = suggest(named.text, known)
            hint = f"是不是 {near!r}？" if near else f"请在 {key}s 里写上"
            self.problems.append(named.problem(f"没有 {named.text!r}", hint))
        return named.text

    def signed(self, item: Item) -> dict[str, str]:
        found = {}
        for name, row in item.entries("readings"):
            reading = self.words.readings.get(name)
            if reading is None:
                self.unknown(item.table["readings"], name, "读法", self.words.readings)
            elif row.text not in reading.options:
                options = "、".join(reading.options)
                self.problems.append(row.problem(f"没有这种读法 {row.text!r}", f"可写：{options}"))
            else:
                found[name] = row.text
        return found

    def figures(self, item: Item) -> Iterator[tuple[str, Fraction | date | None]]:
        for name, row in item.entries("set"):
            parameter = self.words.parameters.get(name)
            if parameter is None:
                self.unknown(item.table["set"], name, "参数", self.words.parameters)
            elif row.is_null:
                yield name, None
            else:
                try:
                    yield name, given_figure(row.text, parameter)
                except ValueError as error:
                    self.problems.append(row.problem(str(error), f"单位：{parameter.unit}"))

    def signals(self, item: Item) -> Iterator[tuple[str, Fraction | None]]:
        for name, row in item.entries("signals"):
            indicator = self.words.indicators.get(name)
            if indicator is None:
                self.unknown(item.table["signals"], name, "指数", self.words.indicators)
            elif row.is_null:
                yield name, None
            else:
                try:
                    value = stored_figure(row.text, indicator.unit)
                except ValueError as error:
                    self.problems.append(row.problem(str(error), f"单位：{indicator.unit}"))
                else:
                    assert isinstance(value, Fraction)
                    yield name, value

    def events_of(self, item: Item) -> Iterator[tuple[str, Event]]:
        for name, row in item.entries("events"):
            known = self.words.events.get(name)
            if known is None:
                self.unknown(item.table["events"], name, "事件", self.words.events)
                continue
            start, until = row.day("from"), row.day("until")
            if until is not None and (start is None or until <= start):
                self.problems.append(row.problem("事件的 until 不晚于 from"))
                continue
            yield name, replace(known, start=start, until=until, place=row.place)

    def expected(self, rows: Item, kind: str) -> Iterator[tuple[str, Expected]]:
        for key, row in rows.table.items():
            benefit = self.instruments.get(key)
            if not isinstance(benefit, Assessable):
                known = {k: v for k, v in self.instruments.items() if isinstance(v, Assessable)}
                self.unknown(rows, key, "待遇或标准", known)
            elif benefit.subject != kind:
                self.problems.append(
                    rows.key_problem(key, f"{key!r} 是给 {benefit.subject} 的，这里是 {kind}")
                )
            else:
                yield key, self.outcome(row, benefit)

    def outcome(self, item: Item, benefit: Assessable) -> Expected:
        if item.kind == "mapping":
            lacks, hold, written = (item.get(key) for key in ("undecided", "held", "amount"))
            if (lacks is None) == (hold is None) or (lacks is not None and written is not None):
                self.problems.append(
                    item.problem("写 {undecided: […]}，或 {held: 原因, amount: 数额}")
                )
            if hold is None:
                facts = tuple(one.text for one in lacks.rows) if lacks is not None else ()
                return Expected("undecided", lacks=facts, place=item.place)
            amount = None if written is None else self.amount(written, benefit)
            return Expected("held", amount, hold=hold.text, place=item.place)
        if item.text in ("entitled", "none"):
            return Expected("none" if item.text == "none" else "entitled", place=item.place)
        return Expected("entitled", self.amount(item, benefit), place=item.place)

    def amount(self, item: Item, benefit: Assessable) -> int | None:
        if benefit.amount is None:
            self.problems.append(
                item.problem(f"{benefit.id!r} 没有数额", "应写 entitled、none 或 {undecided: […]}")
            )
            return None
        try:
            value = stored_value(item.text, benefit.amount.type)
        except ValueError as error:
            self.problems.append(item.problem(str(error), '金额如 "120.00"，数量如 "9 m3"'))
            return None
        return value if isinstance(value, int) else None
