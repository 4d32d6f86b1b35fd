"""What rival readings and what-ifs cost on a real registry, side by side."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luodi.assessment.assess import Assessment, assess
from luodi.assessment.engines import locked, quoted
from luodi.assessment.reasons import readings_that_matter
from luodi.assessment.scenarios import Given
from luodi.basics.period import Month
from luodi.pack.model import Pack
from luodi.population import Snapshot

Choice = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Price:
    """One benefit under one complete choice of the readings it depends on.

    Attributes:
        variant: What-if label; empty for the run as given.
        choice: Reading → option, of the open readings that change the result; empty for none.
        subjects: Entitled.
        amount: Fen, or thousandths of `unit`.
        undecided: Subjects on some register who would be undecided for want of facts.
    """

    variant: str
    benefit: str
    label: str
    measure: str
    month: str
    choice: dict[str, str]
    unit: str
    subjects: int
    amount: int
    undecided: int

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def price(
    pack: Pack,
    snapshot: Snapshot,
    months: Sequence[Month],
    variants: Sequence[tuple[str, Given]],
    *,
    engine: str = "duckdb",
    step: Callable[[str], None] = lambda _label: None,
) -> list[Price]:
    """Assess once for each variant and put the results side by side. Nothing is kept.

    Args:
        variants: Label and givens; the first is what the others are compared with.
    """
    found: list[Price] = []
    with tempfile.TemporaryDirectory(prefix="luodi-price-") as folder:
        for index, (label, given) in enumerate(variants):
            step(label)
            result = assess(
                pack, snapshot, months, Path(folder) / str(index),
                given=given, engine=engine, refused=False,
            )  # fmt: skip
            found += _prices(label, result)
    return found


def _prices(label: str, result: Assessment) -> list[Price]:
    benefits = {one["benefit"]: one for one in result.summary["benefits"]}
    found = []
    with locked([result.folder]) as connection:
        rows = connection.execute(
            "SELECT benefit, month, choice, unit, subjects, amount, undecided "
            f"FROM read_parquet({quoted(result.path('prices'))})"
        ).fetchall()
        totals = connection.execute(
            "SELECT benefit, month, CAST(sum(subjects) AS BIGINT), CAST(sum(amount) AS BIGINT) "
            f"FROM read_parquet({quoted(result.path('totals'))}) WHERE verdict = 'entitled' "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    choices: dict[tuple[str, str, str], dict[Choice, tuple[int, int, int]]] = {}
    for benefit, month, choice, unit, subjects, amount, undecided in rows:
        key = tuple(sorted(json.loads(choice).items()))
        choices.setdefault((benefit, month, unit), {})[key] = (subjects, amount, undecided)
    for (benefit, month, unit), priced in choices.items():
        one = benefits[benefit]
        matter = {name.removeprefix("reading.") for name in readings_that_matter(priced)}
        merged: dict[Choice, tuple[int, int, int]] = {}
        for key, result_ in priced.items():
            merged[tuple(pair for pair in key if pair[0] in matter)] = result_
        for key, (subjects, amount, undecided) in merged.items():
            found.append(
                Price(label, benefit, one["label"], one["measure"], month, dict(key), unit,
                      subjects, amount, undecided)
            )  # fmt: skip
    shown = {benefit for benefit, *_ in choices}
    sums = {(benefit, month): (count, amount) for benefit, month, count, amount in totals}
    for benefit, one in benefits.items():
        if benefit in shown or not one["in_force"]:
            continue
        for month in result.summary["months"]:
            subjects, amount = sums.get((benefit, month), (0, 0))
            found.append(
                Price(label, benefit, one["label"], one["measure"], month, {}, one["unit"],
                      subjects, amount, one["undecided"])
            )  # fmt: skip
    order = {benefit: index for index, benefit in enumerate(benefits)}
    found.sort(key=lambda price: (order[price.benefit], price.month))
    return found
