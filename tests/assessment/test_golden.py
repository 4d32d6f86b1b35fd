"""The notices' golden cases hold on each engine: one run for each pack and engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from luodi.assessment.golden import ENGINES, GoldenResult, run
from luodi.pack import Pack, load

PACKS = ("jiangyin-2020-13", "fengze-2022")


def shown(result: GoldenResult) -> str:
    """`case.yaml:3:1: name: subject benefit: expected …, found …`."""

    def outcome(one: Any) -> str:
        parts = [one.verdict, *([] if one.amount is None else [str(one.amount)]), one.hold]
        return " ".join(part for part in [*parts, *sorted(one.lacks)] if part)

    return (
        f"{result.expected.place}: {result.case.name}: {result.subject} {result.benefit}: "
        f"expected {outcome(result.expected)}; found {outcome(result.outcome)}"
    )


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize(
    "engine",
    [pytest.param(one, marks=[pytest.mark.spark] if one == "spark" else []) for one in ENGINES],
)
def test_golden_cases_hold(
    name: str, engine: str, root: Path, request: pytest.FixtureRequest
) -> None:
    if engine == "spark":
        request.getfixturevalue("spark")
    pack = load(root / "packs" / name)
    results = run(pack, pack.golden, engine)
    assert len(results) >= len(pack.golden) > 0
    failures = [shown(one) for one in results if not one.holds]
    if failures:
        pytest.fail(f"{len(failures)} of {len(results)}:\n" + "\n".join(failures), pytrace=False)


def test_a_case_that_does_not_hold_is_named_with_its_line_and_both_outcomes(pack: Pack) -> None:
    case = pack.golden[0]
    ((subject, benefits),) = list(case.expect.items())[:1]
    ((benefit, expected),) = list(benefits.items())[:1]
    wrong = replace(case, expect={subject: {benefit: replace(expected, amount=1)}})
    (result,) = run(pack, [wrong], "duckdb")
    assert not result.holds
    assert f"{Path(expected.place.path).name}:{expected.place.line}:" in shown(result)
    assert "expected entitled 1; found entitled 14000" in shown(result)
