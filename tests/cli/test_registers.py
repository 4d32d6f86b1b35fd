"""The commands of registers, from templates to a snapshot."""

from __future__ import annotations

import json
from pathlib import Path

from luodi.cli.main import main

PACK = str(Path(__file__).parents[1] / "population" / "packs" / "brook-2020-1")


def test_a_city_is_made_up_and_imported(tmp_path, capsys):
    city, people = tmp_path / "city", tmp_path / "people"
    assert main(["registers", "generate", PACK, "--people", "300", "--out", str(city)]) == 0
    files = [f"{city}/*.xlsx", f"{city}/*.csv"]
    capsys.readouterr()
    words = ["registers", "import", PACK, *files, "--as-of", "2020-02-12", "--out", str(people)]
    assert main([*words, "--handed-in", str(city / "handed-in.csv"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["rows"]["persons"] >= 295
    assert result["missing"] == {}
    assert main([*words, "--handed-in", str(city / "handed-in.csv")]) == 1
    assert "已存在" in capsys.readouterr().err


def test_people_read_a_summary(tmp_path, capsys):
    file = tmp_path / "城乡低保对象名册.csv"
    file.write_text("身份证号,姓名,镇街,低保证号\n123,张三,东街道,D1\n", "utf-8")
    words = ["registers", "import", PACK, str(file), "--as-of", "2020-02-12"]
    assert main([*words, "--out", str(tmp_path / "p")]) == 0
    said = capsys.readouterr()
    assert "城乡低保对象名册：未交 西街道、北山镇" in said.out
    assert "--complete dibao=all" in said.out
    assert "1 人" in said.out
    assert "第2行:身份证号" in said.err


def test_wrong_words_are_wrong_use(tmp_path, capsys):
    words = ["registers", "import", PACK, "x.csv", "--out", str(tmp_path / "p")]
    assert main([*words, "--as-of", "2020-02-30"]) == 2
    assert main([*words, "--as-of", "2020-02-12", "--complete", "dibao"]) == 2
    assert main([*words, "--as-of", "2020-02-12", "--complete", "dibaa=all"]) == 1
    assert main([*words, "--as-of", "2020-02-12", "--complete", "dibao=all,tekun=all"]) == 2
    capsys.readouterr()


def test_templates_are_written(tmp_path, capsys):
    assert main(["registers", "template", PACK, "--out", str(tmp_path / "t")]) == 0
    assert "6 份" in capsys.readouterr().out
