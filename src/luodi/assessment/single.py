"""One household, one organisation, one record at a time: rules as compiled Python.

For screening without a registry, for golden cases, and for explaining one resident: the same
typed trees as the bulk engines run, through `luodi.rules.closures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luodi.assessment.compiled import Rule
from luodi.assessment.reasons import Masks
from luodi.assessment.scenarios import Scenario
from luodi.basics.problem import Problem, ProblemError
from luodi.rules.binding import Slots
from luodi.rules.closures import GLOBALS, Code, Writer, aggregate_lines
from luodi.rules.tree import (
    Aggregate,
    Defined,
    FactName,
    Junction,
    Literal,
    Node,
    Not,
    leaves,
)
from luodi.rules.types import Stored

Facts = Mapping[str, Stored]


@dataclass(frozen=True, slots=True)
class Decision:
    """One rule's verdict on one subject in one scenario.

    Attributes:
        verdict: True entitled, False not, None undecided.
        amount: Stored: fen or thousandths; None where there is none, or it is not known.
        clash: Two exceptions apply at once with different values.
        has_account, is_deceased: For holds; None where not known or not asked.
    """

    rule: Rule
    scenario: Scenario
    subject: str | int
    verdict: bool | None
    amount: int | None
    masks: Masks
    clash: bool
    has_account: bool | None
    is_deceased: bool | None


@dataclass(frozen=True)
class Case:
    """The subjects that belong together: a household with its members, or one other subject.

    Attributes:
        kind: "household", or the kind of the subject (a record's, organisation).
        subject: Its id.
        facts: The household's or the subject's own facts.
        members: id → facts of each member; empty unless kind is household.
        links: For others: facts of what they are linked to, by path ("person",
            "person.household", "organisation").
        kin: Members' facts of the household reached by a path.
    """

    kind: str
    subject: str | int
    facts: Facts
    members: Mapping[str | int, Facts]
    links: Mapping[str, Facts]
    kin: Mapping[str, Sequence[Facts]]


class Closures:
    """All rules under all their scenarios, compiled; call `decide` with one case.

    Args:
        work: Each rule with the scenarios it may apply in.
        keep_refused: Whether "not entitled" is a row too, with its reasons.
    """

    def __init__(
        self,
        work: Sequence[tuple[Rule, Sequence[Scenario]]],
        *,
        keep_refused: bool = True,
    ) -> None:
        self.work = work
        self.bound: list[tuple[Rule, Scenario]] = [
            (rule, scenario) for rule, found in work for scenario in found if scenario.live
        ]
        kinds = {rule.benefit.subject for rule, _ in self.bound}
        self.sources: dict[str, str] = {}
        self._functions: dict[str, Callable[..., list[tuple[Any, ...]]]] = {}
        for kind in kinds - {"person"} | ({"household"} if "person" in kinds else set()):
            source = _Function(self.bound, kind, keep_refused).source()
            self.sources[kind] = source
            names: dict[str, Any] = dict(GLOBALS)
            exec(compile(source, f"<rules of {kind}>", "exec"), names)
            self._functions[kind] = names["decide"]

    def rows(self, case: Case) -> list[tuple[Any, ...]]:
        """Raw rows: (index into `bound`, subject, verdict, amount, truth, unknown, clash, account, deceased)."""
        function = self._functions.get(case.kind)
        if function is None:
            return []
        if case.kind == "household":
            return function(case.facts, case.members)
        return function(case.facts, case.subject, case.links, case.kin)

    def decide(self, case: Case) -> list[Decision]:
        """Every rule's verdict on every subject of `case`."""
        found = []
        for index, subject, verdict, amount, truth, unknown, clash, account, dead in self.rows(
            case
        ):
            rule, scenario = self.bound[index]
            lacking = (
                self._lacking(rule, scenario, subject, case) if unknown or amount is None else 0
            )
            found.append(
                Decision(
                    rule,
                    scenario,
                    subject,
                    verdict,
                    amount,
                    Masks(truth, unknown, lacking),
                    bool(clash),
                    account,
                    dead,
                )
            )
        return found

    def _lacking(self, rule: Rule, scenario: Scenario, subject: str | int, case: Case) -> int:
        """Which of the rule's inputs are not known; only asked where something is open."""
        reader = subject_of(rule, scenario, subject, case)
        from luodi.rules.interpreter import evaluate

        return sum(
            1 << index for index, part in enumerate(rule.inputs) if evaluate(part, reader) is None
        )


def subject_of(rule: Rule, scenario: Scenario, subject: str | int, case: Case):  # type: ignore[no-untyped-def]
    """The subject as the interpreter reads it: values instead of stored integers."""
    from luodi.rules.interpreter import Subject

    names = {
        (node.path, node.fact.name): node.fact.type
        for part in (rule.verdict, rule.amount, rule.clash)
        if part is not None
        for node in part.walk()
        if isinstance(node, FactName)
    }
    types = {name: type_ for (_, name), type_ in names.items()}

    def values(facts: Facts) -> dict[str, Any]:
        return {name: type_.value(facts.get(name)) for name, type_ in types.items()}

    if case.kind == "household":
        members = {"": [values(one) for one in case.members.values()]}
        if rule.benefit.subject == "person":
            own, links = values(case.members[subject]), {"household": values(case.facts)}
        else:
            own, links = values(case.facts), {}
    else:
        own = values(case.facts)
        links = {path: values(facts) for path, facts in case.links.items()}
        members = {path: [values(one) for one in kin] for path, kin in case.kin.items()}
    return Subject(own, links, members, scenario.constants)


def folded(node: Node) -> Node:
    """The same verdict without the constant conditions that no longer matter."""
    if isinstance(node, Defined):
        inner = folded(node.body)
        return inner if isinstance(inner, Literal) else node
    if isinstance(node, Not):
        item = folded(node.item)
        if isinstance(item, Literal):
            return Literal(node.type, None if item.value is None else not item.value)
        return Not(node.type, item)
    if isinstance(node, Junction):
        items = [folded(item) for item in node.items]
        decisive = node.op == "or"
        if any(isinstance(item, Literal) and item.value is decisive for item in items):
            return Literal(node.type, decisive)
        rest = [
            item
            for item in items
            if not (isinstance(item, Literal) and item.value is (not decisive))
        ]
        if not rest:
            return Literal(node.type, not decisive)
        return rest[0] if len(rest) == 1 else Junction(node.type, node.op, tuple(rest))
    return node


@dataclass
class _Bound:
    """A rule in one scenario: its trees with the scenario's constants in place."""

    index: int
    rule: Rule
    verdict: Node
    atoms: list[Node]
    amount: Node | None
    clash: Node | None
    has_account: Node | None
    is_deceased: Node | None


class _Function:
    """Writes `decide` for a household with its members, or for one other subject."""

    def __init__(
        self, bound: Iterable[tuple[Rule, Scenario]], kind: str, keep_refused: bool
    ) -> None:
        self.kind, self.keep_refused = kind, keep_refused
        kinds = ("person", "household") if kind == "household" else (kind,)
        self.bound = [
            _bind(index, rule, scenario)
            for index, (rule, scenario) in enumerate(bound)
            if rule.benefit.subject in kinds
        ]
        self.aggregates: dict[Aggregate, Code] = {}
        self.lines: list[str] = []

    def source(self) -> str:
        if self.kind == "household":
            self.lines = ["def decide(h, ms):", "    out = []", "    each = ms.values()"]
        else:
            self.lines = ["def decide(r, subject, links, kin):", "    out = []"]
        self._aggregates()
        persons = [one for one in self.bound if one.rule.benefit.subject == "person"]
        others = [one for one in self.bound if one.rule.benefit.subject != "person"]
        if persons:
            self.lines.append("    for subject, r in ms.items():")
            self._rules(persons, {(): "r", ("household",): "h"}, "        ")
        if others and self.kind == "household":
            self._rules(others, {(): "h"}, "    ", subject='h["household_id"]')
        elif others:
            self._rules(others, {(): "r"}, "    ")
        self.lines.append("    return out")
        return "\n".join(self.lines) + "\n"

    def _aggregates(self) -> None:
        found = dict.fromkeys(
            leaf
            for one in self.bound
            for part in (
                one.verdict,
                *one.atoms,
                one.amount,
                one.clash,
                one.has_account,
                one.is_deceased,
            )
            if part is not None
            for leaf in leaves(part)
            if isinstance(leaf, Aggregate)
        )
        for index, node in enumerate(found):
            members = "each" if self.kind == "household" else f"kin[{'.'.join(node.path)!r}]"
            lines, code = aggregate_lines(node, f"a{index}", members, "    ")
            self.lines += lines
            self.aggregates[node] = code

    def _rules(
        self,
        bound: list[_Bound],
        places: dict[tuple[str, ...], str],
        indent: str,
        subject: str = "subject",
    ) -> None:
        def facts(path: tuple[str, ...]) -> str:
            return places.get(path) or f"links[{'.'.join(path)!r}]"

        writer = Writer(facts, self.aggregates.__getitem__, indent)
        writer.lines = self.lines
        for one in bound:
            verdict = writer.write(folded(one.verdict))
            inner = Writer(facts, self.aggregates.__getitem__, indent + "    ")
            inner.lines, inner.known, inner.count = self.lines, dict(writer.known), writer.count
            if verdict.text == "False" and not self.keep_refused:
                continue
            if self.keep_refused:
                self.lines.append(f"{indent}if 1:")
            else:
                self.lines.append(f"{indent}if {verdict.text} is not False:")
            truth, unknown = self._masks(one, inner)
            texts = [str(one.index), subject, verdict.text]
            for part in (one.amount, one.clash, one.has_account, one.is_deceased):
                texts.append("None" if part is None else inner.write(part).text)
            index, who, value, amount, clash, account, dead = texts
            row = f"({index}, {who}, {value}, {amount}, {truth}, {unknown}, {clash}, {account}, {dead})"
            self.lines.append(f"{inner.indent}out.append({row})")
            writer.count = inner.count

    def _masks(self, one: _Bound, writer: Writer) -> tuple[str, str]:
        truth, unknown = [], []
        fixed_truth = fixed_unknown = 0
        for index, atom in enumerate(one.atoms):
            bit = 1 << index
            code = writer.write(atom)
            if code.text == "True":
                fixed_truth |= bit
            elif code.text == "None":
                fixed_unknown |= bit
            elif code.text != "False":
                truth.append(f"({bit} if {code.text} else 0)")
                if code.nullable:
                    unknown.append(f"({bit} if {code.text} is None else 0)")
        return (
            " + ".join([str(fixed_truth), *truth]),
            " + ".join([str(fixed_unknown), *unknown]),
        )


def _bind(index: int, rule: Rule, scenario: Scenario) -> _Bound:
    slots = Slots([scenario.constants])

    def put(node: Node | None) -> Node | None:
        return None if node is None else slots.take_out(node)

    amount = put(rule.amount)
    if isinstance(amount, Literal) and amount.value is not None and amount.value.denominator != 1:  # type: ignore[union-attr]
        raise ProblemError(
            Problem(
                str(rule.benefit.place),
                f"{rule.benefit.id} 的数额不是整数分（或千分之一）",
                "参数比最小单位更细时，数额要写 round(…)",
            )
        )
    verdict = put(rule.verdict)
    assert verdict is not None
    return _Bound(
        index,
        rule,
        verdict,
        [node for atom in rule.atoms if (node := put(atom)) is not None],
        amount,
        put(rule.clash),
        put(rule.has_account),
        put(rule.is_deceased),
    )
