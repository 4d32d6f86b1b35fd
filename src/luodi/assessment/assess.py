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

from luodi.assessment.compiled import Rule, compile_pack
from luodi.assessment.engines import attach, locked, make_rows, quoted
from luodi.assessment.known import footers
from luodi.assessment.outcomes import HOLDS, Period, may_repeat, resolve
from luodi.assessment.plan import Planner
from luodi.assessment.scenarios import Given, Scenario
from luodi.assessment.spark import run_spark
from luodi.assessment.touched import folder_of, make_stages
from luodi.assessment.unlisted import Lists, cannot_touch_unlisted, undecided_classes
from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError
from luodi.pack.model import Pack
from luodi.population import Snapshot
from luodi.rules.tree import FactName
from luodi.rules.types import Kind, Type

SUMMARY = "assessment.json"
FORMAT = 1
Work = list[tuple[Rule, list[Scenario]]]
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
                _finish(connection, pack, active, periods, lists, listed_only, folder)
            else:
                periods = []
                _finish_empty(connection, folder)
            step("write")
            summary = _summary(connection, pack, snapshot, months, given, work)
        for leftover in ("raw", "empty"):
            shutil.rmtree(folder / leftover, ignore_errors=True)
        text = json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / SUMMARY).write_text(text + "\n", "utf-8")
        finish(Assessment(folder, summary))
        folder.replace(out)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Assessment(out, summary)


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


# --- tables out ------------------------------------------------------------------------------


def _finish(
    connection: duckdb.DuckDBPyConnection,
    pack: Pack,
    work: Work,
    periods: Sequence[Period],
    lists: Lists,
    listed_only: Sequence[int],
    folder: Path,
) -> None:
    _describe(connection, pack, work, periods)
    _repeated(connection, [rule.index for rule, found in work if may_repeat(rule, found, work)])
    _classes(connection, pack, work, lists, listed_only)
    for table, query in _QUERIES.items():
        _write(connection, query, folder / f"{table}.parquet")
    connection.execute(
        f"CREATE TEMP TABLE totals AS SELECT * FROM read_parquet({quoted(folder / 'totals.parquet')})"
    )
    connection.execute(
        f"CREATE TEMP TABLE price AS SELECT * FROM read_parquet({quoted(folder / 'prices.parquet')})"
    )


def _describe(
    connection: duckdb.DuckDBPyConnection, pack: Pack, work: Work, periods: Sequence[Period]
) -> None:
    """`rules`, `spans` and `variants`: what the numbers in rows stand for."""
    connection.execute(
        "CREATE TEMP TABLE rules (b SMALLINT, benefit VARCHAR, measure VARCHAR, kind VARCHAR, "
        "subject_kind VARCHAR, label VARCHAR, clause VARCHAR, unit VARCHAR, payer VARCHAR, "
        "cadence VARCHAR, scope VARCHAR, by_kind VARCHAR, reserves BOOLEAN)"
    )
    connection.execute("CREATE TEMP TABLE spans (b SMALLINT, p INT, period VARCHAR, month VARCHAR)")
    connection.execute(
        "CREATE TEMP TABLE variants (b SMALLINT, k INT, month VARCHAR, choice VARCHAR)"
    )
    for rule, scenarios in work:
        benefit = rule.benefit
        payer = "" if benefit.payer is None else benefit.payer.unit
        connection.execute(
            f"INSERT INTO rules VALUES ({', '.join(['?'] * 13)})",
            [
                rule.index, benefit.id, benefit.measure, benefit.kind, benefit.subject,
                benefit.label, pack.citation(benefit).clause, unit_of(benefit.amount.type if benefit.amount else None),
                payer, benefit.cadence, benefit.once.scope, benefit.once.by,
                benefit.once.reserve_members,
            ],
        )  # fmt: skip
        for index, period in enumerate(periods):
            connection.execute(
                "INSERT INTO spans VALUES (?, ?, ?, ?)",
                [rule.index, index, period_key(rule, period.month), period.month],
            )
        for k, scenario in enumerate(scenarios):
            choice = json.dumps(dict(scenario.choice), ensure_ascii=False, sort_keys=True)
            connection.execute(
                "INSERT INTO variants VALUES (?, ?, ?, ?)",
                [rule.index, k, str(scenario.month), choice],
            )


