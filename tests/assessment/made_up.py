"""Made-up people for any pack: facts drawn at random, near the figures that its rules compare."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from luodi.assessment.compiled import Rule
from luodi.assessment.scenarios import Scenario
from luodi.basics.period import Month
from luodi.pack import Pack
from luodi.pack.golden import GoldenCase, GoldenRecord
from luodi.rules import Fact, Kind, Place, Stored
from luodi.rules.tree import Literal

Facts = dict[str, Stored]
Work = list[tuple[Rule, list[Scenario]]]


@dataclass
class MadeUp:
    """Draws households with members, organisations and records.

    Some subjects are known well and some hardly, some are on every list and some on none: drawn
    evenly, nearly everybody would be undecided.
    """

    pack: Pack
    seed: int
    work: Work
    numbers: dict[Kind, list[Fraction]] = field(default_factory=dict)
    days: list[date] = field(default_factory=lambda: [date(1940, 2, 29), date(2010, 6, 1)])

    def __post_init__(self) -> None:
        """Draw near what the rules compare with: that is where engines could differ."""
        self.random = random.Random(self.seed)
        for rule, scenarios in self.work:
            for part in (rule.verdict, rule.amount, rule.clash):
                for node in () if part is None else part.walk():
                    if isinstance(node, Literal):
                        self._keep(node.value, node.type.kind)
            names = rule.constant_names
            for name, value in scenarios[0].constants.items():
                if name in names:
                    for kind in (Kind.MONEY, Kind.INTEGER, Kind.RATIO, Kind.QUANTITY):
                        self._keep(value, kind)

    def _keep(self, value: object, kind: Kind) -> None:
        if isinstance(value, Fraction):
            self.numbers.setdefault(kind, []).append(value)
        elif isinstance(value, date):
            self.days.append(value)

    def fact(self, fact: Fact, unknown: float, true: float) -> Stored:
        draw = self.random
        if draw.random() < unknown:
            return None
        kind = fact.type.kind
        if kind is Kind.BOOLEAN:
            return draw.random() < true
        if kind is Kind.ENUM:
            return draw.choice(fact.type.values)
        if kind is Kind.TEXT:
            return draw.choice(("甲", "乙"))
        if kind is Kind.DATE:
            day = draw.choice(self.days)
            years = draw.choice((0, 0, 1, 15, 16, 18, 60, 80))
            birthday = date(max(1920, day.year - years), day.month, min(day.day, 28))
            return birthday + timedelta(draw.randint(-2, 2))
        near = draw.choice([Fraction(0), Fraction(1), *self.numbers.get(kind, [])])
        stored = int(near * fact.type.denominator) * draw.choice((1, 1, 1, 2, 3, 10))
        stored += draw.randint(-1, 1)
        low = 0 if fact.low is None else fact.low
        high = fact.type.bound if fact.high is None else fact.high
        return min(max(stored, low), high)

    def facts(self, kind: str) -> Facts:
        unknown, true = self.random.choice((0, 0, 0.1, 0.5)), self.random.choice((0.1, 0.5, 0.9))
        return {
            name: self.fact(fact, unknown, true)
            for name, fact in self.pack.facts[kind].items()
            if name != "member_count"
        }

    def case(self, month: Month, homes: int) -> GoldenCase:
        """One case of `homes` households of one to four, and as many records of each kind."""
        persons = {
            f"p{home}.{member}": (f"h{home}", self.facts("person"))
            for home in range(homes)
            for member in range(self.random.randint(1, 4))
        }
        organisations = [f"o{index}" for index in range(max(2, homes // 4))]
        kinds = [
            kind for kind in self.pack.facts if kind not in ("person", "household", "organisation")
        ]
        return GoldenCase(
            name=f"made up {self.seed}",
            month=month,
            readings={},
            set={},
            signals={},
            events={},
            complete=False,
            households={f"h{home}": self.facts("household") for home in range(homes)},
            persons={name: facts for name, (_, facts) in persons.items()},
            household_of={name: home for name, (home, _) in persons.items()},
            organisations={name: self.facts("organisation") for name in organisations},
            records={
                kind: {
                    f"{kind}{index}": GoldenRecord(
                        self.facts(kind),
                        person=self.random.choice(["", *persons]),
                        organisation=self.random.choice(["", *organisations]),
                    )
                    for index in range(homes)
                }
                for kind in kinds
            },
            expect={},
            place=Place("made up"),
        )
