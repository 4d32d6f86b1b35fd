"""Rows that are well written and still cannot be meant: said once, and never paid on."""

from __future__ import annotations

FIRMS = ["统一社会信用代码", "单位名称", "当月保费"]
BILLS = ["患者身份证号", "患者姓名", "总费用", "住院天数", "结算月份"]


def test_a_record_that_stands_twice_counts_once_and_is_reported(book, freeze, number, messages):
    row = (number(1), "张三", "1000", "3", "2020-02")
    more = (number(1), "张三", "1000", "4", "2020-02")
    result = freeze((book("结算单.xlsx", [BILLS, row, more, row]), "bills"))
    assert result.snapshot.manifest["tables"]["bill"]["rows"] == 2
    assert (result.lists[0].rows, result.lists[0].skipped) == (2, 1)
    (said,) = [text for text in messages(result) if "完全相同" in text]
    assert "第4行" in said and "能区分的编号" in said


def test_a_household_number_of_a_crowd_is_no_household(tmp_path, freeze, number, messages):
    crowd = [f"{number(n, f'19{50 + n // 900}0101')},王某{n},东街道,0" for n in range(1, 902)]
    crowd += [f"{number(n, '19900101')},李某{n},东街道,0" for n in range(1, 101)]
    couple = [f"{number(n, '19920101')},赵某{n},东街道,7" for n in (1, 2)]
    file = tmp_path / "常住人口登记册.csv"
    file.write_text("\n".join(["身份证号,姓名,镇(街道),户号", *crowd, *couple]) + "\n", "utf-8")
    result = freeze((file, "residents"))
    snapshot = result.snapshot
    (one,) = snapshot.find("李某5")
    household = snapshot.household(snapshot.person(one)["household_id"])
    assert (household["household_known"], household["member_count"]) == (False, 1)
    (other,) = snapshot.find("赵某1")
    assert snapshot.household(snapshot.person(other)["household_id"])["member_count"] == 2
    (said,) = [text for text in messages(result) if "不会是一户" in text]
    assert "1001 人" in said and "第2行" in said


def test_a_sum_that_no_fact_may_hold_is_unknown_and_reported(book, freeze, messages):
    code = "92990281MA0000001W"
    most = "90000000000"  # yuan; the greatest amount is 10^13 fen
    rows = [(code, "甲厂", most), (code, "甲厂", most)]
    result = freeze((book("企业名册.xlsx", [FIRMS, *rows]), "firms"))
    assert result.snapshot.subject("organisation", 1)["premium"] is None
    assert any("加起来大得超出" in text and "当月保费" in text for text in messages(result))


def test_days_that_nobody_can_have_meant_are_refused(book, freeze, number, messages):
    headings = ["身份证号", "姓名", "镇(街道)", "起保日期"]
    days = ("1849-12-31", "1850-01-01", "2100-12-31", "2101-01-01", "9999-12-31")
    rows = [(number(n), f"张{n}", "东街道", day) for n, day in enumerate(days)]
    result = freeze((book("低保.xlsx", [headings, *rows]), "dibao"))
    assert result.lists[0].refused == 3
    assert sum("读不出" in text for text in messages(result)) == 3