def unit_of(type_: Type | None) -> str:
    """`fen`, or the unit of a quantity in thousandths; empty without an amount."""
    if type_ is None:
        return ""
    return "fen" if type_.kind is Kind.MONEY else type_.unit


def period_key(rule: Rule, month: str) -> str:
    """The period of the once-per key, never empty: a month, a year, or the validity."""
    benefit = rule.benefit
    if benefit.cadence == "month":
        return month
    if benefit.cadence == "year":
        return month[:4]
    if benefit.cadence == "claim":
        return "claim"
    validity = benefit.validity
    if validity.event:
        return f"event:{validity.event}"
    return f"{validity.since or ''}/{validity.until or validity.until_event or ''}"


def _repeated(connection: duckdb.DuckDBPyConnection, rules: Sequence[int]) -> None:
    """`keys` of every entitlement; `again`: entitlements one of whose keys is taken.

    The first in the order of the notice, then by month and subject, keeps its key.

    Args:
        rules: Indices of those whose keys can be taken at all.
    """
    among = f"b IN ({', '.join(map(str, rules))})" if rules else "FALSE"
    connection.execute(
        f"""
        CREATE TEMP TABLE entitled AS
        SELECT o.*, r.scope, r.by_kind, r.reserves, r.subject_kind, s.period, s.month
        FROM outcomes o JOIN rules r ON r.b = o.b JOIN spans s ON s.b = o.b AND s.p = o.p
        WHERE o.v = 1;
        CREATE TEMP TABLE keys AS
        SELECT b, subject, p, scope, by_kind, COALESCE(once_by, subject) AS key_id, period, month,
               FALSE AS reserved
        FROM entitled
        UNION ALL
        SELECT e.b, e.subject, e.p, e.scope, 'person', m.person_id, e.period, e.month, TRUE
        FROM entitled e JOIN persons m ON m.household_id = e.subject
        WHERE e.reserves AND e.subject_kind = 'household';
        CREATE TEMP TABLE again AS
        SELECT DISTINCT b, subject, p FROM (
            SELECT *, row_number() OVER (PARTITION BY scope, by_kind, key_id, period
                                         ORDER BY b, month, subject) AS place
            FROM keys WHERE {among}) WHERE place > 1
        """
    )


def _classes(
    connection: duckdb.DuckDBPyConnection,
    pack: Pack,
    work: Work,
    lists: Lists,
    listed_only: Sequence[int],
) -> None:
    """`class_rows`: undecided area by area, among people who are on no list."""
    connection.execute(
        "CREATE TEMP TABLE class_rows (b SMALLINT, area BIGINT, p INT, persons BIGINT, "
        "lacks VARCHAR[], registers VARCHAR[])"
    )
    counts = dict(
        connection.execute(
            "SELECT area, count(*) FROM persons WHERE NOT listed GROUP BY area"
        ).fetchall()
    )
    areas = sorted({int(area.code) for area in pack.place.areas})
    for rule, scenarios in work:
        if rule.index not in listed_only:
            continue
        for one in undecided_classes(rule, lists, scenarios, areas):
            connection.execute(
                "INSERT INTO class_rows SELECT ?, ?, p, ?, ?, ? FROM spans WHERE b = ?",
                [
                    rule.index, one.area, counts.get(one.area, 0), list(one.lacks),
                    list(one.registers), rule.index,
                ],
            )  # fmt: skip
    connection.execute(
        """
        INSERT INTO class_rows
        SELECT b, area, p, count(*), lacks, [] FROM outcomes
        WHERE v = 2 AND NOT listed GROUP BY b, area, p, lacks
        """
    )


