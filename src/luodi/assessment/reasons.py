"""Masks of conditions, and which missing facts keep a verdict open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from luodi.assessment.compiled import Rule, relevant_atoms
from luodi.rules.interpreter import junction
from luodi.rules.tree import (
    Aggregate,
    Call,
    ConstantName,
    Defined,
    FactName,
    IsUnknown,
    Junction,
    Node,
    Not,
    leaves,
)

CLASH = "clash"
Leaf = FactName | ConstantName | Aggregate


@dataclass(frozen=True, slots=True)
class Masks:
    """What a rule's conditions were for one subject.

    Attributes:
        truth: Bit i: `rule.atoms[i]` was TRUE.
        unknown: Bit i: it was unknown. Neither bit: it was FALSE.
        lacking: Bit j: `rule.inputs[j]` was not known.
    """

    truth: int
    unknown: int
    lacking: int

    def value(self, index: int) -> bool | None:
        if self.unknown >> index & 1:
            return None
        return bool(self.truth >> index & 1)


@lru_cache(maxsize=65_536)
def lacks(rule: Rule, masks: Masks, *, entitled: bool, clash: bool = False) -> tuple[str, ...]:
    """The names of what is missing, of which each matters to the open question.

    Args:
        entitled: The verdict is TRUE and only the amount is open.
        clash: Two exceptions apply at once with different values.
    """
    if clash:
        return (CLASH,)
    if entitled:
        parts: Iterable[Node] = () if rule.amount is None else (rule.amount,)
    else:
        values = {atom: masks.value(index) for index, atom in enumerate(rule.atoms)}
        parts = relevant_atoms(rule.verdict, values)
    found: dict[str, None] = {}
    seen = _Seen(rule, masks)
    for part in parts:
        for leaf in seen.causes(part) or _suspects(part):
            found |= dict.fromkeys(names_in(leaf))
    return tuple(sorted(found))


class _Seen:
    """What the masks tell about a subject: which inputs are unknown, which conditions hold."""

    def __init__(self, rule: Rule, masks: Masks) -> None:
        self.missing: dict[Node, bool] = {
            part: bool(masks.lacking >> index & 1) for index, part in enumerate(rule.inputs)
        }
        self.values = {atom: masks.value(index) for index, atom in enumerate(rule.atoms)}

    def causes(self, node: Node) -> tuple[Leaf, ...]:
        """The inputs that make `node` unknown, as far as the masks can tell."""
        if isinstance(node, FactName | ConstantName | Aggregate):
            return (node,) if self.missing.get(node) else ()
        if isinstance(node, IsUnknown):
            return ()
        if isinstance(node, Call) and node.function == "if":
            condition, yes, no = node.arguments
            chosen = self.truth(condition)
            if chosen is not None:
                return self.causes(yes if chosen else no)
            return self.causes(condition) or (*self.causes(yes), *self.causes(no))
        return tuple(leaf for child in node.children for leaf in self.causes(child))

    def truth(self, node: Node) -> bool | None:
        """Whether a condition holds, where the masks tell; else None."""
        if node in self.values:
            return self.values[node]
        if isinstance(node, IsUnknown):
            missing = self.missing.get(node.item)
            return None if missing is None else missing is not node.known
        if isinstance(node, Not):
            value = self.truth(node.item)
            return None if value is None else not value
        if isinstance(node, Junction):
            return junction(node.op, [self.truth(item) for item in node.items])
        if isinstance(node, Defined):
            return self.truth(node.body)
        return None


def _suspects(node: Node) -> tuple[Leaf, ...]:
    """Where nothing is missing and yet nothing follows: the divisor that is not above zero."""
    for part in node.walk():
        if isinstance(part, Call) and part.function == "ratio":
            return leaves(part.arguments[1])
    return tuple(leaf for leaf in leaves(node) if not isinstance(leaf, ConstantName))


def names_in(leaf: Leaf) -> tuple[str, ...]:
    """The facts or constants that a leaf reads; of a household aggregate, the members' facts."""
    if isinstance(leaf, Aggregate):
        return tuple(
            node.name for node in leaf.argument.walk() if isinstance(node, FactName | ConstantName)
        )
    return (leaf.name,)


def readings_that_matter(
    outcomes: Mapping[tuple[tuple[str, str], ...], object],
) -> tuple[str, ...]:
    """The open readings on which `outcomes` (by choice) depend."""
    found = []
    names = {name for choice in outcomes for name, _ in choice}
    for name in sorted(names):
        groups: dict[tuple[tuple[str, str], ...], set[object]] = {}
        for choice, outcome in outcomes.items():
            rest = tuple(pair for pair in choice if pair[0] != name)
            groups.setdefault(rest, set()).add(outcome)
        if any(len(group) > 1 for group in groups.values()):
            found.append(f"reading.{name}")
    return tuple(found)
