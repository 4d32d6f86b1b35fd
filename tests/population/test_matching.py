"""Who is who: nobody is missed, nobody is paid twice, and contradictions stay open."""

from __future__ import annotations

import pytest

DIBAO = ["镇(街道)", "姓名", "身份证号", "低保证号", "月保障金额", "账号"]
BASE = ["身份证号", "姓名", "镇(街道)", "户号", "银行账号"]


@pytest.fixture
def lists(book):
    """Writes a residents' register and a dibao list."""

    def write(residents, dibao):
        return (
            (book("常住人口登记册.xlsx", [BASE, *residents]), "residents"),
            (book("城乡低保对象名册.xlsx", [DIBAO, *dibao]), "dibao"),
        )

    return write


def test_absence_is_no_only_where_the_list_was_handed_in(lists, freeze, number, person):
    files = lists(
        [
            (number(1), "张三", "东街道", "1"),
            (number(2), "李四", "东街道", "2"),
            (number(3), "王五", "西街道", "3"),
        ],
        [("东街道", "张三", number(1), "D1")],
    )
    result = freeze(*files)
    facts = {name: person(result, name)["is_dibao_covered"] for name in ("张三", "李四", "王五")}
    assert facts == {"张三": True, "李四": False, "王五": None}
    assert [person(result, name)["listed"] for name in facts] == [True, False, False]
    assert result.missing["dibao"] == ("西街道", "北山镇")
    assert result.missing["orphans"] == ("东街道", "西街道", "北山镇")
    complete = freeze(*files, complete={"dibao": "all"})
    assert person(complete, "王五")["is_dibao_covered"] is False
    partly = freeze(*files, complete={"dibao": ["东街", "西街道"]})
    assert (person(partly, "王五")["is_dibao_covered"], partly.missing["dibao"]) == (
        False,
        ("北山镇",),
    )


def test_an_unreadable_row_makes_namesakes_of_its_town_unknown(lists, freeze, number, person):
    result = freeze(
        *lists(
            [(number(1), "张三", "东街道", "1"), (number(2), "李四", "东街道", "2")],
            [("东街道", "张三", "12345", "D1"), ("东街道", "王五", number(3), "D2")],
        )
    )
    rows = [result.snapshot.person(found) for found in result.snapshot.find("张三")]
    assert [(row["is_identified"], row["is_dibao_covered"]) for row in rows] == [
        (True, None),
        (False, True),
    ]
    assert person(result, "李四")["is_dibao_covered"] is False


def test_one_number_under_two_names_is_nobody_for_certain(lists, freeze, number, person, messages):
    result = freeze(
        *lists([(number(1), "张三", "东街道", "1")], [("东街道", "李四", number(1), "D1", 100)])
    )
    row = person(result, "张三")
    assert (row["is_identified"], row["is_dibao_covered"], row["dibao_monthly"]) == (
        False,
        None,
        None,
    )
    assert "分不清是谁" in messages(result)[0]
    assert number(1) not in "".join(messages(result))
    assert "李四" not in "".join(messages(result))


def test_old_numbers_are_the_same_person_only_with_the_same_name(lists, freeze, number, messages):
    old = [number(at)[:6] + number(at)[8:17] for at in (1, 2)]
    result = freeze(
        *lists(
            [(number(1), "张三", "东街道", "1"), (number(2), "李四", "东街道", "2")],
            [("东街道", "张三", old[0], "D1"), ("东街道", "李肆", old[1], "D2")],
        )
    )
    snapshot = result.snapshot
    assert [snapshot.person(i)["is_dibao_covered"] for i in snapshot.find("张三")] == [True]
    assert snapshot.person(snapshot.find("李肆")[0])["is_identified"] is False
    assert sum("15位" in line or "15 位" in line for line in messages(result)) == 2


def test_the_base_register_says_who_lives_with_whom(lists, freeze, number, person):
    result = freeze(
        *lists(
            [
                (number(1), "张三", "东街道", "1"),
                (number(2), "李四", "东街道", "1"),
                (number(3), "王五", "东街道", None),
            ],
            [
                ("东街道", "张三", number(1), "D1"),
                ("东街道", "王五", number(3), "D1"),
                ("东街道", "赵六", number(4), "D1"),
            ],
        )
    )
    homes = {
        name: person(result, name)["household_id"] for name in ("张三", "李四", "王五", "赵六")
    }
    assert homes["张三"] == homes["李四"]
    assert homes["王五"] == homes["赵六"] != homes["张三"]
    assert result.snapshot.household(homes["张三"])["member_count"] == 2
    assert [row["person_id"] for row in result.snapshot.household_members(homes["张三"])] == [1, 2]


def test_somebody_alone_is_in_a_household_that_is_not_known(lists, freeze, number, person):
    result = freeze(*lists([(number(1), "张三", "东街道", None)], []))
    row = result.snapshot.household(person(result, "张三")["household_id"])
    assert (row["household_known"], row["member_count"]) == (False, 1)


def test_a_household_under_two_towns_has_neither_town_nor_certain_members(
    lists, freeze, number, person, messages
):
    result = freeze(
        *lists([(number(1), "张三", "东街道", "1"), (number(2), "李四", "西街道", "1")], [])
    )
    row = result.snapshot.household(person(result, "张三")["household_id"])
    assert (row["area"], row["household_known"]) == (None, False)
    assert person(result, "李四")["area"] == 990281002
    assert "东街道、西街道" in messages(result)[0]


