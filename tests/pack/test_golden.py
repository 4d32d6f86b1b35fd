"""Golden cases as read: typed, bounded, and in stored scale."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from luodi.basics.period import Month
from luodi.pack import Expected, GoldenRecord, Pack, given_figure, stored_value
from luodi.pack.golden import result_text
from luodi.rules import Type


def test_cases_hold_stored_values(yunxi: Pack) -> None:
    first, second, third = yunxi.golden
    assert (first.name, first.month) == ("低保对象每月80元", Month(2024, 1))
    assert first.readings == {"overlap": "once"}
    assert first.expect == {"甲": {"heating": Expected("entitled", 8000)}}
    assert second.persons["丙"] == {
        "is_dibao_covered": True,
        "birth_date": date(1950, 3, 1),
        "disability_grade": None,
    }
    assert second.household_of == {"乙": "乙户", "丙": "乙户"}
    assert second.expect["乙"]["heating_disabled"].lacks == ("param.heating_disabled",)
    assert second.expect["乙户"]["free_water"].amount == 8000
    assert third.set == {"heating_disabled": Fraction(5000)}
    assert third.signals == {"cpi": Fraction(29_000)}
    assert third.events["cold_wave"].until == date(2024, 1, 20)
    assert third.records["water_bill"]["账单"] == GoldenRecord({"used": 100_500}, person="乙")
    assert third.expect["乙"]["heating_disabled"] == Expected("held", 5000, hold="no_account")


@pytest.mark.parametrize(
    ("text", "type_", "stored"),
    [
        ("true", Type.boolean(), True),
        ("12.5 yuan", Type.money(), 1250),
        ("12.5", Type.money(), 1250),
        ("3 fen", Type.money(), 3),
        ("46%", Type.ratio(), 460_000),
        ("2 times", Type.ratio(), 2_000_000),
        ("9 m3", Type.quantity("m3"), 9000),
        ("0.001", Type.quantity("m3"), 1),
        ("-3", Type.integer(), -3),
        ("2024-02-29", Type.date(), date(2024, 2, 29)),
        ("散居", Type.enum(("散居",)), "散居"),
    ],
)
def test_values_are_read_as_people_write_them(text: str, type_: Type, stored: object) -> None:
    assert stored_value(text, type_) == stored


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("yes", Type.boolean()),
        ("12.345 yuan", Type.money()),
        ("12 m3", Type.money()),
        ("46", Type.ratio()),
        ("0.00001%", Type.ratio()),
        ("9 kg", Type.quantity("m3")),
        ("0.0001", Type.quantity("m3")),
        ("1.5", Type.integer()),
        ("1e3", Type.integer()),
        ("9999999999", Type.integer()),
        ("99999999999999 yuan", Type.money()),
        ("nan", Type.integer()),
        ("2023-02-29", Type.date()),
        ("集中", Type.enum(("散居",))),
        ("", Type.integer()),
    ],
)
def test_what_is_no_value_is_refused_in_chinese(text: str, type_: Type) -> None:
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        stored_value(text, type_)


def test_a_given_figure_may_carry_its_unit(yunxi: Pack) -> None:
    heating = yunxi.parameters["heating"]
    assert given_figure("90", heating) == given_figure("90 yuan", heating) == 9000
    with pytest.raises(ValueError, match="不是数字"):
        given_figure("90 m3", heating)


def test_results_are_told_in_the_amounts_own_unit(yunxi: Pack) -> None:
    assert result_text(yunxi, "heating", Expected("entitled", 8005)) == "80.05"
    assert result_text(yunxi, "free_water", Expected("entitled", 8000)) == "8 m3"
    assert result_text(yunxi, "free_water", Expected("entitled", 8250)) == "8.250 m3"
    assert result_text(yunxi, "plausible_bill", Expected("entitled")) == "符合"
    assert (
        result_text(yunxi, "heating", Expected("undecided", lacks=("a", "b"))) == "未定（缺 a、b）"
    )
    assert result_text(yunxi, "heating", Expected("held", 1, hold="no_account")) == (
        "0.01 暂缓（no_account）"
    )
