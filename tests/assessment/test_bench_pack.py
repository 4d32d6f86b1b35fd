"""The pack that speed is measured with is a pack like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from luodi.assessment.golden import run
from luodi.pack import Pack, load
from luodi.pack.check import check


@pytest.fixture(scope="module")
def bench(root: Path) -> Pack:
    return load(root / "bench" / "packs" / "bench-2020")


def test_the_bench_pack_has_no_problem(bench: Pack) -> None:
    assert check(bench) == []


@pytest.mark.parametrize("engine", ["closures", "duckdb"])
def test_its_golden_cases_hold(bench: Pack, engine: str) -> None:
    results = run(bench, bench.golden, engine)
    assert results and all(one.holds for one in results)
