"""Figures with dates and sources: parameters, indicators, and the events that bound them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, cast

from luodi.basics.period import DayRange, Month
from luodi.basics.problem import Problem, suggest
from luodi.pack.yaml import Item, is_day
from luodi.rules import Kind, Place, Type

Status = Literal["confirmed", "assumed", "open"]
INTEGER_UNITS = frozenset(
    (
        "persons",
        "households",
        "months",
        "days",
        "years",
        "hours",
        "count",
        "beds",
        "classes",
        "places",
    )
)
QUANTITY_UNITS = frozenset(("m3", "m2", "km", "kg", "g", "t", "l", "kwh", "gj"))


def unit_type(unit: str) -> Type | None:
    """The type of a figure in `unit`, by its first word; None if the word is not known.

    `yuan` is money, `%` and `times` a ratio, `persons`, `months`, `days` … an integer, `date` a
    date, `m3`, `kg`, `t` … a quantity.
    """
    word = unit.partition(" ")[0]
    if word == "yuan":
        return Type.money()
    if word in ("%", "times"):
        return Type.ratio()
    if word in INTEGER_UNITS:
        return Type.integer()
    if word == "date":
        return Type.date()
    return Type.quantity(word) if word in QUANTITY_UNITS else None


_SCALES = {Kind.MONEY: 100, Kind.INTEGER: 1, Kind.QUANTITY: 1000}


#: Nothing else that stands for a number: 1e999999999 would never be worked out.
_FIGURE = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII)


def stored_figure(text: str, unit: str) -> Fraction | date:
    """A figure as written, exact, in the stored scale of its unit: fen, millionths, thousandths.

    Raises:
        ValueError: in Chinese: it is no such figure, or too large to store.
    """
    kind = unit_type(unit)
    if kind is None:
        raise ValueError(f"不认识的计量单位 {unit!r}")
    if kind.kind is Kind.DATE:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"没有这一天 {text!r}") from None
    scale = 10**6 if unit.startswith("times") else _SCALES.get(kind.kind, 10**4)
    if not _FIGURE.fullmatch(text):
        raise ValueError(f"不是数字 {text[:40]!r}")
    value = Fraction(text) * scale
    if value < 0 and kind.kind is not Kind.RATIO:
        raise ValueError(f"不能是负数，现为 {text}")
    if kind.kind is Kind.INTEGER and value.denominator != 1:
        raise ValueError(f"{unit.partition(' ')[0]} 要写整数，现为 {text}")
    if abs(value) > kind.bound:
        raise ValueError(f"数值 {text} 超出上限")
    return value


@dataclass(frozen=True, slots=True)
class Event:
    """Something that begins and ends by announcement, and that validity hangs on.

    Attributes:
        start: First day; None if it has not begun.
        until: The day from which it is over; None if it is not over.
    """

    name: str
    label: str
    start: date | None
    until: date | None
    source: str = ""
    status: Status = "confirmed"
    place: Place = field(default=Place("pack.yaml"), compare=False)

    @property
    def days(self) -> DayRange | None:
        """The days it is in force; None if it has not begun."""
        return None if self.start is None else DayRange(self.start, self.until)

    def days_in(self, month: Month) -> int:
        """How many days of `month` it is in force."""
        if self.start is None:
            return 0
        after = month.last_day + timedelta(days=1)
        end = after if self.until is None else min(self.until, after)
        return max(0, (end - max(self.start, month.first_day)).days)

    def ended_by(self, day: date) -> bool:
        """Whether it has ended, as seen on `day`."""
        return self.until is not None and self.until <= day


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a parameter or indicator, with where it comes from.

    Attributes:
        since: The day from which it holds; for an indicator, the first day of its month.
        value: In the stored scale of the unit, exact.
        text: As written in the file.
        measure: Number of the measure that `quotes` stand in; empty for a figure from elsewhere.
        released: For an indicator, the day of publication.
    """

    since: date
    value: Fraction | date
    text: str
    status: Status
    measure: str = ""
    quotes: tuple[str, ...] = ()
    source: str = ""
    released: date | None = None
    note: str = ""
    place: Place = field(default=Place(""), compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated figure, read in rules as `param.NAME`.

    Attributes:
        figures: By date, oldest first; none for an open parameter.
        until: The day from which no value holds.
        event: Instead of `until`: it holds while this event does.
        open: The notice does not give it; unknown until `asks` answers `question`.
    """

    name: str
    label: str
    unit: str
    type: Type
    figures: tuple[Figure, ...]
    issuer: str = ""
    until: date | None = None
    event: Event | None = None
    open: bool = False
    asks: str = ""
    question: str = ""
    note: str = ""
    place: Place = field(default=Place(""), compare=False)

    def figure_for(self, month: Month, events: Mapping[str, Event] | None = None) -> Figure | None:
        """The latest figure whose [from, until) meets `month`; None if there is none.

        Args:
            month: The month asked about.
            events: Events as known by the asker, where they differ from the pack's.
        """
        end = self.until
        if self.event is not None:
            end = (events or {}).get(self.event.name, self.event).until
        if end is not None and end <= month.first_day:
            return None
        begun = [figure for figure in self.figures if figure.since <= month.last_day]
        if not begun or (end is not None and end <= begun[-1].since):
            return None
        return begun[-1]

    def values_for(
        self, month: Month, events: Mapping[str, Event] | None = None
    ) -> Fraction | date | None:
        """The value of `figure_for`, in stored scale (fen, millionths, thousandths), exact."""
        figure = self.figure_for(month, events)
        return None if figure is None else figure.value


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure published month by month, read in rules as `signal.NAME`."""

    name: str
    label: str
    unit: str
    type: Type
    figures: Mapping[Month, Figure]
    issuer: str = ""
    note: str = ""
    place: Place = field(default=Place(""), compare=False)

    def value_for(self, month: Month) -> Fraction | None:
        """The value of `month`, in stored scale, exact; None where none was published."""
        figure = self.figures.get(month)
        return figure.value if figure and isinstance(figure.value, Fraction) else None


def event(name: str, item: Item, problems: list[Problem]) -> Event:
    """Read an event of pack.yaml."""
    start, until = item.day("from"), item.day("until")
    if until is not None and (start is None or until <= start):
        problems.append(item.problem("事件的 until 不晚于 from", "until 是不再有效的第一天"))
        until = None
    status = cast(Status, item.string("status"))
    source = item.string("source")
    return Event(name, item.string("label"), start, until, source, status, item.place)


def _type_of(item: Item, problems: list[Problem]) -> Type | None:
    unit = item.table["unit"]
    kind = unit_type(unit.text.strip())
    if kind is None:
        known = sorted({"yuan", "%", "times", "date"} | INTEGER_UNITS | QUANTITY_UNITS)
        word = (unit.text.split() or [""])[0]
        near = suggest(word, known)
        hint = f"是不是 {near!r}？" if near else ""
        problems.append(
            unit.problem(f"不认识的计量单位 {word!r}", f"{hint}第一个词可写：{'、'.join(known)}")
        )
    return kind


def parameter(
    name: str, item: Item, events: Mapping[str, Event], problems: list[Problem]
) -> Parameter | None:
    """Read a file of parameters/; None if its unit is not known."""
    kind = _type_of(item, problems)
    if kind is None:
        return None
    unit = item.string("unit")
    figures = []
    for since, row in item.entries("values"):
        if not is_day(since):
            key = item.table["values"]
            problems.append(key.key_problem(since, f"没有这一天 {since!r}"))
            continue
        if value := _value(row.table["value"], unit, problems):
            figures.append(_figure(row, date.fromisoformat(since), *value))
    end = item.get("until")
    ending = None
    until = None
    if end is not None and end.kind == "mapping":
        ending = known_event(end.table["event"], events, problems)
    elif end is not None:
        until = date.fromisoformat(end.text)
    if until is not None and figures and until <= max(figure.since for figure in figures):
        assert end is not None
        problems.append(
            end.problem("until 不晚于最后一个数值的起始日期", "until 是不再有效的第一天")
        )
    is_open = item.flag("open", False)
    if is_open and (figures or item.get("question") is None or item.get("asks") is None):
        problems.append(
            item.problem("待答复的参数（open: true）要有 asks 和 question，不能有 values")
        )
    if not is_open and item.get("values") is None:
        problems.append(
            item.problem("参数没有数值", "写 values；文件没有给出的写 open: true、asks、question")
        )
    return Parameter(
        name,
        item.string("label"),
        unit,
        kind,
        tuple(sorted(figures, key=lambda figure: figure.since)),
        issuer=item.string("issuer"),
        until=until,
        event=ending,
        open=is_open,
        asks=item.string("asks"),
        question=item.string("question"),
        note=item.string("note"),
        place=item.place,
    )


def indicator(name: str, item: Item, problems: list[Problem]) -> Indicator | None:
    """Read a file of indicators/; None if its unit is not known."""
    kind = _type_of(item, problems)
    if kind is None:
        return None
    unit = item.string("unit")
    figures = {}
    for key, row in item.entries("values"):
        try:
            month = Month.parse(key)
        except ValueError as error:
            problems.append(item.table["values"].key_problem(key, str(error)))
            continue
        if value := _value(row.table["value"], unit, problems):
            figures[month] = _figure(row, month.first_day, *value)
    return Indicator(
        name,
        item.string("label"),
        unit,
        kind,
        figures,
        issuer=item.string("issuer"),
        note=item.string("note"),
        place=item.place,
    )


def known_event(item: Item, events: Mapping[str, Event], problems: list[Problem]) -> Event | None:
    """The event that `item` names; a problem if the pack has none."""
    found = events.get(item.text)
    if found is None:
        near = suggest(item.text, events)
        hint = f"是不是 {near!r}？" if near else "请写在 pack.yaml 的 events 里"
        problems.append(item.problem(f"没有事件 {item.text!r}", hint))
    return found


def _value(item: Item, unit: str, problems: list[Problem]) -> tuple[Fraction | date, str] | None:
    try:
        return stored_figure(item.text, unit), item.text
    except ValueError as error:
        problems.append(item.problem(str(error), "数值按单位写，不带单位和逗号"))
        return None


def _figure(row: Item, since: date, value: Fraction | date, text: str) -> Figure:
    return Figure(
        since,
        value,
        text,
        cast(Status, row.string("status")),
        measure=row.string("measure"),
        quotes=row.strings("quote"),
        source=row.string("source"),
        released=row.day("released"),
        note=row.string("note"),
        place=row.place,
    )
