"""Whichever engine decides, everybody gets the same answer: verdict, amount, what lacks, hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from luodi.assessment.compiled import compile_pack
from luodi.assessment.engines import attach, locked, run_duckdb
from luodi.assessment.golden import (
    Outcome,
    cases_of,
    outcome_of,
    subjects,
    write_tables,
)
from luodi.assessment.outcomes import HOLDS, resolve
from luodi.assessment.plan import Planner
from luodi.assessment.scenarios import Given
from luodi.assessment.single import Closures, Decision
from luodi.assessment.spark import run_spark
from luodi.basics.period import Month
from luodi.pack import Pack, load
from luodi.pack.golden import GoldenCase

from .conftest import EAST, FEBRUARY, WEST, Run, Town
from .made_up import MadeUp, Work

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MONTHS = {"jiangyin-2020-13": Month(2020, 2), "fengze-2022": Month(2022, 4)}
Outcomes = dict[tuple[str, str], Outcome]


def work_of(pack: Pack, month: Month) -> Work:
    """Every rule in force, all readings open."""
    found = [(rule, rule.scenarios(pack, [month], Given())) for rule in compile_pack(pack)]
    return [(rule, scenarios) for rule, scenarios in found if any(one.live for one in scenarios)]


def one_by_one(pack: Pack, case: GoldenCase, work: Work) -> Outcomes:
    decisions: dict[tuple[str, str], list[Decision]] = {}
    closures = Closures(work)
    for one in cases_of(pack, subjects(pack, case)):
        for decision in closures.decide(one):
            key = (str(decision.subject), decision.rule.benefit.id)
            decisions.setdefault(key, []).append(decision)
    choices = {rule.benefit.id: [one.choice for one in scenarios] for rule, scenarios in work}
    return {key: outcome_of(found, choices[key[1]]) for key, found in decisions.items()}


def all_at_once(
    pack: Pack, case: GoldenCase, work: Work, engine: str, folder: Path, *, refused: bool = True
) -> Outcomes:
    folder.mkdir()
    tables, names = write_tables(pack, [case], folder)
    plan = Planner(work, engine, keep_refused=refused).plan()
    with locked([folder]) as connection:
        attach(connection, tables)
        if engine == "spark":
            run_spark(connection, plan, tables, folder)
        else:
            run_duckdb(connection, plan)
        resolve(connection, work)
        rows = connection.execute(
            "SELECT b, subject, v, amount, hold, lacks FROM outcomes"
        ).fetchall()
    benefits = {rule.index: rule.benefit for rule, _ in work}
    found = {}
    for b, subject, v, amount, hold, lacks in rows:
        verdict = ("none", "held" if hold else "entitled", "undecided")[v]
        outcome = Outcome(verdict, amount if v == 1 else None, tuple(lacks), HOLDS.get(hold, ""))
        found[names[benefits[b].subject, subject], benefits[b].id] = outcome
    return found


def differences(expected: Outcomes, found: Outcomes) -> list[str]:
    """Who was decided otherwise; nobody in `found` is not entitled."""
    nothing = Outcome("none")
    return [
        f"{subject} {benefit}: {expected.get((subject, benefit), nothing)} but "
        f"{found.get((subject, benefit), nothing)}"
        for subject, benefit in sorted(expected | found)
        if expected.get((subject, benefit), nothing) != found.get((subject, benefit), nothing)
    ]


@pytest.mark.parametrize("name", MONTHS)
@pytest.mark.parametrize("seed", range(2))
def test_made_up_people_get_the_same_answer_alone_and_in_bulk(
    name: str, seed: int, root: Path, tmp_path: Path
) -> None:
    pack = load(root / "packs" / name)
    work = work_of(pack, MONTHS[name])
    case = MadeUp(pack, seed, work).case(MONTHS[name], homes=50)
    alone = one_by_one(pack, case, work)
    assert {one.verdict for one in alone.values()} >= {"entitled", "none", "undecided"}
    assert not differences(alone, all_at_once(pack, case, work, "duckdb", tmp_path / "all"))
    brief = all_at_once(pack, case, work, "duckdb", tmp_path / "brief", refused=False)
    assert not differences(alone, brief)


@pytest.mark.spark
@pytest.mark.parametrize("name", MONTHS)
def test_made_up_people_get_the_same_answer_on_spark(
    name: str, root: Path, tmp_path: Path, spark: object
) -> None:
    pack = load(root / "packs" / name)
    work = work_of(pack, MONTHS[name])
    case = MadeUp(pack, 7, work).case(MONTHS[name], homes=40)
    alone = one_by_one(pack, case, work)
    assert not differences(alone, all_at_once(pack, case, work, "spark", tmp_path / "all"))


def random_county(town: Town, seed: int) -> None:
    """Eighty people on lists by lot; one town did not hand in a list that decides."""
    draw = random.Random(seed)
    for index in range(80):
        registers = [
            one for one in ("dibao", "orphans", "disabled", "deaths") if draw.random() < 0.3
        ]
        town.person(
            f"人{index}",
            *registers,
            area=draw.choice((EAST, WEST)),
            home=f"户{draw.randrange(40)}",
            account=draw.random() < 0.8,
            level=draw.choice(("甲类", "乙类")),
            resident=draw.random() < 0.9,
        )
        if draw.random() < 0.2:
            town.bill(f"人{index}", f"{draw.randrange(900_000, 900_003) / 100}", "8000")
    town.complete["dibao"] = [EAST]


@pytest.mark.spark
def test_spark_writes_the_same_tables_as_duckdb_run_after_run(
    town: Town, run: Callable[..., Run], spark: object
) -> None:
    def tables(result: Run) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in result.result.folder.iterdir()}

    random_county(town, 1)
    snapshot = town.freeze()
    for months in ([FEBRUARY], [FEBRUARY, FEBRUARY.next()]):
        expected = run(snapshot, months, readings={})
        assert expected.table("entitlements") and expected.table("undecided")
        found = run(snapshot, months, readings={}, engine="spark")
        assert tables(found) == tables(expected)


@pytest.mark.spark
def test_a_spark_run_leaves_the_session_as_it_was(
    town: Town, run: Callable[..., Run], spark: SparkSession
) -> None:
    town.person("王小", "dibao")
    before = spark.conf.getAll
    run(town.freeze(), engine="spark")
    assert spark.conf.getAll == before
    assert spark.catalog.listTables() == []
