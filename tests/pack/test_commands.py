"""`luodi pack …` as somebody at a terminal meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from luodi.cli.main import main

from .conftest import FIXTURES
from .spoiling import spoil_by_name

PACK = str(FIXTURES / "yunxi-2024-1")


def test_check_says_what_a_good_pack_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "check", PACK]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("0 个问题 · 3 条措施 · 7 款已落实 · 3 项待遇")
    assert said.err == ""


def test_check_prints_all_problems_and_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil_by_name(folder, "many-problems-at-once")
    assert main(["pack", "check", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.err.count("yunxi-2024-1/") == 5
    assert said.out == "5 个问题\n"


def test_check_prints_json_and_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", "check", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["条措施"] == 3
    spoil_by_name(folder, "unknown-fact")
    assert main(["pack", "check", str(folder), "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["place"] == "yunxi-2024-1/measures/01-heating.yaml:15:15"


def test_schema_writes_one_file_for_each_kind(tmp_path: Path) -> None:
    assert main(["pack", "schema", "--out", str(tmp_path / "new" / "schemas")]) == 0
    names = {file.name for file in (tmp_path / "new" / "schemas").iterdir()}
    assert {"pack.json", "measure.json", "golden.json"} <= names


def test_map_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "map", PACK, "--out", str(tmp_path / "map.html")]) == 0
    assert (tmp_path / "map.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["pack", "map", PACK, "--out", str(tmp_path / "none" / "map.html")]) == 1
    (tmp_path / "notice.txt").write_text("原文", encoding="utf-8")
    assert main(["pack", "map", PACK, "--out", str(tmp_path / "notice.txt")]) == 1
    assert (tmp_path / "notice.txt").read_text(encoding="utf-8") == "原文"
    assert len(list(tmp_path.iterdir())) == 2
    assert "没有这个文件夹" in capsys.readouterr().err


def test_draft_then_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder.parent / "yunxi-2024-2"
    assert main(["pack", "draft", str(folder / "notice.txt"), "--out", str(out)]) == 0
    assert main(["pack", "check", str(out)]) == 1
    assert "草稿：建议写成待遇" in capsys.readouterr().err
    assert main(["pack", "draft", str(folder / "notice.txt"), "--out", str(out)]) == 1


def test_golden_cases_run_and_a_wrong_one_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pack", "test", str(folder)]) == 0
    assert capsys.readouterr().out == "3 个例子，6 个结果（closures），0 个不符\n"
    file = folder / "golden/heating.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('"80.00"', '"90.00"'), encoding="utf-8"
    )
    assert main(["pack", "test", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "golden/heating.yaml:1:3: 低保对象每月80元" in out
    assert "甲 · heating：应为 90.00，得到 80.00" in out
    assert main(["pack", "test", str(folder), "--json"]) == 1
    assert not json.loads(capsys.readouterr().out)[0]["holds"]


def test_wrong_use_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "test", PACK, "--engine", "abacus"]) == 2
    assert main(["pack", "chek", PACK]) == 2
    capsys.readouterr()


def test_no_pack_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "check", "nowhere"]) == 1
    assert "没有这个政策包文件夹" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "schema", "map", "draft", "test"])
def test_help_shows_a_real_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", command, "--help"]) == 0
    assert f"luodi pack {command}" in capsys.readouterr().out.split("Example:")[1]
