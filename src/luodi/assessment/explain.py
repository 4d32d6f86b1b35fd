"""Why one subject is, or is not, entitled to one benefit: facts, sentence, figures, readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from luodi.assessment.clashes import clashes
from luodi.assessment.compiled import Rule
from luodi.assessment.explanation import Explanation, FigureUsed, Reason
from luodi.assessment.golden import Outcome, outcome_of
from luodi.assessment.origins import origins
from luodi.assessment.reasons import CLASH
from luodi.assessment.scenarios import Given, Scenario
from luodi.assessment.single import Case, Closures, Decision, subject_of
from luodi.assessment.words import Words
from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack.measure import Assessable
from luodi.pack.model import Pack
from luodi.rules.interpreter import Subject, evaluate, junction
from luodi.rules.tree import (
    Aggregate,
    FactName,
    Junction,
    Node,
    Not,
    joins,
    leaves,
)
from luodi.rules.types import Kind, Value

if TYPE_CHECKING:  # whoever explains without a snapshot needs no database
    from luodi.population import Snapshot


def rule_of(rules: Sequence[Rule], benefit: str) -> Rule:
    """The rule of this benefit id.

    Raises:
        ProblemError: There is none.
    """
    for rule in rules:
        if rule.benefit.id == benefit:
            return rule
    names = [rule.benefit.id for rule in rules]
    near = suggest(benefit, names)
    hint = f"是不是 {near}？" if near else f"有：{'、'.join(names)}"
    raise ProblemError(Problem("--benefit", f"没有这一项：{benefit}", hint))


def explain(
    pack: Pack,
    rule: Rule,
    case: Case,
    subject: str | int,
    month: Month,
    given: Given,
    language: str = "zh",
    snapshot: Snapshot | None = None,
) -> Explanation:
    """Why `subject` (in `case`) is or is not entitled under `rule` in `month`.

    Args:
        snapshot: Where `case` was taken from, to name the rows of its lists; None if from none.
    """
    scenarios = rule.scenarios(pack, [month], given)
    live = [scenario for scenario in scenarios if scenario.live]
    decisions = [
        decision
        for decision in Closures([(rule, scenarios)]).decide(case)
        if decision.subject == subject
    ]
    words = Words(
        language,
        dict((live or scenarios)[0].constants),
        {f"reading.{name}": one.options for name, one in pack.readings.items()},
    )
    used = _used(rule, live or scenarios, case, subject)
    if decisions:
        outcome = outcome_of(decisions, [scenario.choice for scenario in scenarios])
        first = decisions[0]
        reasons = _reasons(first, case, words, outcome, decisions)
        change = _would_change(first, words, outcome)
        basis = _basis(first, case, words, reasons)
        clash = clashes(first, case, words)
    else:
        outcome, basis = Outcome("none"), ()
        reasons, change, clash = _out_of_force(rule, scenarios[0], words), (), ()
    citation = pack.citation(rule.benefit)
    amount = _amount(rule.benefit, outcome, words)
    return Explanation(
        rule.benefit.id,
        rule.benefit.label,
        rule.benefit.measure,
        str(month),
        outcome,
        amount,
        _answer(rule.benefit, outcome, amount, words, bool(decisions)),
        reasons,
        citation.clause,
        citation.quote,
        _figures(pack, used, month, given, words),
        _readings(pack, used, given, words),
        change + clash + _what_lacks(pack, rule, outcome, words),
        _call(pack, rule.benefit),
        basis,
        () if snapshot is None else origins(pack, snapshot, rule, case, int(subject)),
    )


def _amount(benefit: Assessable, outcome: Outcome, words: Words) -> str:
    if outcome.amount is None or benefit.amount is None:
        return ""
    return words.value(benefit.amount.type.value(outcome.amount), benefit.amount.type)


def _answer(
    benefit: Assessable, outcome: Outcome, amount: str, words: Words, in_force: bool
) -> str:
    zh = words.zh
    standard = benefit.kind == "standard"
    if not in_force:
        return "本月不适用。" if zh else "It does not apply this month."
    if outcome.verdict == "undecided":
        return (
            "待定：还缺依据，不算不符合，也不发。" if zh
            else "Undecided: facts are lacking. Neither refused nor paid."
        )  # fmt: skip
    if outcome.verdict == "none":
        if standard:
            return (
                "不符合标准，或不在适用范围。" if zh else "Outside the standard, or not in scope."
            )
        return "不符合条件。" if zh else "Not entitled."
    if standard and not amount:
        return "符合标准。" if zh else "Within the standard."
    due = (f"应享，{amount}。" if amount else "应享。") if zh else (
        f"Entitled, {amount}." if amount else "Entitled."
    )  # fmt: skip
    holds = {
        "no_account": ("暂缓发放：没有收款账户。", " Held: no account to pay into."),
        "deceased": ("暂缓发放：名册显示已去世，须核实。", " Held: recorded as deceased; to verify."),
        "death_unknown": (
            "暂缓发放：死亡登记未交，未能核对。", " Held: the death register was not handed in."
        ),
    }  # fmt: skip
    return due + holds[outcome.hold][0 if zh else 1] if outcome.hold else due


def _reasons(
    decision: Decision, case: Case, words: Words, outcome: Outcome, rivals: Sequence[Decision]
) -> tuple[Reason, ...]:
    """The conditions that decided. What holds under one reading and not another is open."""
    rule = decision.rule
    reader = subject_of(rule, decision.scenario, decision.subject, case)
    values = {atom: decision.masks.value(index) for index, atom in enumerate(rule.atoms)}
    if outcome.verdict == "undecided" and decision.verdict is None:
        chosen = _deciding(rule.verdict, None, values)
    else:
        chosen = _deciding(rule.verdict, decision.verdict, values)
    found = []
    for atom in chosen:
        if atom.constant and values[atom]:
            continue  # that the month counts is said by the answer
        facts = []
        for leaf in leaves(atom):
            if isinstance(leaf, FactName | Aggregate):
                value = evaluate(leaf, reader)
                facts.append((words.say(leaf), words.value(value, leaf.type)))
        index = rule.atoms.index(atom)
        agreed = {one.masks.value(index) for one in rivals} == {values[atom]}
        holds = values[atom] if agreed or outcome.verdict != "undecided" else None
        found.append(Reason(words.say(atom), holds, tuple(facts)))
    return tuple(found)


def _basis(
    decision: Decision, case: Case, words: Words, reasons: tuple[Reason, ...]
) -> tuple[tuple[str, str], ...]:
    """The figures of the subject that its amount is computed from, where there is an amount."""
    amount = decision.rule.amount
    if amount is None or decision.verdict is False:
        return ()
    reader = subject_of(decision.rule, decision.scenario, decision.subject, case)
    facts = {
        words.say(leaf): words.value(evaluate(leaf, reader), leaf.type)
        for leaf in leaves(amount)
        if isinstance(leaf, FactName | Aggregate) and leaf.type.kind is not Kind.BOOLEAN
    }
    told = {name for reason in reasons for name, _ in reason.facts}
    return tuple((name, value) for name, value in facts.items() if name not in told)


def _deciding(node: Node, value: bool | None, values: Mapping[Node, bool | None]) -> list[Node]:
    """The conditions that make `node` what it is."""
    if not joins(node):
        return [node]
    if isinstance(node, Not):
        return _deciding(node.item, None if value is None else not value, values)
    if not isinstance(node, Junction):
        return _deciding(node.children[0], value, values)
    items = [(item, _value(item, values)) for item in node.items]
    decisive = node.op == "or"
    if value is decisive:
        chosen = [item for item, own in items if own is decisive]
    elif value is None:
        chosen = [item for item, own in items if own is None]
    else:
        chosen = [item for item, _ in items]
    found: dict[Node, None] = {}
    for item in chosen:
        found |= dict.fromkeys(_deciding(item, _value(item, values), values))
    return list(found)


def _value(node: Node, values: Mapping[Node, bool | None]) -> bool | None:
    if not joins(node):
        return values[node]
    if isinstance(node, Not):
        value = _value(node.item, values)
        return None if value is None else not value
    if isinstance(node, Junction):
        return junction(node.op, [_value(item, values) for item in node.items])
    return _value(node.children[0], values)


def _would_change(decision: Decision, words: Words, outcome: Outcome) -> tuple[str, ...]:
    """Single conditions that, were they otherwise, would turn the verdict."""
    if outcome.verdict == "undecided":
        return ()
    rule = decision.rule
    values = {atom: decision.masks.value(index) for index, atom in enumerate(rule.atoms)}
    found = []
    for atom, value in values.items():
        if value is None or atom.constant:
            continue
        turned = _value(rule.verdict, {**values, atom: not value})
        if turned is not decision.verdict and turned is not None:
            condition = words.say(atom)
            if words.zh:
                kept = "则符合标准" if rule.benefit.kind == "standard" else "则应享"
                end = kept if turned else "则不再符合"
                found.append(f"如果“{condition}”{'成立' if not value else '不成立'}，{end}")
            else:
                end = "entitled" if turned else "no longer entitled"
                found.append(f"If “{condition}” {'held' if not value else 'did not hold'}: {end}")
    return tuple(found)


def _out_of_force(rule: Rule, scenario: Scenario, words: Words) -> tuple[Reason, ...]:
    """The fixed conditions that rule it out this month."""
    nobody = Subject({}, constants=scenario.constants)
    found = []
    for atom in rule.atoms:
        if atom.constant and evaluate(atom, nobody) is False:
            found.append(Reason(words.say(atom), False, ()))
    return tuple(found)


class _Recorded(dict[str, Value]):
    """Constants that remember which of them were read."""

    def __init__(self, values: Mapping[str, Value], read: set[str]) -> None:
        super().__init__(values)
        self.read = read

    def get(self, key: str, default: Value = None) -> Value:  # type: ignore[override]
        self.read.add(key)
        return super().get(key, default)


def _used(
    rule: Rule, scenarios: Sequence[Scenario], case: Case, subject: str | int
) -> frozenset[str]:
    """The constants that the subject's amount, or else its verdict, was computed from."""
    read: set[str] = set()
    for scenario in scenarios:
        traced = replace(scenario, constants=_Recorded(scenario.constants, read))
        reader = subject_of(rule, traced, subject, case)
        for atom in rule.atoms:
            if not atom.constant:
                evaluate(atom, reader)
        if rule.amount is not None:
            evaluate(rule.amount, reader)
    return frozenset(read)


