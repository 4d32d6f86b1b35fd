"""The ten rules through OpenFisca-Core: all persons as arrays, one formula a variable and month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.simulations import SimulationBuilder

from bench.fisca import BOOLEANS, HOUSEHOLD, NUMBERS, PERSON, REASONS, system
from bench.spec import RULES, Job


def run(job: Job) -> None:
    rules = system()
    needed = ["person_id", "household_id", "area", "birth_date", *BOOLEANS, *NUMBERS]
    table = pq.read_table(job.persons, columns=needed)

    def column(name: str) -> Any:
        return table[name].to_numpy()

    persons, members = column("person_id"), column("household_id")
    households, first = np.unique(members, return_index=True)
    builder = SimulationBuilder()
    builder.create_entities(rules)
    builder.declare_person_entity("person", persons)
    home = builder.declare_entity("household", households)
    builder.join_with_persons(home, members, np.repeat("member", len(persons)))
    simulation = builder.build(rules)
    for name in (*BOOLEANS, "birth_date"):
        simulation.set_input(name, "2020-02", column(name))
    for name in NUMBERS:
        simulation.set_input(name, "2020-02", column(name).astype("i4"))
    area = column("area")
    parts = []
    for month in job.months:
        at = f"{month // 100}-{month % 100:02d}"
        for name in (*PERSON, *HOUSEHOLD):
            amount = simulation.calculate(name, at)
            found = np.flatnonzero(amount)
            if not found.size:
                continue
            shared = name in HOUSEHOLD
            reason = simulation.calculate(REASONS[name], at)[found] if name in REASONS else 1
            if name not in ("free_gas", "free_water"):
                reason = reason + simulation.calculate("home_hold" if shared else "hold", at)[found]
            parts.append(
                {
                    "subject": (households if shared else persons)[found],
                    "town": (area[first] if shared else area)[found],
                    "rule": np.full(found.size, RULES[name], "i1"),
                    "month": np.full(found.size, month, "i4"),
                    "amount": amount[found].astype("i8"),
                    "reason": reason.astype("i2"),
                }
            )
    rows = pa.table({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    pq.write_table(rows, job.rows)
    totals = rows.group_by(["town", "rule", "month"]).aggregate(
        [("amount", "count"), ("amount", "sum")]
    )
    names = {"amount_count": "subjects", "amount_sum": "amount"}
    pq.write_table(
        totals.rename_columns([names.get(name, name) for name in totals.column_names]), job.totals
    )
