"""Lists as bureaus keep them are read as they mean it, and what cannot be read is named."""

from __future__ import annotations


def test_a_list_with_title_totals_and_as_above_cells_is_read(book, freeze, number, person):
    file = book(
        "城乡低保对象名册.xlsx",
        [
            ["小溪县城乡低保对象名册（2020年2月）"],
            ["序号", "镇(街道)", "成员姓名", "身份证号", "低保证号", "月保障金额"],
            [1, "东街道", "张　三", number(1), "D1", "1,200.50"],
            [2, None, "李四", number(2).lower(), "D1", 300],
            ["小计", None, None, None, None, 1500.5],
            [3, "西街", "王五", "９" + number(3)[1:], "D2", 0],
            ["合计"],
            ["制表人：某某"],
        ],
    )
    result = freeze(file)
    assert [(one.rows, one.refused, one.skipped) for one in result.lists] == [(3, 0, 3)]
    assert person(result, "张三")["dibao_monthly"] == 120_050
    assert person(result, "李四")["area"] == 990281001
    assert person(result, "王五")["area"] == 990281002
    assert all(person(result, name)["is_dibao_covered"] for name in ("张三", "李四", "王五"))
    assert person(result, "李四")["household_id"] == person(result, "张三")["household_id"]


def test_an_identity_number_typed_as_a_number_is_refused_and_its_person_kept(book, freeze, number, person, messages):
    file = book(
        "低保.xlsx",
        [["镇街", "姓名", "身份证号", "低保证号"], ["东街道", "张三", int(number(10)[:17] + "0"), "D1"]],
    )
    result = freeze(file)
    row = person(result, "张三")
    assert (row["is_identified"], row["is_dibao_covered"], row["has_account"]) == (False, True, None)
    assert "低保.xlsx:Sheet:第2行:身份证号: 身份证号被存成了数字" in messages(result)[0]
    assert number(10)[:14] not in messages(result)[0]