def _figures(
    pack: Pack, used: frozenset[str], month: Month, given: Given, words: Words
) -> tuple[FigureUsed, ...]:
    found = []
    events = {**pack.events, **given.events}
    for name in sorted(used):
        kind, _, stem = name.partition(".")
        value: Value = words.constants.get(name)
        if kind == "param":
            parameter = pack.parameters[stem]
            shown = words.value(value, parameter.type)
            if stem in given.parameters:
                found.append(
                    FigureUsed(
                        parameter.label, shown, "", "答复的或试算的，不是文件里的数", "given"
                    )
                )
                continue
            figure = parameter.figure_for(month, events)
            if figure is None:
                source = parameter.question or parameter.note
                found.append(FigureUsed(parameter.label, shown, "", source, "open"))
            else:
                source = "、".join(figure.quotes) or figure.source
                found.append(
                    FigureUsed(parameter.label, shown, str(figure.since), source, figure.status)
                )
        elif kind == "signal":
            indicator = pack.indicators[stem]
            published = given.series.get(stem, {}).get(month) or indicator.figures.get(month)
            shown = words.value(value, indicator.type)
            source, status = ("", "open") if published is None else (
                published.source, getattr(published, "status", "confirmed"),
            )  # fmt: skip
            if stem in given.signals:
                source, status = "答复的或试算的，不是文件里的数", "given"
            found.append(FigureUsed(indicator.label, shown, str(month), source, status))
    return tuple(found)


