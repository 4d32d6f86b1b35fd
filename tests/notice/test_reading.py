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


def test_unit_clauses_of_many_shapes_are_read() -> None:
    notice = read_text(
        "1. 甲项。做好甲项。（责任单位：市发改委 市财政局）\n"
        "2. 乙项。做好乙项。【责任单位】市民政局、市残联\n"
        "3. 丙项。做好丙项。\n牵头责任单位：市商务局\n配合责任单位：市财政局\n"
        "4. 丁项。做好丁项。\n责任单位：\n市人社局、市医保局\n"
        "5. 戊项。做好戊项。（市商务局、市文旅局，各县（市、区）人民政府）\n"
        "6. 己项。做好己项。（市教育局会同市财政局等部门负责）\n"
    )
    assert [m.units for m in notice.measures] == [
        ("市发改委", "市财政局"),
        ("市民政局", "市残联"),
        ("市商务局", "市财政局"),
        ("市人社局", "市医保局"),
        ("市商务局", "市文旅局", "各县（市、区）人民政府"),
        ("市教育局", "市财政局"),
    ]
    assert notice.measures[2].lead == ("市商务局",)


def figures(text: str, kind: str) -> list[tuple[str, str | None]]:
    notice = read_text(f"一、甲项。{text}\n二、乙项。照此办理。\n")
    return [(str(f.value), f.role) for f in notice.figures if f.kind == kind]


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("给予最高30万元贷款。", [("300000", "loan")]),
        ("贷款最高30万元。", [("300000", "loan")]),
        ("对贷款给予最高5万元贴息。", [("50000", "cap")]),
        ("订单额达到100万元的企业，奖励2万元。", [("1000000", "threshold"), ("20000", "amount")]),
        ("分别奖励30万、20万、10万元。", [(f"{n}0000", "amount") for n in (30, 20, 10)]),
        ("补助100-500万元。", [("1000000", "amount"), ("5000000", "amount")]),
        ("安排2000万元专项资金。", [("20000000", "pot")]),
        ("每人补贴三百元。", [("300", "amount")]),
        ("补助1,200元。", [("1200", "amount")]),
        ("月工资不低于1900元。", [("1900", "floor")]),
        ("力争完成投资10亿元。", [("1000000000", "target")]),
        ("按照1000元/人的标准给予补贴。", [("1000", "amount")]),
        ("按照每亩不低于800元的标准补贴。", [("800", "floor")]),
        ("投资100万元至500万元的企业。", [("1000000", "threshold"), ("5000000", "threshold")]),
        ("零售额每增长1亿元奖励3万元。", [("100000000", "threshold"), ("30000", "amount")]),
        ("限上企业奖励5万元。", [("50000", "amount")]),
        ("上百万元资金，单位：万元，元旦、多元。", []),
    ],
)
def test_an_amount_has_the_role_its_words_give_it(text: str, money: list[tuple[str, str]]) -> None:
    assert [(str(int(float(v))), r) for v, r in figures(text, "money")] == money


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2022年底前完成。", ["2022-12-31"]),
        ("2月底前完成。", ["--02-29"]),
        ("2023年2月底前完成。", ["2023-02-28"]),
        ("2022年6月1日至12月31日免费。", ["2022-12-31"]),
        ("到2025年，覆盖率达到90%。", ["2025"]),
        ("10月底完成建设。", ["--10-31"]),
        ("截至2021年底，累计完成30个。", []),
        ("2022年2月30日前完成。", []),
        ("每天8:30-17:30开放。", []),
    ],
)
def test_a_deadline_is_a_date_and_no_year_is_made_up(text: str, dates: list[str]) -> None:
    assert [value for value, _ in figures(text, "deadline")] == dates


def test_a_year_left_out_is_that_of_issue_or_the_next() -> None:
    notice = read_text(
        "关于冬季保供的通知\n\n一、甲项。12月底前完成储备。\n二、乙项。2月底前投放完毕。\n\n"
        "云溪市人民政府\n2020年11月5日\n"
    )
    assert [f.value for f in notice.figures] == ["2020-12-31", "2021-02-28"]


@pytest.mark.parametrize(
    ("words", "starts", "until", "event"),
    [
        ("本办法自2022年7月1日起施行，有效期2年。", "2022-07-01", "2024-06-30", None),
        ("本办法自印发之日起施行，有效期至2023年12月31日。", "2022-05-20", "2023-12-31", None),
        ("执行期限为2022年6月1日—12月31日。", "2022-06-01", "2022-12-31", None),
        ("本措施执行至疫情解除之日。", None, None, "疫情解除之日"),
        ("本措施由市民政局负责解释。", None, None, None),
    ],
)
def test_validity_is_dates_or_an_event(
    words: str, starts: str | None, until: str | None, event: str | None
) -> None:
    text = (
        "云溪市救助办法\n\n一、甲项。给予救助。\n二、乙项。给予补贴。\n\n"
        f"{words}\n\n云溪市民政局\n2022年5月20日\n"
    )
    assert read_text(text).to_json()["validity"] == {
        "phrase": read_text(text).validity.phrase,
        "from": starts,
        "until": until,
        "event": event,
    }


def test_a_phrase_does_not_begin_within_a_number_and_february_is_no_period() -> None:
    notice = read_text(
        "关于补贴的通知\n"
        "1.高龄津贴。对具有本县户籍的80至89周岁老年人每人每月发放60元。（责任单位：县民政局）\n"
        "2.租金补贴。按2026年12月至2027年2月租金的30%给予补贴，每户最高不超过5000元。（责任单位：县商务局）\n"
    )
    money = [one for one in notice.figures if one.kind == "money"]
    assert [one.phrase for one in money] == [
        "80至89周岁老年人每人每月发放60元",
        "每户最高不超过5000元",
    ]
    assert [one.period for one in money] == ["month", None]
