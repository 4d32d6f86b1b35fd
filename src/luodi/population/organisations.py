"""Which firm is which, over all registers that name one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from luodi.population.cells import NUMERIC, literal, plain
from luodi.population.rows import Roles, refused, table

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Register


def match(con: duckdb.DuckDBPyConnection, registers: Sequence[Register], known: bool) -> None:
    """One row per social credit code; a row with a damaged one is one per name, town and code."""
    con.execute(
        "CREATE OR REPLACE TABLE firm_rows (register VARCHAR, reg SMALLINT, rid BIGINT, uscc VARCHAR, "
        "written VARCHAR, name VARCHAR, area INTEGER, account VARCHAR, phone VARCHAR, "
        "organisation_id BIGINT)"
    )
    for at, register in enumerate(registers):
        roles = Roles.of(register)
        if roles.uscc is None and register.of != "organisation":
            continue
        written = refused(register, roles.uscc) if roles.uscc else "CAST(NULL AS VARCHAR)"
        is_firm = register.of == "organisation"
        own = "_account, _phone" if is_firm else "NULL, NULL"
        # In a record the name may be a person's, where the row has a person too.
        named = "_name" if is_firm or roles.id_number is None else "NULL"
        some = (
            f"({named} IS NOT NULL OR {written} IS NOT NULL)"
            if is_firm
            else f"{written} IS NOT NULL"
        )
        damaged = f"coalesce(ltrim({plain(written)}, '{NUMERIC}'), '')"
        con.execute(
            f"INSERT INTO firm_rows SELECT {literal(register.name)}, {at}, rowid, _uscc, "
            f"CASE WHEN _uscc IS NULL THEN {damaged} END, {named}, _area, {own}, NULL "
            f"FROM {table(register)} WHERE _skip = 0 AND (_uscc IS NOT NULL OR {some}) ORDER BY rowid"
        )
    con.execute(
        "CREATE OR REPLACE TABLE organisations AS SELECT row_number() OVER (ORDER BY _at) AS "
        "organisation_id, * FROM (SELECT min(rowid) AS _at, uscc, written, CASE WHEN uscc IS NULL THEN name "
        "END AS apart, CASE WHEN uscc IS NULL THEN area END AS town, arg_min(name, rowid) AS name, "
        "CASE WHEN count(DISTINCT area) = 1 THEN min(area) END AS area, arg_min(account, rowid) AS account, "
        "arg_min(phone, rowid) AS phone, count(DISTINCT area) AS towns "
        "FROM firm_rows GROUP BY uscc, written, apart, town) ORDER BY _at"
    )
    if known:
        con.execute(
            "CREATE OR REPLACE TABLE organisations AS SELECT * EXCLUDE (kept) REPLACE (coalesce(kept, (SELECT "
            "coalesce(max(subject_id), 0) FROM known WHERE kind = 'organisation') + row_number() OVER "
            "(PARTITION BY kept IS NULL ORDER BY _at)) AS organisation_id) FROM (SELECT o.*, "
            "(SELECT min(subject_id) FROM known AS k WHERE k.kind = 'organisation' AND (k.uscc = o.uscc OR "
            "o.uscc IS NULL AND k.uscc = o.written AND k.name = o.name)) AS kept FROM organisations AS o) "
            "ORDER BY organisation_id"
        )
    con.execute(
        "UPDATE firm_rows SET organisation_id = o.organisation_id FROM organisations AS o "
        "WHERE o.uscc IS NOT DISTINCT FROM firm_rows.uscc "
        "AND o.written IS NOT DISTINCT FROM firm_rows.written AND (firm_rows.uscc IS NOT NULL OR "
        "(o.apart IS NOT DISTINCT FROM firm_rows.name AND o.town IS NOT DISTINCT FROM firm_rows.area))"
    )
    con.execute(
        "INSERT INTO doubts SELECT 'two_towns', f.register, f.rid, NULL, NULL, NULL FROM firm_rows AS f "
        "JOIN organisations AS o USING (organisation_id) WHERE o.towns > 1 ORDER BY f.reg, f.rid"
    )
