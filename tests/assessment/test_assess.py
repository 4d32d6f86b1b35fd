"""Who is entitled, who is undecided, and that nobody is paid twice or forgotten."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from luodi.assessment.assess import assess
from luodi.assessment.difference import difference
from luodi.assessment.nextfact import next_best
from luodi.assessment.price import price
from luodi.assessment.scenarios import Given, given_from
from luodi.basics.period import Month
from luodi.basics.problem import ProblemError
from luodi.pack import Pack, load

from .conftest import EAST, FEBRUARY, PACKS, WEST, Run, Town

Runner = Callable[..., Run]


def test_somebody_on_two_lists_is_paid_once(town: Town, run: Runner) -> None:
    town.person("王小", "dibao", "orphans")
    found = run(town.freeze()).of("entitlements", "living")
    assert found["王小"]["amount"] == 12000


def test_an_override_changes_the_amount(town: Town, run: Runner) -> None:
    town.person("王小", "dibao", level="甲类")
    assert run(town.freeze()).of("entitlements", "living")["王小"]["amount"] == 14000


def test_a_member_of_a_dibao_household_is_refused_as_disabled(town: Town, run: Runner) -> None:
    town.person("户主", "dibao", home="甲户")
    town.person("残疾人", "disabled", home="甲户")
    town.person("别家", "disabled", home="乙户")
    result = run(town.freeze())
    assert set(result.of("entitlements", "living")) == {"户主", "别家"}
    assert set(result.of("refused", "living")) == {"残疾人"}


def test_an_open_reading_holds_up_only_those_it_matters_to(town: Town, run: Runner) -> None:
    town.person("两重", "dibao", "orphans")
    town.person("一重", "dibao")
    result = run(town.freeze(), readings={})
    assert set(result.of("entitlements", "living")) == {"一重"}
    undecided = result.of("undecided", "living")
    assert undecided["两重"]["lacks"] == ["reading.overlap"]
    assert undecided["两重"]["potential"] == 24000


def test_a_town_that_did_not_hand_in_a_list_is_undecided_as_one_class(
    town: Town, run: Runner
) -> None:
    town.person("东", "dibao")
    town.person("西", area=WEST)
    town.person("西二", area=WEST)
    town.person("西孤儿", "orphans", area=WEST)
    town.complete["dibao"] = [EAST]
    result = run(town.freeze())
    assert set(result.of("entitlements", "living")) == {"东"}
    # Entitled as an orphan; how much hangs on whether he is also on the list that is missing.
    assert result.of("undecided", "living")["西孤儿"]["lacks"] == [
        "dibao_level",
        "is_dibao",
    ]
    (row,) = [row for row in result.table("classes") if row["benefit"] == "living"]
    assert (row["area"], row["persons"]) == (990181100, 2)
    assert row["lacks"] == ["is_dibao"] and row["registers"] == ["dibao"]
    assert result.benefit("living")["undecided_unlisted"] == 2


def test_a_list_that_nobody_handed_in_makes_every_town_undecided(town: Town, run: Runner) -> None:
    town.person("残疾人", "disabled")
    del town.complete["dibao"]
    result = run(town.freeze())
    assert result.of("undecided", "living")["残疾人"]["lacks"] == ["is_dibao"]
    assert {row["area"] for row in result.table("classes") if row["benefit"] == "living"} == {
        990181001,
        990181100,
    }


def test_without_account_or_with_death_on_record_money_is_held_not_lost(
    town: Town, run: Runner
) -> None:
    town.person("无账户", "dibao", account=False)
    town.person("去世", "dibao", "deaths")
    town.person("在", "dibao")
    found = run(town.freeze()).of("entitlements", "living")
    assert {name: row["hold"] for name, row in found.items()} == {
        "无账户": "no_account",
        "去世": "deceased",
        "在": "",
    }


def test_a_death_register_not_handed_in_holds_the_money(town: Town, run: Runner) -> None:
    town.person("在", "dibao")
    del town.complete["deaths"]
    assert run(town.freeze()).of("entitlements", "living")["在"]["hold"] == "death_unknown"


def test_a_household_benefit_is_paid_once_and_takes_up_its_members_keys(
    town: Town, run: Runner
) -> None:
    town.person("孤儿一", "orphans", home="甲户")
    town.person("孤儿二", "orphans", home="甲户")
    town.person("祖母", home="甲户")
    result = run(town.freeze())
    (row,) = [row for row in result.table("entitlements") if row["benefit"] == "orphan_home"]
    assert row["amount"] == 50000 and row["period"] == "2020-02-01/2020-07-01"
    keys = [row for row in result.table("once_keys") if row["benefit"] == "orphan_home"]
    assert sorted(row["by_kind"] for row in keys) == ["household", "person", "person", "person"]


def test_a_one_off_is_not_paid_again_in_a_later_month(town: Town, run: Runner) -> None:
    town.person("孤儿", "orphans")
    result = run(town.freeze(), [Month(2020, 2), Month(2020, 3)])
    paid = [row for row in result.table("entitlements") if row["benefit"] == "orphan_home"]
    assert [row["month"] for row in paid] == ["2020-02"]
    assert [row["month"] for row in result.table("repeated")] == ["2020-03"]
    monthly = [row for row in result.table("entitlements") if row["benefit"] == "living"]
    assert [row["month"] for row in monthly] == ["2020-02", "2020-03"]


def test_nothing_is_owed_outside_the_validity(town: Town, run: Runner) -> None:
    town.person("王小", "dibao")
    result = run(town.freeze(), [Month(2020, 1), Month(2020, 7)])
    assert result.table("entitlements") == [] == result.table("undecided")
    assert not any(one["in_force"] for one in result.result.summary["benefits"])


def test_a_bill_is_paid_above_the_line_to_the_fen(town: Town, run: Runner) -> None:
    town.person("甲")
    town.person("乙")
    town.bill("甲", "5000.01", "3000")
    town.bill("乙", "4000", "3000")
    result = run(town.freeze())
    (row,) = [row for row in result.table("entitlements") if row["benefit"] == "bill_aid"]
    assert row["amount"] == 100001


def test_a_person_whose_number_cannot_be_read_is_undecided_not_lost(
    town: Town, run: Runner
) -> None:
    town.person("好", "dibao")
    town.rows["dibao"].append(["990181198001010", "糊", EAST, "乙类"])
    result = run(town.freeze())
    undecided = result.of("undecided", "living")
    assert undecided["糊"]["lacks"] == ["is_identified"]
    assert set(result.of("entitlements", "living")) == {"好"}


def test_a_household_known_only_by_an_unreadable_number_is_not_paid(
    town: Town, run: Runner
) -> None:
    town.rows["orphans"].append(["990181198001010", "糊", EAST])
    result = run(town.freeze())
    (row,) = [row for row in result.table("entitlements") if row["benefit"] == "orphan_home"]
    assert row["hold"] == "no_account"


def test_the_same_inputs_give_the_same_bytes(town: Town, run: Runner) -> None:
    for index in range(60):
        town.person(
            f"人{index}", *(["dibao"] if index % 3 else ["orphans"]), home=f"户{index % 20}"
        )
    snapshot = town.freeze()

    def prints(threads: int) -> dict[str, str]:
        folder = run(snapshot, readings={}, threads=threads).result.folder
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.iterdir())
        }

    assert prints(1) == prints(1) == prints(4)


def test_an_existing_result_is_not_overwritten(town: Town, pack: Pack, tmp_path: Path) -> None:
    town.person("王小", "dibao")
    snapshot = town.freeze()
    (tmp_path / "old").mkdir()
    with pytest.raises(ProblemError, match="已存在"):
        assess(pack, snapshot, [FEBRUARY], tmp_path / "old")
    assert list((tmp_path / "old").iterdir()) == []


def test_a_later_fact_gives_differences_and_no_rewritten_past(
    town: Town, run: Runner, tmp_path: Path
) -> None:
    town.person("留", "dibao")
    town.person("出", "dibao")
    first = town.freeze()
    before = run(first)
    sums = {path.name: path.read_bytes() for path in before.result.folder.iterdir()}
    town.rows["dibao"] = [row for row in town.rows["dibao"] if row[1] != "出"]
    town.person("进", "orphans")
    after = run(town.freeze(previous=first.folder))
    found = difference(before.result, after.result, tmp_path / "differences.parquet")
    assert {(one["benefit"], one["kind"], one["amount"]) for one in found.totals} == {
        ("living", "top_up", 12000),
        ("living", "recovery_draft", -12000),
        ("orphan_home", "top_up", 50000),
    }
    assert sums == {path.name: path.read_bytes() for path in before.result.folder.iterdir()}


def test_a_raised_standard_tops_up_everybody(town: Town, run: Runner, tmp_path: Path) -> None:
    town.person("甲", "dibao")
    town.person("乙", "orphans")
    snapshot = town.freeze()
    before, after = run(snapshot), run(snapshot, parameters={"living": "150"})
    found = difference(before.result, after.result, tmp_path / "differences.parquet")
    assert [(one["kind"], one["subjects"], one["amount"]) for one in found.totals] == [
        ("top_up", 2, 6000)
    ]


def test_a_fact_that_is_lost_takes_nothing_back(town: Town, run: Runner, tmp_path: Path) -> None:
    town.person("甲", "dibao", area=WEST)
    first = town.freeze()
    before = run(first)
    town.rows["dibao"] = []
    town.rows["disabled"].append([town.people["甲"], "甲", WEST])
    town.complete["dibao"] = [EAST]
    after = run(town.freeze(previous=first.folder))
    found = difference(before.result, after.result, tmp_path / "differences.parquet")
    assert [one["kind"] for one in found.totals] == ["now_undecided"]


def test_the_next_question_is_the_one_that_decides_most(
    town: Town, run: Runner, pack: Pack
) -> None:
    for index in range(3):
        town.person(f"残{index}", "disabled", area=WEST)
    town.person("两重", "dibao", "orphans", area=EAST)
    town.complete["dibao"] = [EAST]
    snapshot = town.freeze()
    result = run(snapshot, readings={})
    asks = next_best(pack, snapshot, result.result)
    (best,) = asks[990181100]
    assert (best.kind, best.names, best.asks, best.subjects) == ("list", ("dibao",), 1, 3)
    assert best.amount == 0  # 120 or 140 yuan each: it hangs on the same list
    (city,) = asks[0]
    assert (city.kind, city.names, city.amount) == ("reading", ("overlap",), 24000)


def test_rival_readings_are_priced_side_by_side(town: Town, pack: Pack) -> None:
    town.person("两重", "dibao", "orphans")
    town.person("一重", "dibao")
    found = price(pack, town.freeze(), [FEBRUARY], [("现行", Given())])
    assert {
        one.choice["overlap"]: (one.subjects, one.amount, one.undecided)
        for one in found
        if one.benefit == "living"
    } == {"once": (2, 24000, 0), "each": (2, 36000, 0)}


def test_what_is_paid_once_costs_once_in_several_months(town: Town, tmp_path: Path) -> None:
    shutil.copytree(PACKS, tmp_path / "packs")
    measure = tmp_path / "packs" / "qinghe-2020-1" / "measures" / "01-living.yaml"
    measure.write_text(
        measure.read_text("utf-8").replace("cadence: month", "cadence: once"), "utf-8"
    )
    pack = load(measure.parents[1])
    town.person("两重", "dibao", "orphans")
    snapshot, months = town.freeze(), [FEBRUARY, Month(2020, 3)]
    found = price(pack, snapshot, months, [("现行", Given())])
    costs = [(one.month, dict(one.choice), one.amount) for one in found if one.benefit == "living"]
    assert costs == [
        ("2020-02", {"overlap": "once"}, 12000),
        ("2020-02", {"overlap": "each"}, 24000),
        ("2020-03", {}, 0),
    ]
    result = assess(pack, snapshot, months, tmp_path / "once", given=Given())
    (city,) = next_best(pack, snapshot, result)[0]
    assert (city.names, city.subjects, city.amount) == (("overlap",), 1, 24000)


def test_what_is_given_must_be_known_to_the_pack(pack: Pack) -> None:
    with pytest.raises(ProblemError) as error:
        given_from(
            pack,
            readings={"overlap": "twice", "overlaps": "once"},
            parameters={"livin": "3", "living": "NaN", "extra": "1e400"},
        )
    said = str(error.value)
    for words in ("是不是 living", "overlap 的选项", "NaN", "1e400", "是不是 overlap"):
        assert words in said


def test_a_reading_that_leaves_people_undecided_says_so_in_its_price(
    town: Town, pack: Pack
) -> None:
    town.person("孤儿", "orphans", area=WEST)
    town.complete["dibao"] = [EAST]
    found = price(pack, town.freeze(), [FEBRUARY], [("现行", Given())])
    living = [one for one in found if one.benefit == "living"]
    assert living and all(one.undecided == 1 and one.subjects == 0 for one in living)
