"""Superior policy: its figure replaces the local one from its day, whichever is more generous."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from luodi.assessment.assess import assess
from luodi.assessment.difference import difference
from luodi.assessment.scenarios import given_from
from luodi.basics.period import Month
from luodi.basics.problem import ProblemError
from luodi.pack import Pack
from luodi.pack.overlay import read_overlay

from .conftest import FEBRUARY, Run, Town

HEAD = """\
overlay: province-2020
level: 省
title: 省里的通知
document_number: null
issued_on: 2020-03-10
applies_to: [qinghe-2020-1]
"""
LOWER = """\
parameters:
  living: {value: "100", from: 2020-03-15, until: 2020-05-01, source: 省里的通知第一条, status: confirmed}
"""
STOP = """\
conditions:
  - {instrument: living, and: "period.first_day < 2020-04-01", source: 省里的通知第二条, status: assumed}
"""


@pytest.fixture
def overlaid(pack: Pack, tmp_path: Path) -> Callable[[str], Pack]:
    def apply(text: str) -> Pack:
        file = tmp_path / "province-2020.yaml"
        file.write_text(text, "utf-8")
        return read_overlay(file).apply(pack)

    return apply


def _value(pack: Pack, month: Month) -> object:
    return pack.parameters["living"].values_for(month)


def test_the_superior_figure_replaces_the_local_one_from_its_day_even_if_lower(
    overlaid: Callable[[str], Pack],
) -> None:
    under = overlaid(HEAD + LOWER)
    months = [Month(2020, 2), Month(2020, 3), Month(2020, 4), Month(2020, 5)]
    assert [_value(under, month) for month in months] == [12000, 10000, 10000, 12000]


def test_the_difference_is_the_assessment_with_it_against_the_one_without(
    overlaid: Callable[[str], Pack], pack: Pack, town: Town, run: Callable[..., Run], tmp_path: Path
) -> None:
    town.person("王小", "dibao")
    snapshot = town.freeze()
    months = [FEBRUARY, Month(2020, 4)]
    before = run(snapshot, months)
    given = given_from(pack, readings={"overlap": "once"})
    after = assess(overlaid(HEAD + LOWER + STOP), snapshot, months, tmp_path / "o", given=given)
    found = difference(before.result, after, tmp_path / "d.parquet")
    assert [(one["kind"], one["amount"]) for one in found.totals] == [("recovery_draft", -12000)]
    assert before.result.summary["pack_version"] != after.summary["pack_version"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD, "没有写改变什么"),
        (HEAD + LOWER.replace("living:", "livin:"), "是不是 'living'"),
        (HEAD + LOWER.replace('"100"', '"100 yuan"'), "数字"),
        (HEAD + LOWER.replace("2020-05-01", "2020-03-15"), "until"),
        (HEAD + STOP.replace("living", "livng"), "是不是 'living'"),
        (HEAD + STOP.replace("first_day <", "first_dy <"), "period.first_day"),
        (HEAD.replace("qinghe-2020-1", "elsewhere-2020") + STOP, "不涉及"),
        (HEAD + "override: 1\n", "override"),
    ],
)
def test_a_wrong_overlay_is_a_problem_with_its_place(
    text: str, said: str, overlaid: Callable[[str], Pack]
) -> None:
    with pytest.raises(ProblemError) as error:
        overlaid(text)
    assert said in str(error.value) and "province-2020.yaml:" in str(error.value)


def test_an_overlay_does_not_change_the_pack_it_bears_on(
    overlaid: Callable[[str], Pack], pack: Pack
) -> None:
    kept = replace(pack)
    overlaid(HEAD + LOWER + STOP)
    assert _value(pack, Month(2020, 3)) == 12000 == _value(kept, Month(2020, 3))
