"""The verdicts of a whole city as two tables, in one pass: for what-ifs, and for speed.

`assess` writes everything that a decision needs; this writes who gets what, with masks and holds,
and what it comes to. Both run the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from luodi.assessment.compiled import Rule, compile_pack
from luodi.assessment.engines import attach, locked, quoted, run_stages
from luodi.assessment.known import footers
from luodi.assessment.outcomes import may_repeat
from luodi.assessment.plan import Planner
from luodi.assessment.scenarios import Given, Scenario
from luodi.assessment.touched import folder_of, make_stages
from luodi.assessment.unlisted import Lists, cannot_touch_unlisted
from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError
from luodi.pack.model import Pack
from luodi.population import Snapshot


@dataclass(frozen=True)
class Bulk:
    """What the numbers in the tables stand for: `b` and `k` of a row."""

    work: Sequence[tuple[Rule, Sequence[Scenario]]]

    def month(self, b: int, k: int) -> Month:
        return {rule.index: found for rule, found in self.work}[b][k].month


def decide(
    pack: Pack,
    snapshot: Snapshot,
    months: Sequence[Month],
    rows: Path,
    totals: Path,
    *,
    given: Given | None = None,
    threads: int | None = None,
    keep: bool = True,
) -> Bulk:
    """Write who is entitled or undecided in `months` to `rows`, and sums by area to `totals`.

    Args:
        rows: Parquet to write: b, subject, area, k, v (1 entitled, 2 undecided), amount, truth,
            unknown, hold (a key of `outcomes.HOLDS`, or 0). In no order.
        totals: Parquet to write: area, b, k, v, subjects, amount.
        keep: Use the touched rows kept beside the snapshot, and keep them where there are none.

    Raises:
        ProblemError: A reading is open, or the same right could be found twice: `assess` it.
    """
    given = given or Given()
    work = [(rule, rule.scenarios(pack, months, given)) for rule in compile_pack(pack)]
    for rule, found in work:
        if reason := _not_plain(rule, found, work):
            raise ProblemError(
                Problem(
                    str(rule.benefit.place), f"{rule.benefit.id}：{reason}", "请用 luodi assess"
                )
            )
    active = [(rule, found) for rule, found in work if any(one.live for one in found)]
    lists = Lists(pack, snapshot.manifest)
    listed = [rule.index for rule, found in active if cannot_touch_unlisted(rule, lists, found)]
    tables = {name: snapshot.path(name) for name in ("persons", "households")}
    folders = [snapshot.folder, rows.parent, totals.parent, folder_of(snapshot)]
    with locked(folders, threads) as connection:
        attach(connection, tables)
        known = footers(connection, tables)
        plan = Planner(active, "duckdb", listed_only=listed, known=known, brief=True).plan()
        if keep:
            make_stages(connection, plan, snapshot)
        else:
            run_stages(connection, plan)
        connection.execute(
            f"COPY (SELECT b, subject, area, k, v, amount, truth, unknown, {_hold(work)} AS hold "
            f"FROM ({plan.rows})) TO {quoted(rows)} (FORMAT parquet)"
        )
        connection.execute(
            "COPY (SELECT area, b, k, v, count(*) AS subjects, "
            f"CAST(sum(amount) AS BIGINT) AS amount FROM read_parquet({quoted(rows)}) "
            f"GROUP BY ALL ORDER BY b, k, area, v) TO {quoted(totals)} (FORMAT parquet)"
        )
    return Bulk(work)


def _not_plain(
    rule: Rule, found: Sequence[Scenario], work: Sequence[tuple[Rule, Sequence[Scenario]]]
) -> str:
    """Why one row a subject and month is not the whole answer; empty where it is."""
    benefit = rule.benefit
    if any(scenario.choice for scenario in found):
        return "有读法未签"
    live = any(scenario.live for scenario in found)
    if live and benefit.subject not in ("person", "household"):
        return "对象不是个人或家庭"
    if live and (benefit.once.reserve_members or may_repeat(rule, found, work)):
        return "可能与别的待遇或别的月份重复"
    if live and benefit.subject == "household" and (rule.has_account or rule.is_deceased):
        return "是否暂缓要看全户"
    return ""


def _hold(work: Sequence[tuple[Rule, Sequence[Scenario]]]) -> str:
    """A row's hold, as SQL."""

    def among(rules: list[Rule]) -> str:
        return f"b IN ({', '.join(str(rule.index) for rule in rules)})" if rules else "FALSE"

    dead = among([rule for rule, _ in work if rule.is_deceased is not None])
    paid = among([rule for rule, _ in work if rule.has_account is not None])
    return (
        f"CAST(CASE WHEN v <> 1 THEN 0 WHEN {dead} AND deceased THEN 1 "
        f"WHEN {dead} AND deceased IS NULL THEN 2 WHEN {paid} AND account IS NOT TRUE THEN 3 "
        "ELSE 0 END AS TINYINT)"
    )
