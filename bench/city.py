"""Makes up a city as a frozen snapshot: the same bytes each time.

1,780,000 persons in some 690,000 households and 17 towns; the shares of those whom a rule of the
bench pack can touch follow what counties publish. Nobody in it exists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from luodi.pack.model import Pack
from luodi.population.snapshot import FORMAT, MANIFEST, seal, sha256

PEOPLE = 1_780_000
SHIFT = 10_000_000  # between the ids of one copy of the city and the next
AS_OF = np.datetime64("2020-02-12")
FLAGS = (
    "is_dibao", "is_tekun", "is_orphan", "is_disabled_in_hardship", "is_laid_off", "is_bereaved",
    "is_veteran", "draws_unemployment_benefit", "is_in_patient_household",
)  # fmt: skip
_ROWS = 122_880  # a row group


def build(folder: Path, pack: Pack, copies: int = 1, people: int = PEOPLE) -> Path:
    """Write the snapshot `folder` of `copies` times `people` persons, unless it is there."""
    if (folder / MANIFEST).is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    areas = [int(area.code) for area in pack.place.areas]
    persons, households = _city(people, areas)
    tables = {
        "persons": (persons, ("person_id", "household_id")),
        "households": (households, ("household_id",)),
    }
    written = {}
    for name, (table, ids) in tables.items():
        path = folder / f"{name}.parquet"
        with pq.ParquetWriter(path, table.schema, compression="zstd") as out:
            for copy in _copies(table, ids, copies):
                out.write_table(copy, row_group_size=_ROWS)
        written[name] = {
            "file": path.name,
            "rows": table.num_rows * copies,
            "sha256": sha256(path),
            "columns": {field.name: {"type": str(field.type)} for field in table.schema},
        }
    manifest = {
        "format": FORMAT,
        "place": pack.place.id,
        "packs": [pack.id],
        "as_of": str(AS_OF),
        "sources": [],
        "tables": written,
        "registers": {
            name: {"absence": one.absence, "handed_in": "all", "missing": []}
            for name, one in pack.registers.items()
        },
        "areas": [{"code": area.code, "name": area.name} for area in pack.place.areas],
        "problems": {"errors": 0, "warnings": 0},
    }
    manifest["seal"] = seal(manifest)
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, "utf-8")
    return folder


def _copies(table: pa.Table, ids: tuple[str, ...], copies: int) -> Iterator[pa.Table]:
    for number in range(copies):
        shifted = table
        for name in ids:
            column = pc.add(table[name], number * SHIFT)
            shifted = shifted.set_column(shifted.schema.get_field_index(name), name, column)
        yield shifted


def _city(people: int, areas: list[int]) -> tuple[pa.Table, pa.Table]:
    draw = np.random.default_rng(20200212)
    sizes = draw.choice(np.arange(1, 7), people, p=[0.19, 0.26, 0.25, 0.17, 0.08, 0.05])
    home = np.repeat(np.arange(people), sizes)[:people]
    homes = int(home[-1]) + 1
    area = np.array(areas)[np.sort(draw.integers(0, len(areas), homes))]

    def share(part: float, count: int = people) -> np.ndarray:
        return draw.random(count) < part

    age = np.clip(draw.normal(42, 23, people), 0, 103)
    born = AS_OF - (age * 365.25).astype("m8[D]")
    dibao, patient, bereaved = (share(part, homes)[home] for part in (0.007, 0.0002, 0.0008))
    bill = np.where(patient & share(0.6), draw.integers(200_000, 8_000_000, people), 0)
    bill = np.where(share(0.01), draw.integers(10_000, 900_000, people), bill)
    student = share(0.02) & (age > 5) & (age < 26)
    facts = {
        "birth_date": born.astype("M8[D]"),
        "sex": np.where(share(0.49), "女", "男"),
        "has_account": share(0.97),
        "is_identified": np.ones(people, bool),
        "is_alive": share(0.992),
        "is_resident": share(0.71),
        "is_dibao": dibao & share(0.85),
        "is_tekun": share(0.0018),
        "is_orphan": share(0.002) & (age < 18),
        "is_disabled_in_hardship": share(0.009),
        "is_laid_off": share(0.004) & (age > 20),
        "is_bereaved": bereaved,
        "is_veteran": share(0.006),
        "draws_unemployment_benefit": share(0.008) & (age > 18),
        "is_in_patient_household": patient,
        "student_level": np.where(student, draw.integers(1, 4, people), 0),
        "bill_total": bill,
        "bill_basic": bill * 62 // 100,
        "bill_serious": bill * 11 // 100,
        "bill_aid": np.where(share(0.3), bill * 27 // 100, 0),
    }
    listed = (facts["student_level"] > 0) | (bill > 0)
    for flag in FLAGS:
        listed |= facts[flag]
    ids = {"person_id": np.arange(people) + 1, "household_id": home + 1, "area": area[home]}
    persons = pa.table({**ids, "listed": listed, **facts})
    households = pa.table(
        {
            "household_id": np.arange(homes) + 1,
            "area": area,
            "household_known": np.ones(homes, bool),
            "member_count": np.bincount(home, minlength=homes),
        }
    )
    return persons, households
