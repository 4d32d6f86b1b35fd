"""Published index figures, as offices write them, become signals; what is wrong is said by row."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from luodi.assessment.scenarios import Given, constants
from luodi.basics.period import Month
from luodi.basics.problem import ProblemError
from luodi.indicators import Series, read_series
from luodi.pack import Pack, Validity, load

PACK = Path(__file__).parents[1] / "pack" / "fixtures" / "yunxi-2024-1"
FEBRUARY = Month(2020, 2)
Reader = Callable[..., Series]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(PACK)


@pytest.fixture
def read(pack: Pack, tmp_path: Path) -> Reader:
    def go(text: str, encoding: str = "utf-8") -> Series:
        file = tmp_path / "cpi.csv"
        file.write_bytes(text.encode(encoding))
        return read_series(file, pack)

    return go


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_growth_and_index_say_the_same(read: Reader, encoding: str) -> None:
    series = read("指标,月份,同比涨幅,指数\ncpi,2020年2月,4.6%,\ncpi,2020-03,,104.6\n", encoding)
    assert series["cpi"][FEBRUARY].value == Fraction(46, 1000)
    assert series["cpi"][Month(2020, 3)].value == Fraction(46, 1000)


def test_a_revision_goes_before_what_it_revises(read: Reader) -> None:
    rows = ["cpi,2020-02,2.9,2020-03-10", "cpi,2020-02,3.0,2020-04-10"]
    for order in (rows, rows[::-1]):
        series = read("指标,月份,同比涨幅,发布日期\n" + "\n".join(order))
        assert series["cpi"][FEBRUARY].value == Fraction(3, 100)


def test_rules_read_the_series_in_its_months_and_the_pack_elsewhere(
    read: Reader, pack: Pack
) -> None:
    given = Given(series=read("指标,月份,同比涨幅\ncpi,2020-02,5.0\n"))
    assert constants(pack, FEBRUARY, Validity(), given)["signal.cpi"] == Fraction(5, 100)
    other = constants(pack, Month(1999, 1), Validity(), given)["signal.cpi"]
    assert other is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空"),
        ("甲,乙\n1,2\n", "缺少表头"),
        ("指标,月份,同比涨幅\ncpj,2020-02,3\n", "是不是 cpi"),
        ("指标,月份,同比涨幅\ncpi,2020-13,3\n", "第2行:月份"),
        ("指标,月份,同比涨幅\ncpi,2020-02,NaN\n", "第2行:同比涨幅"),
        ("指标,月份,同比涨幅\ncpi,2020-02,1e400\n", "第2行:同比涨幅"),
        ("指标,月份,同比涨幅\ncpi,2020-02,\n", "没有数值"),
        ("指标,月份,同比涨幅,指数\ncpi,2020-02,3,103\n", "不止一个"),
        ("指标,月份,同比涨幅\ncpi,2020-02,3\ncpi,2020-02,4\n", "分不出先后"),
        ("指标,月份,同比涨幅,发布日期\ncpi,2020-02,3,2020-02-30\n", "发布日期"),
        ("指标\x00,月份,同比涨幅\n", "不是文本"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_read(text: str, said: str, read: Reader) -> None:
    with pytest.raises(ProblemError) as error:
        read(text)
    assert said in str(error.value)


@pytest.mark.parametrize("content", ['指标,月份,"同比', "指标,月份,同比\n" + "x" * 200_000])
def test_a_broken_quote_or_an_endless_cell_is_a_problem(content, tmp_path, pack):
    file = tmp_path / "cpi.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ProblemError, match="引号不成对"):
        read_series(file, pack)