def _readings(
    pack: Pack, used: frozenset[str], given: Given, words: Words
) -> tuple[tuple[str, str], ...]:
    found = []
    for name in sorted(used):
        if name.startswith("reading."):
            reading = pack.readings[name.removeprefix("reading.")]
            signed = given.readings.get(reading.name)
            if signed is None:
                text = (
                    f"未签（由{reading.signed_by}签定）" if words.zh
                    else f"open (to be signed by {reading.signed_by})"
                )  # fmt: skip
            else:
                text = reading.options[signed]
            found.append((reading.question, text))
    return tuple(found)


def _what_lacks(pack: Pack, rule: Rule, outcome: Outcome, words: Words) -> tuple[str, ...]:
    """For an undecided subject: each missing fact, and who can supply it."""
    return tuple(
        lack_text(pack, rule.benefit.subject, name, words.zh)
        for name in outcome.lacks
        if name != CLASH  # `clashes` says which
    )


def lack_text(pack: Pack, kind: str, name: str, zh: bool = True) -> str:
    """One missing fact in words: what it is and whom to ask."""
    head, _, stem = name.partition(".")
    if head == "reading" and stem in pack.readings:
        reading = pack.readings[stem]
        return (
            f"签定读法：{reading.question}（{reading.signed_by}）" if zh
            else f"A reading to be signed by {reading.signed_by}: {reading.question}"
        )  # fmt: skip
    if head == "param" and stem in pack.parameters:
        parameter = pack.parameters[stem]
        return (
            f"未定参数：{parameter.label}（问{parameter.asks}）" if zh
            else f"Open parameter: {parameter.label} (ask {parameter.asks})"
        )  # fmt: skip
    if head == "signal" and stem in pack.indicators:
        return (
            f"未公布指标：{pack.indicators[stem].label}" if zh else f"Signal not published: {stem}"
        )
    if name == CLASH:
        return "两条例外同时适用而数额不同" if zh else "Two exceptions apply at once and differ"
    plain = name.rpartition(".")[2]
    for group in (kind, "person", "household", "organisation"):
        fact = pack.facts.get(group, {}).get(plain)
        if fact is not None:
            owners = sorted(
                {
                    r.owner
                    for r in pack.registers.values()
                    if plain in r.facts or (r.of == group == kind and plain in r.columns)
                }
            )
            asked = f"（问{'、'.join(owners)}）" if owners else ""
            return f"核实：{fact.label or plain}{asked}" if zh else f"To verify: {plain}"
    return f"核实：{plain}" if zh else f"To verify: {plain}"


def _call(pack: Pack, benefit: Assessable) -> tuple[str, ...]:
    found = []
    for name in benefit.units:
        unit = pack.place.unit(name)
        phone = unit.phone if unit else ""
        found.append(f"{name} {phone}".strip())
    return tuple(found)
