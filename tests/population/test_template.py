"""Templates say what goes in and whose it is, and what was filled in is read back."""

from __future__ import annotations

import openpyxl
import pytest

from luodi.basics.problem import ProblemError
from luodi.population.template import write_templates


def test_each_register_has_a_workbook_with_notes_and_drop_downs(pack, tmp_path):
    files = write_templates(pack, tmp_path / "t")
    assert sorted(file.stem for file in files) == sorted(r.title for r in pack.registers.values())
    book = openpyxl.load_workbook(tmp_path / "t" / "城乡低保对象名册.xlsx")
    sheet = book["城乡低保对象名册"]
    headings = [cell.value for cell in sheet[1]]
    assert headings[:3] == ["身份证号", "姓名", "镇(街道)"]
    assert "县民政局" in sheet["A1"].comment.text
    assert sheet.column_dimensions["A"].number_format == "@"
    choices = {str(rule.sqref)[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert set(choices) == {"C", "E", "F"}
    assert [cell.value for cell in book["选项"]["C"]] == ["东街道", "西街道", "北山镇"]


def test_what_is_filled_in_is_read_back(pack, tmp_path, freeze, number, person):
    write_templates(pack, tmp_path / "t")
    file = tmp_path / "t" / "城乡低保对象名册.xlsx"
    book = openpyxl.load_workbook(file)
    book["城乡低保对象名册"].append([number(1), "张三", "东街道", "D1", "是", "全额", 300])
    book.save(file)
    result = freeze(file)
    assert person(result, "张三")["dibao_monthly"] == 30_000
    assert result.problems == ()


def test_an_existing_folder_is_refused(pack, tmp_path):
    with pytest.raises(ProblemError, match="已存在"):
        write_templates(pack, tmp_path)
