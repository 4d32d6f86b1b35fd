"""What a rule means: a plain, slow, exact evaluation of its tree.

The printers are held to this by property tests. It also computes what is the same for every
subject (parameters, signals, dates), before an engine sees the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from luodi.rules.calendar import add_days, add_months, age_on, full_months, years_before
from luodi.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Compare,
    ConstantName,
    Defined,
    FactName,
    In,
    IsUnknown,
    Junction,
    Literal,
    Node,
    Not,
)
from luodi.rules.types import Value

Facts = Mapping[str, Value]


class Subject:
    """One subject as the interpreter sees it.

    Args:
        facts: Values (not stored integers) of the subject's own facts; absent means unknown.
        links: Facts of linked subjects by path ("household", "person", "person.household").
        members: Members' facts of the household reached by a path ("" is the subject's own).
        constants: Values of constants by qualified name.
    """

    __slots__ = ("constants", "facts", "links", "members")

    def __init__(
        self,
        facts: Facts,
        links: Mapping[str, Facts] | None = None,
        members: Mapping[str, Sequence[Facts]] | None = None,
        constants: Mapping[str, Value] | None = None,
    ) -> None:
        self.facts, self.links = facts, links or {}
        self.members, self.constants = members or {}, constants or {}


def evaluate(node: Node, subject: Subject) -> Value:
    """The value of `node` for `subject`; None where it is unknown."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, ConstantName):
        return subject.constants.get(node.name)
    if isinstance(node, FactName):
        facts = subject.links.get(".".join(node.path), {}) if node.path else subject.facts
        return facts.get(node.fact.name)
    if isinstance(node, Defined):
        return evaluate(node.body, subject)
    if isinstance(node, Aggregate):
        members = subject.members.get(".".join(node.path), ())
        each = [
            evaluate(node.argument, Subject(member, constants=subject.constants))
            for member in members
        ]
        return aggregate(node.function, each)
    if isinstance(node, IsUnknown):
        return (evaluate(node.item, subject) is not None) is node.known
    if isinstance(node, Call) and node.function == "if":
        condition = evaluate(node.arguments[0], subject)
        if condition is None:
            return None
        return evaluate(node.arguments[1 if condition else 2], subject)
    values = [evaluate(child, subject) for child in node.children]
    if isinstance(node, Junction):
        return junction(node.op, values)
    if isinstance(node, Call) and node.function == "first_true":
        for index, value in enumerate(values, 1):
            if value is not False:
                return None if value is None else Fraction(index)
        return Fraction(0)
    if any(value is None for value in values):
        return None
    if isinstance(node, Not):
        return not values[0]
    if isinstance(node, Compare):
        return _COMPARE[node.op](values[0], values[1])
    if isinstance(node, In):
        return values[0] in node.values
    if isinstance(node, Arithmetic):
        a, b = _numbers(values)
        return a + b if node.op == "+" else a - b if node.op == "-" else a * b
    assert isinstance(node, Call), node
    return _CALLS[node.function](values)


def junction(op: str, values: Sequence[Value]) -> bool | None:
    """Kleene `and` / `or`."""
    decisive = op == "or"
    if any(value is decisive for value in values):
        return decisive
    return None if any(value is None for value in values) else not decisive


def aggregate(function: str, values: Sequence[Value]) -> Value:
    """Over the members of a household; `values` are those of the argument, one a member."""
    if function == "any_member":
        return junction("or", values)
    if function == "all_members":
        return junction("and", values)
    if any(value is None for value in values):
        return None
    if function == "count_members":
        return Fraction(sum(1 for value in values if value))
    numbers = _numbers(values)
    if function == "sum_members":
        return sum(numbers, Fraction(0))
    if not numbers:
        return None
    return min(numbers) if function == "min_members" else max(numbers)


def rounded(value: Fraction, unit: Fraction, way: str) -> Fraction:
    """A whole number of `unit`s: `round` half away from zero, `round_down` to, `round_up` from."""
    units = abs(value) / unit
    whole, rest = divmod(units.numerator, units.denominator)
    if (way == "round" and 2 * rest >= units.denominator) or (way == "round_up" and rest):
        whole += 1
    return whole * unit if value >= 0 else -whole * unit


def _numbers(values: Sequence[Value]) -> list[Fraction]:
    return [value for value in values if isinstance(value, Fraction)]


def _dates(values: Sequence[Value]) -> list[date]:
    return [value for value in values if isinstance(value, date)]


def _extreme(values: Sequence[Value], least: bool) -> Value:
    days = _dates(values)
    if days:
        return min(days) if least else max(days)
    numbers = _numbers(values)
    return min(numbers) if least else max(numbers)


def _ratio(values: Sequence[Value]) -> Value:
    a, b = _numbers(values)
    return a / b if b > 0 else None


def _round(values: Sequence[Value], way: str) -> Fraction:
    value, unit = _numbers(values)
    return rounded(value, unit, way)


def _shift(values: Sequence[Value], by: Callable[[date, int], date | None]) -> Value:
    (day,), (count,) = _dates(values), _numbers(values)
    return by(day, int(count))


_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]
    "<=": lambda a, b: a <= b,  # type: ignore[operator]
    ">": lambda a, b: a > b,  # type: ignore[operator]
    ">=": lambda a, b: a >= b,  # type: ignore[operator]
}
_CALLS: dict[str, Callable[[Sequence[Value]], Value]] = {
    "at_least": lambda v: _extreme(v, least=False),
    "at_most": lambda v: _extreme(v, least=True),
    "ratio": _ratio,
    "round": lambda v: _round(v, "round"),
    "round_down": lambda v: _round(v, "round_down"),
    "round_up": lambda v: _round(v, "round_up"),
    "full_months": lambda v: Fraction(full_months(*_dates(v))),
    "days_between": lambda v: Fraction((_dates(v)[1] - _dates(v)[0]).days),
    "age_on": lambda v: Fraction(age_on(*_dates(v))),
    "years_before": lambda v: _shift(v, years_before),
    "add_months": lambda v: _shift(v, add_months),
    "add_days": lambda v: _shift(v, add_days),
    "count_true": lambda v: Fraction(sum(1 for value in v if value)),
}
