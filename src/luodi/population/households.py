"""Who lives with whom, and whom each row of a list means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luodi.population.cells import literal

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Register

MOST_MEMBERS = 1000


def group(con: duckdb.DuckDBPyConnection, base: Register | None, known: bool) -> None:
    """Who lives with whom: by the base register's household numbers, else by the first register's.

    Numbers mean something within their own register only. A number under two towns may be one
    household that moved or two that share a number: its town and its composition are unknown.
    A household takes the id of its first person; a person without any number is alone in one that
    is not known to be a household.
    """
    con.execute(
        "CREATE OR REPLACE TABLE grouped AS SELECT person_id, reg, number FROM (SELECT person_id, "
        "reg, number, row_number() OVER (PARTITION BY person_id ORDER BY reg, rid) AS n FROM ("
        "SELECT p.person_id, m.reg, m.rid, m.number FROM mentions AS m JOIN mentioned AS p USING (key) "
        "WHERE m.number IS NOT NULL AND p.number IS NULL UNION ALL "
        "SELECT person_id, reg, rid, number FROM nameless WHERE number IS NOT NULL)) WHERE n = 1"
    )
    con.execute(
        "UPDATE persons SET hreg = g.reg, number = g.number FROM grouped AS g "
        "WHERE g.person_id = persons.person_id"
    )
    con.execute(
        "CREATE OR REPLACE TABLE households AS SELECT hreg, number, min(person_id) AS household_id, "
        "count(*) AS members, min(area) AS area, max(area) AS other_area FROM persons "
        "WHERE number IS NOT NULL GROUP BY hreg, number"
    )
    _too_many(con, base)
    con.execute("CREATE OR REPLACE TABLE torn (hreg SMALLINT, number VARCHAR)")
    con.execute(
        "INSERT INTO torn SELECT hreg, number FROM households WHERE area <> other_area ORDER BY ALL"
    )
    if base is not None:
        con.execute(
            f"INSERT INTO doubts SELECT 'two_households', {literal(base.name)}, r.rid, r._key, "
            "p.number, r._household FROM repeated AS r JOIN mentioned AS p ON p.key = r._key "
            "WHERE p.number <> r._household ORDER BY r.rid"
        )
        con.execute(
            "INSERT INTO torn SELECT DISTINCT -1, unnest([a, b]) FROM doubts WHERE kind = 'two_households'"
        )
    named = literal(base.name) if base else "NULL"
    con.execute(
        f"INSERT INTO doubts SELECT 'torn_household', CASE WHEN h.hreg = -1 THEN {named} END, "
        "min(p.rid), NULL, CAST(h.area AS VARCHAR), CAST(h.other_area AS VARCHAR) FROM (SELECT * FROM persons "
        "SEMI JOIN torn USING (hreg, number)) AS p JOIN households AS h USING (hreg, number) "
        "WHERE h.area <> h.other_area GROUP BY ALL ORDER BY min(p.rid), min(p.person_id)"
    )
    con.execute("UPDATE households SET area = NULL WHERE area <> other_area")
    if known:
        _carry_over(con)
    con.execute(
        "CREATE OR REPLACE TABLE homes AS "
        "SELECT h.hreg, h.number, h.household_id, h.members, h.area, "
        "h.hreg <> -2 AND t.number IS NULL AS known FROM households AS h "
        "LEFT JOIN (SELECT DISTINCT * FROM torn) AS t ON t.hreg = h.hreg AND t.number = h.number"
    )


def _too_many(con: duckdb.DuckDBPyConnection, base: Register | None) -> None:
    """A number that more people share than any household has is none: each counts as alone."""
    con.execute(
        "CREATE OR REPLACE TABLE crowds AS SELECT hreg, number, household_id, members FROM households "
        f"WHERE members > {MOST_MEMBERS}"
    )
    if con.execute("SELECT 1 FROM crowds LIMIT 1").fetchone() is None:
        return
    named = literal(base.name) if base else "NULL"
    con.execute(
        f"INSERT INTO doubts SELECT 'crowd', CASE WHEN hreg = -1 THEN {named} END, "
        "CASE WHEN hreg = -1 THEN (SELECT min(rid) FROM persons AS p WHERE p.hreg = c.hreg "
        "AND p.number = c.number) END, NULL, number, CAST(members AS VARCHAR) FROM crowds AS c "
        "ORDER BY household_id"
    )
    con.execute("DELETE FROM households WHERE household_id IN (SELECT household_id FROM crowds)")
    con.execute(
        "UPDATE persons SET number = NULL FROM crowds AS c WHERE c.hreg = persons.hreg "
        "AND c.number = persons.number"
    )


def _carry_over(con: duckdb.DuckDBPyConnection) -> None:
    """A household keeps the id that its first member's household had, unless an earlier one has it.

    Here people who are alone count as households too (hreg -2), so that no id is given twice.
    """
    con.execute(
        "INSERT INTO households SELECT -2, CAST(person_id AS VARCHAR), person_id, 1, area, area "
        "FROM persons WHERE number IS NULL"
    )
    con.execute(
        "UPDATE persons SET hreg = -2, number = CAST(person_id AS VARCHAR) WHERE number IS NULL"
    )
    con.execute(
        "CREATE OR REPLACE TABLE claims AS SELECT hreg, number, first_member, "
        "CASE WHEN row_number() OVER (PARTITION BY kept ORDER BY first_member) = 1 THEN kept END AS kept "
        "FROM (SELECT p.hreg, p.number, min(p.person_id) AS first_member, "
        "arg_min(k.household_id, p.person_id) FILTER (k.household_id IS NOT NULL) AS kept "
        "FROM persons AS p LEFT JOIN known AS k ON k.kind = 'person' AND k.subject_id = p.person_id "
        "GROUP BY p.hreg, p.number)"
    )
    con.execute(
        "UPDATE households SET household_id = c.id FROM (SELECT hreg, number, coalesce(kept, "
        "(SELECT greatest(coalesce(max(household_id), 0), (SELECT max(person_id) FROM persons)) "
        "FROM known) + row_number() OVER (PARTITION BY kept IS NULL ORDER BY first_member)) AS id "
        "FROM claims) AS c WHERE c.hreg = households.hreg AND c.number = households.number"
    )


def about(con: duckdb.DuckDBPyConnection) -> None:
    """Make `about (register, rid, person_id, household_id, area)`: whom each row means.

    Rows of the base register are in it only where they are damaged or repeated: for all others
    persons.rid says it.
    """
    con.execute(
        "CREATE OR REPLACE TABLE about AS SELECT w.register, w.rid, p.person_id, "
        "coalesce(h.household_id, p.person_id) AS household_id, p.area FROM ("
        "SELECT m.register, m.rid, p.person_id FROM mentions AS m JOIN mentioned AS p USING (key) "
        "UNION ALL SELECT register, rid, person_id FROM nameless) AS w JOIN "
        "(SELECT * FROM persons WHERE person_id IN (SELECT person_id FROM mentioned) OR key IS NULL) AS p "
        "USING (person_id) LEFT JOIN homes AS h ON h.hreg = p.hreg AND h.number = p.number"
    )


def shared_accounts(con: duckdb.DuckDBPyConnection) -> None:
    """Make `shared_accounts (account, homes)`: one account for people of several households.

    Accounts are compared by their hashes first, since nearly all differ. Whoever is not identified
    may well be the account's owner, and does not count.
    """
    con.execute(
        "CREATE OR REPLACE TABLE shared_accounts AS SELECT p.account, "
        "count(DISTINCT coalesce(h.household_id, p.person_id)) AS homes FROM "
        "(SELECT * FROM persons WHERE key IS NOT NULL AND hash(account) IN (SELECT hash(account) "
        "FROM persons WHERE account IS NOT NULL GROUP BY 1 HAVING count(*) > 1)) AS p "
        "LEFT JOIN homes AS h ON h.hreg = p.hreg AND h.number = p.number "
        "GROUP BY p.account HAVING homes > 1 ORDER BY p.account"
    )
    con.execute(
        "INSERT INTO doubts SELECT 'shared_account', NULL, NULL, NULL, account, CAST(homes AS VARCHAR) "
        "FROM shared_accounts ORDER BY account"
    )
