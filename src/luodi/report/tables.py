"""Lays names beside an assessment's rows. What it makes is personal data and stays inside."""

from __future__ import annotations

import duckdb

from luodi.assessment.assess import Assessment
from luodi.assessment.engines import attach
from luodi.pack import Pack
from luodi.population import Snapshot

NOWHERE = 0
_RESULTS = ("entitlements", "undecided", "classes")
_SUBJECTS = {"persons", "households", "organisations", "identities", "sources"}


def name_everybody(
    connection: duckdb.DuckDBPyConnection, pack: Pack, snapshot: Snapshot, assessment: Assessment
) -> None:
    """`who`: a name for every subject; `due`: entitlements to benefits; `open_rows`: undecided."""
    attach(connection, {name: assessment.path(name) for name in _RESULTS})
    attach(connection, {name: snapshot.path(name) for name in snapshot.tables})
    connection.execute("CREATE TEMP TABLE benefit_order (benefit VARCHAR, place INT, kind VARCHAR)")
    connection.executemany(
        "INSERT INTO benefit_order VALUES (?, ?, ?)",
        [(one.id, place, one.kind) for place, one in enumerate(pack.assessables)],
    )
    connection.execute(
        "CREATE TEMP TABLE who AS SELECT kind, subject_id, name, coalesce(id_number, uscc, '') "
        "AS number FROM identities"
    )
    connection.execute(
        "INSERT INTO who SELECT 'household', household_id, name || '（户，' || members || '人）', "
        "number FROM (SELECT household_id, min(person_id) AS head, count(*) AS members "
        "FROM persons WHERE household_id IS NOT NULL GROUP BY 1) JOIN who "
        "ON who.kind = 'person' AND subject_id = head"
    )
    for table in sorted(set(snapshot.tables) - _SUBJECTS):
        connection.execute(
            f"INSERT INTO who SELECT '{table}', record_id, coalesce(p.name, o.name, ''), "
            f"coalesce(p.number, o.number, '') FROM \"{table}\" AS r "
            "LEFT JOIN who AS p ON p.kind = 'person' AND p.subject_id = r.person_id "
            "LEFT JOIN who AS o ON o.kind = 'organisation' AND o.subject_id = r.organisation_id"
        )
    named = (
        "LEFT JOIN who AS w ON w.kind = t.subject_kind AND w.subject_id = t.subject_id "
        "JOIN benefit_order AS b USING (benefit)"
    )
    columns = (
        f"coalesce(t.area, {NOWHERE}) AS area, b.place, benefit, t.subject_kind, t.subject_id, t.month, "
        "coalesce(w.name, '') AS name, coalesce(w.number, '') AS number"
    )
    connection.execute(
        f"CREATE TEMP TABLE due AS SELECT {columns}, amount, unit, hold, "
        f"CASE WHEN unit = 'fen' THEN coalesce(amount, 0) ELSE 0 END AS money "
        f"FROM entitlements AS t {named} WHERE b.kind = 'benefit'"
    )
    connection.execute(
        f"CREATE TEMP TABLE open_rows AS SELECT {columns}, b.kind, lacks "
        f"FROM undecided AS t {named}"
    )
