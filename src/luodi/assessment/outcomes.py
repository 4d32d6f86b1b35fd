"""From verdicts under each reading to one outcome a subject, benefit and period.

Everything here is SQL on one DuckDB connection that holds the table `raw` (see `plan`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from luodi.assessment.compiled import Rule, relevant_atoms
from luodi.assessment.reasons import Masks, lacks
from luodi.assessment.scenarios import Scenario
from luodi.rules.sql import Printer, aggregate
from luodi.rules.tree import Aggregate, FactName, Slot

HOLDS = {1: "deceased", 2: "death_unknown", 3: "no_account"}


@dataclass(frozen=True, slots=True)
class Period:
    """What rows' `p` means: the month and, in a batch of golden cases, the case."""

    month: str
    case: int = 0


def may_repeat(
    rule: Rule, found: Sequence[Scenario], work: Sequence[tuple[Rule, Sequence[Scenario]]]
) -> bool:
    """Whether two of the rule's entitlements, or another rule's, can have one once-per key."""
    once = rule.benefit.once
    alone = sum(other.benefit.once.scope == once.scope for other, _ in work) == 1
    months = {scenario.month for scenario in found if scenario.live}
    each = rule.benefit.cadence == "month" or len(months) <= 1
    return not (alone and each and once.by == rule.benefit.subject)


def resolve(
    connection: duckdb.DuckDBPyConnection,
    work: Sequence[tuple[Rule, Sequence[Scenario]]],
    cases: dict[int, list[int]] | None = None,
) -> list[Period]:
    """Make `outcomes` from `raw`: rival readings brought together, holds and missing facts named.

    Columns of `outcomes`: b, subject, area, p (index into the list returned), v (1 entitled,
    2 undecided, 0 not), amount,
    potential (the most it would be if entitled), truth, unknown, hold (a key of HOLDS, or 0),
    lacks (names), listed (a register says something about the subject), once_by.
    """
    periods: dict[Period, int] = {}
    choices: list[tuple[int, int, int, int]] = []  # b, k, p, how many choices
    rests: list[tuple[int, int, int, int, int, int]] = []  # b, k, p, reading, rest, options
    names: dict[int, list[str]] = {}
    for rule, found in work:
        counts: dict[int, int] = {}
        placed = []
        for k, scenario in enumerate(found):
            case = cases[rule.index][k] if cases else 0
            p = periods.setdefault(Period(str(scenario.month), case), len(periods))
            counts[p] = counts.get(p, 0) + 1
            placed.append((k, p, scenario))
        choices += [(rule.index, k, p, counts[p]) for k, p, _ in placed]
        known = names.setdefault(
            rule.index, sorted({name for scenario in found for name, _ in scenario.choice})
        )
        groups: dict[tuple[object, ...], int] = {}
        sizes: dict[tuple[int, int, int], int] = {}
        rows = []
        for k, p, scenario in placed:
            for name, _ in scenario.choice:
                rest = tuple(pair for pair in scenario.choice if pair[0] != name)
                group = groups.setdefault((name, p, rest), len(groups))
                key = (p, known.index(name), group)
                sizes[key] = sizes.get(key, 0) + 1
                rows.append((k, key))
        rests += [(rule.index, k, *key, sizes[key]) for k, key in rows]
    _table(connection, "choices", "b SMALLINT, k INT, p INT, n INT", choices)
    _table(
        connection, "rests", "b SMALLINT, k INT, p INT, reading INT, rest INT, options INT", rests
    )
    connection.execute(
        """
        CREATE TEMP TABLE doubts AS
        SELECT b, subject, p, CAST(sum(DISTINCT 1::BIGINT << reading) AS BIGINT) AS readings
        FROM (SELECT raw.b, subject, p, reading, rest
              FROM raw JOIN rests ON rests.b = raw.b AND rests.k = raw.k
              GROUP BY ALL
              HAVING count(*) < max(options) OR min(v) <> max(v)
                  OR count(amount) BETWEEN 1 AND count(*) - 1 OR min(amount) <> max(amount))
        GROUP BY ALL
        """
    )
    connection.execute(
        """
        CREATE TEMP TABLE merged AS
        SELECT raw.b, raw.subject, area, p, v, amount, potential, truth, unknown, lacking,
               clash, account, deceased, listed, once_by, 0::BIGINT AS readings
        FROM raw JOIN choices ON choices.b = raw.b AND choices.k = raw.k WHERE n = 1
        UNION ALL
        SELECT g.b, g.subject, g.area, g.p,
               CASE WHEN d.readings IS NULL THEN g.v ELSE 2 END AS v,
               CASE WHEN d.readings IS NULL THEN g.amount END AS amount, potential,
               truth, unknown, lacking, clash, account, deceased, listed, once_by,
               COALESCE(d.readings, 0) AS readings
        FROM (SELECT raw.b, subject, p, any_value(area) AS area, max(v) AS v,
                     arg_min(amount, raw.k) AS amount, max(potential) AS potential,
                     arg_min(truth, raw.k) AS truth,
                     arg_min(unknown, raw.k) AS unknown, arg_min(lacking, raw.k) AS lacking,
                     bool_or(clash) AS clash, any_value(account) AS account,
                     any_value(deceased) AS deceased, bool_or(listed) AS listed,
                     any_value(once_by) AS once_by
              FROM raw JOIN choices ON choices.b = raw.b AND choices.k = raw.k WHERE n > 1
              GROUP BY raw.b, subject, p) g
        LEFT JOIN doubts d ON d.b = g.b AND d.subject = g.subject AND d.p = g.p
        """
    )
    _household_holds(connection, work)
    _name_what_lacks(connection, work, names)
    _hold_and_finish(connection, work)
    return list(periods)


