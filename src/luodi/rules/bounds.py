"""How large the numbers of a rule can grow, so that no engine ever overflows.

A stored value lies within the bounds of its fact; from there the bounds of every intermediate
integer follow. What could leave 37 digits is a problem before any row is read: when a rule is
parsed, with its constants at everyday sizes, and again when it is printed, with their values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from luodi.rules.checking import varies_as_ratio
from luodi.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Compare,
    Defined,
    FactName,
    Literal,
    Node,
    Slot,
)
from luodi.rules.types import Kind

NARROW = 2**63 - 1  # BIGINT
WIDE = 10**37  # INT128 and DECIMAL(38,0) both hold it
MOST_MEMBERS = 10_000  # as many as a household may have
#: What a parameter or signal is taken to be, at most, while its value is not known (stored).
EVERYDAY = {Kind.INTEGER: 10**3, Kind.MONEY: 10**7, Kind.RATIO: 10**6, Kind.QUANTITY: 10**6}


class TooLargeError(ArithmeticError):
    """An intermediate integer of a rule may not fit 37 digits, or a rounded one not 64 bits."""


@dataclass(frozen=True, slots=True)
class Range:
    """An integer that is `denominator` times a value, and the bounds it lies between."""

    denominator: int
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.size > WIDE:
            raise TooLargeError

    @property
    def size(self) -> int:
        return max(abs(self.low), abs(self.high))

    @property
    def wide(self) -> bool:
        return self.size > NARROW

    def scaled(self, factor: int) -> Range:
        """The same value over a larger denominator."""
        return Range(self.denominator * factor, self.low * factor, self.high * factor)

    def plus(self, other: Range) -> Range:
        """Of two over the same denominator."""
        return Range(self.denominator, self.low + other.low, self.high + other.high)

    def minus(self, other: Range) -> Range:
        """Of two over the same denominator."""
        return Range(self.denominator, self.low - other.high, self.high - other.low)

    def times(self, other: Range) -> Range:
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Range(self.denominator * other.denominator, min(corners), max(corners))

    def summed(self) -> Range:
        """Over the members of a household."""
        low, high = min(self.low, 0) * MOST_MEMBERS, max(self.high, 0) * MOST_MEMBERS
        return Range(self.denominator, low, high)

    def widened(self, by: int) -> Range:
        return Range(self.denominator, self.low - by, self.high + by)

    def rounded(self, step: int) -> Range:
        """A multiple of `step`, at most one step further from zero."""
        size = step * self.denominator
        low, high = self.low // size * step, -(-self.high // size) * step
        found = Range(1, min(low, 0), max(high, 0))
        if found.wide:
            raise TooLargeError
        return found


def common(ranges: Sequence[Range]) -> list[Range]:
    """All over one denominator."""
    denominator = lcm(*(one.denominator for one in ranges))
    return [one.scaled(denominator // one.denominator) for one in ranges]


#: Bounds of the functions that count or give whole numbers whatever they are given.
COUNTS: dict[str, Range] = {
    "days_between": Range(1, -1_100_000, 1_100_000),
    "full_months": Range(1, -36_000, 36_000),
    "age_on": Range(1, -3_000, 3_000),
    "count_members": Range(1, 0, MOST_MEMBERS),
}


def range_of(node: Node) -> Range:
    """Bounds of a numeric node, what is constant being of everyday size.

    Raises:
        TooLargeError: An integer needed to compute it could leave 37 digits.
    """
    if isinstance(node, Literal):
        return literal_range(node)
    if isinstance(node, Slot):
        return Range(node.denominator, node.low, node.high)
    if isinstance(node, FactName):
        return Range(node.type.denominator, *node.fact.bounds)
    if node.constant and not isinstance(node, Slot):  # computed exactly before any engine sees it
        most = EVERYDAY[node.type.kind]
        return Range(node.type.denominator, -most, most)
    if isinstance(node, Defined):
        return range_of(node.body)
    if isinstance(node, Arithmetic):
        left, right = range_of(node.left), range_of(node.right)
        if node.op == "*":
            return left.times(right)
        left, right = common((left, right))
        return left.plus(right) if node.op == "+" else left.minus(right)
    if isinstance(node, Aggregate):
        if node.function == "count_members":
            return COUNTS[node.function]
        inner = range_of(node.argument)
        return inner.summed() if node.function == "sum_members" else inner
    assert isinstance(node, Call), node
    return _call_range(node)


def literal_range(node: Literal) -> Range:
    if not isinstance(node.value, Fraction):
        return Range(1, 0, 0)
    return Range(node.value.denominator, node.value.numerator, node.value.numerator)


def picked(function: str, ranges: Sequence[Range]) -> Range:
    """Of at_least, at_most, or either branch of an `if`; over one denominator."""
    lows, highs = [one.low for one in ranges], [one.high for one in ranges]
    low = max(lows) if function == "at_least" else min(lows)
    high = min(highs) if function == "at_most" else max(highs)
    return Range(ranges[0].denominator, low, high)


def before_division(function: str, amount: Range, step: int) -> tuple[int, int, Range]:
    """How an amount is rounded with one truncating division: (factor, shift, range of the top).

    units = (amount × factor ± shift) / (factor × size), cut off towards zero.
    """
    size = step * amount.denominator
    factor = 2 if function == "round" else 1
    shift = {"round": size, "round_down": 0, "round_up": size - 1}[function]
    return factor, shift, amount.scaled(factor).widened(shift)


def _call_range(node: Call) -> Range:
    name = node.function
    if name in COUNTS:
        return COUNTS[name]
    if name in ("count_true", "first_true"):
        return Range(1, 0, len(node.arguments))
    if name == "if":
        return picked(name, common([range_of(argument) for argument in node.arguments[1:]]))
    if name in ("at_least", "at_most"):
        return picked(name, common([range_of(argument) for argument in node.arguments]))
    amount, unit = range_of(node.arguments[0]), node.arguments[1]
    assert isinstance(unit, Literal) and isinstance(unit.value, Fraction), node
    before_division(name, amount, int(unit.value))
    return amount.rounded(int(unit.value))


def check(node: Node) -> None:
    """Raise TooLargeError if a number that `node` itself needs can grow too large."""
    if node.constant:
        return
    if isinstance(node, Compare):
        _check_comparison(node)
    elif node.type.numeric and not varies_as_ratio(node):
        range_of(node)


def _check_comparison(node: Compare) -> None:
    left = node.left
    if not left.type.numeric:
        return
    right = range_of(node.right)
    if varies_as_ratio(left):
        while isinstance(left, Defined):
            left = left.body
        assert isinstance(left, Call)
        top, bottom = (range_of(argument) for argument in left.arguments)
        top.scaled(bottom.denominator * right.denominator)
        right.times(bottom.scaled(top.denominator))
    else:
        common((range_of(left), right))


def printed_size(node: Node) -> int:
    """About how many words of SQL it becomes; some functions mention an argument repeatedly."""
    if node.constant:  # taken out and computed before anything is printed
        return 1
    children = node.children
    if isinstance(node, Call):
        times = _MENTIONS.get(node.function, (1,))
        return 1 + sum(
            printed_size(child) * times[min(index, len(times) - 1)]
            for index, child in enumerate(children)
        )
    twice = 2 if isinstance(node, Aggregate) else 1
    return 1 + twice * sum(map(printed_size, children))


_MENTIONS = {
    "if": (2, 1),
    "at_least": (3,),
    "at_most": (3,),
    "round": (3,),
    "round_up": (3,),
    "ratio": (1, 2),
    "first_true": (2,),
    "full_months": (9,),
    "age_on": (3,),
    "add_months": (4, 6),  # BETWEEN is two comparisons to DuckDB
    "add_days": (4, 6),
}
