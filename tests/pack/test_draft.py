"""A draft of any notice loads, and check says exactly what is left to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luodi.basics.problem import Problem, ProblemError
from luodi.notice import read, read_text
from luodi.pack import Benefit, Pack, check, load
from luodi.pack.draft import write_draft
from luodi.pack.measure import Directory, Task

from .conftest import FIXTURES

NOTICE = (FIXTURES / "yunxi-2024-1" / "notice.txt").read_text(encoding="utf-8")
NOTICES = sorted((Path(__file__).parents[1] / "notice" / "notices").glob("*"))
#: One thing said in each of the usual layouts.
LAYOUTS = {
    "chinese numerals": """关于帮扶的通知
一、发放补贴
对困难职工每人发放500元补贴。责任单位：县总工会
二、减免租金
对承租户减免3个月租金，最高不超过2万元。责任单位：县国资办
""",
    "articles": """云溪县帮扶办法
第一条 对困难职工，每人每月发放200元补贴；对孤儿，每人每月发放300元补贴。
第二条 每日监测粮食价格，每月报告。
第三条 本办法自2024年3月1日起施行，有效期两年。
""",
    "numbering restarts": """关于若干措施的通知
一、保供
1．增加储备。储备粮油15天以上。（责任单位：县发改局）
2．稳定价格。发布价格信息。（责任单位：县发改局）
二、救助
1．发放补贴。对低保对象每人发放100元。（责任单位：县民政局）
2．公布电话。咨询电话：0990-5550100。（责任单位：县民政局）
""",
    "the same sentence twice": """关于走访的通知
1．走访。走访全部家庭。走访全部家庭。对低保对象发放补贴。对低保对象发放补贴。（责任单位：县民政局）
""",
    "no units, no title": """1．做好保障工作。
2．对每户补助1,000元，对每亩补助50元。
""",
    "strange signs": """关于“试行”的通知
