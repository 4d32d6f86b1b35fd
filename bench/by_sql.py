"""The ten rules as DuckDB SQL, pruned by hand: one scan for whoever any rule can touch."""

from __future__ import annotations

import duckdb

from bench.spec import (
    BEREAVED,
    GAS,
    LAID_OFF,
    LIVING,
    MEAL,
    NO_ACCOUNT,
    PRICE_BASE,
    START,
    STUDENT,
    WATER,
    Job,
    price_percent,
    years_before,
)

TOTALS = """
SELECT town, rule, month, count(*) AS subjects, CAST(sum(amount) AS BIGINT) AS amount
FROM {rows} GROUP BY town, rule, month ORDER BY rule, month, town
"""


def run(job: Job) -> None:
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"COPY ({query(job)}) TO '{job.rows}' (FORMAT parquet)")
    rows = f"read_parquet('{job.rows}')"
    connection.execute(f"COPY ({TOTALS.format(rows=rows)}) TO '{job.totals}' (FORMAT parquet)")


def query(job: Job) -> str:
    months = ", ".join(
        f"({month}, {month == START}, {price_percent(month)}, "
        f"DATE '{years_before(month, 18)}', DATE '{years_before(month, 6)}')"
        for month in job.months
    )
    youngest, oldest = years_before(job.months[-1], 6), years_before(job.months[0], 18)
    persons = f"read_parquet('{job.persons}')"
    lines = [
        _line("person_id", 41, str(LIVING), "c41 + hold", "p", "c41 IS NOT NULL"),
        _line("person_id", 42, str(LAID_OFF), "1 + hold", "p", "first AND is_laid_off AND c41 IS NULL"),
        _line("household_id", 43, str(BEREAVED), "1 + hold", "h", "first AND bereaved"),
        _line(
            "person_id", 44, _case("student_level", STUDENT), "student_level + hold", "p",
            f"first AND student_level > 0 AND birth_date > DATE '{years_before(START, 25)}' "
            f"AND birth_date <= DATE '{years_before(START, 6)}'",
        ),
        _line(
            "person_id", 51, f"{_case('c51', PRICE_BASE)} * percent // 100", "c51 + hold", "p",
            "c51 IS NOT NULL AND percent > 0",
        ),
        _line(
            "person_id", 52, f"{MEAL} * percent // 100", "1 + k.hold", "k",
            "dibao AND percent > 0 AND birth_date > oldest AND birth_date <= youngest",
            join="JOIN h ON h.household_id = k.household_id",
        ),
        _line("household_id", 61, str(GAS), "c61", "h", "c61 IS NOT NULL"),
        _line("household_id", 62, str(WATER), "c61", "h", "c61 IS NOT NULL"),
        _line(
            "person_id", 12, "remainder", "1 + hold", "p",
            "first AND is_in_patient_household AND bill_total > 0 AND remainder > 0",
        ),
    ]  # fmt: skip
    return f"""
    WITH m AS (SELECT * FROM (VALUES {months}) AS m(month, first, percent, oldest, youngest)),
    p AS (
        SELECT person_id, household_id, area, birth_date, student_level, is_laid_off, is_bereaved,
               is_dibao, is_in_patient_household, bill_total,
               bill_total - bill_basic - bill_serious - bill_aid AS remainder,
               CASE WHEN has_account THEN 0 ELSE {NO_ACCOUNT} END AS hold,
               CASE WHEN is_tekun THEN 1 WHEN is_orphan THEN 2 WHEN is_dibao THEN 3
                    WHEN is_disabled_in_hardship THEN 4 END AS c41,
               CASE WHEN is_tekun THEN 1 WHEN is_orphan THEN 2 WHEN is_dibao THEN 3
                    WHEN is_veteran THEN 4 WHEN draws_unemployment_benefit THEN 5 END AS c51,
               CASE WHEN is_tekun THEN 1 WHEN is_orphan THEN 2 WHEN is_dibao THEN 3
                    WHEN is_in_patient_household THEN 4 END AS c61
        FROM {persons} WHERE is_alive AND is_resident
        AND (is_tekun OR is_orphan OR is_dibao OR is_disabled_in_hardship OR is_laid_off
             OR student_level > 0 OR is_veteran OR draws_unemployment_benefit OR is_bereaved
             OR is_in_patient_household)),
    h AS (
        SELECT household_id, min(area) AS area, bool_or(is_bereaved) AS bereaved,
               min(c61) AS c61, bool_or(is_dibao) AS dibao,
               min(hold) FILTER (is_bereaved) AS hold
        FROM p GROUP BY household_id),
    k AS (
        SELECT person_id, household_id, area, birth_date,
               CASE WHEN has_account THEN 0 ELSE {NO_ACCOUNT} END AS hold
        FROM {persons} WHERE is_alive AND is_resident
        AND birth_date > DATE '{oldest}' AND birth_date <= DATE '{youngest}')
    {" UNION ALL ".join(lines)}
    """


def _line(
    subject: str, rule: int, amount: str, reason: str, source: str, where: str, join: str = ""
) -> str:
    return (
        f"SELECT {source}.{subject} AS subject, {source}.area AS town, "
        f"CAST({rule} AS TINYINT) AS rule, month, CAST({amount} AS BIGINT) AS amount, "
        f"CAST({reason} AS SMALLINT) AS reason FROM {source} {join} CROSS JOIN m WHERE {where}"
    )


def _case(column: str, values: dict[int, int]) -> str:
    branches = " ".join(f"WHEN {key} THEN {value}" for key, value in values.items())
    return f"(CASE {column} {branches} END)"
