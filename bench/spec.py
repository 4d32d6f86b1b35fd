"""The figures of the bench notice, once more, for the baselines written by hand.

Amounts in fen, gas and water in thousandths of a cubic metre. A row's reason is the category that
gives the right (the first in the notice's order), plus 100 where money waits for an account.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Benefit → the number that stands for it in rows.
RULES = {
    "living_subsidy": 41,
    "laid_off_subsidy": 42,
    "bereaved_subsidy": 43,
    "student_aid": 44,
    "price_subsidy": 51,
    "meal_subsidy": 52,
    "free_gas": 61,
    "free_water": 62,
    "bill_subsidy": 12,
}
LIVING, LAID_OFF, BEREAVED, MEAL, GAS, WATER = 12_000, 36_000, 50_000, 6_000, 9_000, 10_000
STUDENT = {1: 100_000, 2: 75_000, 3: 50_000}
PRICE_BASE = {1: 9_000, 2: 8_000, 3: 7_000, 4: 5_000, 5: 4_000}
#: Year on year change of consumer prices in per mille, by month.
CPI = {
    202002: 52, 202003: 43, 202004: 33, 202005: 24, 202006: 25, 202007: 27,
    202008: 24, 202009: 17, 202010: 5, 202011: -5, 202012: 2, 202101: -3,
}  # fmt: skip
START = 202002
NO_ACCOUNT = 100


@dataclass(frozen=True, slots=True)
class Job:
    """What an engine is asked for: a snapshot's persons in, two Parquet files out."""

    persons: str
    rows: str  # subject, town, rule, month, amount, reason
    totals: str  # town, rule, month, subjects, amount
    months: tuple[int, ...]
    keep: bool = False  # whether luodi may use the touched rows kept beside the snapshot


def months(count: int) -> tuple[int, ...]:
    return tuple(CPI)[:count]


def price_percent(month: int) -> int:
    """By what the price subsidy's base is multiplied in `month`, in percent; 0: not paid."""
    change = CPI[month]
    return 200 if change >= 50 else 150 if change >= 30 else 0


def years_before(month: int, years: int) -> str:
    """The first day of `month`, so many years earlier."""
    return f"{month // 100 - years:04d}-{month % 100:02d}-01"
