"""Problems of an import, like with like, so that a page can show them without naming anybody."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass

from luodi.pack import Pack
from luodi.population import Snapshot

_MASKED = re.compile(r"(?:[0-9]+|[^\s0-9：])?•+[0-9Xx]*")


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """Problems that are alike: how many, and where the first one is. No personal data."""

    text: str
    severity: str
    count: int
    example: str
    next_step: str


def problem_kinds(pack: Pack, snapshot: Snapshot) -> tuple[ProblemKind, ...]:
    """What was wrong with the lists of `snapshot`: errors, then warnings, the most frequent first."""
    towns = [area.name for area in pack.place.areas]
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], dict[str, str]] = {}
    with (snapshot.folder / "problems.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            problem = json.loads(line)
            kind = _kind(problem["place"], problem["message"], towns)
            counts[problem["severity"], kind] += 1
            first.setdefault((problem["severity"], kind), problem)
    found = [
        ProblemKind(text, severity, counts[severity, text], one["place"], one["next_step"])
        for (severity, text), one in first.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.severity, -one.count, one.text)))


def _kind(place: str, message: str, towns: list[str]) -> str:
    """The message without what differs from row to row; a cell's with its heading."""
    text = _MASKED.sub("…", message)
    for name in towns:
        text = text.replace(name, "某地")
    text = re.split("[“：]", text)[0]
    heading = place.rpartition(":")[2]
    return text if heading in text or heading.startswith("第") else f"{heading}：{text}"