def test_a_person_in_two_towns_belongs_to_the_base_register_or_to_none(
    book, freeze, number, person, lists
):
    with_base = freeze(
        *lists([(number(1), "张三", "东街道", "1")], [("西街道", "张三", number(1), "D1")])
    )
    assert person(with_base, "张三")["area"] == 990281001
    alone = freeze(
        (book("a.xlsx", [DIBAO, ("西街道", "张三", number(1), "D1")]), "dibao"),
        (
            book("b.xlsx", [["姓名", "儿童身份证号", "镇街"], ("张三", number(1), "北山镇")]),
            "orphans",
        ),
    )
    row = person(alone, "张三")
    assert (row["area"], row["is_dibao_covered"], row["is_orphan"]) == (None, True, True)


def test_two_rows_with_different_values_leave_the_value_unknown(
    lists, freeze, number, person, messages
):
    rows = [("东街道", "张三", number(1), "D1", 100), ("东街道", "张三", number(1), "D1", 200)]
    result = freeze(*lists([], rows))
    assert person(result, "张三")["dibao_monthly"] is None
    assert any("月保障金额”不一致" in line for line in messages(result))
    assert any("重复登记" in line for line in messages(result))


def test_an_account_of_two_households_is_nobody_s(lists, freeze, number, person, messages):
    account = "9999990000000000001"
    result = freeze(
        *lists(
            [(number(1), "张三", "东街道", "1", account), (number(2), "李四", "东街道", "1", account),
             (number(3), "王五", "东街道", "2", "9999990000000000002"), (number(4), "赵六", "东街道", "3")],
            [],
        )
    )  # fmt: skip
    assert [person(result, n)["has_account"] for n in ("张三", "李四", "王五", "赵六")] == [
        True, True, True, False,
    ]  # fmt: skip
    shared = freeze(
        *lists(
            [
                (number(1), "张三", "东街道", "1", account),
                (number(3), "王五", "东街道", "2", account),
            ],
            [],
        )
    )
    assert [person(shared, n)["has_account"] for n in ("张三", "王五")] == [None, None]
    assert any("户名下" in line for line in messages(shared))
    assert account not in "".join(messages(shared))


def test_people_and_households_keep_their_ids_in_the_next_snapshot(lists, freeze, number, person):
    first = freeze(
        *lists(
            [(number(1), "张三", "东街道", "1"), (number(2), "李四", "东街道", "1")],
            [("东街道", "某某", "123", "D")],
        )
    )
    second = freeze(
        *lists(
            [
                (number(9), "新人", "东街道", "9"),
                (number(2), "李四", "东街道", "1"),
                (number(1), "张三", "东街道", "7"),
            ],
            [("东街道", "某某", "123", "D")],
        ),
        previous=first.snapshot.folder,
    )
    for name in ("张三", "李四", "某某"):
        assert person(first, name)["person_id"] == person(second, name)["person_id"]
    ids = {name: person(second, name)["household_id"] for name in ("张三", "李四", "新人", "某某")}
    assert ids["张三"] == person(first, "张三")["household_id"]
    assert len(set(ids.values())) == 4
    assert person(second, "新人")["person_id"] > 3


def test_households_and_firms_and_bills_are_linked_to_whom_they_name(book, freeze, number, person):
    uscc = "91990281MA0000001"
    from luodi.basics.identifiers import uscc_check_digit

    uscc += uscc_check_digit(uscc)
    result = freeze(
        (book("r.xlsx", [BASE, (number(1), "张三", "东街道", "1"), (number(2), "李四", "东街道", "2")]), "residents"),
        (book("h.xlsx", [["户主身份证号", "户主姓名", "镇街", "家庭编号", "人均月收入"],
                         (number(1), "张三", "东街道", "K1", 800), (None, None, "东街道", "K2", 900)]), "hardship"),
        (book("f.xlsx", [["统一社会信用代码", "单位名称", "镇街", "职工人数", "残疾职工比例"],
                         (uscc, "甲厂", "东街道", 10, "1.5%"), (uscc, "甲厂", "东街道", 12, "1.5%"),
                         ("坏码", "乙厂", "东街道", 3, "0")]), "firms"),
        (book("b.xlsx", [["患者身份证号", "患者姓名", "总费用", "住院天数", "结算月份", "用水量"],
                         (number(2), "李四", "1000", 3, "2020-02", 9), ("999", "某人", "50", 1, None, None)]), "bills"),
    )  # fmt: skip
    snapshot = result.snapshot
    home = snapshot.household(person(result, "张三")["household_id"])
    assert (home["is_hardship_household"], home["per_capita_income"]) == (True, 80_000)
    other = snapshot.household(person(result, "李四")["household_id"])
    assert (other["is_hardship_household"], other["per_capita_income"]) == (False, None)
    assert snapshot.manifest["tables"]["households"]["rows"] == 4
    firm = snapshot.subject("organisation", 1)
    assert (firm["is_firm"], firm["staff"], firm["is_identified"]) == (True, 12, True)
    assert snapshot.subject("organisation", 2)["is_identified"] is False
    bill = snapshot.subject("bill", 1)
    assert bill["person_id"] == person(result, "李四")["person_id"]
    assert (bill["total"], bill["is_large"], bill["water"], bill["days"]) == (
        100_000,
        True,
        9000,
        3,
    )
    assert snapshot.subject("bill", 2)["person_id"] == person(result, "某人")["person_id"]
