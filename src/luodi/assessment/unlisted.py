"""People on no register: decided area by area, not one by one.

Whoever is on no list differs from the next such person only in what the residents' register
says. Where a town has not handed in a list, all of them are undecided together: one class row a
benefit and area names the lists that are lacking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luodi.assessment.compiled import Rule, relevant_atoms
from luodi.assessment.reasons import names_in
from luodi.assessment.scenarios import Scenario
from luodi.pack.model import Pack
from luodi.rules.interpreter import Subject, evaluate
from luodi.rules.tree import (
    Aggregate,
    ConstantName,
    Defined,
    FactName,
    Junction,
    Node,
    leaves,
)
from luodi.rules.types import Kind, Value


@dataclass(frozen=True, slots=True)
class UndecidedClass:
    """All people of an area who are on no list, undecided for one benefit.

    Attributes:
        area: Nine digits as a number.
        lacks: The facts that would decide.
        registers: The lists that the area has not handed in, or that are partial.
    """

    rule: Rule
    area: int
    lacks: tuple[str, ...]
    registers: tuple[str, ...]


class Lists:
    """Which lists were handed in where, read from a snapshot's manifest."""

    def __init__(self, pack: Pack, manifest: Mapping[str, Any]) -> None:
        self.pack = pack
        self.states: Mapping[str, Mapping[str, Any]] = manifest.get("registers", {})
        self.sources: dict[str, list[str]] = {}
        for name, register in pack.registers.items():
            if register.is_record or register.base:
                continue
            for fact in register.facts:
                self.sources.setdefault(fact, []).append(name)

    def lacking(self, fact: str, area: int) -> list[str]:
        """The registers whose silence about somebody in `area` says nothing on `fact`."""
        found = []
        for name in self.sources.get(fact, ()):
            state = self.states.get(name)
            if (
                self.pack.registers[name].absence == "unknown"
                or state is None
                or (
                    state.get("handed_in") != "all"
                    and f"{area:09d}" not in {str(code) for code in state.get("handed_in", ())}
                )
            ):
                found.append(name)
        return found

    def nobody(self, kind: str, area: int | None) -> dict[str, Value]:
        """The facts of a subject of `kind` on no list in `area`; None: everything handed in."""
        facts: dict[str, Value] = {"is_identified": True}
        for name, fact in self.pack.facts[kind].items():
            if name not in self.sources or fact.type.kind is not Kind.BOOLEAN:
                continue
            if area is None or not self.lacking(name, area):
                facts[name] = False
        return facts


def cannot_touch_unlisted(rule: Rule, lists: Lists, scenarios: Sequence[Scenario]) -> bool:
    """Whether a person on no list is refused for certain, once all lists are in and complete.

    Not asked of rules that reach people only through their household: those households are few,
    so that their members are looked at one by one.
    """
    if rule.benefit.subject != "person" or _through_household(rule.verdict):
        return False
    facts = lists.nobody("person", None)
    return all(
        evaluate(rule.verdict, _subject(facts, scenario)) is False
        for scenario in scenarios
        if scenario.live
    )


def _through_household(node: Node) -> bool:
    """Whether `node` can only be TRUE where something is true of the person's household."""
    if isinstance(node, Aggregate):
        return node.function == "any_member"
    if isinstance(node, FactName):
        return node.path == ("household",) and node.type.kind is Kind.BOOLEAN
    if isinstance(node, Defined):
        return _through_household(node.body)
    if isinstance(node, Junction):
        each = [_through_household(item) for item in node.items]
        return any(each) if node.op == "and" else all(each)
    return False


def undecided_classes(
    rule: Rule, lists: Lists, scenarios: Sequence[Scenario], areas: Sequence[int]
) -> list[UndecidedClass]:
    """The areas where people on no list are undecided for `rule`, and for want of what."""
    found = []
    live = [scenario for scenario in scenarios if scenario.live]
    for area in areas:
        facts = lists.nobody("person", area)
        names: dict[str, None] = {}
        for scenario in live:
            subject = _subject(facts, scenario)
            if evaluate(rule.verdict, subject) is not None:
                continue
            values = {atom: _truth(evaluate(atom, subject)) for atom in rule.atoms}
            for atom in relevant_atoms(rule.verdict, values):
                for leaf in leaves(atom):
                    if not isinstance(leaf, ConstantName):
                        names |= dict.fromkeys(names_in(leaf))
        registers = {name: lists.lacking(name, area) for name in names}
        lacks = tuple(sorted(name for name, lacking in registers.items() if lacking))
        if lacks:
            lists_lacking = sorted({one for lacking in registers.values() for one in lacking})
            found.append(UndecidedClass(rule, area, lacks, tuple(lists_lacking)))
    return found


def _subject(facts: Mapping[str, Value], scenario: Scenario) -> Subject:
    """Somebody of whom, besides `facts`, and of whose household, nothing is known."""
    return Subject(facts, {}, {"": [{}]}, scenario.constants)


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None
