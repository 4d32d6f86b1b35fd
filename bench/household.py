"""One household: JSON in, what it is entitled to out, with reasons and the sentence of each.

Ours are the closures of the bench pack; against them the same rules as plain Python written by
hand, and OpenFisca-Core.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from time import process_time
from typing import Any

from openfisca_core.simulations import SimulationBuilder

from bench.by_luodi import PACK
from bench.city import FLAGS
from bench.fisca import BOOLEANS, HOUSEHOLD, NUMBERS, PERSON, system
from bench.report import Line
from bench.spec import (
    BEREAVED,
    CPI,
    GAS,
    LAID_OFF,
    LIVING,
    MEAL,
    PRICE_BASE,
    START,
    STUDENT,
    WATER,
    years_before,
)
from luodi.assessment.compiled import compile_pack
from luodi.assessment.scenarios import Given
from luodi.assessment.single import Case, Closures
from luodi.basics.period import Month
from luodi.pack import load

TOLD = json.dumps(
    {
        "household": 7,
        "persons": [
            {"person": 1, "birth_date": "1950-03-01", "is_dibao": True, "has_account": True},
            {"person": 2, "birth_date": "1985-06-15", "is_laid_off": True, "has_account": False},
            {"person": 3, "birth_date": "2010-09-01", "is_dibao": True, "student_level": 2,
             "has_account": True},
        ],
    }
)  # fmt: skip
#: What a fact is where nothing is told.
BLANK: dict[str, Any] = {
    **dict.fromkeys(FLAGS, False),
    **dict.fromkeys(NUMBERS, 0),
    "is_alive": True,
    "is_resident": True,
    "is_identified": True,
}
Answer = list[tuple[int, str, int, int, str]]  # subject, benefit, amount, reason or mask, sentence


def household_lines(rounds: int) -> list[Line]:
    """Each way in turn, many households a round.

    Raises:
        AssertionError: Two of them disagree.
    """
    ways = {"closures": closures(), "by hand": by_hand(), "OpenFisca": by_openfisca()}
    results = {
        name: sorted((row[0], row[1], row[2]) for row in way(TOLD)) for name, way in ways.items()
    }
    assert len({str(result) for result in results.values()}) == 1, results
    counts = {"closures": 4000, "by hand": 4000, "OpenFisca": 40}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(max(rounds, 5)):
        for name, way in ways.items():
            before = process_time()
            for _ in range(counts[name]):
                way(TOLD)
            taken[name].append((process_time() - before) / counts[name] * 1e6)
    return [
        Line("one household through closures against OpenFisca-Core: times its speed",
             taken["closures"], taken["OpenFisca"], "µs", "≥50", "100"),
        Line("one household through closures against plain Python by hand",
             taken["closures"], taken["by hand"], "µs", "≤3", "1.5"),
    ]  # fmt: skip


def closures() -> Callable[[str], Answer]:
    pack = load(PACK)
    work = [(rule, rule.scenarios(pack, [Month(2020, 2)], Given())) for rule in compile_pack(pack)]
    rules = Closures(work, keep_refused=False)
    names = [rule.benefit.id for rule, _ in rules.bound]
    clauses = [pack.citation(rule.benefit).clause for rule, _ in rules.bound]

    def answer(text: str) -> Answer:
        told = json.loads(text)
        members = {}
        for person in told["persons"]:
            facts = {**BLANK, **person}
            facts["birth_date"] = date.fromisoformat(person["birth_date"])
            members[person["person"]] = facts
        case = Case(
            "household", told["household"], {"household_id": told["household"]}, members, {}, {}
        )
        return [
            (subject, names[index], amount, truth, clauses[index])
            for index, subject, _, amount, truth, _, _, _, _ in rules.rows(case)
        ]

    return answer


def by_hand() -> Callable[[str], Answer]:
    """As somebody would write it for this notice, this month, and no unknown facts."""
    old, young = years_before(START, 25), years_before(START, 6)
    oldest = years_before(START, 18)
    percent = 200 if CPI[START] >= 50 else 150 if CPI[START] >= 30 else 0

    def answer(text: str) -> Answer:
        told = json.loads(text)
        home = told["household"]
        here = []
        for person in told["persons"]:
            facts = {**BLANK, **person}
            if facts["is_alive"] and facts["is_resident"]:
                here.append(facts)
        found: Answer = []
        utility, dibao, bereaved = 9, False, 999
        for facts in here:
            hold = facts["hold"] = 0 if facts["has_account"] else 100
            subject = facts["person"]
            first = (
                1
                if facts["is_tekun"]
                else 2
                if facts["is_orphan"]
                else 3
                if facts["is_dibao"]
                else 0
            )
            support = first or (4 if facts["is_disabled_in_hardship"] else 0)
            price = first or (
                4 if facts["is_veteran"] else 5 if facts["draws_unemployment_benefit"] else 0
            )
            utility = min(utility, first or (4 if facts["is_in_patient_household"] else 9))
            dibao = dibao or facts["is_dibao"]
            if facts["is_bereaved"]:
                bereaved = min(bereaved, hold)
            if support:
                found.append((subject, "living_subsidy", LIVING, support + hold, "1.1.1"))
            elif facts["is_laid_off"]:
                found.append((subject, "laid_off_subsidy", LAID_OFF, 1 + hold, "1.2.1"))
            level = facts["student_level"]
            if level and old < facts["birth_date"] <= young:
                found.append((subject, "student_aid", STUDENT[level], level + hold, "1.4.1"))
            if facts["is_in_patient_household"] and facts["bill_total"] > 0:
                left = facts["bill_total"] - facts["bill_basic"]
                left -= facts["bill_serious"] + facts["bill_aid"]
                if left > 0:
                    found.append((subject, "bill_subsidy", left, 1 + hold, "4.1.1"))
            if percent and price:
                amount = PRICE_BASE[price] * percent // 100
                found.append((subject, "price_subsidy", amount, price + hold, "2.1.1"))
        if percent and dibao:
            for facts in here:
                if oldest < facts["birth_date"] <= young:
                    amount = MEAL * percent // 100
                    found.append(
                        (facts["person"], "meal_subsidy", amount, 1 + facts["hold"], "2.2.1")
                    )
        if bereaved < 999:
            found.append((home, "bereaved_subsidy", BEREAVED, 1 + bereaved, "1.3.1"))
        if utility < 9:
            found.append((home, "free_gas", GAS, utility, "3.1.1"))
            found.append((home, "free_water", WATER, utility, "3.1.2"))
        return found

    return answer


def by_openfisca() -> Callable[[str], Answer]:
    rules = system()
    facts_of = (*BOOLEANS, *NUMBERS, "birth_date")

    def answer(text: str) -> Answer:
        told = json.loads(text)
        persons = {}
        for person in told["persons"]:
            facts = {**BLANK, **person}
            persons[str(person["person"])] = {name: {"ETERNITY": facts[name]} for name in facts_of}
        home = {str(told["household"]): {"members": list(persons)}}
        builder = SimulationBuilder()
        builder.set_default_period("2020-02")
        simulation = builder.build_from_entities(rules, {"persons": persons, "households": home})
        found: Answer = []
        for name in PERSON:
            for person, amount in zip(persons, simulation.calculate(name, "2020-02"), strict=True):
                if amount:
                    found.append((int(person), name, int(amount), 0, ""))
        for name in HOUSEHOLD:
            amount = simulation.calculate(name, "2020-02")[0]
            if amount:
                found.append((told["household"], name, int(amount), 0, ""))
        return found

    return answer