_COMMON = (
    "r.benefit, r.measure, r.clause, r.subject_kind, o.subject AS subject_id, o.area, s.period, "
    "s.month"
)
_FROM = "FROM outcomes o JOIN rules r ON r.b = o.b JOIN spans s ON s.b = o.b AND s.p = o.p"
_AGAIN = "(SELECT 1 FROM again a WHERE a.b = o.b AND a.subject = o.subject AND a.p = o.p)"
_HOLD = (
    "CASE o.hold "
    + " ".join(f"WHEN {code} THEN '{name}'" for code, name in HOLDS.items())
    + " ELSE '' END"
)
_PRICED = (
    "SELECT raw.b, raw.k, raw.subject, raw.amount FROM raw "
    "JOIN variants v ON v.b = raw.b AND v.k = raw.k AND v.choice <> '{}' "
    "JOIN spans s ON s.b = v.b AND s.month = v.month WHERE raw.v = 1 AND s.period"
)
# What is paid once in several months costs once under each choice too: in its first month.
_EACH_ONCE = (
    f"({_PRICED} = s.month UNION ALL {_PRICED} <> s.month QUALIFY row_number() OVER "
    "(PARTITION BY raw.b, v.choice, s.period, raw.subject ORDER BY v.month) = 1)"
)
_QUERIES = {
    "entitlements": f"SELECT {_COMMON}, o.amount, r.unit, {_HOLD} AS hold, r.payer, o.truth, "
    f"o.unknown {_FROM} WHERE o.v = 1 AND NOT EXISTS {_AGAIN} ORDER BY o.b, o.subject, o.p",
    "repeated": f"SELECT {_COMMON}, o.amount, r.unit, o.truth, o.unknown {_FROM} "
    f"WHERE o.v = 1 AND EXISTS {_AGAIN} ORDER BY o.b, o.subject, o.p",
    "undecided": f"SELECT {_COMMON}, o.lacks, o.potential, r.unit, o.truth, o.unknown {_FROM} "
    "WHERE o.v = 2 AND o.listed ORDER BY o.b, o.subject, o.p",
    "refused": f"SELECT {_COMMON}, o.truth, o.unknown {_FROM} "
    "WHERE o.v = 0 ORDER BY o.b, o.subject, o.p",
    "classes": "SELECT r.benefit, r.measure, c.area, s.period, s.month, "
    "CAST(sum(c.persons) AS BIGINT) AS persons, c.lacks, c.registers "
    "FROM class_rows c JOIN rules r ON r.b = c.b JOIN spans s ON s.b = c.b AND s.p = c.p "
    "GROUP BY ALL ORDER BY min(c.b), c.area, min(c.p), c.lacks",
    "once_keys": "SELECT k.scope, k.by_kind, k.key_id, k.period, r.benefit, "
    "k.subject AS subject_id, k.month, k.reserved FROM keys k JOIN rules r ON r.b = k.b "
    "WHERE NOT EXISTS (SELECT 1 FROM again a WHERE a.b = k.b AND a.subject = k.subject "
    "AND a.p = k.p) ORDER BY k.scope, k.by_kind, k.key_id, k.period, k.b",
    "totals": "SELECT r.measure, r.benefit, r.kind, r.subject_kind, o.area, s.month, r.payer, "
    f"r.unit, {_HOLD} AS hold, "
    "CASE o.v WHEN 1 THEN 'entitled' WHEN 2 THEN 'undecided' ELSE 'not_entitled' END AS verdict, "
    "count(*) AS subjects, CAST(COALESCE(sum(o.amount), 0) AS BIGINT) AS amount "
    f"{_FROM} WHERE (o.v <> 1 OR NOT EXISTS {_AGAIN}) AND (o.v <> 2 OR o.listed) "
    "GROUP BY ALL ORDER BY min(o.b), s.month, o.area, r.payer, verdict, hold",
    "prices": "SELECT r.measure, r.benefit, x.month, x.choice, r.unit, "
    "count(raw.subject) AS subjects, CAST(COALESCE(sum(raw.amount), 0) AS BIGINT) AS amount, "
    "COALESCE(any_value(open.subjects), 0) AS undecided "
    "FROM variants x JOIN rules r ON r.b = x.b "
    "LEFT JOIN (SELECT b, k, count(*) AS subjects FROM raw WHERE v = 2 AND listed GROUP BY b, k) "
    "AS open ON open.b = x.b AND open.k = x.k "
    f"LEFT JOIN {_EACH_ONCE} AS raw ON raw.b = x.b AND raw.k = x.k "
    "WHERE x.choice <> '{}' GROUP BY ALL ORDER BY min(x.b), x.month, min(x.k)",
}


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    connection.execute(f"COPY ({query}) TO {quoted(path)} (FORMAT parquet, COMPRESSION zstd)")


