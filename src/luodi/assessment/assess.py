"""Finds everyone a pack entitles, each once, and says why: the whole run, from snapshot to tables."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from luodi.assessment.compiled import compile_pack
from luodi.assessment.engines import attach, locked, make_rows, quoted
from luodi.assessment.known import footers
from luodi.assessment.outcomes import resolve
from luodi.assessment.plan import Planner
from luodi.assessment.results import FORMAT, Work, summary, write_no_rows, write_tables
from luodi.assessment.scenarios import Given
from luodi.assessment.spark import run_spark
from luodi.assessment.touched import folder_of, make_stages
from luodi.assessment.unlisted import Lists, cannot_touch_unlisted
from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError
from luodi.pack.model import Pack
from luodi.population import Snapshot
from luodi.rules.tree import FactName
from luodi.rules.types import Kind

SUMMARY = "assessment.json"
_TABLES = {"person": "persons", "household": "households", "organisation": "organisations"}
_SQL_TYPES = {
    Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE", Kind.ENUM: "VARCHAR", Kind.TEXT: "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True)
class Assessment:
    """A finished run: a folder of tables, and its summary.

    Tables: `entitlements`, `undecided`, `refused` (candidates who are not entitled),
    `repeated` (entitled, but somebody or the same person has it already under the same key),
    `classes` (undecided area by area), `once_keys`, `totals`, `prices`, all Parquet.
    """

    folder: Path
    summary: dict[str, Any]

    def path(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"


def assess(
    pack: Pack,
    snapshot: Snapshot,
    months: Sequence[Month],
    out: Path,
    *,
    given: Given | None = None,
    engine: str = "duckdb",
    refused: bool = True,
    threads: int | None = None,
    step: Callable[[str], None] = lambda _label: None,
    finish: Callable[[Assessment], object] = lambda _result: None,
) -> Assessment:
    """Find everyone `pack` entitles in `months`, each once, and write it to `out`.

    Nothing is paid. The same pack, snapshot, months and givens give the same bytes.

    Args:
        snapshot: Frozen registers. A fact nobody recorded is NULL, never False.
        months: Calendar months, Asia/Shanghai, in order.
        out: A folder that must not exist; it appears complete or not at all.
        given: Signed readings, what-if parameters, later signals and events.
        engine: duckdb or spark. The rows are the same from each.
        refused: Whether to store the reasons of candidates who are not entitled.
        step: Told what is being done, for progress.
        finish: Called with the tables before the folder gets its name: what it writes there is
            part of the result, and if it fails there is none.

    Raises:
        ProblemError: `out` exists; the snapshot lacks a column that a rule reads; a rule cannot
            be planned.
    """
    given = given or Given()
    if out.exists():
        raise ProblemError(Problem(str(out), "文件夹已存在，不覆盖", "换一个 --out，或先移走它"))
    if not months:
        raise ProblemError(Problem("--month", "没有给月份", "例：--month 2020-02"))
    out.parent.mkdir(parents=True, exist_ok=True)
    work: Work = [(rule, rule.scenarios(pack, months, given)) for rule in compile_pack(pack)]
    active = [(rule, found) for rule, found in work if any(one.live for one in found)]
    lists = Lists(pack, snapshot.manifest)
    listed_only = [
        rule.index for rule, found in active if cannot_touch_unlisted(rule, lists, found)
    ]
    tables = _tables(snapshot, active)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        with locked([snapshot.folder, folder, folder_of(snapshot)], threads) as connection:
            present = {name: path for name, path in tables.items() if path is not None}
            attach(connection, present)
            _empty_tables(connection, pack, [name for name, path in tables.items() if path is None])
            if active:
                step("assess")
                plan = Planner(
                    active,
                    engine,
                    keep_refused=refused,
                    listed_only=listed_only,
                    known=footers(connection, present),
                ).plan()
                if engine == "spark":
                    run_spark(connection, plan, _with_empty(connection, tables, folder), folder)
                else:
                    make_stages(connection, plan, snapshot)
                    make_rows(connection, plan)
                step("decide")
                periods = resolve(connection, active)
                write_tables(connection, pack, active, periods, lists, listed_only, folder)
            else:
                write_no_rows(connection, folder)
            step("write")
            found = summary(connection, pack, snapshot, months, given, work)
        for leftover in ("raw", "empty"):
            shutil.rmtree(folder / leftover, ignore_errors=True)
        text = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / SUMMARY).write_text(text + "\n", "utf-8")
        finish(Assessment(folder, found))
        folder.replace(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Assessment(out, found)


def open_assessment(folder: Path) -> Assessment:
    """Open what `assess` wrote.

    Raises:
        ProblemError: It is no such folder.
    """
    try:
        summary = json.loads((folder / SUMMARY).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        summary = None
    if (
        not isinstance(summary, dict)
        or summary.get("format") != FORMAT
        or not {"pack", "months", "benefits"} <= summary.keys()
    ):
        raise ProblemError(Problem(str(folder), "不是核定结果文件夹", "先运行 luodi assess"))
    return Assessment(folder, summary)


# --- tables in -------------------------------------------------------------------------------


def _tables(snapshot: Snapshot, work: Work) -> dict[str, Path | None]:
    """The snapshot's files that rules read; None for a list that nobody handed in."""
    names = dict.fromkeys(["persons", "households"])
    for rule, _ in work:
        names[_TABLES.get(rule.benefit.subject, rule.benefit.subject)] = None
    names |= {"organisations": None}
    known = snapshot.manifest["tables"]
    problems = []
    found: dict[str, Path | None] = {}
    for name in names:
        found[name] = snapshot.path(name) if name in known else None
    for rule, _ in work:
        for part in (rule.verdict, rule.amount, rule.clash):
            for node in () if part is None else part.walk():
                if isinstance(node, FactName) and not node.path:
                    table = _TABLES.get(rule.benefit.subject, rule.benefit.subject)
                    columns = known.get(table, {}).get("columns", {})
                    in_household = node.fact.name in known.get("persons", {}).get("columns", {})
                    if table in known and node.fact.name not in columns and not in_household:
                        problems.append(
                            Problem(
                                str(rule.benefit.place),
                                f"快照的 {table} 没有列 {node.fact.name}（{node.fact.label}）",
                                "快照由别的政策包导入；请用本政策包重新导入名册",
                            )
                        )
    if problems:
        raise ProblemError(*dict.fromkeys(problems))
    return found


def _empty_tables(connection: duckdb.DuckDBPyConnection, pack: Pack, names: Sequence[str]) -> None:
    """Tables without rows for the lists that nobody handed in."""
    for name in names:
        kind = {table: kind for kind, table in _TABLES.items()}.get(name, name)
        keys = {
            "persons": ["person_id", "household_id"],
            "households": ["household_id"],
            "organisations": ["organisation_id"],
        }.get(name, ["record_id", "person_id", "household_id", "organisation_id"])
        columns = [f"{key} BIGINT" for key in (*keys, "area")]
        if name == "persons":
            columns.append("listed BOOLEAN")
        columns += [
            f'"{fact.name}" {_SQL_TYPES.get(fact.type.kind, "BIGINT")}'
            for fact in pack.facts.get(kind, {}).values()
        ]
        connection.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')


def _with_empty(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Path | None], folder: Path
) -> dict[str, Path]:
    """For Spark, empty tables as files too."""
    found = {}
    (folder / "empty").mkdir()
    for name, path in tables.items():
        found[name] = path or folder / "empty" / f"{name}.parquet"
        if path is None:
            connection.execute(f'COPY "{name}" TO {quoted(found[name])} (FORMAT parquet)')
    return found
