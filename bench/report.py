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
        what: Unique among all lines.
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
    """Write latest.json and latest.md below `folder`; the table is returned.

    What was measured before and not now stays in both, with its own date.
    """
    path = folder / "latest.json"
    now = datetime.now().astimezone().isoformat(timespec="minutes")
    before = json.loads(path.read_text("utf-8"))["lines"] if path.is_file() else []
    found = {one["what"]: one for one in before}
    for one in lines:
        found[one.what] = {
            **asdict(one), "ratio": one.ratio, "kept": one.kept, "measured": now,
            "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("duckdb", "polars", "openfisca-core", "numpy")},
    }
    table = [
        "| what | ours | theirs | ratio | must | aim | | measured |",
        "|---|---:|---:|---:|---:|---:|---|---|",
        *(
            f"| {one['what']} | {_figure(one['ours'], one['unit'])} "
            f"| {_figure(one['theirs'], one['unit'])} | {one['ratio']:.2f} | {one['limit']} "
            f"| {one['aim']} | {'kept' if one['kept'] else 'not kept'} "
            f"| {one['measured']}, load {one['load']} |"
            for one in found.values()
        ),
    ]
    text = "\n".join([*table, "", ", ".join(f"{key} {value}" for key, value in machine.items())])
    folder.mkdir(exist_ok=True)
    report = {"machine": machine, "lines": list(found.values())}
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (folder / "latest.md").write_text(text + "\n", "utf-8")
    return text


def _figure(values: Sequence[float], unit: str) -> str:
    """The median, and the range where there is one."""
    low, high = min(values), max(values)
    spread = (
        f" ({low:,.0f}–{high:,.0f})" if len(values) > 1 and f"{low:.0f}" != f"{high:.0f}" else ""
    )
    return f"{median(values):,.0f} {unit}{spread}"
