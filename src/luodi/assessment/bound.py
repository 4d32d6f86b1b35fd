"""A rule with its constants taken out, over the scenarios it may apply in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from luodi.assessment.candidates import Alternative, alternatives
from luodi.assessment.compiled import Rule
from luodi.assessment.known import NOTHING, Known, always_known, settled
from luodi.assessment.scenarios import Scenario
from luodi.rules.binding import Slots, folded
from luodi.rules.tree import Aggregate, ConstantName, FactName, Literal, Node, Slot
from luodi.rules.types import Kind


@dataclass
class Bound:
    """A rule with its constants taken out, over the scenarios it may apply in."""

    rule: Rule
    scenarios: Sequence[Scenario]
    own: Known = NOTHING
    members: Known = NOTHING
    slots: Slots = field(init=False)
    verdict: Node = field(init=False)
    atoms: list[Node] = field(init=False)
    amount: Node | None = field(init=False)
    clash: Node | None = field(init=False)
    inputs: list[Node] = field(init=False)

    def __post_init__(self) -> None:
        self.slots = Slots([one.constants for one in self.scenarios if one.live])
        rule = self.rule

        def put(node: Node) -> Node:
            return folded(self.slots.take_out(settled(node, self.own, self.members)))

        self.verdict = put(rule.verdict)
        self.atoms = [put(atom) for atom in rule.atoms]
        self.amount = None if rule.amount is None else put(rule.amount)
        self.clash = None if rule.clash is None else put(rule.clash)
        self.inputs = [self._input(part, put) for part in rule.inputs]

    def _input(self, part: Node, put: Callable[[Node], Node]) -> Node:
        """Of what is read only whether it is known matters, not how it varies by period."""
        if not isinstance(part, ConstantName):
            return put(part)
        values = [one.constants[part.name] for one in self.scenarios if one.live]
        known = [value for value in values if value is not None]
        return put(part) if 0 < len(known) < len(values) else Literal(part.type, (*known, None)[0])

    def alternatives(self) -> frozenset[Alternative]:
        """The ways in which somebody can come to be entitled or undecided in some scenario."""
        return alternatives(self.verdict, extreme=self._extreme)

    def _extreme(self, slot: Slot, largest: bool) -> Literal | None:
        values = self.slots.values[slot.index]
        if slot.type.kind is Kind.DATE and all(isinstance(one, date) for one in values):
            return Literal(slot.type, (max if largest else min)(values))  # type: ignore[type-var]
        return None

    def always_known(self, node: Node, joined: Callable[[Aggregate], bool]) -> bool:
        return always_known(node, self.own, self.members, self.slots.values, joined)

    @property
    def subject(self) -> str:
        return self.rule.benefit.subject

    def parts(self) -> list[Node]:
        found = [self.verdict, *self.atoms, *self.inputs]
        return found + [part for part in (self.amount, self.clash) if part is not None]

    def facts(self) -> dict[FactName, None]:
        """Facts read outside household aggregates."""
        found: dict[FactName, None] = {}
        for part in self.parts():
            _facts(part, found)
        return found

    def aggregates(self) -> dict[Aggregate, None]:
        return {
            node: None
            for part in self.parts()
            for node in part.walk()
            if isinstance(node, Aggregate)
        }


def _facts(node: Node, found: dict[FactName, None]) -> None:
    if isinstance(node, Aggregate):
        return
    if isinstance(node, FactName):
        found[node] = None
    for child in node.children:
        _facts(child, found)


def paths(one: Bound) -> dict[tuple[str, ...], None]:
    """Paths of linked subjects whose facts a rule reads."""
    return {fact.path: None for fact in one.facts() if fact.path}
