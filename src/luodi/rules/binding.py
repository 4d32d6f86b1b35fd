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
)
from luodi.rules.types import Stored, Type, Value

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
        """`node` with each constant part replaced by a Slot, or a Literal if it never varies."""
        if isinstance(node, Literal):
            return node
        if node.constant:
            return self._slot(node)
        return _rebuilt(node, tuple(self.take_out(child) for child in node.children))

    def _slot(self, node: Node) -> Node:
        if node in self._known:
            return self._known[node]
        values = tuple(
            evaluate(node, Subject({}, constants=scenario)) for scenario in self.scenarios
        )
        if values and values[0] is not None and all(value == values[0] for value in values):
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
    node = _rebuilt(node, tuple(simplified(child) for child in node.children))
    if (
        isinstance(node, Compare)
        and isinstance(node.left, Call)
        and node.left.function == "age_on"
        and node.left.arguments[1].constant
        and node.right.constant
        and node.op in _AGE_TO_BIRTH
    ):
        birth, day = node.left.arguments
        years = node.right
        if node.op in ("<=", ">"):  # at most n years old is less than n + 1
            years = Arithmetic(Type.integer(), "+", years, Literal(Type.integer(), Fraction(1)))
        bound = Call(Type.date(), "years_before", (day, years))
        return Compare(node.type, _AGE_TO_BIRTH[node.op], birth, bound)
    return node


def _rebuilt(node: Node, children: tuple[Node, ...]) -> Node:
    if children == node.children:
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
    if isinstance(node, Aggregate):
        return replace(node, argument=children[0])
    return node


__all__ = ["Slots", "simplified"]
