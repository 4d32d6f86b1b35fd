"""Broken and hostile files: a problem with its file, nothing else; never a traceback, never a guess."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from luodi.basics.problem import Problem, ProblemError
from luodi.population import textfile
from luodi.population.headings import find_layout
from luodi.population.workbook import read_workbooks

HEADING = ["镇街", "姓名", "身份证号", "低保证号"]


def refusal(freeze, file) -> str:
    with pytest.raises(ProblemError) as refused:
        freeze((file, "dibao"))
    return "\n".join(problem.render() for problem in refused.value.problems)


def with_part(file: Path, name: str, content: bytes) -> None:
    """Replace one part of a workbook."""
    with zipfile.ZipFile(file) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    parts[name] = content
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in parts.items():
            new.writestr(part, data)


@pytest.fixture
def good(book, number):
    return book("低保.xlsx", [HEADING, ["东街道", "张三", number(1), "D1"]])


def test_a_truncated_workbook(good, freeze):
    good.write_bytes(good.read_bytes()[:-200])
    assert "不完整" in refusal(freeze, good)


def test_what_only_calls_itself_a_workbook(tmp_path, freeze):
    for content in (
        b"",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 3000,
        b"<html>",
    ):
        file = tmp_path / "a.xls"
        file.write_bytes(content)
        assert "a.xls" in refusal(freeze, file)


def test_a_zip_bomb(good, freeze):
    with_part(good, "xl/worksheets/sheet9.xml", b"0" * 30_000_000)
    assert "解压炸弹" in refusal(freeze, good)


def test_a_part_that_lies_about_its_size(good, freeze):
    content = bytearray(good.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 5)
    good.write_bytes(content)
    assert "损坏" in refusal(freeze, good)


def test_overlapping_parts(good, freeze):
    content = bytearray(good.read_bytes())
    directory = [at for at in range(len(content)) if content[at : at + 4] == b"PK\x01\x02"]
    content[directory[3] + 42 : directory[3] + 46] = content[directory[2] + 42 : directory[2] + 46]
    good.write_bytes(content)
    assert "重叠" in refusal(freeze, good)


@pytest.mark.parametrize("corner", ["XFD1048576", "A1048576000", "ZZ900000"])
def test_a_cell_in_the_far_corner(good, freeze, corner):
    with zipfile.ZipFile(good) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    far = b'<row><c r="%s" t="n"><v>1</v></c></row></sheetData>' % corner.encode()
    with_part(good, "xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", far))
    assert "大得不合常理" in refusal(freeze, good)


def test_entities_in_a_part(good, freeze):
    with zipfile.ZipFile(good) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    with_part(good, "xl/worksheets/sheet1.xml", entity + sheet)
    assert "实体" in refusal(freeze, good)


def test_an_encrypted_workbook(tmp_path, freeze):
    file = tmp_path / "a.xlsx"
    name = "EncryptedPackage".encode("utf-16-le")
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + name)
    assert "密码" in refusal(freeze, file)


def test_one_workbook_that_kills_the_parser_costs_only_itself(good, tmp_path):
    bad = tmp_path / "坏.xls"
    bad.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40)
    sheets, problems = read_workbooks([bad, good], tmp_path)
    assert list(sheets) == [good]
    assert [problem.place for problem in problems] == ["坏.xls"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空的"),
        (b"\0\1\2\3" * 100, "不是文本"),
        (b"\x81" * 101, "编码"),
        ("身份证号,姓名\n".encode() + b'"' + b"x" * 200_000, "引号不成对"),
        (b"a,b,c\n1,2,3\n", "没有认得的表头"),
    ],
)
def test_text_that_is_no_list(tmp_path, freeze, content, reason):
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    assert reason in refusal(freeze, file)


def test_other_kinds_of_files_are_refused(tmp_path, freeze):
    file = tmp_path / "a.parquet"
    file.write_bytes(b"PAR1")
    assert "不认识的文件类型" in refusal(freeze, file)


def test_a_column_of_formulas_and_errors_is_text_and_nothing_runs(book, freeze, number, person):
    file = book(
        "低保.xlsx",
        [
            HEADING,
            ["东街道", "张三", number(1), "=cmd|' /C calc'!A0"],
            ["东街道", "=1+1", number(2), "#REF!"],
        ],
    )
    assert person(freeze(file), "张三")["is_dibao_covered"] is True


def test_sql_in_names_and_headings_stays_text(tmp_path, freeze, number):
    file = tmp_path / "x'); DROP TABLE rows; --.csv"
    file.write_text(
        "姓名,身份证号,低保证号,\"'); ATTACH '/etc/passwd'; --\"\n"
        f"\"'||(SELECT 1)||'\",{number(1)},\"'; COPY x TO 'y\",1\n",
        encoding="utf-8",
    )
    result = freeze((file, "dibao"))
    assert result.snapshot.find("'||(SELECT1)||'") or result.snapshot.find("'||(SELECT 1)||'") == [
        1
    ]


def test_mutated_workbooks_give_problems_or_results(good, tmp_path):
    """A few hundred damaged copies, parsed in few processes."""
    dice = random.Random(20200212)
    original = good.read_bytes()
    with zipfile.ZipFile(good) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    files = []
    for number in range(150):
        content = bytearray(original)
        if number % 2:
            name = dice.choice(sorted(parts))
            damaged = bytearray(parts[name])
            for _ in range(dice.randint(1, 8)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
                for part, data in parts.items():
                    new.writestr(part, bytes(damaged) if part == name else data)
            content = bytearray(buffer.getvalue())
        else:
            for _ in range(dice.randint(1, 20)):
                content[dice.randrange(len(content))] = dice.randrange(256)
            content = content[: dice.randint(1, len(content))]
        file = tmp_path / f"m{number}.xlsx"
        file.write_bytes(content)
        files.append(file)
    folder = tmp_path / "staged"
    folder.mkdir()
    sheets, problems = read_workbooks(files, folder)
    assert len(sheets) + len(problems) == len(files)
    assert len(problems) > 50


def test_mutated_text_gives_problems_or_rows(pack, tmp_path, number):
    dice = random.Random(20200212)
    original = "身份证号,姓名,镇街,低保证号\n".encode() + b"".join(
        f"{number(at)},张{at},东街道,D{at}\n".encode() for at in range(20)
    )
    registers = list(pack.registers.values())
    for at in range(300):
        content = bytearray(original)
        for _ in range(dice.randint(1, 20)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        file = tmp_path / "m.csv"
        file.write_bytes(content[: dice.randint(1, len(content))])
        try:
            looked = textfile.look_at(file)
            layout = find_layout(looked.top, registers, "m.csv")
            if not isinstance(layout, Problem):
                textfile.mended(looked, layout.first_row, 4, tmp_path / f"{at}.out")
        except ProblemError as refused:
            assert all(problem.place.startswith("m.csv") for problem in refused.problems)
