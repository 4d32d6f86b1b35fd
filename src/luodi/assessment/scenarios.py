"""What is the same for every subject in a period: figures, dates, and the readings chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.indicators import Series
from luodi.pack.figures import Event, stored_figure, unit_type
from luodi.pack.measure import Assessable, Reading, Validity
from luodi.pack.model import Pack
from luodi.rules import Value

MOST_VARIANTS = 64
FAR = date(2999, 12, 31)


@dataclass(frozen=True)
class Given:
    """What is given beside the pack: signatures, what-ifs, later figures.

    Attributes:
        readings: Signed readings: name → option. The others stay open, side by side.
        parameters: Values that replace the pack's, or None for unknown.
        signals: Values for every month assessed that replace the pack's.
        series: Published figures by month, which replace the pack's too.
        events: Events as known now, where they differ from the pack's.
    """

    readings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)
    signals: Mapping[str, Value] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    series: Series = field(default_factory=dict)

    def over(self, other: Given) -> Given:
        """Both together; what `other` says goes before."""
        return Given(
            {**self.readings, **other.readings},
            {**self.parameters, **other.parameters},
            {**self.signals, **other.signals},
            {**self.events, **other.events},
            {**self.series, **other.series},
        )

    def sign(self, readings: Mapping[str, str]) -> Given:
        """The same with these readings signed too."""
        return replace(self, readings={**self.readings, **readings})


@dataclass(frozen=True, slots=True)
class Scenario:
    """One period under one choice of the readings that a benefit depends on.

    Attributes:
        month: The month assessed.
        choice: The reading chosen for each open reading, in the order of their names.
        constants: Values by qualified name.
        live: Whether the rule can apply at all; if not, its verdict is FALSE for everybody.
    """

    month: Month
    choice: tuple[tuple[str, str], ...]
    constants: Mapping[str, Value]
    live: bool = True


def constants(pack: Pack, month: Month, validity: Validity, given: Given) -> dict[str, Value]:
    """The value of every constant of `pack` in `month`, readings aside. None is unknown."""
    events = {**pack.events, **given.events}
    values: dict[str, Value] = {
        "period.days": Fraction(month.days),
        "period.days_in_force": Fraction(days_in_force(validity, month, events)),
        "period.first_day": month.first_day,
        "period.last_day": month.last_day,
    }
    for name, event in events.items():
        values[f"event.{name}.days"] = Fraction(event.days_in(month))
        values[f"event.{name}.ended"] = event.ended_by(month.last_day)
        values[f"event.{name}.first_day"] = event.start
        last = None if event.start is None else FAR
        if event.until is not None:
            last = event.until - timedelta(days=1)
        values[f"event.{name}.last_day"] = last
    for name, parameter in pack.parameters.items():
        if name in given.parameters:
            values[f"param.{name}"] = given.parameters[name]
        else:
            values[f"param.{name}"] = _scaled(
                parameter.values_for(month, events), parameter.type.denominator
            )
    for name, indicator in pack.indicators.items():
        if name in given.signals:
            values[f"signal.{name}"] = given.signals[name]
        elif month in given.series.get(name, {}):
            values[f"signal.{name}"] = given.series[name][month].value
        else:
            values[f"signal.{name}"] = _scaled(
                indicator.value_for(month), indicator.type.denominator
            )
    return values


def days_in_force(validity: Validity, month: Month, events: Mapping[str, Event]) -> int:
    """On how many days of `month` an instrument with this validity is in force."""
    start, end = month.first_day, month.last_day + timedelta(days=1)
    if validity.event:
        event = events[validity.event]
        if event.start is None:
            return 0
        start = max(start, event.start)
        end = end if event.until is None else min(end, event.until)
    if validity.since is not None:
        start = max(start, validity.since)
    if validity.until is not None:
        end = min(end, validity.until)
    if validity.until_event and (until := events[validity.until_event].until) is not None:
        end = min(end, until)
    return max(0, (end - start).days)


def scenarios(
    pack: Pack,
    benefit: Assessable,
    names: Iterable[str],
    months: Iterable[Month],
    given: Given,
) -> list[Scenario]:
    """Every month under every choice of the open readings among `names`.

    Raises:
        ProblemError: More than 64 choices are open for one benefit.
    """
    readings = pack.readings
    open_readings = [
        readings[name]
        for name in sorted(
            name.removeprefix("reading.") for name in names if name[:8] == "reading."
        )
        if name not in given.readings
    ]
    choices = [
        tuple(zip((reading.name for reading in open_readings), options, strict=True))
        for options in product(*(tuple(reading.options) for reading in open_readings))
    ]
    if len(choices) > MOST_VARIANTS:
        raise ProblemError(
            Problem(
                str(benefit.place),
                f"{benefit.id} 有 {len(choices)} 种读法组合未签，最多 {MOST_VARIANTS} 种",
                f"请先签定其中几项：{'、'.join(reading.name for reading in open_readings)}",
            )
        )
    found = []
    for month in months:
        values = constants(pack, month, benefit.validity, given)
        signed = {f"reading.{name}": option for name, option in given.readings.items()}
        for choice in choices:
            chosen = {f"reading.{name}": option for name, option in choice}
            found.append(Scenario(month, choice, {**values, **signed, **chosen}))
    return found


def given_from(
    pack: Pack,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    signals: Mapping[str, str] | None = None,
    place: str = "",
) -> Given:
    """Read what a person gave as texts, by the units that the pack declares.

    Args:
        place: Where it stands; empty: the options of that kind.

    Raises:
        ProblemError: Unknown names or options, or values that do not fit their unit.
    """
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    for given_name, text in (parameters or {}).items():
        name = given_name.removeprefix("param.")
        parameter = pack.parameters.get(name)
        if parameter is None:
            problems.append(_unknown(place or "--set", name, pack.parameters, "参数"))
            continue
        values[name] = _given_value(place or "--set", name, text, parameter.unit, problems)
    indices: dict[str, Value] = {}
    for name, text in (signals or {}).items():
        indicator = pack.indicators.get(name)
        if indicator is None:
            problems.append(_unknown(place or "--signal", name, pack.indicators, "信号"))
            continue
        indices[name] = _given_value(place or "--signal", name, text, indicator.unit, problems)
    for name, option in (readings or {}).items():
        reading: Reading | None = pack.readings.get(name)
        if reading is None:
            problems.append(_unknown(place or "--read", name, pack.readings, "读法"))
        elif option not in reading.options:
            problems.append(_unknown(place or "--read", option, reading.options, f" {name} 的选项"))
    if problems:
        raise ProblemError(*problems)
    return Given(dict(readings or {}), values, indices)


def _given_value(place: str, name: str, text: str, unit: str, problems: list[Problem]) -> Value:
    text = text.strip()
    if text in ("unknown", "未知"):
        return None
    word = unit.split(maxsplit=1)[0]
    number = text.removesuffix(word).strip() if text.endswith(word) else text
    try:
        value = stored_figure(number, unit)
    except ValueError as error:
        problems.append(Problem(f"{place} {name}", str(error), f"按单位“{unit}”写，或写 unknown"))
        return None
    type_ = unit_type(unit)
    assert type_ is not None
    return _scaled(value, type_.denominator)


def _unknown(place: str, name: str, known: Iterable[str], what: str) -> Problem:
    names = list(known)
    near = suggest(name, names)
    hint = f"是不是 {near}？" if near else f"有：{'、'.join(sorted(names)[:20])}"
    return Problem(place, f"没有{what} {name!r}", hint)


def _scaled(value: Fraction | date | None, denominator: int) -> Value:
    return value / denominator if isinstance(value, Fraction) else value
