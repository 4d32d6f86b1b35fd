"""Quotes are found whatever the punctuation; every word of a measure is accounted for."""

from __future__ import annotations

import pytest

from luodi.notice import read_text
from luodi.pack.binding import Locator, compact, pieces
from luodi.pack.measure import Quote

TEXT = """关于试行的通知
1．发放补贴。对低保对象、孤儿，按每人80元发放补贴；涨幅超过3%（含）时，再发放补贴。对残疾人发放补贴。（责任单位：县民政局）
2．开展走访。走访全部家庭。（责任单位：县民政局）
"""


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(read_text(TEXT))


def found(locator: Locator, *quotes: str, binds: tuple[str, ...] = (), region: str = "1"):  # type: ignore[no-untyped-def]
    return locator.find(map(Quote, quotes), map(Quote, binds), region)


def test_punctuation_width_and_blanks_do_not_count(locator: Locator) -> None:
    assert compact("３％（含）时， ") == "3%含时"
    assert found(locator, "涨幅超过３％(含) 时").clauses == ("1.1.2",)
    assert found(locator, "涨幅超过3时").missing


def test_words_left_out_inside_a_sentence_are_bound(locator: Locator) -> None:
    bound = found(locator, "对低保对象…按每人80元发放补贴")
    assert locator.loose("1", bound.ranges)[0].clause.id == "1.1.2"


def test_words_left_out_between_sentences_are_not_bound(locator: Locator) -> None:
    bound = found(locator, "对低保对象、孤儿…对残疾人发放补贴")
    assert [loose.clause.id for loose in locator.loose("1", bound.ranges)] == ["1.1.1", "1.1.2"]


def test_a_quote_that_stands_twice_needs_a_clause(locator: Locator) -> None:
    assert [quote.text for quote in found(locator, "再发放补贴").repeated] == []
    assert [quote.text for quote in found(locator, "发放补贴").repeated] == ["发放补贴"]
    assert not found(locator, "发放补贴", binds=("1.2",)).repeated


def test_a_quote_is_found_in_its_own_measure_only(locator: Locator) -> None:
    assert found(locator, "走访全部家庭").missing
    assert locator.elsewhere("走访全部家庭") == "2"
    assert found(locator, "走访全部家庭", region="9").missing


def test_a_sentence_or_clause_is_bound_by_its_id(locator: Locator) -> None:
    assert found(locator, binds=("1.1",)).clauses == ("1.1.1", "1.1.2")
    assert found(locator, binds=("1.1.2",)).clauses == ("1.1.2",)
    assert found(locator, binds=("1.7",)).missing


def test_what_is_left_is_shown_in_its_own_words(locator: Locator) -> None:
    bound = found(locator, "按每人80元发放补贴")
    first = locator.loose("1", bound.ranges)[0]
    assert first.words.startswith("对低保对象、孤儿，…")


def test_nothing_is_left_where_all_is_quoted(locator: Locator) -> None:
    assert locator.loose("2", found(locator, "走访全部家庭", region="2").ranges) == []


def test_pieces_put_a_clause_together_again(locator: Locator) -> None:
    region = locator.regions["1"]
    ranges = found(locator, "孤儿，按每人80元").ranges
    for clause in region.clauses:
        assert "".join(piece.text for piece in pieces(clause, {"x": ranges})) == clause.text
    cut = pieces(region.clauses[0], {"x": ranges})
    assert [(piece.text, bool(piece.names)) for piece in cut] == [
        ("对低保对象、", False),
        ("孤儿，按每人80元", True),
        ("发放补贴；", False),
    ]


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("每人120元", True),
        ("20元", False),
        ("每人12", False),
        ("3.5%", True),
        ("35%", False),
        ("5%", False),
        ("1:1", True),
        ("1：1", True),
        ("11", False),
        ("1200元", True),
        ("1,200元", True),
        ("200元", False),
        ("0510-80128011", True),
        ("80128011", False),
        ("3至5倍", True),
        ("5倍", True),
        ("113242865", True),
        ("113242865、405141723", True),
        ("113242865 405141723", True),
        ("113242865405141723", False),
        ("405141723", True),
        ("2页，3张", True),
    ],
)
def test_a_quote_does_not_cut_a_number(quote: str, stands: bool) -> None:
    text = (
        "关于补贴的通知\n1．补贴。每人120元，涨幅3.5%，按1:1配套，最高1,200元，"
        "电话0510-80128011，提高3至5倍，QQ：113242865、405141723，2页；3张。（责任单位：县民政局）\n"
    )
    assert Locator(read_text(text)).stands(quote, "1") == stands


def test_signs_between_numbers_need_no_quote() -> None:
    text = "关于咨询的通知\n1．咨询。拨打101、102，103；104。（责任单位：县民政局）\n"
    locator = Locator(read_text(text))
    bound = found(locator, "拨打101", "102", "103", "104")
    assert not bound.missing
    assert locator.loose("1", bound.ranges) == []
    for clause in locator.regions["1"].clauses:
        shown = pieces(clause, {"x": bound.ranges})
        assert "".join(piece.text for piece in shown) == clause.text
        assert all(piece.names for piece in shown)