def _household_holds(
    connection: duckdb.DuckDBPyConnection, work: Sequence[tuple[Rule, Sequence[Scenario]]]
) -> None:
    """Whether anybody in an entitled household has an account, and whether anybody is alive."""
    held = [
        rule
        for rule, _ in work
        if rule.benefit.subject == "household" and (rule.has_account or rule.is_deceased)
    ]
    if not held:
        return
    indices = ", ".join(str(rule.index) for rule in held)
    account = "NULL::BOOLEAN"
    for rule in held:
        if isinstance(rule.has_account, Aggregate):
            account = aggregate(rule.has_account, _members()).sql(dialect="duckdb")
    deceased = "NULL::BOOLEAN"
    for rule in held:
        if isinstance(rule.is_deceased, Aggregate):
            deceased = aggregate(rule.is_deceased, _members()).sql(dialect="duckdb")
    connection.execute(
        f"""
        CREATE TEMP TABLE homes AS
        SELECT household_id, {account} AS account, {deceased} AS deceased
        FROM persons WHERE household_id IN (
            SELECT subject FROM merged WHERE v = 1 AND b IN ({indices}))
        GROUP BY household_id;
        UPDATE merged SET account = homes.account, deceased = homes.deceased
        FROM homes WHERE merged.subject = homes.household_id AND merged.b IN ({indices});
        """
    )


def _members() -> Printer:
    """Prints over rows of persons, for aggregates without constants."""

    def column(node: FactName | Slot | Aggregate) -> exp.Expression:
        assert isinstance(node, FactName), node
        return exp.column(node.fact.name, quoted=True)

    return Printer("duckdb", column)


def _name_what_lacks(
    connection: duckdb.DuckDBPyConnection,
    work: Sequence[tuple[Rule, Sequence[Scenario]]],
    names: dict[int, list[str]],
) -> None:
    """One row of `lack` for each pattern of masks that occurs, with the names it stands for."""
    rules = {rule.index: rule for rule, _ in work}
    patterns = connection.execute(
        "SELECT DISTINCT b, truth, unknown, lacking, clash, readings FROM merged WHERE v = 2"
    ).fetchall()
    rows = []
    for b, truth, unknown, lacking, clash, readings in patterns:
        if readings:
            found = [
                f"reading.{name}" for index, name in enumerate(names[b]) if readings >> index & 1
            ]
        else:
            rule = rules[b]
            masks = Masks(truth, unknown, lacking)
            found = list(lacks(rule, masks, entitled=settled(rule, masks), clash=clash))
        rows.append((b, truth, unknown, lacking, clash, readings, found))
    _table(
        connection,
        "lack",
        "b SMALLINT, truth BIGINT, unknown BIGINT, lacking BIGINT, clash BOOLEAN, "
        "readings BIGINT, lacks VARCHAR[]",
        rows,
    )


def settled(rule: Rule, masks: Masks) -> bool:
    """Whether the verdict itself is decided, so that only the amount can be open."""
    values = {atom: masks.value(index) for index, atom in enumerate(rule.atoms)}
    return not relevant_atoms(rule.verdict, values)


def _hold_and_finish(
    connection: duckdb.DuckDBPyConnection, work: Sequence[tuple[Rule, Sequence[Scenario]]]
) -> None:
    dead = [rule.index for rule, _ in work if rule.is_deceased is not None]
    paid = [rule.index for rule, _ in work if rule.has_account is not None]

    def among(indices: list[int]) -> str:
        return f"m.b IN ({', '.join(map(str, indices))})" if indices else "FALSE"

    connection.execute(
        f"""
        CREATE TEMP TABLE outcomes AS
        SELECT m.b, m.subject, m.area, m.p, m.v, m.amount, m.potential, m.truth, m.unknown,
               CAST(CASE WHEN v <> 1 THEN 0
                         WHEN {among(dead)} AND deceased THEN 1
                         WHEN {among(dead)} AND deceased IS NULL THEN 2
                         WHEN {among(paid)} AND account IS NOT TRUE THEN 3
                         ELSE 0 END AS TINYINT) AS hold,
               COALESCE(lack.lacks, []) AS lacks, m.listed, m.once_by
        FROM merged m LEFT JOIN lack
          ON m.v = 2 AND lack.b = m.b AND lack.truth = m.truth AND lack.unknown = m.unknown
         AND lack.lacking = m.lacking AND lack.clash = m.clash AND lack.readings = m.readings
        """
    )


def _table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: str,
    rows: Sequence[tuple[object, ...]],
) -> None:
    """A small table made of Python rows."""
    connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
    width = len(rows[0]) if rows else 0
    for start in range(0, len(rows), 500):
        chunk = rows[start : start + 500]
        marks = ", ".join(["(" + ", ".join(["?"] * width) + ")"] * len(chunk))
        connection.execute(
            f"INSERT INTO {name} VALUES {marks}", [value for row in chunk for value in row]
        )
