"""Calendar months, ages and ranges of days. All dates are civil dates in Asia/Shanghai."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; months compare and sort in time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2999 and 1 <= self.month <= 12):
            raise ValueError(f"没有这个月份：{self.year}-{self.month:02d}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2020-02`. Raises ValueError, in Chinese, for anything else."""
        match = _MONTH.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"月份应写成 2020-02 的样子，现为 {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that `day` falls in."""
        return cls(day.year, day.month)

    @staticmethod
    def range(first: Month, last: Month) -> Iterator[Month]:
        """Each month from `first` to `last`, both included; none if `last` is earlier."""
        start = first.year * 12 + first.month - 1
        end = last.year * 12 + last.month - 1
        for index in range(start, end + 1):
            yield Month(index // 12, index % 12 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """How many days the month has: 28 to 31."""
        return monthrange(self.year, self.month)[1]

    def next(self) -> Month:
        return self.plus(1)

    def previous(self) -> Month:
        return self.plus(-1)

    def plus(self, months: int) -> Month:
        """The month `months` later, or earlier if negative."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def full_months(start: date, end: date) -> int:
    """How many whole months have passed from `start` to `end`.

    A month is complete on the day of the same number in a later month; where that month is too
    short, on its last day (民法典 202 条: 没有对应日的，月末日为期间的最后一日). So 31 January to
    29 February 2020 is one month, to 28 February none; 28 February to 31 March is one, since the
    28th has passed. Whatever the time of day, only dates count.

    Args:
        start: The day that counting starts from.
        end: The day asked about. Before `start`, the result is minus the months from `end` to
            `start`, so that the function is antisymmetric.
    """
    if end < start:
        return -full_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    due = min(start.day, monthrange(end.year, end.month)[1])
    return months if end.day >= due else months - 1


def age_on(birth: date, day: date) -> int:
    """Completed years (周岁) of a person born on `birth`, on `day`.

    An age is reached on the birthday itself: born 2002-02-01, 18 on 2020-02-01. (Criminal law
    counts from the day after; a rule that means this asks for the day before.)
    A person born on 29 February reaches it on 1 March in common years. Before birth the
    result is negative.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days from `start` up to but not including `end`; without `end`, until further notice."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"起止日期颠倒或为空：{self.start} 至 {self.end}")

    @classmethod
    def of(cls, month: Month) -> DayRange:
        """All days of a month."""
        return cls(month.first_day, month.last_day + timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: DayRange) -> bool:
        """Whether at least one day is in both."""
        return (self.end is None or other.start < self.end) and (
            other.end is None or self.start < other.end
        )

    def months(self) -> tuple[Month, Month | None]:
        """The first and last month with a day in the range; no last one without an end."""
        last = None if self.end is None else Month.of(self.end - timedelta(days=1))
        return Month.of(self.start), last

    def __str__(self) -> str:
        return f"[{self.start}, {self.end or '…'})"
