"""What an assessment writes: the tables of a result folder, and its summary.

Everything here is SQL on one DuckDB connection that holds the tables `outcomes` and `raw`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from luodi.assessment.compiled import Rule
from luodi.assessment.engines import quoted
from luodi.assessment.outcomes import HOLDS, Period, may_repeat
from luodi.assessment.scenarios import Given, Scenario
from luodi.assessment.unlisted import Lists, undecided_classes
from luodi.basics.period import Month
from luodi.pack.model import Pack
from luodi.population import Snapshot
from luodi.rules.types import Kind, Type

FORMAT = 1
Work = list[tuple[Rule, list[Scenario]]]


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    pack: Pack,
    work: Work,
    periods: Sequence[Period],
    lists: Lists,
    listed_only: Sequence[int],
    folder: Path,
) -> None:
    """Write every table to `folder`, from `outcomes` and `raw`."""
    _describe(connection, pack, work, periods)
    _repeated(connection, [rule.index for rule, found in work if may_repeat(rule, found, work)])
    _classes(connection, pack, work, lists, listed_only)
    for table, query in _QUERIES.items():
        _write(connection, query, folder / f"{table}.parquet")
    connection.execute(
        f"CREATE TEMP TABLE totals AS SELECT * FROM read_parquet({quoted(folder / 'totals.parquet')})"
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


def write_no_rows(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
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


def summary(
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
