"""Takes out of a rule what is the same for every subject, and computes it exactly, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from luodi.rules.interpreter import Subject, evaluate
from luodi.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Compare,
    Defined,
    In,
    IsUnknown,
    Junction,
    Literal,
    Node,
    Not,
    Slot,
    joins,
)
from luodi.rules.types import FLIPPED, Stored, Type, Value

_AGE_TO_BIRTH = {">=": "<=", "<": ">", "<=": ">", ">": "<="}


class Slots:
    """The constant parts of a set of rules, each once, with their values in every scenario.

    Args:
        scenarios: For each scenario, the value of every constant by qualified name. A scenario
            is a period under one choice of readings, parameters and signals.
    """

    def __init__(self, scenarios: Sequence[Mapping[str, Value]]) -> None:
        self.scenarios = scenarios
        self.nodes: list[Slot] = []
        self.values: list[tuple[Value, ...]] = []
        self._known: dict[Node, Slot] = {}

    def take_out(self, node: Node) -> Node:
        """`node` with each constant part replaced by a Slot, or a Literal if it never varies.

        What `and`, `or` and `not` join stays joined, so that the conditions of the result are
        those of `node`, one for one; see `folded` for leaving out what no longer matters.
        """
        if isinstance(node, Literal):
            return node
        if node.constant and not joins(node):
            return self._slot(node)
        return rebuilt(node, tuple(self.take_out(child) for child in node.children))

    def _slot(self, node: Node) -> Node:
        if node in self._known:
            return self._known[node]
        values = tuple(
            evaluate(node, Subject({}, constants=scenario)) for scenario in self.scenarios
        )
        if values and all(value == values[0] for value in values):
            return Literal(node.type, values[0])
        numbers = [value for value in values if isinstance(value, Fraction)]
        denominator = lcm(*(number.denominator for number in numbers)) if numbers else 1
        scaled = [int(number * denominator) for number in numbers]
        slot = Slot(
            node.type,
            len(self.nodes),
            denominator,
            min(scaled, default=0),
            max(scaled, default=0),
        )
        self.nodes.append(slot)
        self.values.append(values)
        self._known[node] = slot
        return slot

    def row(self, scenario: int) -> list[Stored]:
        """The stored values of all slots in one scenario, numbers times their denominators."""
        return [
            _stored(values[scenario], slot.denominator)
            for slot, values in zip(self.nodes, self.values, strict=True)
        ]


def _stored(value: Value, denominator: int) -> Stored:
    return int(value * denominator) if isinstance(value, Fraction) else value


def simplified(node: Node) -> Node:
    """The same rule in the form that engines run fastest.

    `age_on(birth_date, day) >= 18` compares birthdays with one date instead of computing an age
    for everyone.
    """
    node = rebuilt(node, tuple(simplified(child) for child in node.children))
    if not isinstance(node, Compare):
        return node
    op, left, right = node.op, node.left, node.right
    if left.constant and not right.constant:
        op, left, right = FLIPPED[op], right, left
    if (
        isinstance(left, Call)
        and left.function == "age_on"
        and left.arguments[1].constant
        and right.constant
        and op in _AGE_TO_BIRTH
    ):
        birth, day = left.arguments
        years = right
        if op in ("<=", ">"):  # at most n years old is less than n + 1
            years = Arithmetic(Type.integer(), "+", years, Literal(Type.integer(), Fraction(1)))
        bound = Call(Type.date(), "years_before", (day, years))
        return Compare(node.type, _AGE_TO_BIRTH[op], birth, bound)
    return node


def folded(node: Node) -> Node:
    """The same rule without the parts that literals decide: `true and x` is x, `if(true, a, b)` a.

    Called after `Slots.take_out`; conditions that no longer matter are gone from the result.
    """
    if isinstance(node, Literal | Slot):
        return node
    node = rebuilt(node, tuple(folded(child) for child in node.children))
    if isinstance(node, Junction):
        return _folded_junction(node)
    first = node.children[0] if node.children else None
    if not isinstance(first, Literal):
        return node
    if isinstance(node, Defined):
        return first
    if isinstance(node, Not):
        return Literal(node.type, None if first.value is None else not first.value)
    if isinstance(node, IsUnknown):
        return Literal(node.type, (first.value is not None) is node.known)
    if isinstance(node, Call) and node.function == "if":
        if first.value is None:
            return Literal(node.type, None)
        return node.arguments[1 if first.value else 2]
    return node


def _folded_junction(node: Junction) -> Node:
    decisive = node.op == "or"
    rest: list[Node] = []
    for item in node.items:
        value = item.value if isinstance(item, Literal) else None
        if value is decisive:
            return item
        if value is None:
            rest.append(item)
    if not rest:
        return Literal(node.type, not decisive)
    return rest[0] if len(rest) == 1 else Junction(node.type, node.op, tuple(rest))


def rebuilt(node: Node, children: tuple[Node, ...]) -> Node:
    """`node` over other children; itself where they are the same."""
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    if isinstance(node, Defined):
        return replace(node, body=children[0])
    if isinstance(node, Not | In | IsUnknown):
        return replace(node, item=children[0])
    if isinstance(node, Junction):
        return replace(node, items=children)
    if isinstance(node, Compare | Arithmetic):
        return replace(node, left=children[0], right=children[1])
    if isinstance(node, Call):
        return replace(node, arguments=children)
    assert isinstance(node, Aggregate), node
    return replace(node, argument=children[0])


__all__ = ["Slots", "folded", "rebuilt", "simplified"]
