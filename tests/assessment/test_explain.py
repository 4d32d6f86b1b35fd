"""What a resident and an auditor are told, and what screening makes of told facts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from luodi.assessment.compiled import compile_pack
from luodi.assessment.explain import explain, rule_of
from luodi.assessment.explanation import Explanation, render
from luodi.assessment.residents import case_from, subject_called
from luodi.assessment.scenarios import given_from
from luodi.assessment.screen import screen
from luodi.assessment.words import Words
from luodi.basics.period import Month
from luodi.basics.problem import ProblemError
from luodi.cli.main import main
from luodi.pack import Pack, load
from luodi.pack.situation import read_situation
from luodi.rules import Type

from .conftest import EAST, FEBRUARY, PACKS, WEST, Run, Town

Asker = Callable[..., Explanation]


@pytest.fixture
def ask(pack: Pack, town: Town) -> Asker:
    def go(
        name: str,
        benefit: str = "living",
        month: Month = FEBRUARY,
        language: str = "zh",
        **readings: str,
    ) -> Explanation:
        snapshot = town.freeze()
        (person,) = snapshot.find(name)
        rule = rule_of(compile_pack(pack), benefit)
        case, subject = case_from(pack, snapshot, "person", person)
        given = given_from(pack, readings=readings)
        return explain(pack, rule, case, subject, month, given, language)

    return go


def test_the_entitled_are_told_the_amount_the_fact_the_sentence_and_the_figure(
    town: Town, ask: Asker
) -> None:
    town.person("王小", "dibao")
    found = ask("王小", overlap="once")
    text = render(found)
    assert text.splitlines()[1] == "应享，120.00元。"
    assert "√ 低保对象" in text
    assert "每人每月发放生活补贴120元。……甲类低保对象每人每月另加发20元。" in text
    assert "生活补贴标准 120.00元，自2020-02-01" in text
    assert "只发一份" in text
    assert "县民政局 0000-1000001" in text


def test_the_refused_are_told_which_condition_failed_and_what_would_change_it(
    town: Town, ask: Asker
) -> None:
    town.person("户主", "dibao", home="甲户")
    town.person("残疾人", "disabled", home="甲户")
    found = ask("残疾人", overlap="once")
    assert found.outcome.verdict == "none"
    reasons = {reason.condition: reason.holds for reason in found.reasons}
    assert reasons["低保家庭成员"] is True and reasons["低保对象"] is False
    assert "如果“低保家庭成员”不成立，则应享" in found.would_change


def test_the_undecided_are_told_what_is_lacking_and_who_has_it(town: Town, ask: Asker) -> None:
    town.person("残疾人", "disabled", area=WEST)
    town.complete["dibao"] = [EAST]
    found = ask("残疾人", overlap="once")
    assert found.outcome.verdict == "undecided"
    assert found.would_change == ("核实：低保对象（问县民政局）",)


def test_an_open_reading_is_named_with_who_signs_it(town: Town, ask: Asker) -> None:
    town.person("两重", "dibao", "orphans")
    found = ask("两重")
    assert found.readings == (("身份重叠者发一份还是各发一份？", "未签（由县民政局签定）"),)
    assert "待定" in found.answer


def test_outside_the_validity_the_answer_says_so(town: Town, ask: Asker) -> None:
    town.person("王小", "dibao")
    found = ask("王小", month=Month(2020, 7), overlap="once")
    assert found.answer == "本月不适用。"


def test_english_says_the_same(town: Town, ask: Asker) -> None:
    town.person("王小", "dibao")
    text = render(ask("王小", language="en", overlap="once"), "en")
    assert "Entitled, 120.00 yuan." in text and "√ dibao" in text


def test_bulk_and_single_give_one_answer(town: Town, run: Callable[..., Run], pack: Pack) -> None:
    town.person("甲", "dibao", home="甲户")
    town.person("乙", "disabled", home="甲户")
    town.person("丙", "orphans", "disabled", area=WEST)
    town.person("丁", "disabled", area=WEST, account=False)
    town.complete["dibao"] = [EAST]
    snapshot = town.freeze()
    result = run(snapshot, readings={})
    rule = rule_of(compile_pack(pack), "living")
    tables = {
        verdict: result.of(table, "living")
        for verdict, table in (
            ("entitled", "entitlements"), ("undecided", "undecided"), ("none", "refused"),
        )
    }  # fmt: skip
    for name in "甲乙丙丁":
        (person,) = snapshot.find(name)
        case, subject = case_from(pack, snapshot, "person", person)
        outcome = explain(pack, rule, case, subject, FEBRUARY, given_from(pack)).outcome
        row = tables["entitled" if outcome.verdict == "held" else outcome.verdict][name]
        assert row.get("amount") == outcome.amount
        assert tuple(row.get("lacks", ())) == outcome.lacks


@pytest.mark.parametrize(
    ("value", "said"),
    [(Fraction(3), "3倍"), (Fraction(3, 2), "150%"), (Fraction(1), "100%"), (None, "不知道")],
)
def test_a_whole_multiple_is_said_in_times(value: Fraction | None, said: str) -> None:
    assert Words("zh").value(value, Type.ratio()) == said


# --- screening --------------------------------------------------------------------------------


@pytest.fixture
def told(tmp_path: Path) -> Callable[[Any], Path]:
    def write(content: Any) -> Path:
        path = tmp_path / "facts.json"
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_told_household_is_decided_without_a_registry(
    pack: Pack, told: Callable[[Any], Path]
) -> None:
    path = told({"month": "2020-02", "registers": "complete",
                 "households": {"家": {}},
                 "persons": {"王小": {"household": "家", "is_orphan": True}, "祖母": {"household": "家"}}})  # fmt: skip
    given = given_from(pack, readings={"overlap": "once"})
    found = {
        (one.subject, one.rule.benefit.id): (one.outcome.verdict, one.outcome.amount)
        for one in screen(pack, read_situation(path, pack), given)
    }
    assert found["王小", "living"] == ("entitled", 12000)
    assert found["祖母", "living"] == ("none", None)
    assert found["家", "orphan_home"] == ("entitled", 50000)


def test_a_fact_left_out_is_unknown(pack: Pack, told: Callable[[Any], Path]) -> None:
    path = told({"month": "2020-02", "persons": {"王小": {"is_orphan": False}}})
    found = screen(pack, read_situation(path, pack), given_from(pack, readings={"overlap": "once"}))
    (living,) = [one for one in found if one.rule.benefit.id == "living"]
    assert living.outcome.verdict == "undecided"
    assert set(living.outcome.lacks) == {"is_dibao", "gets_disability_subsidy"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "空"),
        ("{", "括号"),
        ('{"month": "2020-02", "persons": {"a": {"is_orphn": true}}}', "is_orphan"),
        ('{"month": "2020-13"}', "2020-13"),
        ('{"persons": {}}', "月份"),
        ('{"month": "2020-02", "month": "2020-03"}', "month"),
        ('{"month": "2020-02", "persons": {"a": {"is_orphan": NaN}}}', "is_orphan"),
        ('{"month": "2020-02", "records": {"bill": {"b": {"total": 1e400}}}}', "total"),
        ('{"month": "2020-02", "records": {"bill": {"b": {"total": "0.005 yuan"}}}}', "total"),
        ('{"month": "2020-02", "records": {"bill": {"b": {"person": "谁"}}}}', "谁"),
        ('{"month": "2020-02", "persons": {"a": {"is_orphan": 1}}}', "true"),
        ('{"__class__": "os.system"}', "__class__"),
        ("[" * 500, "嵌套"),
        ("\x00", ""),
    ],
)
def test_a_bad_fact_file_is_a_problem_with_its_place(
    content: str, said: str, pack: Pack, told: Callable[[Any], Path]
) -> None:
    path = told(content)
    with pytest.raises(ProblemError) as error:
        read_situation(path, pack)
    text = str(error.value)
    assert said in text and "facts.json" in text


# --- commands ---------------------------------------------------------------------------------


def test_the_commands_walk_from_snapshot_to_reason(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town.person("王小", "dibao")
    snapshot = town.freeze()
    (person,) = snapshot.find("王小")
    pack, people = str(PACKS / "qinghe-2020-1"), str(snapshot.folder)
    out = str(tmp_path / "feb")
    month = ["--month", "2020-02"]
    assert main(["assess", pack, people, *month, "--out", out, "--read", "overlap=once"]) == 0
    assert "120.00元" in capsys.readouterr().out
    assert main(["assess", pack, people, *month, "--out", out]) == 1
    assert "已存在" in capsys.readouterr().err
    again = ["assess", pack, people, *month, "--out", out + "2", "--json", "--against", out]
    assert main([*again, "--read", "overlap=once", "--set", "living=150"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["differences"][0]["amount"] == 3000
    assert main(["explain", pack, people, str(person), "living", *month, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["amount"] == "120.00元"
    assert main(["explain", pack, people, "999", "living", *month]) == 1
    assert "没有 person 999" in capsys.readouterr().err
    assert main(["explain", pack, people, "1", "livin", *month]) == 1
    assert "是不是 living" in capsys.readouterr().err
    assert main(["price", pack, people, *month, "--set", "living=150"]) == 0
    text = capsys.readouterr().out
    assert "120.00元" in text and "150.00元" in text


@pytest.mark.parametrize(
    "words",
    [
        ["--month", "2020-2"],
        ["--month", "2020-03..2020-02"],
        ["--month", "2020-02", "--engine", "oracle"],
    ],
)
def test_wrong_use_exits_with_two(words: list[str], tmp_path: Path) -> None:
    pack = str(PACKS / "qinghe-2020-1")
    assert main(["assess", pack, str(tmp_path), "--out", str(tmp_path / "o"), *words]) == 2


def test_an_auditor_is_told_the_row_of_the_list_and_the_lists_that_do_not_name_her(
    pack: Pack, town: Town
) -> None:
    town.person("王小", "dibao")
    snapshot = town.freeze()
    (person,) = snapshot.find("王小")
    case, subject = case_from(pack, snapshot, "person", person)
    rule = rule_of(compile_pack(pack), "living")
    given = given_from(pack, readings={"overlap": "once"})
    found = explain(pack, rule, case, subject, FEBRUARY, given, snapshot=snapshot)
    own = [one for one in found.origins if one.place]
    (row,) = [one for one in snapshot.sources("person", person) if one["register"] == "dibao"]
    assert [(one.register, one.who) for one in own] == [("dibao", "本人")]
    assert f"{row['file']}" in own[0].place and f"第{row['row']}行" in own[0].place
    text = render(found)
    assert f"名册：{own[0].title} {own[0].place}（本人）" in text
    assert any(line.startswith(("名册没有列入：", "名册当地未交：")) for line in text.splitlines())


def test_somebody_may_be_asked_for_by_number_identity_or_name(pack: Pack, town: Town) -> None:
    town.person("王小", "dibao", home="甲户")
    town.person("重名")
    town.person("重名")
    snapshot = town.freeze()
    (person,) = snapshot.find("王小")
    identity = snapshot.identity("person", person)
    assert identity is not None
    assert subject_called(snapshot, "person", "王小") == person
    assert subject_called(snapshot, "person", identity["id_number"]) == person
    assert subject_called(snapshot, "person", "12") == 12
    home = (snapshot.person(person) or {})["household_id"]
    assert subject_called(snapshot, "household", "王小") == home
    for called, said in (("重名", "同名的有 2 个"), ("无此人", "没有这个身份证号")):
        with pytest.raises(ProblemError) as raised:
            subject_called(snapshot, "person", called)
        assert said in str(raised.value)


def test_what_holds_under_one_reading_only_is_open_and_names_the_option(
    town: Town, tmp_path: Path
) -> None:
    shutil.copytree(PACKS, tmp_path / "packs")
    measure = tmp_path / "packs" / "qinghe-2020-1" / "measures" / "01-living.yaml"
    text = measure.read_text("utf-8").replace(
        "eligible: is_dibao or is_orphan or (gets_disability_subsidy and not in_dibao_household)",
        "terms: {grown: 'age_on(birth_date, period.last_day) >= 18'}\n"
        "    eligible: grown and if(reading.overlap = 'once', is_dibao, is_orphan)",
    )
    measure.write_text(text, "utf-8")
    pack = load(measure.parents[1])
    town.person("王小", "dibao")
    snapshot = town.freeze()
    (person,) = snapshot.find("王小")
    case, subject = case_from(pack, snapshot, "person", person)
    found = explain(
        pack, rule_of(compile_pack(pack), "living"), case, subject, FEBRUARY, given_from(pack)
    )
    holds = {reason.condition: reason.holds for reason in found.reasons}
    assert holds["如果读法定为“只发一份”则低保对象，否则孤儿"] is None
    assert holds["出生日期不晚于本期最后一天（2020-02-29）前18年"] is True
    signed = given_from(pack, readings={"overlap": "once"})
    found = explain(pack, rule_of(compile_pack(pack), "living"), case, subject, FEBRUARY, signed)
    assert {reason.condition: reason.holds for reason in found.reasons}[
        "如果读法定为“只发一份”则低保对象，否则孤儿"
    ]


def test_an_amount_names_the_figures_of_the_subject_it_is_computed_from(
    pack: Pack, town: Town
) -> None:
    town.person("病人")
    town.bill("病人", "9000", "3000")
    snapshot = town.freeze()
    rule = rule_of(compile_pack(pack), "bill_aid")
    case, subject = case_from(pack, snapshot, "bill", 1)
    found = explain(pack, rule, case, subject, FEBRUARY, given_from(pack), snapshot=snapshot)
    told = dict(found.basis) | {name: value for one in found.reasons for name, value in one.facts}
    assert {"9000.00元", "3000.00元"} <= {value.replace(",", "") for value in told.values()}
    assert [one.register for one in found.origins if one.place] == ["bills"]


def test_of_a_record_on_nobodys_name_the_file_is_told(town: Town, tmp_path: Path) -> None:
    shutil.copytree(PACKS, tmp_path / "packs")
    (register,) = (tmp_path / "packs" / "qinghe-2020-1" / "registers").glob("*.yaml")
    lines = register.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.lstrip().startswith(("id_number:", "name:"))]
    register.write_text("".join(kept), "utf-8")
    town.pack = load(register.parents[1])
    town.person("病人")
    town.bill("病人", "9000", "3000")
    snapshot = town.freeze()
    rule = rule_of(compile_pack(town.pack), "bill_aid")
    case, subject = case_from(town.pack, snapshot, "bill", 1)
    found = explain(
        town.pack, rule, case, subject, FEBRUARY, given_from(town.pack), snapshot=snapshot
    )
    assert [one.place for one in found.origins] == ["1-bills.csv"]