1．办理#1: {事项}。对[甲]类: 企业按 50% 补贴, 上限10万元 & 其他 * 见 | 附件 > 一。（责任单位：县工信局）
2．- 走访 'all'。是否: yes。%折扣 @联系 `x`。（责任单位：县工信局）
""",
}


def drafted(text: str, folder: Path, place: str | None = None) -> Pack:
    write_draft(read_text(text), folder, place)
    return load(folder)


def left_to_do(pack: Pack) -> list[Problem]:
    return [problem for problem in check(pack) if not problem.message.startswith("草稿：")]


def test_a_draft_beside_its_place_loads_and_binds_every_word(folder: Path) -> None:
    pack = drafted(NOTICE, folder.parent / "yunxi-2024-2")
    assert pack.place.id == "yunxi"
    assert (pack.title, pack.document_number) == (
        "云溪县人民政府关于保障困难群众基本生活的通知",
        "云政发〔2024〕1号",
    )
    left = {problem.message for problem in left_to_do(pack)}
    assert not [message for message in left if "没有落到任何一项" in message]
    assert not [message for message in left if "引文不在" in message]
    assert "'m1_1' 没有例子" in left


def test_each_sentence_has_an_instrument_and_a_reason(folder: Path) -> None:
    pack = drafted(NOTICE, folder.parent / "yunxi-2024-2")
    for measure in pack.notice.measures:
        for number, _sentence in enumerate(measure.sentences, 1):
            one = pack.instrument(f"m{measure.number}_{number}")
            assert one is not None
            assert one.note.startswith("草稿：建议写成")
    heating, helpline = pack.instrument("m1_1"), pack.instrument("m3_2")
    assert isinstance(heating, Benefit)
    assert heating.cadence == "month"
    assert isinstance(helpline, Directory)
    assert helpline.entries[0].value == "0990-5550100"


def test_figures_become_parameters_with_their_quote(folder: Path) -> None:
    pack = drafted(NOTICE, folder.parent / "yunxi-2024-2")
    figures = {one.name: one for one in pack.parameters.values()}
    eighty = figures["m1_1_figure_1"]
    assert eighty.figures[0].text == "80"
    assert eighty.figures[0].status == "assumed"  # dated by the notice, confirmed by nobody
    assert str(eighty.figures[0].since) == "2024-01-05"
    assert pack.locator.stands(eighty.figures[0].quotes[0], "1")


def test_a_figure_without_a_date_stays_open(folder: Path) -> None:
    pack = drafted(LAYOUTS["chinese numerals"], folder.parent / "undated")
    assert {figure.status for one in pack.parameters.values() for figure in one.figures} == {"open"}
    assert any("还未定" in problem.message for problem in left_to_do(pack))


def test_a_deadline_becomes_a_task_that_may_be_soft(folder: Path) -> None:
    task = drafted(NOTICE, folder.parent / "yunxi-2024-2").instrument("m3_3")
    assert isinstance(task, Task)
    assert (str(task.deadline), task.soft) == ("2024-01-31", True)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_drafts_into_a_pack_that_loads(layout: str, folder: Path) -> None:
    pack = drafted(LAYOUTS[layout], folder.parent / "drafted")
    assert pack.measures
    problems = check(pack)
    assert problems
    for problem in problems:
        assert "没有落到任何一项" not in problem.message
        assert "引文" not in problem.message


@pytest.mark.parametrize("file", NOTICES, ids=lambda file: file.name)
def test_every_notice_that_the_reader_is_tested_on_drafts(file: Path, tmp_path: Path) -> None:
    notice = read(file)
    if not notice.measures:
        with pytest.raises(ProblemError, match="没有读到任何一条措施"):
            write_draft(notice, tmp_path / "drafted", "place")
        return
    write_draft(notice, tmp_path / "drafted", "place")
    said = [problem.message for problem in check(load(tmp_path / "drafted"))]
    assert not [message for message in said if "没有落到任何一项" in message or "引文" in message]
    assert len({measure.number for measure in notice.measures}) == len(
        list((tmp_path / "drafted" / "measures").iterdir())
    )


def test_a_place_that_is_not_there_is_drafted_too(tmp_path: Path) -> None:
    pack = drafted(NOTICE, tmp_path / "new-2024", "newtown")
    assert pack.place.unit("县民政局") is not None
    assert [problem for problem in check(pack) if "newtown/place.yaml" in problem.place]


def test_a_finished_draft_is_a_pack_without_problems(folder: Path) -> None:
    text = "关于走访的通知\n1．走访家庭。组织干部走访家庭。（责任单位：县民政局）\n"
    out = folder.parent / "finished"
    drafted(text, out)
    for file in out.rglob("*.yaml"):
        lines = file.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if "note: 草稿：" not in line]
        file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert check(load(out)) == []


def test_a_folder_that_holds_anything_is_left_alone(folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    with pytest.raises(ProblemError, match="已有东西"):
        write_draft(read_text(NOTICE), folder)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_an_empty_folder_is_filled(folder: Path) -> None:
    out = folder.parent / "empty"
    out.mkdir()
    assert drafted(NOTICE, out).measures


@pytest.mark.parametrize(
    ("text", "name", "place", "said"),
    [
        ("今日新闻：天气晴。\n", "news", None, "没有读到任何一条措施"),
        (NOTICE, "New Pack", None, "不能用作政策包的名称"),
        (NOTICE, "other", "../etc", "写法不对"),
    ],
)
def test_what_cannot_be_drafted_leaves_nothing(
    folder: Path, text: str, name: str, place: str | None, said: str
) -> None:
    before = sorted(folder.parent.rglob("*"))
    with pytest.raises(ProblemError, match=said):
        write_draft(read_text(text), folder.parent / name, place)
    assert sorted(folder.parent.rglob("*")) == before


def test_two_places_beside_need_a_name(folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "place.yaml").write_text("place: other\n", encoding="utf-8")
    with pytest.raises(ProblemError, match="other、yunxi"):
        write_draft(read_text(NOTICE), folder.parent / "drafted")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.text(
            alphabet="对困难户企业发放补贴每人月元%倍立方米申请公示监测012358，；：“”（）:#&*!-|>'\"{}[]",
            min_size=1,
            max_size=60,
        ),
        min_size=1,
        max_size=4,
    ),
    number=st.integers(0, 10**9),
)
def test_any_sentences_draft_into_a_pack_that_loads(
    folder: Path, words: list[str], number: int
) -> None:
    text = "关于办理的通知\n" + "".join(
        f"{index}．办理事项。{sentence}。（责任单位：县民政局）\n"
        for index, sentence in enumerate(words, 1)
    )
    out = folder.parent / f"drafted-{number}"
    if out.exists():
        return
    try:
        write_draft(read_text(text), out, "yunxi")
    except ProblemError as error:
        assert "没有读到任何一条措施" in str(error)
        return
    assert not [one for one in check(load(out)) if "没有落到任何一项" in one.message]


def test_the_last_day_that_a_notice_prints_is_still_in_force(folder: Path) -> None:
    assert "有效期至2024年3月31日" in NOTICE
    assert drafted(NOTICE, folder.parent / "yunxi-2024-2").validity.until == date(2024, 4, 1)


def test_a_draft_says_for_whom_and_leaves_times_to_the_tasks(folder: Path) -> None:
    text = """关于帮扶的通知
1.补贴租金。对个体工商户和小微企业每户补贴500元。（责任单位：县商务局）
2.资助学生。对低保家庭学生一次性发放生活补助500元。（责任单位：县教育局）
3.检查。2026年12月10日前完成一次安全检查，隐患10日内整改。（责任单位：县应急管理局，各乡镇）
"""
    pack = drafted(text, folder.parent / "shanhe-2026-9", "shanhe")
    kinds = {one.measure: one.subject for one in pack.instruments if isinstance(one, Benefit)}
    assert kinds == {"1": "organisation", "2": "person"}
    assert not [name for name in pack.parameters if name.startswith("m3")]
    (towns,) = [one for one in pack.place.units if one.name == "各乡镇"]
    assert towns.expands_to == "towns"
