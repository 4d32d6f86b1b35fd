"""Two runs side by side: what a later fact, figure or law adds, and what it would take back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from luodi.assessment.assess import Assessment
from luodi.assessment.engines import locked, quoted
from luodi.basics.problem import Problem, ProblemError


@dataclass(frozen=True, slots=True)
class Differences:
    """A Parquet table of differences and its totals.

    Columns: benefit, measure, clause, subject_kind, subject_id, area, period, before, after,
    difference (fen or thousandths), unit, kind: `top_up` (补发), `recovery_draft` (追回草稿: a
    named person must confirm it with evidence), `now_undecided` (nothing is taken back for want
    of a fact).
    """

    path: Path
    totals: tuple[dict[str, Any], ...]


def comparable(before: Assessment, pack: str, months: Sequence[object]) -> None:
    """Make sure that a run of `pack` in `months` can be compared with `before`.

    Raises:
        ProblemError: `before` is of another pack or of other months.
    """
    asked = {"pack": pack, "months": [str(month) for month in months]}
    for key, name in (("pack", "政策包"), ("months", "月份")):
        if before.summary[key] != asked[key]:
            raise ProblemError(
                Problem(
                    str(before.folder),
                    f"两次核定的{name}不同：{before.summary[key]} 与 {asked[key]}",
                    "只比较同一政策包、同样月份的两次核定",
                )
            )


def difference(before: Assessment, after: Assessment, out: Path) -> Differences:
    """Write what `after` changes against `before`, entitlement by entitlement.

    Entitlements are matched by benefit, subject and period, so both runs must use one registry
    (`luodi registers import --previous` keeps ids). Nothing in `before` is altered.

    Raises:
        ProblemError: The runs are of different packs or months, or a table is damaged.
    """
    comparable(before, after.summary["pack"], after.summary["months"])
    if out.exists():
        raise ProblemError(Problem(str(out), "文件已存在，不覆盖", "换一个文件名"))
    query = f"""
        WITH was AS (SELECT * FROM read_parquet({quoted(before.path("entitlements"))})),
             now AS (SELECT * FROM read_parquet({quoted(after.path("entitlements"))})),
             open AS (SELECT benefit, subject_id, period
                      FROM read_parquet({quoted(after.path("undecided"))})),
             paired AS (
                 SELECT COALESCE(n.benefit, w.benefit) AS benefit,
                        COALESCE(n.measure, w.measure) AS measure,
                        COALESCE(n.clause, w.clause) AS clause,
                        COALESCE(n.subject_kind, w.subject_kind) AS subject_kind,
                        COALESCE(n.subject_id, w.subject_id) AS subject_id,
                        COALESCE(n.area, w.area) AS area, COALESCE(n.period, w.period) AS period,
                        COALESCE(w.amount, 0) AS before, COALESCE(n.amount, 0) AS after,
                        COALESCE(n.unit, w.unit) AS unit,
                        w.subject_id IS NOT NULL AS had, n.subject_id IS NOT NULL AS has
                 FROM was w FULL JOIN now n ON n.benefit = w.benefit
                  AND n.subject_id = w.subject_id AND n.period = w.period)
        SELECT p.benefit, measure, clause, subject_kind, p.subject_id, area, p.period, before,
               after, after - before AS difference, unit,
               CASE WHEN had AND NOT has AND o.subject_id IS NOT NULL THEN 'now_undecided'
                    WHEN after > before OR (has AND NOT had) THEN 'top_up'
                    ELSE 'recovery_draft' END AS kind
        FROM paired p LEFT JOIN open o ON o.benefit = p.benefit AND o.subject_id = p.subject_id
         AND o.period = p.period
        WHERE before <> after OR had <> has
        ORDER BY measure, p.benefit, p.subject_id, p.period
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with locked([before.folder, after.folder, out.parent]) as connection:
        try:
            connection.execute(f"COPY ({query}) TO {quoted(out)} (FORMAT parquet)")
        except duckdb.BinderException as error:
            message = "entitlements.parquet 或 undecided.parquet 的列不是核定结果的列"
            raise ProblemError(
                Problem(str(before.folder), message, "请重新运行 luodi assess")
            ) from error
        rows = connection.execute(
            "SELECT benefit, kind, unit, count(*), CAST(sum(difference) AS BIGINT) "
            f"FROM read_parquet({quoted(out)}) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    return Differences(
        out,
        tuple(
            {"benefit": benefit, "kind": kind, "unit": unit, "subjects": count, "amount": amount}
            for benefit, kind, unit, count, amount in rows
        ),
    )
