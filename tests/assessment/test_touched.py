"""Rows kept beside a snapshot, and what footers tell, change how long it takes and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest

from luodi.assessment import touched
from luodi.assessment.assess import assess
from luodi.assessment.bulk import decide
from luodi.assessment.candidates import alternatives, cover
from luodi.assessment.compiled import compile_pack
from luodi.assessment.engines import attach, locked, make_rows, run_stages
from luodi.assessment.known import Known, footers
from luodi.assessment.outcomes import HOLDS
from luodi.assessment.plan import Planner
from luodi.assessment.scenarios import given_from
from luodi.basics.problem import ProblemError
from luodi.pack import Pack
from luodi.population import Snapshot
from luodi.rules import Fact, Scope, Type, parse
from luodi.rules.interpreter import Subject, evaluate
from luodi.rules.types import Place

from .conftest import EAST, FEBRUARY, WEST, Run, Town

Runner = Callable[..., Run]
TABLES = ("entitlements", "undecided", "refused", "repeated", "classes", "once_keys", "totals")


def fill(town: Town) -> None:
    """Somebody of every sort: on one list or two, without account, in a town that is late."""
    town.person("户主", "dibao", home="甲户")
    town.person("孩子", "orphans", "dibao", home="甲户")
    town.person("残疾人", "disabled", home="甲户")
    town.person("别家", "disabled", "deaths")
    town.person("没有账户", "orphans", account=False)
    town.person("不在册", "dibao", resident=False)
    town.person("西孤儿", "orphans", area=WEST)
    town.person("西", area=WEST)
    town.bill("户主", "1000", "200")
    town.complete["dibao"] = [EAST]


def tables(run: Run) -> dict[str, list[dict[str, Any]]]:
    return {name: run.table(name) for name in TABLES}


def test_the_second_run_reads_what_the_first_kept_and_finds_the_same(
    town: Town, run: Runner
) -> None:
    fill(town)
    snapshot = town.freeze()
    first = tables(run(snapshot))
    (entry,) = touched.folder_of(snapshot).iterdir()
    kept = {path.name: path.stat().st_mtime_ns for path in entry.iterdir()}
    assert tables(run(snapshot)) == first
    assert {path.name: path.stat().st_mtime_ns for path in entry.iterdir()} == kept


@pytest.mark.parametrize("harm", ["cand.parquet", touched.MANIFEST, "gone"])
def test_kept_rows_that_were_changed_are_not_used_and_made_again(
    town: Town, run: Runner, harm: str
) -> None:
    fill(town)
    snapshot = town.freeze()
    first = tables(run(snapshot))
    (entry,) = touched.folder_of(snapshot).iterdir()
    if harm == "gone":
        (entry / "cand.parquet").unlink()
    elif harm == touched.MANIFEST:
        manifest = json.loads((entry / harm).read_text("utf-8"))
        (entry / harm).write_text(json.dumps({**manifest, "snapshot": "0" * 64}), "utf-8")
    else:
        with duckdb.connect() as connection:
            path = str(entry / harm)
            connection.execute("CREATE TABLE t AS SELECT * FROM read_parquet(?) LIMIT 1", [path])
            connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    assert tables(run(snapshot)) == first
    manifest = json.loads((entry / touched.MANIFEST).read_text("utf-8"))
    assert manifest["snapshot"] == snapshot.manifest["seal"]


def test_rows_of_another_snapshot_are_never_used(town: Town, run: Runner) -> None:
    fill(town)
    run(town.freeze())
    town.person("新来", "orphans")
    later = town.freeze()
    first = touched.folder_of(later)
    first.mkdir()
    for entry in (town.folder / "snapshot1.touched").iterdir():
        entry.rename(first / entry.name)
    assert "新来" in run(later).of("entitlements", "living")


def test_where_nothing_can_be_kept_the_run_goes_on(town: Town, run: Runner) -> None:
    fill(town)
    snapshot = town.freeze()
    touched.folder_of(snapshot).write_text("taken", "utf-8")
    assert "户主" in run(snapshot).of("entitlements", "living")


def test_only_the_latest_entries_stay(town: Town, run: Runner) -> None:
    fill(town)
    snapshot = town.freeze()
    home = touched.folder_of(snapshot)
    home.mkdir()
    for index in range(touched.MOST_ENTRIES + 3):
        (home / f"old{index}").mkdir()
    run(snapshot)
    assert len(list(home.iterdir())) == touched.MOST_ENTRIES


def rows_of(pack: Pack, snapshot: Snapshot, known: Mapping[str, Known], refused: bool) -> Any:
    given = given_from(pack, readings={"overlap": "once"})
    work = [(rule, rule.scenarios(pack, [FEBRUARY], given)) for rule in compile_pack(pack)]
    paths = {name: snapshot.path(name) for name in snapshot.tables if name not in ("sources",)}
    with locked([snapshot.folder]) as connection:
        attach(connection, paths)
        if known is FOOTERS:
            known = footers(connection, paths)
        plan = Planner(work, "duckdb", keep_refused=refused, listed_only=(), known=known).plan()
        run_stages(connection, plan)
        make_rows(connection, plan)
        return connection.execute("SELECT * FROM raw ORDER BY ALL").fetchall()


FOOTERS: dict[str, Known] = {"": Known()}


@pytest.mark.parametrize("refused", [True, False])
def test_what_footers_tell_changes_no_verdict_and_no_mask(
    pack: Pack, town: Town, refused: bool
) -> None:
    fill(town)
    snapshot = town.freeze()
    without = rows_of(pack, snapshot, {}, refused)
    assert rows_of(pack, snapshot, FOOTERS, refused) == without
    assert without


def test_bulk_writes_the_rows_that_an_assessment_finds(
    pack: Pack, town: Town, tmp_path: Path
) -> None:
    fill(town)
    snapshot = town.freeze()
    only = tuple(
        replace(one, instruments=tuple(it for it in one.instruments if it.id == "living"))
        for one in pack.measures
    )
    plain, given = replace(pack, measures=only), given_from(pack, readings={"overlap": "once"})
    rows, totals = tmp_path / "rows.parquet", tmp_path / "totals.parquet"
    decide(plain, snapshot, [FEBRUARY], rows, totals, given=given)
    whole = Run(assess(plain, snapshot, [FEBRUARY], tmp_path / "out", given=given), snapshot)
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT subject, amount, truth, hold FROM read_parquet(?) WHERE v = 1", [str(rows)]
        ).fetchall()
        (sums,) = connection.execute(
            "SELECT sum(subjects), sum(amount) FROM read_parquet(?) WHERE v = 1", [str(totals)]
        ).fetchall()
    names = {"": 0, **{name: code for code, name in HOLDS.items()}}
    entitled = whole.table("entitlements")
    assert sorted(found) == sorted(
        (row["subject_id"], row["amount"], row["truth"], names[row["hold"]]) for row in entitled
    )
    assert sums == (len(entitled), sum(row["amount"] for row in entitled))


def test_bulk_refuses_what_one_pass_cannot_decide(pack: Pack, town: Town, tmp_path: Path) -> None:
    fill(town)
    rows = tmp_path / "rows.parquet"
    with pytest.raises(ProblemError, match="读法未签"):
        decide(pack, town.freeze(), [FEBRUARY], rows, tmp_path / "totals.parquet")
    given = given_from(pack, readings={"overlap": "once"})
    with pytest.raises(ProblemError, match="可能与别的待遇或别的月份重复"):
        decide(pack, town.freeze(), [FEBRUARY], rows, tmp_path / "totals.parquet", given=given)
    assert not rows.exists()


EXPRESSIONS = (
    "a and b and (c or d)",
    "a and b and (c and not d or d)",
    "not (a or b) and c",
    "not (a and not b)",
    "a is unknown or b",
    "if(a, b, c) and d",
    "(a or b) and (c or d)",
    "n = 1 and a or n > 2 and not b",
)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_scan_keeps_whoever_a_rule_can_touch(text: str) -> None:
    names = ("a", "b", "c", "d")
    facts = {name: Fact(name, Type.boolean()) for name in names}
    scope = Scope({**facts, "n": Fact("n", Type.integer())})
    root = parse(text, scope, Place("rule", 1, 1)).root
    common, rest = cover(alternatives(root))
    for values in product((True, False, None), repeat=4):
        for number in (None, 0, 1, 3):
            subject = Subject({**dict(zip(names, values, strict=True)), "n": number})

            def may(test: tuple[Any, bool], subject: Subject = subject) -> bool:
                return evaluate(test[0], subject) is not (not test[1])

            kept = all(map(may, common)) and any(all(map(may, one)) for one in rest)
            if evaluate(root, subject) is not False:
                assert kept, (text, values, number)
