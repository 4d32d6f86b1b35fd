from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.basics.money import LIMIT_FEN, format_yuan, parse_yuan, round_half_up, split

fen = st.integers(-LIMIT_FEN, LIMIT_FEN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", 12000),
        ("1,200.50", 120050),
        ("1200元", 120000),
        ("￥1,200", 120000),
        ("¥ 0.01", 1),
        ("１２０．５０", 12050),
        (" 人民币：120元整", 12000),
        ("12元5角", 1250),
        ("12元5角3分", 1253),
        ("0.5万元", 500000),
        ("3.8亿元", 38_000_000_000),
        ("-36.00", -3600),
        ("0.500", 50),
        ("壹佰贰拾元整", 12000),
        ("一百二十元", 12000),
        ("十五元", 1500),
        ("壹万零伍佰元", 1050000),
        ("壹拾万零伍仟元", 10500000),
        ("贰仟零伍元叁角贰分", 200532),
        ("叁亿元", 30_000_000_000),
        ("伍角", 50),
        ("零元", 0),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, expected):
    assert parse_yuan(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "元",
        "NaN",
        "inf",
        "1e400",
        "1E5",
        "0.005",
        "1,20",
        "1.2.3",
        "12O",
        "一百二",
        "一万二",
        "100²",
        "½",
        "1/0",
        "=1+1",
        "120人",
        "100000000000.01",
        "1.5元5角",
        "贰拾伍佰元",
        "壹仟伍拾元",
        "99999999999999999999999999999999999999999",
    ],
)
def test_what_is_no_exact_amount_is_refused_in_chinese(text):
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        parse_yuan(text)


@given(fen)
def test_what_is_printed_is_read_back(amount):
    assert parse_yuan(format_yuan(amount)) == amount


@given(st.text(max_size=60))
def test_any_text_is_an_amount_within_the_limit_or_a_value_error(text):
    try:
        assert abs(parse_yuan(text)) <= LIMIT_FEN
    except ValueError as error:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in str(error))


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (Fraction(1, 2), 1, 1),
        (Fraction(5, 2), 1, 3),
        (Fraction(-1, 2), 1, -1),
        (Fraction(49, 100), 1, 0),
        (12345, 10, 12350),
        (12344, 10, 12340),
        (-50, 100, -100),
    ],
)
def test_a_half_is_rounded_away_from_zero(amount, unit, expected):
    assert round_half_up(amount, unit) == expected


@given(st.fractions(-(10**9), 10**9), st.sampled_from([1, 10, 100]))
def test_rounding_moves_by_half_a_unit_at_most(amount, unit):
    rounded = round_half_up(amount, unit)
    assert rounded % unit == 0
    assert abs(rounded - amount) <= Fraction(unit, 2)
    assert round_half_up(-amount, unit) == -rounded


@given(fen, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_the_parts_add_up_and_each_is_within_a_fen_of_its_share(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_what_is_left_over_goes_to_the_earlier_of_equals():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="分摊"):
        split(100, weights)
