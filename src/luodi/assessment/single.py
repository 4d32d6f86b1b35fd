"""One household, one organisation, one record at a time: rules as compiled Python.

For screening without a registry, for golden cases, and for explaining one resident: the same
typed trees as the bulk engines run, through `luodi.rules.closures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from luodi.assessment.compiled import Rule
from luodi.assessment.reasons import Masks
from luodi.assessment.scenarios import Scenario
from luodi.basics.problem import Problem, ProblemError
from luodi.rules.binding import Slots, folded
from luodi.rules.closures import GLOBALS, Code, Writer, aggregate_lines, aggregate_step
from luodi.rules.tree import Aggregate, FactName, Junction, Literal, Node, leaves
from luodi.rules.types import Stored

Facts = Mapping[str, Stored]
_MOST_PATTERNS = 4096


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


class Case(NamedTuple):
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
            function = _Function(self.bound, kind, keep_refused)
            source = self.sources[kind] = function.source()
            exec(compile(source, f"<rules of {kind}>", "exec"), function.names)
            self._functions[kind] = function.names["decide"]

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

    def aggregates(self) -> list[Aggregate]:
        """The household aggregates that any part of the rule reads."""
        parts = (self.verdict, *self.atoms, self.amount, self.clash, self.has_account)
        return [
            leaf
            for part in (*parts, self.is_deceased)
            if part is not None
            for leaf in leaves(part)
            if isinstance(leaf, Aggregate)
        ]


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
        self.names: dict[str, Any] = dict(GLOBALS)

    def source(self) -> str:
        if self.kind == "household":
            self._household()
        else:
            self._other()
        self.lines.append("    return out")
        return "\n".join(self.lines) + "\n"

    def _household(self) -> None:
        """One pass over the members adds up aggregates and decides what needs none of them."""
        persons = [one for one in self.bound if one.rule.benefit.subject == "person"]
        homes = [one for one in self.bound if one.rule.benefit.subject == "household"]
        places = {(): "r", ("household",): "h"}
        self.lines = ["def decide(h, ms):", "    out = []"]
        found = self._found_aggregates()
        loop = self._writer(places, "        ")
        loop.lines = []
        after = []
        for index, node in enumerate(found):
            name = f"a{index}"
            start, end, self.aggregates[node] = aggregate_step(node, name, loop)
            self.lines.append(f"    {name} = {start}")
            after += [f"    {name} = {end}"] if end else []
        alone = [one for one in persons if not one.aggregates()]
        self._rules(alone, loop)
        if loop.lines:
            self.lines += ["    for subject, r in ms.items():", *loop.lines, *after]
        together = [one for one in persons if one.aggregates()]
        if together:
            self.lines.append("    for subject, r in ms.items():")
            self._rules(together, self._writer(places, "        "))
        self._rules(homes, self._writer({(): "h"}, "    "), 'h["household_id"]')

    def _other(self) -> None:
        self.lines = ["def decide(r, subject, links, kin):", "    out = []"]
        for index, node in enumerate(self._found_aggregates()):
            members = f"kin[{'.'.join(node.path)!r}]"
            lines, self.aggregates[node] = aggregate_lines(node, f"a{index}", members, "    ")
            self.lines += lines
        self._rules(self.bound, self._writer({(): "r"}, "    "))

    def _found_aggregates(self) -> list[Aggregate]:
        return list(dict.fromkeys(node for one in self.bound for node in one.aggregates()))

    def _writer(self, places: dict[tuple[str, ...], str], indent: str) -> Writer:
        def facts(path: tuple[str, ...]) -> str:
            return places.get(path) or f"links[{'.'.join(path)!r}]"

        writer = Writer(facts, self.aggregates.__getitem__, indent)
        writer.lines, writer.names = self.lines, self.names
        return writer

    def _rules(self, bound: Iterable[_Bound], writer: Writer, subject: str = "subject") -> None:
        for one in bound:
            tree = one.verdict
            if isinstance(tree, Literal) and tree.value is False and not self.keep_refused:
                continue
            inner = writer.inner(writer.indent)
            if not self.keep_refused:
                inner = _unless_refused(tree, writer)
            verdict = (
                inner.write(tree).text
                if self.keep_refused
                else f"True if {inner.truth(tree)} else None"
            )
            truth, unknown = self._masks(one, inner)
            texts = [str(one.index), subject, verdict]
            for part in (one.amount, one.clash, one.has_account, one.is_deceased):
                texts.append("None" if part is None else inner.write(part).text)
            index, who, value, amount, clash, account, dead = texts
            row = f"({index}, {who}, {value}, {amount}, {truth}, {unknown}, {clash}, {account}, {dead})"
            inner.lines.append(f"{inner.indent}out.append({row})")
            writer.count = inner.count

    def _masks(self, one: _Bound, writer: Writer) -> tuple[str, str]:
        """The two masks, looked up by the conditions that vary: few patterns ever occur."""
        bits: dict[str, int] = {}
        fixed = {"True": 0, "None": 0, "False": 0}
        for index, atom in enumerate(one.atoms):
            text = writer.write(atom).text
            if text in fixed:
                fixed[text] |= 1 << index
            else:
                bits[text] = bits.get(text, 0) | 1 << index
        if not bits:
            return str(fixed["True"]), str(fixed["None"])
        masks = _Masks(tuple(bits.values()), fixed["True"], fixed["None"])
        seen, make = f"seen{one.index}", f"make{one.index}"
        self.names |= {seen: masks.seen, make: masks.make}
        writer.lines += [
            f"{writer.indent}key = ({', '.join(bits)},)",
            f"{writer.indent}truth, unknown = {seen}.get(key) or {make}(key)",
        ]
        return "truth", "unknown"


def _unless_refused(tree: Node, writer: Writer) -> Writer:
    """Write the tests that refuse most; the writer returned stands where none of them has.

    What a later condition reads is looked up only where the earlier ones have not refused.
    """
    items = tree.items if isinstance(tree, Junction) and tree.op == "and" else (tree,)
    inner, tests = writer, list[str]()
    for item in items:
        before = len(writer.lines)
        trial = inner.inner(inner.indent)
        test = trial.truth(item, False)
        if tests and len(writer.lines) > before:
            del writer.lines[before:]
            inner = _block(inner, tests)
            tests = [inner.truth(item, False)]
            continue
        inner.known, inner.count = trial.known, trial.count
        tests.append(test)
    return _block(inner, tests)


def _block(writer: Writer, tests: list[str]) -> Writer:
    writer.lines.append(f"{writer.indent}if not ({' or '.join(tests)}):")
    return writer.inner(writer.indent + "    ")


class _Masks:
    """Masks of truth and of the unknown by the values of a rule's conditions, worked out once.

    Attributes:
        seen: A plain dict: one that makes what is missing by itself is five times slower to ask.
    """

    def __init__(self, bits: tuple[int, ...], truth: int, unknown: int) -> None:
        self.bits, self.truth, self.unknown = bits, truth, unknown
        self.seen: dict[tuple[bool | None, ...], tuple[int, int]] = {}

    def make(self, values: tuple[bool | None, ...]) -> tuple[int, int]:
        truth, unknown = self.truth, self.unknown
        for bit, value in zip(self.bits, values, strict=True):
            if value is None:
                unknown |= bit
            elif value:
                truth |= bit
        if len(self.seen) < _MOST_PATTERNS:
            self.seen[values] = truth, unknown
        return truth, unknown


def _bind(index: int, rule: Rule, scenario: Scenario) -> _Bound:
    slots = Slots([scenario.constants])

    def put(node: Node | None) -> Node | None:
        return None if node is None else folded(slots.take_out(node))

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
