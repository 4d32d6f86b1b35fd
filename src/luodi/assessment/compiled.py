"""A benefit made ready to be decided: its verdict, its conditions, its amount, its holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from luodi.assessment.scenarios import Given, Scenario, scenarios
from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError
from luodi.pack.measure import Assessable
from luodi.pack.model import Pack
from luodi.rules.binding import simplified
from luodi.rules.interpreter import Subject, evaluate, junction
from luodi.rules.tree import (
    Aggregate,
    Call,
    Compare,
    ConstantName,
    FactName,
    Junction,
    Literal,
    Node,
    Not,
    atoms,
    joins,
    leaves,
)
from luodi.rules.types import Type

MOST_CONDITIONS = 62
_BOOLEAN = Type.boolean()


@dataclass(frozen=True, eq=False)
class Rule:
    """An assessable instrument of a pack, compiled.

    Attributes:
        index: Its place among the pack's assessables; what bulk rows carry.
        verdict: TRUE = entitled (or within the standard), unknown = undecided.
        amount: With its overrides folded in; None for recognition without an amount.
        clash: TRUE where two overrides apply at once with different values; None if none can.
    """

    index: int
    benefit: Assessable
    verdict: Node
    amount: Node | None
    clash: Node | None
    has_account: Node | None
    is_deceased: Node | None

    @cached_property
    def atoms(self) -> tuple[Node, ...]:
        """Its conditions; the bit of each in the masks of truth and of the unknown.

        First those that the verdict joins, then those that choose between amounts.
        """
        found = dict.fromkeys(atoms(self.verdict))
        for part in (self.verdict, self.amount, self.clash):
            for node in () if part is None else part.walk():
                if isinstance(node, Call) and node.function == "if":
                    found |= dict.fromkeys(atoms(node.arguments[0]))
        return tuple(found)

    @cached_property
    def inputs(self) -> tuple[FactName | ConstantName | Aggregate, ...]:
        """What it reads; the bit of each in the mask of what is lacking."""
        found = dict.fromkeys(leaves(self.verdict))
        for part in (self.amount, self.clash):
            if part is not None:
                found |= dict.fromkeys(leaves(part))
        return tuple(found)

    @property
    def constant_names(self) -> frozenset[str]:
        """The parameters, signals, readings and dates it reads, qualified."""
        parts = (self.verdict, self.amount, self.clash)
        return frozenset(
            node.name
            for part in parts
            if part is not None
            for node in part.walk()
            if isinstance(node, ConstantName)
        )

    def scenarios(self, pack: Pack, months: Sequence[Month], given: Given) -> list[Scenario]:
        """Each month under each choice of its open readings; not live where it is ruled out."""
        found = scenarios(pack, self.benefit, self.constant_names, months, given)
        fixed = [item for item in _conjuncts(self.verdict) if item.constant]
        return [
            replace(
                scenario,
                live=all(
                    evaluate(item, Subject({}, constants=scenario.constants)) is not False
                    for item in fixed
                ),
            )
            for scenario in found
        ]


def compile_pack(pack: Pack) -> tuple[Rule, ...]:
    """All assessables of `pack`, in the order of the notice.

    Raises:
        ProblemError: One has more than 62 conditions, or reads more than 62 names.
    """
    return tuple(_rule(pack, index, one) for index, one in enumerate(pack.assessables))


def _rule(pack: Pack, index: int, benefit: Assessable) -> Rule:
    parts = [expr.root for expr in (benefit.accrues, benefit.eligible, benefit.requires) if expr]
    facts = pack.facts[benefit.subject]
    if "is_identified" in facts and benefit.subject in ("person", "organisation"):
        parts.append(_certain(FactName(_BOOLEAN, facts["is_identified"])))
    verdict = parts[0] if len(parts) == 1 else Junction(_BOOLEAN, "and", tuple(_flat(parts)))
    rule = Rule(
        index,
        benefit,
        simplified(verdict),
        *_amount(benefit),
        *_holds(pack, benefit),
    )
    for what in (rule.atoms, rule.inputs):
        if len(what) > MOST_CONDITIONS:
            raise ProblemError(
                Problem(
                    str(benefit.place),
                    f"{benefit.id} 有 {len(what)} 个条件，最多 {MOST_CONDITIONS} 个",
                    "请拆成几项，或用 in (…) 合并",
                )
            )
    return rule


def _certain(node: Node) -> Node:
    """TRUE where `node` is, unknown where it is not: what cannot be held against anybody."""
    return Call(_BOOLEAN, "if", (node, Literal(_BOOLEAN, True), Literal(_BOOLEAN, None)))


def _amount(benefit: Assessable) -> tuple[Node | None, Node | None]:
    """The amount with its overrides, and where two of them clash."""
    if benefit.amount is None:
        return None, None
    amount = benefit.amount.root
    pairs: list[Node] = []
    overrides = benefit.overrides
    for override in reversed(overrides):
        amount = Call(amount.type, "if", (override.when.root, override.value.root, amount))
    for index, one in enumerate(overrides):
        for other in overrides[index + 1 :]:
            different = Compare(_BOOLEAN, "!=", one.value.root, other.value.root)
            pairs.append(Junction(_BOOLEAN, "and", (one.when.root, other.when.root, different)))
    if not pairs:
        return simplified(amount), None
    clash = pairs[0] if len(pairs) == 1 else Junction(_BOOLEAN, "or", tuple(pairs))
    return simplified(amount), simplified(clash)


def _holds(pack: Pack, benefit: Assessable) -> tuple[Node | None, Node | None]:
    """Whether there is an account to pay into, and whether the person may have died.

    A household's account is one of a member whose number could be read: nobody else is paid.
    """
    facts = pack.facts["person"]
    if not benefit.hold or benefit.subject not in ("person", "household"):
        return None, None
    known = {
        name: FactName(_BOOLEAN, facts[name])
        for name in ("has_account", "is_identified", "is_deceased")
        if name in facts
    }
    account: Node | None = known.get("has_account")
    deceased: Node | None = known.get("is_deceased")
    if benefit.subject == "household":
        if account is not None and "is_identified" in known:
            account = Junction(_BOOLEAN, "and", (account, known["is_identified"]))
        account = account and Aggregate(_BOOLEAN, "any_member", account)
        deceased = deceased and Aggregate(_BOOLEAN, "all_members", deceased)
    return account, deceased


def _flat(parts: list[Node]) -> list[Node]:
    return [inner for part in parts for inner in _conjuncts(part)]


def _conjuncts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Junction) and node.op == "and":
        return node.items
    return (node,)


def relevant_atoms(node: Node, values: dict[Node, bool | None]) -> tuple[Node, ...]:
    """The unknown conditions that keep a verdict open: settling them settles it."""
    found: dict[Node, None] = {}

    def visit(part: Node) -> bool | None:
        if not joins(part):
            return values[part]
        if isinstance(part, Not):
            value = visit(part.item)
            return None if value is None else not value
        if isinstance(part, Junction):
            return junction(part.op, [visit(item) for item in part.items])
        return visit(part.children[0])

    def collect(part: Node) -> None:
        if visit(part) is not None:
            return
        if joins(part):
            for child in part.children:
                collect(child)
        else:
            found.setdefault(part)

    collect(node)
    return tuple(found)
