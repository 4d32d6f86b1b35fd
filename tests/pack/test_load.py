"""What a loaded pack holds, as the rooms above read it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from luodi.basics.period import Month
from luodi.pack import Benefit, Event, Pack, Standard, Validity, check, load
from luodi.pack.measure import Change
from luodi.rules import Kind, Type

JANUARY, MARCH, APRIL = Month(2024, 1), Month(2024, 3), Month(2024, 4)


def test_the_good_pack_has_no_problem(yunxi: Pack) -> None:
    assert check(yunxi) == []


def test_facts_come_from_the_place_and_from_the_pack(yunxi: Pack) -> None:
    assert yunxi.kinds == ("person", "household", "organisation", "water_bill")
    person = yunxi.facts["person"]
    assert person["is_dibao_covered"].type == Type.boolean()
    assert person["disability_grade"].bounds == (1, 4)
    assert person["sex"].type.values == ("男", "女")
    assert yunxi.facts["household"]["household_known"].type == Type.boolean()
    used = yunxi.facts["water_bill"]["used"]
    assert (used.type, used.bounds) == (Type.quantity("m3"), (0, 1_000_000))
    assert "id_number" not in yunxi.facts["water_bill"]


def test_derived_facts_are_names_of_their_kind(yunxi: Pack) -> None:
    assert yunxi.definitions["person"]["in_dibao_household"].label == "低保家庭成员"
    assert (
        yunxi.definitions["household"]["is_dibao_household"].text == "any_member(is_dibao_covered)"
    )


def test_assessables_stand_in_the_order_of_the_notice(yunxi: Pack) -> None:
    ids = [(type(one), one.id) for one in yunxi.assessables]
    assert ids == [
        (Benefit, "heating"),
        (Benefit, "heating_disabled"),
        (Benefit, "free_water"),
        (Standard, "plausible_bill"),
    ]
    assert isinstance(yunxi.instrument("visit_postponed"), Change)


def test_rules_are_parsed_in_the_scope_of_their_subject(yunxi: Pack) -> None:
    heating, disabled, water, bill = yunxi.assessables
    assert heating.amount is not None and heating.amount.type.kind is Kind.MONEY
    assert heating.overrides[0].when.names() == {"is_home_orphan", "reading.overlap"}
    assert disabled.eligible is not None
    assert "disability_grade" in disabled.eligible.names()  # through its own term
    assert water.amount is not None and water.amount.type == Type.quantity("m3")
    assert bill.requires is not None and bill.requires.names() == {"used"}


def test_what_is_left_out_has_its_default(yunxi: Pack) -> None:
    heating, disabled, water, bill = yunxi.assessables
    assert (heating.hold, water.hold, bill.hold) == (True, False, False)
    assert heating.accrues.text == "period.days_in_force >= 1"
    assert (heating.once.scope, heating.once.by) == ("heating", "person")
    assert (disabled.once.scope, disabled.once.by) == ("heating", "person")
    assert water.once.reserve_members
    assert bill.cadence == "claim"
    assert heating.validity == Validity(since=date(2024, 1, 5), until=date(2024, 4, 1))
    assert heating.units == ("县民政局", "县财政局")
    assert disabled.payer is not None and disabled.payer.open


def test_a_parameter_has_the_latest_value_that_meets_the_month(yunxi: Pack) -> None:
    heating = yunxi.parameters["heating"]
    assert heating.values_for(Month(2023, 12)) is None
    assert heating.values_for(JANUARY) == Fraction(8000)  # from the 5th on
    assert heating.values_for(MARCH) == 8000
    assert heating.values_for(APRIL) is None  # until is the first day without a value
    assert yunxi.parameters["heating_orphan"].values_for(APRIL) == 12000
    assert yunxi.parameters["heating_disabled"].values_for(JANUARY) is None


def test_a_parameter_that_hangs_on_an_event_ends_with_it(yunxi: Pack) -> None:
    water = yunxi.parameters["free_water"]
    assert water.values_for(Month(2024, 2)) == 6000  # the event ends on the 20th
    assert water.values_for(MARCH) is None
    event = yunxi.events["cold_wave"]
    longer = Event("cold_wave", event.label, event.start, date(2024, 3, 2))
    assert water.values_for(MARCH, {"cold_wave": longer}) == 6000


def test_an_event_counts_days_half_open(yunxi: Pack) -> None:
    event = yunxi.events["cold_wave"]
    assert event.days_in(JANUARY) == 27
    assert event.days_in(Month(2024, 2)) == 19
    assert event.days_in(MARCH) == 0
    assert not event.ended_by(date(2024, 2, 19))
    assert event.ended_by(date(2024, 2, 20))
    assert Event("never", "", None, None).days_in(JANUARY) == 0


def test_an_indicator_is_exact_and_unknown_before_it_is_published(yunxi: Pack) -> None:
    cpi = yunxi.indicators["cpi"]
    assert cpi.value_for(JANUARY) == 31_000  # millionths
    assert cpi.value_for(MARCH) is None


def test_a_citation_names_clause_words_and_span(yunxi: Pack) -> None:
    heating = yunxi.assessables[0]
    citation = yunxi.citation(heating)
    assert citation.document == "云政发〔2024〕1号"
    assert citation.clause == "1.1.1"
    assert citation.quote == heating.quotes[0].text
    assert citation.span is not None
    start, end = citation.span
    assert yunxi.notice_text[start:end] == heating.quotes[0].text
    assert str(citation) == "云政发〔2024〕1号 第1条第1句第1项"


def test_the_version_follows_every_file_of_pack_and_place(folder: Path) -> None:
    before = load(folder).version
    assert load(folder).version == before
    for file in (folder / "notice.txt", folder / "golden/heating.yaml", Path("yunxi/areas.yaml")):
        text = file.read_text(encoding="utf-8")
        file.write_text(text + "\n", encoding="utf-8")
        assert load(folder).version != before
        file.write_text(text, encoding="utf-8")
    assert load(folder).version == before


def test_a_place_may_stand_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    Path("yunxi").rename(tmp_path / "places" / "yunxi")
    assert load(folder, [tmp_path / "places"]).place.title == "云溪县"


@pytest.mark.parametrize("path", [".", "../yunxi-2024-1", "{absolute}"])
def test_a_pack_is_found_however_its_path_is_typed(
    folder: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    absolute = folder.resolve()
    monkeypatch.chdir(folder)
    assert check(load(Path(path.format(absolute=absolute)))) == []


def test_units_and_areas_are_found_by_any_name(yunxi: Pack) -> None:
    unit, area = yunxi.place.unit("民政局"), yunxi.place.area("东岸")
    assert unit is not None and unit.name == "县民政局"
    assert area is not None and area.code == "990100001"
    assert yunxi.place.unit("省民政厅") is None
