from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.basics.period import DayRange, Month, age_on, full_months

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
months = st.builds(Month, st.integers(1901, 2998), st.integers(1, 12))


def test_february_of_2020_has_29_days():
    february = Month.parse("2020-02")
    assert (february.first_day, february.last_day) == (date(2020, 2, 1), date(2020, 2, 29))
    assert february.days == 29


@pytest.mark.parametrize("text", ["2020-13", "2020-00", "2020-2", "2020", "２０２０-02", "0000-01"])
def test_what_is_no_month_is_refused_in_chinese(text):
    with pytest.raises(ValueError, match="月份"):
        Month.parse(text)


@given(months)
def test_a_month_is_read_back_and_follows_its_predecessor(month):
    assert Month.parse(str(month)) == month
    assert month.next().previous() == month
    assert month < month.next()
    assert month.last_day + timedelta(days=1) == month.next().first_day


def test_a_range_of_months_includes_both_ends_and_crosses_years():
    months = Month.range(Month(2019, 11), Month(2020, 2))
    assert [str(month) for month in months] == ["2019-11", "2019-12", "2020-01", "2020-02"]
    assert list(Month.range(Month(2020, 2), Month(2020, 1))) == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2020-01-31", "2020-02-01", 0),
        ("2020-01-31", "2020-02-28", 0),
        ("2020-01-31", "2020-02-29", 1),
        ("2021-01-31", "2021-02-28", 1),
        ("2020-02-29", "2020-03-28", 0),
        ("2020-02-29", "2020-03-29", 1),
        ("2020-02-29", "2021-02-28", 12),
        ("2020-01-15", "2020-02-14", 0),
        ("2020-01-15", "2020-02-15", 1),
        ("2020-02-15", "2020-01-15", -1),
        ("2020-02-15", "2020-02-15", 0),
    ],
)
def test_a_month_is_full_on_the_same_day_or_the_last_of_a_short_month(start, end, expected):
    assert full_months(date.fromisoformat(start), date.fromisoformat(end)) == expected


@given(days, days)
def test_full_months_never_exceed_the_calendar_and_turn_sign_with_the_order(start, end):
    count = full_months(start, end)
    assert count == -full_months(end, start)
    assert abs(count) * 28 <= abs((end - start).days)


@pytest.mark.parametrize(
    ("birth", "day", "expected"),
    [
        ("2002-02-01", "2020-01-31", 17),
        ("2002-02-01", "2020-02-01", 18),
        ("2004-02-29", "2022-02-28", 17),
        ("2004-02-29", "2022-03-01", 18),
        ("2004-02-29", "2024-02-29", 20),
        ("2020-02-01", "2020-01-31", -1),
    ],
)
def test_an_age_is_reached_on_the_birthday(birth, day, expected):
    assert age_on(date.fromisoformat(birth), date.fromisoformat(day)) == expected


@given(days, days)
def test_nobody_grows_younger(birth, day):
    assert age_on(birth, day + timedelta(days=1)) - age_on(birth, day) in (0, 1)


def test_a_range_of_days_leaves_its_last_day_out():
    level_one = DayRange(date(2020, 1, 25), date(2020, 2, 25))
    assert date(2020, 1, 25) in level_one
    assert date(2020, 2, 24) in level_one
    assert date(2020, 2, 25) not in level_one
    assert level_one.months() == (Month(2020, 1), Month(2020, 2))
    assert DayRange(date(2020, 1, 25)).months() == (Month(2020, 1), None)
    with pytest.raises(ValueError, match="起止"):
        DayRange(date(2020, 2, 25), date(2020, 2, 25))


def test_ranges_that_only_touch_share_no_day():
    february, march = DayRange.of(Month(2020, 2)), DayRange.of(Month(2020, 3))
    assert not february.overlaps(march)
    assert not march.overlaps(february)
    assert february.overlaps(DayRange(date(2020, 2, 29)))


@given(days, st.integers(1, 500), days, st.none() | st.integers(1, 500))
def test_ranges_overlap_when_a_day_is_in_both(start, length, other_start, other_length):
    one = DayRange(start, start + timedelta(days=length))
    end = None if other_length is None else other_start + timedelta(days=other_length)
    other = DayRange(other_start, end)
    shared = any(start + timedelta(days=i) in other for i in range(length))
    assert one.overlaps(other) == other.overlaps(one) == shared