def _finish_empty(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Nothing is in force: the same tables, without rows."""
    connection.execute(
        """
        CREATE TEMP TABLE outcomes (b SMALLINT, subject BIGINT, area BIGINT, p INT, v TINYINT,
            amount BIGINT, potential BIGINT, truth BIGINT, unknown BIGINT, hold TINYINT, lacks VARCHAR[],
            listed BOOLEAN, once_by BIGINT);
        CREATE TEMP TABLE rules (b SMALLINT, benefit VARCHAR, measure VARCHAR, kind VARCHAR,
            subject_kind VARCHAR, label VARCHAR, clause VARCHAR, unit VARCHAR, payer VARCHAR,
            cadence VARCHAR, scope VARCHAR, by_kind VARCHAR, reserves BOOLEAN);
        CREATE TEMP TABLE spans (b SMALLINT, p INT, period VARCHAR, month VARCHAR);
        CREATE TEMP TABLE variants (b SMALLINT, k INT, month VARCHAR, choice VARCHAR);
        CREATE TEMP TABLE raw (b SMALLINT, subject BIGINT, k INT, v TINYINT, amount BIGINT,
            listed BOOLEAN);
        CREATE TEMP TABLE class_rows (b SMALLINT, area BIGINT, p INT, persons BIGINT,
            lacks VARCHAR[], registers VARCHAR[])
        """
    )
    _repeated(connection, [])
    for table, query in _QUERIES.items():
        _write(connection, query, folder / f"{table}.parquet")
    connection.execute("CREATE TEMP TABLE totals AS " + _QUERIES["totals"])
    connection.execute("CREATE TEMP TABLE price AS " + _QUERIES["prices"])


# --- summary ---------------------------------------------------------------------------------


def _summary(
    connection: duckdb.DuckDBPyConnection,
    pack: Pack,
    snapshot: Snapshot,
    months: Sequence[Month],
    given: Given,
    work: Work,
) -> dict[str, Any]:
    rows = connection.execute(
        "SELECT benefit, verdict, hold, sum(subjects)::BIGINT, sum(amount)::BIGINT FROM totals "
        "GROUP BY ALL"
    ).fetchall()
    classes = dict(
        connection.execute(
            "SELECT r.benefit, sum(persons)::BIGINT FROM class_rows c JOIN rules r ON r.b = c.b "
            "GROUP BY ALL"
        ).fetchall()
    )
    again = dict(
        connection.execute(
            "SELECT r.benefit, count(*) FROM again a JOIN rules r ON r.b = a.b GROUP BY ALL"
        ).fetchall()
    )
    benefits = []
    for rule, scenarios in work:
        benefit = rule.benefit
        own = [row for row in rows if row[0] == benefit.id]

        def total(verdict: str, column: int, own: list[Any] = own, held: bool | None = None) -> int:
            return sum(
                int(row[column])
                for row in own
                if row[1] == verdict and (held is None or bool(row[2]) is held)
            )

        names = sorted({name for one in scenarios for name, _ in one.choice})
        benefits.append(
            {
                "benefit": benefit.id,
                "label": benefit.label,
                "measure": benefit.measure,
                "kind": benefit.kind,
                "for": benefit.subject,
                "unit": unit_of(benefit.amount.type if benefit.amount else None),
                "in_force": any(one.live for one in scenarios),
                "entitled": total("entitled", 3),
                "amount": total("entitled", 4),
                "held": total("entitled", 3, held=True),
                "held_amount": total("entitled", 4, held=True),
                "undecided": total("undecided", 3),
                "undecided_unlisted": int(classes.get(benefit.id, 0)),
                "not_entitled": total("not_entitled", 3),
                "repeated": int(again.get(benefit.id, 0)),
                "open_readings": names,
            }
        )
    return {
        "format": FORMAT,
        "pack": pack.id,
        "pack_version": pack.version,
        "snapshot": snapshot.manifest.get("seal"),
        "months": [str(month) for month in months],
        "given": {
            "readings": dict(sorted(given.readings.items())),
            "parameters": {name: _shown(value) for name, value in sorted(given.parameters.items())},
            "signals": {name: _shown(value) for name, value in sorted(given.signals.items())},
            "series": {
                name: {str(month): _shown(one.value) for month, one in sorted(found.items())}
                for name, found in sorted(given.series.items())
            },
        },
        "benefits": benefits,
    }


def _shown(value: object) -> str | None:
    return None if value is None else str(value)
