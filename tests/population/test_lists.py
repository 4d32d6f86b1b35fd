"""Lists as bureaus keep them are read as they mean it, and what cannot be read is named."""

from __future__ import annotations

import pytest

from luodi.basics.problem import ProblemError


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
    for name in ("张三", "李四", "王五"):
        assert (person(result, name)["is_dibao_covered"], person(result, name)["listed"]) == (
            True,
            True,
        )
    assert person(result, "李四")["household_id"] == person(result, "张三")["household_id"]


def test_an_identity_number_typed_as_a_number_is_refused_and_its_person_kept(
    book, freeze, number, person, messages
):
    file = book(
        "低保.xlsx",
        [
            ["镇街", "姓名", "身份证号", "低保证号"],
            ["东街道", "张三", int(number(10)[:17] + "0"), "D1"],
        ],
    )
    result = freeze(file)
    row = person(result, "张三")
    assert (row["is_identified"], row["is_dibao_covered"], row["has_account"]) == (
        False,
        True,
        None,
    )
    assert "低保.xlsx:Sheet:第2行:身份证号: 身份证号被存成了数字" in messages(result)[0]
    assert number(10)[:14] not in messages(result)[0]


def test_headings_of_two_rows_and_sheets_by_town_are_read(book, freeze, number, person):
    rows = [
        ["序号", "镇街", "人员", None, "待遇"],
        [None, None, "姓名", "身份证号", "保障方式"],
    ]
    file = book(
        "低保.xlsx", [*rows, [1, "东街道", "张三", number(1), "全额"]],
        **{"西街": [*rows, [1, "西街道", "李四", number(2), "差额"]]},
    )  # fmt: skip
    result = freeze(file)
    assert [one.sheet for one in result.lists] == ["Sheet", "西街"]
    assert person(result, "张三")["is_full_dibao"] is True
    assert person(result, "李四")["is_full_dibao"] is False


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_text_lists_are_read_in_any_usual_encoding(
    tmp_path, freeze, number, person, encoding, separator
):
    lines = [["镇街", "姓名", "身份证号", "低保证号"], ["东街道", "㛃㐂", number(1), "D1"]]
    file = tmp_path / "低保.csv"
    file.write_bytes("\r\n".join(separator.join(line) for line in lines).encode(encoding))
    assert person(freeze(file), "㛃㐂")["is_dibao_covered"] is True


def test_a_late_byte_of_another_encoding_is_found_and_the_list_read_as_gb18030(
    tmp_path, freeze, number
):
    head = "身份证号,姓名,镇街,低保证号\n".encode("ascii", "replace")
    file = tmp_path / "dibao.csv"
    file.write_bytes("身份证号,姓名,镇街,低保证号\n".encode() + b"\xff\xfe,x,y,z\n")
    with pytest.raises(ProblemError) as refused:
        freeze((file, "dibao"))
    assert "编码" in refused.value.problems[0].message
    assert head


def test_line_feeds_in_quotes_blank_lines_and_ragged_rows_keep_their_line_numbers(
    tmp_path, freeze, number, messages
):
    file = tmp_path / "城乡低保对象名册.csv"
    file.write_text(
        "身份证号,姓名,镇街,低保证号,是否保障对象\n"
        f'{number(1)},"张\n三",东街道,D1,是\n'
        "\n"
        f"{number(2)},李四,东街道\n"
        f"{number(3)},王五,东街道,D3,是,多出来的,一格\n"
        "123,赵六,东街道,D4,是\n",
        encoding="utf-8",
    )
    result = freeze(file)
    assert result.lists[0].rows == 3
    assert any("第6行" in line and "各格已错位" in line for line in messages(result))
    assert any("第7行:身份证号: 身份证号不是18位" in line for line in messages(result))


