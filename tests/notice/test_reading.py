"""What those who build on the reader rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from luodi.notice import Notice, read, read_text

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def jiangyin() -> Notice:
    return read(ROOT / "packs/jiangyin-2020-13/notice.txt")


@pytest.fixture(scope="module")
def fengze() -> Notice:
    return read(ROOT / "packs/fengze-2022/notice.txt")


def sentence(notice: Notice, name: str) -> str:
    return next(s.text for s in notice.sentences if s.id == name)


def test_sentence_ids_name_measure_sentence_and_clause(jiangyin: Notice) -> None:
    assert sentence(jiangyin, "4.1").endswith("按每人每月120元标准发放临时生活补贴。")
    clauses = next(s.clauses for s in jiangyin.sentences if s.id == "4.5")
    assert [c.id for c in clauses] == ["4.5.1", "4.5.2"]
    assert clauses[0].text.endswith("按月发放生活补贴；")
    assert sentence(jiangyin, "tail.1").startswith("上述政策意见执行时间")


def test_a_sentence_can_be_marked_in_the_scraped_original(fengze: Notice) -> None:
    [place] = fengze.find("实行“先诊疗、后付费”")
    marked = fengze.original[slice(*place)]
    assert marked.startswith("實(shí)行“先診療")
    assert "先診療、后付費(fèi)”" in marked


def test_a_quote_is_found_whatever_its_blanks_and_widths(jiangyin: Notice) -> None:
    [place] = jiangyin.find("每人每月 120 元")
    assert jiangyin.original[slice(*place)] == "每人每月120元"
    assert jiangyin.find("强化物资应急保供") == jiangyin.find("强化 物资应急保供")
    assert len(jiangyin.find("责任单位:市教育局")) == 4


def test_a_quote_is_looked_for_in_one_measure_only(jiangyin: Notice) -> None:
    everywhere = jiangyin.find("孤儿")
    here = jiangyin.find("孤儿", within="5")
    assert len(here) == 1
    assert len(everywhere) > 1
    assert jiangyin.find("孤儿", within="1") == []
    assert jiangyin.find("孤儿", within="99") == []
    assert jiangyin.find("") == []


def test_lost_characters_are_reported_and_not_guessed(fengze: Notice) -> None:
    doubts = [d for d in fengze.doubts if d.kind == "lost_characters"]
    assert doubts
    assert all("?" in fengze.original[d.span[0] - 9 : d.span[1]] for d in doubts)


def test_a_promise_says_who_gets_what(jiangyin: Notice) -> None:
    promise = next(p for p in jiangyin.promises if p.sentence == "4.1")
    assert promise.who is not None
    assert promise.who.startswith("全市城乡低保对象、特困供养对象、孤儿")
    assert (promise.what, promise.amount, promise.per) == ("临时生活补贴", "120元", "每人每月")
    assert (promise.condition, promise.cap, promise.payer) == (None, None, None)
    subsidy = next(p for p in jiangyin.promises if p.sentence == "5.1")
    assert subsidy.condition is not None
    assert "超过3%（含）" in subsidy.condition
    assert subsidy.amount == "50%"


def test_a_promise_states_its_payer_cap_and_condition() -> None:
    notice = read_text(
        "一、培训补贴。养老护理员培训合格的，由失业保险基金给予每人800元培训补贴，同一人每年最多2次。\n"
        "二、开办补助。对新开办的托育机构，按每个托位1000元给予开办补助，最高不超过10万元。\n"
    )
    first, second = notice.promises
    assert first.condition == "养老护理员培训合格"
    assert (first.payer, first.amount) == ("失业保险基金", "800元")
    assert (second.who, second.cap) == ("新开办的托育机构", "最高不超过10万元")


def test_a_duty_is_no_promise(jiangyin: Notice) -> None:
    assert [p for p in jiangyin.promises if p.measure in ("2", "21")] == []


def test_units_keep_their_brackets_and_lose_their_tails() -> None:
    notice = read_text(
        "1. 甲项工作。做好甲项工作。（责任单位：区民政局、财政局等相关部门，各镇（街道））\n"
        "2. 乙项工作。做好乙项工作。（区发改局牵头，区商务局、各镇（街道）按职责分工负责）\n"
        "3. 丙项工作。做好丙项工作。（责任单位：区卫健局、人社局\n"
    )
    units = [m.units for m in notice.measures]
    assert units == [
        ("区民政局", "区财政局", "各镇（街道）"),
        ("区发改局", "区商务局", "各镇（街道）"),
        ("区卫健局", "区人社局"),
    ]
    assert notice.measures[1].lead == ("区发改局",)
    assert [d.kind for d in notice.doubts] == ["unclosed_clause"]


def test_offsets_survive_all_of_cleaning() -> None:
    text = "\ufeff一、發(fā)放補(bǔ)貼,,對(duì)象,每人 100 元。\r\n二、免費(fèi)乘車(chē)，， 每月10 次。"
    notice = read_text(text)
    [amount] = [f for f in notice.figures if f.kind == "money"]
    assert text[slice(*amount.span)] == "100 元"
    assert [m.number for m in notice.measures] == ["1", "2"]
    assert notice.text.startswith("一、发放补贴，对象，每人100元。\n")
