"""What a clerk and a bureau chief read on the terminal, and the workbooks beside it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from luodi.cli.main import main

from .conftest import EAST, PACKS, WEST, Town

PACK = str(PACKS / "qinghe-2020-1")


@pytest.fixture
def people(town: Town) -> str:
    town.person("王小", "dibao")
    town.person("两重", "dibao", "orphans", area=WEST)
    return str(town.freeze().folder)


def test_assess_writes_a_workbook_for_each_town(
    people: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = tmp_path / "towns"
    words = ["assess", PACK, people, "--month", "2020-02..2020-03", "--read", "overlap=once"]
    assert main([*words, "--out", str(tmp_path / "a"), "--lists", str(lists)]) == 0
    assert {file.stem for file in lists.iterdir()} == {EAST, WEST}
    sheet = openpyxl.load_workbook(lists / f"{EAST}.xlsx")["应发"]
    named = [row[3] for row in sheet.iter_rows(values_only=True) if row[1] == "王小"]
    assert named == ["生活补贴（2020-02）", "生活补贴（2020-03）"]
    capsys.readouterr()
    assert main([*words, "--out", str(tmp_path / "b"), "--lists", str(lists)]) == 1
    assert "文件夹已存在，不覆盖" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_a_what_if_shows_what_changes_and_by_how_much(
    people: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["price", PACK, people, "--month", "2020-02", "--read", "overlap=once"]
    assert main([*words, "--set", "living=150"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["现行", "2", "个", "240.00元"] in lines
    assert ["如果", "2", "个", "300.00元", "增加", "60.00元"] in lines
    assert ["合计增加", "60.00元"] in lines
    assert lines[-2] == ["如果", "living=150：其余", "1", "项不变。"]
    assert not any("孤儿家庭补助" in "".join(line) for line in lines)


def test_questions_to_ask_are_in_words(
    people: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["assess", PACK, people, "--month", "2020-02", "--out", str(tmp_path / "a")]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "签定“身份重叠者发一份还是各发一份？”（县民政局）" in said
    assert "overlap" not in said


def test_a_household_without_a_name_goes_by_its_member(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('{"month": "2020-02", "persons": {"王小": {"is_orphan": true}}}', "utf-8")
    assert main(["screen", PACK, str(facts)]) == 0
    said = capsys.readouterr().out
    assert "— 王小一户\n孤儿家庭补助" in said
    assert "— 王小\n生活补贴" in said