def test_every_unreadable_cell_is_named_with_its_place_and_counts_as_unknown(
    book, freeze, number, person, messages
):
    file = book(
        "低保.xlsx",
        [
            ["镇街", "姓名", "身份证号", "低保证号", "是否保障对象", "保障方式", "月保障金额", "起保日期"],
            ["东街道", "张三", number(1), "D1", "大概", "全", 99999, "2020-02-30"],
            ["东街到", "李四", number(2), "D1", "是", "半额", "约三百", "2020.2.1"],
        ],
    )  # fmt: skip
    result = freeze(file)
    row = person(result, "张三")
    assert (row["is_dibao_covered"], row["is_full_dibao"], row["dibao_monthly"]) == (
        None,
        True,
        None,
    )
    found = messages(result)
    assert "低保.xlsx:Sheet:第2行:是否保障对象: 读不出“大概”" in found[0]
    assert "不大于" in found[1] or "之间" in found[1]
    assert "是不是“东街道”" in "".join(found)
    assert [line.split(": ")[0].rsplit(":", 1)[1] for line in found] == [
        "是否保障对象", "月保障金额", "起保日期", "镇街", "保障方式", "月保障金额",
    ]  # fmt: skip


def test_a_row_with_neither_number_nor_name_is_refused(book, freeze, number, messages):
    rows = [
        ["镇街", "姓名", "身份证号", "低保证号"],
        ["东街道", None, None, "D1"],
        ["东街道", "张三", number(1), "D2"],
    ]
    result = freeze(book("低保.xlsx", rows))
    assert result.snapshot.manifest["tables"]["persons"]["rows"] == 1
    assert "既没有可用的号码，也没有名称" in messages(result)[0]


def test_a_repeated_heading_row_is_no_entry(book, freeze, number):
    heading = ["镇街", "姓名", "身份证号", "低保证号"]
    rows = [
        heading,
        ["东街道", "张三", number(1), "D1"],
        heading,
        ["东街道", "李四", number(2), "D2"],
    ]
    assert [(one.rows, one.skipped) for one in freeze(book("低保.xlsx", rows)).lists] == [(2, 1)]


def test_a_list_that_could_be_of_two_registers_is_refused_until_it_is_named(book, freeze, number):
    file = book("名单.xlsx", [["姓名", "身份证号", "镇(街道)"], ["张三", number(1), "东街道"]])
    with pytest.raises(ProblemError, match="分不清是哪种名册"):
        freeze(file)
    assert freeze((file, "orphans")).lists[0].register == "orphans"


def test_a_heading_that_stands_twice_is_refused(book, freeze, number):
    file = book(
        "低保.xlsx",
        [["姓名", "身份证号", "身份证号", "低保证号"], ["张三", number(1), number(2), "D"]],
    )
    with pytest.raises(ProblemError, match="出现了两次"):
        freeze((file, "dibao"))


def test_columns_that_nobody_reads_are_named(book, freeze, number, messages):
    file = book(
        "低保.xlsx", [["姓名", "身份证号", "低保证号", "家庭收入"], ["张三", number(1), "D", 5]]
    )
    assert "有 1 列没有读：家庭收入" in messages(freeze(file))[0]


def test_a_broken_file_stops_the_import_and_nothing_is_written(book, freeze, tmp_path, number):
    good = book("低保.xlsx", [["姓名", "身份证号", "低保证号"], ["张三", number(1), "D"]])
    bad = book("别的.xlsx", [["甲", "乙", "丙"], [1, 2, 3]])
    with pytest.raises(ProblemError, match="没有认得的表头"):
        freeze(good, bad)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_the_same_list_twice_is_refused(book, freeze, number, tmp_path):
    file = book("低保.xlsx", [["姓名", "身份证号", "低保证号"], ["张三", number(1), "D"]])
    copy = tmp_path / "低保（副本）.xlsx"
    copy.write_bytes(file.read_bytes())
    with pytest.raises(ProblemError, match="内容完全相同"):
        freeze(file, copy)
