"""Date arithmetic of the language: what the interpreter and the closures call.

Dates stay between the years 1000 and 3999; a result outside is unknown on every engine.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from luodi.basics.period import age_on, full_months

FIRST, LAST = date(1000, 1, 1), date(3999, 12, 31)
MOST_MONTHS, MOST_DAYS = 12_000, 400_000

__all__ = ["add_days", "add_months", "age_on", "full_months", "years_before"]


def add_months(day: date, months: int) -> date | None:
    """`months` later; the month's last day where it has no such day (31 Jan + 1 = 29 Feb)."""
    if abs(months) > MOST_MONTHS:
        return None
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not FIRST.year <= year <= LAST.year:
        return None
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_days(day: date, days: int) -> date | None:
    """`days` later."""
    if abs(days) > MOST_DAYS:
        return None
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal) if FIRST.toordinal() <= ordinal <= LAST.toordinal() else None


def years_before(day: date, years: int) -> date:
    """The last birthday on which somebody is at least `years` old on `day`.

    Where that is before or after all dates, so is the result: nobody, or everybody, is.
    """
    year = day.year - years
    if year < FIRST.year:
        return FIRST - timedelta(days=1)
    if year > LAST.year:
        return LAST + timedelta(days=1)
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
