"""What was measured, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: ours against a baseline, each measured several times.

    Attributes:
        ours, theirs: The same unit, one value a round.
        unit: ms, µs or MB.
        limit: What the ratio must keep to: "≤ 1.15" of theirs, or "≥ 5" times better.
    """

    what: str
    ours: Sequence[float]
    theirs: Sequence[float]
    unit: str
    limit: str
    aim: str

    @property
    def ratio(self) -> float:
        """Ours by theirs; theirs by ours where the limit says how many times better."""
        ratio = median(self.ours) / median(self.theirs)
        return 1 / ratio if self.limit.startswith("≥") else ratio

    @property
    def kept(self) -> bool:
        number = float(self.limit[1:])
        return self.ratio >= number if self.limit.startswith("≥") else self.ratio <= number


def write(lines: Sequence[Line], folder: Path) -> str:
    """Write latest.json and latest.md below `folder`; the table is returned."""
    machine = {
        "measured": datetime.now().astimezone().isoformat(timespec="minutes"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "polars", "openfisca-core", "numpy")},
    }
    table = [
        "| what | ours | theirs | ratio | must | aim | |",
        "|---|---:|---:|---:|---:|---:|---|",
        *(
            f"| {one.what} | {_figure(one.ours, one.unit)} | {_figure(one.theirs, one.unit)} "
            f"| {one.ratio:.2f} | {one.limit} | {one.aim} | {'' if one.kept else 'not kept'} |"
            for one in lines
        ),
    ]
    text = "\n".join([*table, "", ", ".join(f"{key} {value}" for key, value in machine.items())])
    folder.mkdir(exist_ok=True)
    found = [{**asdict(one), "ratio": one.ratio, "kept": one.kept} for one in lines]
    report = {"machine": machine, "lines": found}
    (folder / "latest.json").write_text(
        json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    (folder / "latest.md").write_text(text + "\n", "utf-8")
    return text


def _figure(values: Sequence[float], unit: str) -> str:
    """The median, and the range where there is one."""
    low, high = min(values), max(values)
    spread = (
        f" ({low:,.0f}–{high:,.0f})" if len(values) > 1 and f"{low:.0f}" != f"{high:.0f}" else ""
    )
    return f"{median(values):,.0f} {unit}{spread}"
