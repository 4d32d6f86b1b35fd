"""One household, firm or record against a whole pack, without a registry; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from luodi.assessment.compiled import Rule, compile_pack
from luodi.assessment.explain import explain
from luodi.assessment.explanation import Explanation
from luodi.assessment.golden import Outcome, cases_of, given_by, outcome_of, subjects
from luodi.assessment.scenarios import Given
from luodi.assessment.single import Case, Closures, Decision
from luodi.pack.golden import GoldenCase
from luodi.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Screened:
    """One rule's outcome for one subject."""

    rule: Rule
    case: Case
    subject: str
    outcome: Outcome

    def to_json(self) -> dict[str, Any]:
        benefit = self.rule.benefit
        return {
            "subject": self.subject,
            "benefit": benefit.id,
            "label": benefit.label,
            "measure": benefit.measure,
            "verdict": "not_entitled" if self.outcome.verdict == "none" else self.outcome.verdict,
            "amount": self.outcome.amount,
            "hold": self.outcome.hold,
            "lacks": list(self.outcome.lacks),
        }


def screen(pack: Pack, told: GoldenCase, given: Given) -> list[Screened]:
    """Every benefit and standard of `pack` for everybody in `told`.

    Args:
        given: Signed readings and parameters from outside; those in the file are added.
    """
    both = given.over(given_by(pack, told))
    work = [(rule, rule.scenarios(pack, [told.month], both)) for rule in compile_pack(pack)]
    choices = {rule.index: [one.choice for one in found] for rule, found in work}
    closures = Closures(work)
    found = []
    for case in cases_of(pack, subjects(pack, told)):
        decisions: dict[tuple[int, str], list[Decision]] = {}
        for decision in closures.decide(case):
            key = (decision.rule.index, str(decision.subject))
            decisions.setdefault(key, []).append(decision)
        for (index, subject), own_decisions in decisions.items():
            outcome = outcome_of(own_decisions, choices[index])
            found.append(Screened(own_decisions[0].rule, case, subject, outcome))
    found.sort(key=lambda one: (one.rule.index, one.subject))
    return found


def why(pack: Pack, told: GoldenCase, given: Given, one: Screened, language: str) -> Explanation:
    """The explanation of one screened outcome."""
    both = given.over(given_by(pack, told))
    return explain(pack, one.rule, one.case, one.subject, told.month, both, language)
