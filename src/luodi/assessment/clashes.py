"""Which exceptions of a benefit apply at once and give different amounts."""

from __future__ import annotations

from itertools import combinations

from luodi.assessment.single import Case, Decision, subject_of
from luodi.assessment.words import Words
from luodi.pack.measure import Override
from luodi.rules.interpreter import evaluate


def clashes(decision: Decision, case: Case, words: Words) -> tuple[str, ...]:
    """Each pair, with what either sentence says and comes to; whoever wrote them must choose."""
    benefit = decision.rule.benefit
    if not decision.clash or benefit.amount is None:
        return ()
    type_ = benefit.amount.type
    reader = subject_of(decision.rule, decision.scenario, decision.subject, case)
    applied = [
        (one, evaluate(one.value.root, reader))
        for one in benefit.overrides
        if evaluate(one.when.root, reader) is True
    ]

    def said(one: Override, value: str) -> str:
        quote = "…".join(quote.text for quote in one.quotes)
        name = one.label or one.name
        return f"{name}（“{quote}”）得{value}" if words.zh else f"{name} (“{quote}”) gives {value}"

    head = (
        "两条例外同时适用而数额不同：" if words.zh else "Two exceptions apply at once and differ: "
    )
    joint = "；" if words.zh else "; "
    return tuple(
        head + joint.join(said(one, words.value(value, type_)) for one, value in pair)
        for pair in combinations(applied, 2)
        if None not in (pair[0][1], pair[1][1]) and pair[0][1] != pair[1][1]
    )
