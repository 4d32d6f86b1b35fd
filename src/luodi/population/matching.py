"""Finds out who is who over all registers.

The universe is the union of the registers; a sound identity number is what makes two rows the same
person. Nothing is guessed: where registers contradict each other, what rests on the contradiction is
unknown, and the contradiction goes to the table `doubts (kind, register, rid, key, a, b)`, where
`rid` is the rowid of the row that shows it.

The base register may hold everybody, the others hold few: so joins are between few rows, and only
semi-joins and left joins go over everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from luodi.population import households, organisations
from luodi.population.cells import NUMERIC, id_sum, literal, name, plain
from luodi.population.rows import Roles, refused, table, without_refused

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Register

_OLD = "regexp_full_match({0}, '[1-9][0-9]{{14}}')"


def id_number(key: str) -> str:
    """The eighteen characters for a key: the check character follows from the seventeen digits."""
    check = f"(12 - ({id_sum(key)}) % 11) % 11"
    return f"CAST({key} AS VARCHAR) || substr('0123456789X', CAST(1 + {check} AS INTEGER), 1)"


def match(con: duckdb.DuckDBPyConnection, registers: Sequence[Register], known: bool) -> None:
    """Make `persons`, `homes`, `about`, `organisations` and `doubts` from `rows.*`.

    Args:
        registers: Those with rows, in the pack's order.
        known: Whether the table `known (kind, subject_id, household_id, name, id_number, uscc)`
            holds the ids of an earlier snapshot, to be carried over.
    """
    base = next((r for r in registers if r.base and r.of == "person"), None)
    others = [r for r in registers if r is not base]
    people = [r for r in registers if r.of == "person" or Roles.of(r).id_number is not None]
    con.execute(
        "CREATE OR REPLACE TABLE doubts (kind VARCHAR, register VARCHAR, rid BIGINT, key BIGINT, "
        "a VARCHAR, b VARCHAR)"
    )
    _same_records(con, [r for r in registers if r.is_record])
    _old_forms(con, people)
    _mentions(con, [r for r in others if r in people])
    _persons(con, base)
    _unidentified(con, people)
    if known:
        _carry_over(con)
    _same_number(con, base, others)
    _towns(con, base)
    _namesakes(con)
    households.group(con, base, known)
    households.about(con)
    households.shared_accounts(con)
    organisations.match(con, registers, known)


def _same_records(con: duckdb.DuckDBPyConnection, registers: Sequence[Register]) -> None:
    """A record that stands in its register twice, alike in every column, counts once."""
    for register in registers:
        described = con.execute(f"DESCRIBE {table(register)}").fetchall()
        said = ", ".join(name(row[0]) for row in described if row[0] not in ("_part", "_row"))
        con.execute(
            "CREATE OR REPLACE TABLE same_records AS SELECT rid, _key FROM (SELECT rowid AS rid, _key, "
            f"row_number() OVER (PARTITION BY {said} ORDER BY rowid) AS n "
            f"FROM {table(register)} WHERE _skip = 0) WHERE n > 1 ORDER BY rid"
        )
        con.execute(
            f"INSERT INTO doubts SELECT 'same_record', {literal(register.name)}, rid, _key, NULL, NULL "
            "FROM same_records ORDER BY rid"
        )
        con.execute(
            f"UPDATE {table(register)} SET _skip = 5 WHERE rowid IN (SELECT rid FROM same_records)"
        )


def _old_forms(con: duckdb.DuckDBPyConnection, registers: Sequence[Register]) -> None:
    """Fifteen digits name somebody only where the full number stands beside the same name.

    The full number follows from them, but without a check character a slip would name another.
    """
    con.execute(
        "CREATE OR REPLACE TABLE old_forms (register VARCHAR, rid BIGINT, key BIGINT, name VARCHAR)"
    )
    for register in registers:
        id_column = Roles.of(register).id_number
        if id_column is None:
            continue
        unread = refused(register, id_column)
        digits = plain(unread)
        con.execute(
            f"INSERT INTO old_forms SELECT {literal(register.name)}, rowid, "
            f"CAST(left({digits}, 6) || '19' || right({digits}, 9) AS BIGINT), _name "
            f"FROM {table(register)} WHERE {unread} IS NOT NULL AND {_OLD.format(digits)}"
        )
    if _count(con, "old_forms") == 0:
        return
    sound = " UNION ALL ".join(
        f"SELECT _key, _name, _birth FROM {table(r)} "
        "SEMI JOIN old_forms AS o ON o.key = _key AND o.name = _name"
        for r in registers
    )
    con.execute(
        f"CREATE OR REPLACE TABLE full_forms AS SELECT o.register, o.rid, o.key, min(s._birth) AS birth "
        f"FROM old_forms AS o JOIN ({sound}) AS s ON s._key = o.key AND s._name = o.name GROUP BY ALL"
    )
    for register in registers:
        column = Roles.of(register).id_number
        if column is not None:
            con.execute(
                f"UPDATE {table(register)} SET _key = f.key, _birth = f.birth, _number = {id_number('f.key')}, "
                f"_refused = {without_refused(register, column)} "
                f"FROM full_forms AS f WHERE f.register = {literal(register.name)} "
                f"AND f.rid = {table(register)}.rowid"
            )
    con.execute(
        "INSERT INTO doubts SELECT 'old_form', register, rid, key, NULL, NULL FROM full_forms ORDER BY ALL"
    )


def _mentions(con: duckdb.DuckDBPyConnection, registers: Sequence[Register]) -> None:
    """Every row that names a person by number, but those of the base register."""
    con.execute(
        "CREATE OR REPLACE TABLE mentions (register VARCHAR, reg SMALLINT, rid BIGINT, key BIGINT, "
        "birth DATE, name VARCHAR, area INTEGER, number VARCHAR, account VARCHAR, phone VARCHAR)"
    )
    for at, register in enumerate(registers):
        if register.of == "organisation":
            continue
        own = "_account, _phone" if register.of == "person" else "NULL, NULL"
        number = "NULL" if register.is_record else "_household"
        con.execute(
            f"INSERT INTO mentions SELECT {literal(register.name)}, {at}, rowid, _key, _birth, _name, "
            f"_area, {number}, {own} FROM {table(register)} WHERE _key IS NOT NULL AND _skip = 0"
        )


def _persons(con: duckdb.DuckDBPyConnection, base: Register | None) -> None:
    """One row per identity number: from the base register, then from the others in order.

    `hreg` and `number` say by which register's household number a person is grouped (-1: the base
    register's). `written` is the identity number, or what stands for it where it is not sound.
    Until ids are carried over, a base row's person_id is its rowid + 1.
    """
    con.execute(
        "CREATE OR REPLACE TABLE persons (person_id BIGINT, key BIGINT, birth DATE, name VARCHAR, "
        "area INTEGER, hreg SMALLINT, number VARCHAR, account VARCHAR, phone VARCHAR, "
        "written VARCHAR, rid BIGINT)"
    )
    con.execute("CREATE OR REPLACE TABLE repeats (rid BIGINT, key BIGINT)")
    if base is not None:
        rows = table(base)
        con.execute(
            f"INSERT INTO repeats SELECT rid, _key FROM (SELECT rowid AS rid, _key, row_number() OVER "
            f"(PARTITION BY _key ORDER BY rowid) AS n FROM {rows} WHERE _skip = 0 AND _key IN "
            f"(SELECT _key FROM {rows} WHERE _key IS NOT NULL AND _skip = 0 "
            f"GROUP BY _key HAVING count(*) > 1)) WHERE n > 1 ORDER BY rid"
        )
        con.execute(
            f"INSERT INTO persons SELECT rowid + 1, _key, _birth, _name, _area, -1, _household, "
            f"_account, _phone, _number, rowid FROM {rows} "
            f"WHERE _key IS NOT NULL AND _skip = 0 AND rowid NOT IN (SELECT rid FROM repeats)"
        )
    con.execute(
        f"INSERT INTO persons SELECT {_next_id()} + row_number() OVER (ORDER BY reg, rid), key, birth, "
        f"name, area, NULL, NULL, account, phone, {id_number('key')}, NULL FROM (SELECT *, row_number() OVER "
        "(PARTITION BY key ORDER BY reg, rid) AS n FROM mentions WHERE key NOT IN "
        "(SELECT key FROM persons SEMI JOIN mentions USING (key))) "
        "WHERE n = 1 ORDER BY reg, rid"
    )


def _next_id() -> str:
    return "(SELECT coalesce(max(person_id), 0) FROM persons)"


def _unidentified(con: duckdb.DuckDBPyConnection, registers: Sequence[Register]) -> None:
    """A row that names somebody without a sound number is a person too: one per name, town, number."""
    con.execute(
        "CREATE OR REPLACE TABLE nameless (register VARCHAR, reg SMALLINT, rid BIGINT, written VARCHAR, "
        "name VARCHAR, area INTEGER, number VARCHAR, account VARCHAR, phone VARCHAR, person_id BIGINT)"
    )
    for at, register in enumerate(registers):
        if register.of == "organisation":
            continue
        column = Roles.of(register).id_number
        written = refused(register, column) if column else "CAST(NULL AS VARCHAR)"
        own = "_account, _phone" if register.of == "person" else "NULL, NULL"
        # A household or a bill may well come without anybody's number; a damaged one is somebody's.
        damaged = "" if register.of == "person" else f"AND {written} IS NOT NULL"
        number = "NULL" if register.is_record else "_household"
        con.execute(
            f"INSERT INTO nameless SELECT {literal(register.name)}, {-1 if register.base else at}, rowid, "
            f"ltrim({plain(written)}, '{NUMERIC}'), _name, _area, {number}, {own}, NULL FROM {table(register)} "
            f"WHERE _key IS NULL AND _skip = 0 AND _name IS NOT NULL {damaged} ORDER BY rowid"
        )
    con.execute(
        f"UPDATE nameless SET person_id = g.id FROM (SELECT name, area, written, {_next_id()} + "
        "row_number() OVER (ORDER BY min(_at)) AS id "
        "FROM (SELECT *, rowid AS _at FROM nameless) GROUP BY name, area, written) AS g "
        "WHERE g.name = nameless.name AND g.area IS NOT DISTINCT FROM nameless.area "
        "AND g.written IS NOT DISTINCT FROM nameless.written"
    )
    con.execute(
        "INSERT INTO persons SELECT person_id, NULL, NULL, name, area, NULL, NULL, "
        "first(account ORDER BY rowid) FILTER (account IS NOT NULL), "
        "first(phone ORDER BY rowid) FILTER (phone IS NOT NULL), coalesce(written, ''), NULL "
        "FROM nameless GROUP BY person_id, name, area, written ORDER BY person_id"
    )


def _namesakes(con: duckdb.DuckDBPyConnection) -> None:
    """Make `namesakes (person_id, name, area)`: whom a row without a sound number may mean."""
    con.execute(
        "CREATE OR REPLACE TABLE namesakes AS SELECT person_id, name, area FROM persons "
        "WHERE name IN (SELECT name FROM nameless)"
    )


def _carry_over(con: duckdb.DuckDBPyConnection) -> None:
    """Give everybody known the id of the snapshot before, and all others new ones."""
    con.execute(
        "CREATE OR REPLACE TABLE renumbered AS SELECT was, coalesce(kept, "
        "(SELECT coalesce(max(subject_id), 0) FROM known WHERE kind = 'person') "
        "+ row_number() OVER (PARTITION BY kept IS NULL ORDER BY was)) AS person_id FROM ("
        "SELECT p.person_id AS was, min(k.subject_id) AS kept FROM persons AS p "
        "LEFT JOIN known AS k ON k.kind = 'person' AND k.key = p.key "
        "WHERE p.key IS NOT NULL GROUP BY p.person_id UNION ALL "
        "SELECT p.person_id, min(k.subject_id) FROM persons AS p "
        "LEFT JOIN known AS k ON k.kind = 'person' AND k.key IS NULL AND k.name = p.name "
        "AND k.area IS NOT DISTINCT FROM p.area AND coalesce(k.id_number, '') = p.written "
        "WHERE p.key IS NULL GROUP BY p.person_id)"
    )
    for people in ("persons", "nameless"):
        con.execute(
            f"CREATE OR REPLACE TABLE {people} AS SELECT p.* REPLACE (r.person_id AS person_id) "
            f"FROM {people} AS p JOIN renumbered AS r ON r.was = p.person_id ORDER BY r.person_id"
        )


def _same_number(
    con: duckdb.DuckDBPyConnection, base: Register | None, others: Sequence[Register]
) -> None:
    """Rows with one number: written twice in one register, or under different names.

    Under different names nobody can say whom the number stands for: `contested (key)`.
    """
    con.execute("CREATE OR REPLACE TABLE contested (key BIGINT)")
    con.execute(
        "CREATE OR REPLACE TABLE mentioned AS SELECT * FROM persons WHERE key IN "
        "(SELECT key FROM mentions UNION SELECT key FROM repeats)"
    )
    if base is not None:
        con.execute(
            f"CREATE OR REPLACE TABLE repeated AS SELECT rowid AS rid, _key, _name, _area, _household "
            f"FROM {table(base)} WHERE rowid IN (SELECT rid FROM repeats)"
        )
        con.execute(
            "INSERT INTO doubts SELECT CASE WHEN r._name <> p.name THEN 'two_names' ELSE 'twice' END, "
            f"{literal(base.name)}, r.rid, r._key, p.name, r._name FROM repeated AS r "
            "JOIN mentioned AS p ON p.key = r._key ORDER BY r.rid"
        )
    con.execute(
        "INSERT INTO doubts SELECT 'two_names', m.register, m.rid, m.key, p.name, m.name "
        "FROM mentions AS m JOIN mentioned AS p USING (key) WHERE p.name <> m.name ORDER BY m.reg, m.rid"
    )
    single = [r.name for r in others if not r.is_record]
    if single:
        con.execute(
            "INSERT INTO doubts SELECT 'twice', register, rid, key, NULL, NULL FROM (SELECT *, "
            "row_number() OVER (PARTITION BY reg, key ORDER BY rid) AS n FROM mentions "
            f"WHERE register IN ({', '.join(map(literal, single))})) WHERE n > 1 ORDER BY reg, rid"
        )
    con.execute("INSERT INTO contested SELECT DISTINCT key FROM doubts WHERE kind = 'two_names'")


def _towns(con: duckdb.DuckDBPyConnection, base: Register | None) -> None:
    """A person whom registers place in two towns: the base register wins, else nobody knows."""
    if base is not None:
        con.execute(
            f"INSERT INTO doubts SELECT 'two_towns', {literal(base.name)}, r.rid, r._key, "
            "CAST(p.area AS VARCHAR), CAST(r._area AS VARCHAR) FROM repeated AS r "
            "JOIN mentioned AS p ON p.key = r._key WHERE p.area <> r._area ORDER BY r.rid"
        )
    con.execute(
        "UPDATE mentioned SET area = m.area FROM (SELECT key, min(area) AS area FROM mentions "
        "WHERE area IS NOT NULL GROUP BY key) AS m WHERE m.key = mentioned.key AND mentioned.area IS NULL"
    )
    con.execute(
        "INSERT INTO doubts SELECT CASE WHEN p.hreg = -1 THEN 'elsewhere' ELSE 'two_towns' END, "
        "m.register, m.rid, m.key, CAST(p.area AS VARCHAR), CAST(m.area AS VARCHAR) "
        "FROM mentions AS m JOIN mentioned AS p USING (key) WHERE p.area <> m.area ORDER BY m.reg, m.rid"
    )
    con.execute(
        "UPDATE mentioned SET area = NULL WHERE key IN (SELECT key FROM doubts WHERE kind = 'two_towns')"
    )
    con.execute(
        "UPDATE persons SET area = m.area FROM (SELECT q.key, q.area FROM persons AS p "
        "JOIN mentioned AS q USING (key) WHERE p.area IS DISTINCT FROM q.area) AS m WHERE m.key = persons.key"
    )


def _count(con: duckdb.DuckDBPyConnection, of: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {of}").fetchone()
    return int(row[0]) if row else 0
