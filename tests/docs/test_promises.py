"""What the two notices promise beyond golden cases: heads, contacts, checklists, superior policy."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from luodi.assessment.golden import run
from luodi.pack import Pack, load
from luodi.pack.measure import Benefit, Certificate, Directory
from luodi.pack.overlay import read_overlay
from luodi.rules.interpreter import Subject, evaluate

PACKS = Path(__file__).parents[2] / "packs"


@pytest.fixture(scope="module")
def jiangyin() -> Pack:
    return load(PACKS / "jiangyin-2020-13")


@pytest.fixture(scope="module")
def fengze() -> Pack:
    return load(PACKS / "fengze-2022")


def entries(pack: Pack, measure: str) -> list[tuple[str, str]]:
    return [
        (entry.kind, entry.value)
        for one in pack.measures
        if one.number == measure
        for instrument in one.instruments
        if isinstance(instrument, Directory)
        for entry in instrument.entries
    ]


def test_the_head_is_as_printed(jiangyin: Pack, fengze: Pack) -> None:
    assert (jiangyin.document_number, jiangyin.issued_on) == (
        "澄委发〔2020〕13号",
        date(2020, 2, 12),
    )
    assert (fengze.document_number, fengze.issued_on) == (None, None)
    assert [one.number for one in fengze.measures if not one.mode] == ["52", "56", "57"]
    assert [one.number for one in fengze.measures] == [str(n) for n in range(52, 58)]


def test_the_response_ends_with_the_24th_of_february(jiangyin: Pack) -> None:
    event = jiangyin.events["level_1_response"]
    assert event.until is not None
    assert event.until - timedelta(days=1) == date(2020, 2, 24)


def test_the_six_contacts_are_exact_and_no_other_number_is_given(
    jiangyin: Pack, fengze: Pack
) -> None:
    contacts = [one for one in entries(jiangyin, "11") if re.search(r"\d", one[1])]
    assert contacts == [
        ("qq", "113242865"), ("qq", "405141723"),
        ("wechat", "18115398668"), ("wechat", "13915234025"),
        ("phone", "0510-80128011"), ("phone", "0510-86809094"),
    ]  # fmt: skip
    phones = {
        value
        for pack in (jiangyin, fengze)
        for one in pack.measures
        for kind, value in entries(pack, one.number)
        if kind == "phone"
    }
    assert phones == {"0510-80128011", "0510-86809094"}


def test_every_number_of_measure_20_is_an_entry(jiangyin: Pack) -> None:
    sentence = next(
        line for line in jiangyin.notice_text.splitlines() if line.startswith("20．")
    ).removeprefix("20．")
    printed = re.findall(r"[\d.]+多?余?[万千亿]?多?余?|[四五]大?十?五?个?", sentence)
    values = " ".join(value for _, value in entries(jiangyin, "20"))
    digits = [one for one in printed if re.search(r"\d", one)]
    assert [one for one in digits if one not in values] == []
    assert all(one in values for one in ("五大", "四十五个", "上千种", "数千集", "超过百万册"))


def test_the_two_checklists_differ_by_the_means_check_and_the_posting(jiangyin: Pack) -> None:
    waived = {one.id for one in jiangyin.procedures["living_aid"].steps if one.waived_by}
    deferred = {one.id for one in jiangyin.procedures["emergency_aid"].steps if one.deferred_until}
    assert waived == {"home_visit", "peer_review"}
    assert deferred - waived == {"means_check", "public_posting"}
    assert waived < deferred


def test_from_the_17th_of_february_the_nation_waives_the_toll_and_priority_stays(
    jiangyin: Pack,
) -> None:
    name = "免费通行所列各类货物都免费，生鲜农产品经认定为生活物资的也免费"
    case = next(one for one in jiangyin.golden if one.name == name)
    under = read_overlay(PACKS / "superior" / "national-2020-toll.yaml").apply(jiangyin)

    def verdicts(pack: Pack, departed: date) -> set[tuple[str, str]]:
        trips = {
            key: replace(one, facts={**one.facts, "departed_on": departed})
            for key, one in case.records["trip"].items()
        }
        results = run(pack, [replace(case, records={"trip": trips})], "closures")
        return {(one.benefit, one.outcome.verdict) for one in results}

    both = {("toll_free", "entitled"), ("priority_passage", "entitled")}
    assert verdicts(jiangyin, date(2020, 2, 17)) == both
    assert verdicts(under, date(2020, 2, 16)) == both
    assert verdicts(under, date(2020, 2, 17)) == {
        ("toll_free", "none"), ("priority_passage", "entitled"),
    }  # fmt: skip


def test_a_figure_from_outside_the_notice_is_never_confirmed(jiangyin: Pack, fengze: Pack) -> None:
    confirmed = {
        name
        for pack in (jiangyin, fengze)
        for name, figures in (
            *((one.name, one.figures) for one in pack.parameters.values()),
            *((one.name, one.figures.values()) for one in pack.indicators.values()),
        )
        for figure in figures
        if figure.source and figure.status == "confirmed"
    }
    assert confirmed == {"issued_on"}  # the notice's own date


def test_a_payer_is_named_only_where_the_notice_prints_one(jiangyin: Pack, fengze: Pack) -> None:
    named = {
        (one.id, one.payer.unit)
        for pack in (jiangyin, fengze)
        for measure in pack.measures
        for one in measure.instruments
        if isinstance(one, Benefit) and one.payer is not None and not one.payer.open
    }
    assert named == {("covid_treatment", "市财政局"), ("complication_cost_share", "市医保局")}


def test_a_suggested_reading_is_one_of_its_options_and_somebody_signs_it(
    jiangyin: Pack, fengze: Pack
) -> None:
    for pack in (jiangyin, fengze):
        for reading in pack.readings.values():
            assert reading.suggested in reading.options and len(reading.options) > 1
            assert pack.place.unit(reading.signed_by) is not None


@pytest.mark.parametrize(
    ("cargo", "ruled_in", "departed", "issued"),
    [
        ("生鲜农产品", None, 25, True),
        ("防护用品", None, 25, True),
        ("应急物资", None, 25, True),
        ("上游原料", None, 25, True),
        ("包装", None, 25, True),
        ("生活物资", None, 25, True),
        ("其他", True, 25, True),
        ("其他", None, 25, None),
        ("其他", False, 25, False),
        ("防护用品", None, 24, False),
    ],
)
def test_a_certificate_is_for_a_listed_cargo_of_a_trip_begun_in_the_response(
    cargo: str, ruled_in: bool | None, departed: int, issued: bool | None, jiangyin: Pack
) -> None:
    event = jiangyin.events["level_1_response"]
    assert event.until is not None
    trip = Subject(
        {"cargo": cargo, "ruled_in": ruled_in, "leg": "去程",
         "departed_on": date(2020, 1, departed)},
        constants={
            "event.level_1_response.first_day": event.start,
            "event.level_1_response.last_day": event.until - timedelta(days=1),
        },
    )  # fmt: skip
    certificates = [
        one
        for measure in jiangyin.measures
        for one in measure.instruments
        if isinstance(one, Certificate) and measure.number == "3"
    ]
    assert [one.id for one in certificates] == ["allocation_certificate", "transfer_certificate"]
    for one in certificates:
        assert one.eligible is not None
        assert evaluate(one.eligible.root, trip) is issued
