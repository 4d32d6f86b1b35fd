"""What registers say about subjects: rows become facts, absence becomes no or unknown.

A boolean fact is TRUE where some row says so; FALSE where the register is complete, was handed in
for the subject's area and does not say so; else NULL. Two things make absence unknown again: a row
of that register that nobody could identify, with the subject's name and town; and an identity number
that stands under two names, for whatever its rows say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from luodi.population.cells import literal, name
from luodi.population.rows import refused, table
from luodi.rules.sql import Printer

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Register, RegisterFact

HandedIn = Mapping[str, Literal["all"] | Sequence[int]]


def row_value(fact: RegisterFact, register: Register) -> str:
    """The fact by one row, as SQL over `rows.<register>`; NULL where a cell it needs was refused."""
    if fact.when is None:
        return name(fact.column)
    printer = Printer("duckdb", lambda node: exp.column(node.fact.name, quoted=True))  # type: ignore[union-attr]
    condition = printer.value(fact.when.root).sql("duckdb")
    read = [
        f"{refused(register, n)} IS NULL"
        for n in sorted(fact.when.names())
        if n in register.columns
    ]
    return f"CASE WHEN {' AND '.join(read)} THEN {condition} END" if read else condition


def by_subject(
    con: duckdb.DuckDBPyConnection, register: Register, subjects: str, id_column: str
) -> str | None:
    """One row per subject of `register` with its facts: the name of a table, None without facts.

    Args:
        subjects: SQL for (rid, id_column): which row is about whom.
    """
    parts = []
    for fact in register.facts.values():
        value = row_value(fact, register)
        label = name(fact.name)
        if fact.when is not None or fact.combine == "any":
            parts.append(
                f"CASE WHEN bool_or({value}) THEN true WHEN bool_or(({value}) IS NULL) THEN NULL "
                f"ELSE false END AS {label}"
            )
            continue
        unread = f"bool_or({refused(register, fact.column)} IS NOT NULL)"
        if fact.combine == "one":
            parts.append(
                f"CASE WHEN count(DISTINCT {value}) = 1 AND NOT {unread} THEN min({value}) END AS {label}"
            )
        elif fact.combine == "sum":
            within = f"abs(sum({value})) <= {fact.type.bound}"
            parts.append(
                f"CASE WHEN count({value}) = count(*) AND {within} THEN CAST(sum({value}) AS BIGINT) END "
                f"AS {label}"
            )
        else:
            parts.append(f"CASE WHEN NOT {unread} THEN {fact.combine}({value}) END AS {label}")
    target = f"said.{name(register.name)}"
    con.execute("CREATE SCHEMA IF NOT EXISTS said")
    con.execute(
        f"CREATE OR REPLACE TABLE {target} AS SELECT s.{id_column}, "
        f"{', '.join(parts) if parts else 'true AS _listed'} FROM {table(register)} AS r "
        f"JOIN ({subjects}) AS s ON s.rid = r.rowid WHERE r._skip = 0 GROUP BY s.{id_column} "
        f"ORDER BY s.{id_column}"
    )
    for fact in register.facts.values():
        if fact.when is None and fact.combine in ("one", "sum"):
            value = row_value(fact, register)
            kind, wrong = "two_values", f"count(DISTINCT {value}) > 1"
            if fact.combine == "sum":
                kind, wrong = "too_large_sum", f"abs(sum({value})) > {fact.type.bound}"
            con.execute(
                f"INSERT INTO doubts SELECT '{kind}', {literal(register.name)}, min(s.rid), NULL, "
                f"{literal(fact.column)}, NULL FROM {table(register)} AS r JOIN ({subjects}) AS s "
                f"ON s.rid = r.rowid WHERE r._skip = 0 GROUP BY s.{id_column} "
                f"HAVING {wrong} ORDER BY min(s.rid)"
            )
    return target


def expression(
    register: Register,
    fact: RegisterFact,
    handed_in: HandedIn,
    *,
    area: str,
    said: str,
    present: str,
    blurred: str,
    contested: str,
) -> str:
    """The fact by `register`, as SQL over what is known of a subject, each given as SQL.

    Args:
        area: The subject's town.
        said: What the subject's rows say, from `by_subject`.
        present: TRUE where there are such rows.
        blurred: Whether a row that nobody could identify may be this subject.
        contested: Whether nobody can say whom the subject's rows mean.
    """
    own = f"CASE WHEN NOT ({contested}) THEN {said} END"
    absent = absence(register, fact, handed_in, area)
    if absent == "NULL":
        return own
    return f"CASE WHEN {present} THEN {own} WHEN NOT ({blurred}) THEN {absent} END"


def absence(register: Register, fact: RegisterFact, handed_in: HandedIn, area: str) -> str:
    """What it means not to be on the register, as SQL over the subject's `area`."""
    areas = handed_in.get(register.name, ())
    is_value = fact.when is None and fact.combine != "any"
    if is_value or register.absence != "no" or not areas:
        return "NULL"
    if areas == "all":
        return "false"
    return f"CASE WHEN {area} IN ({', '.join(map(str, areas))}) THEN false END"


def combined(expressions: Sequence[str], *, boolean: bool) -> str:
    """One fact from several registers: TRUE if any says so; a value only if none says another."""
    if len(expressions) == 1:
        return expressions[0]
    if boolean:
        return " OR ".join(f"({one})" for one in expressions)
    listed = ", ".join(expressions)
    values = f"list_distinct([{listed}])"
    return f"CASE WHEN len({values}) = 1 THEN {values}[1] END"


def person_rows(register: Register) -> str:
    """(rid, person_id) for the rows of `register`."""
    listed = f"SELECT rid, person_id FROM about WHERE register = {literal(register.name)}"
    if not register.base:
        return listed
    return (
        f"{listed} UNION ALL SELECT rid, person_id FROM persons WHERE rid IS NOT NULL UNION ALL "
        "SELECT r.rid, p.person_id FROM repeats AS r JOIN mentioned AS p USING (key)"
    )
