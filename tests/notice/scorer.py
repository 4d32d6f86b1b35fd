"""Compare what the reader found with what a person found, field by field."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from luodi.notice import read

FIELDS = (
    "title",
    "notice_title",
    "document_number",
    "issuers",
    "issued_on",
    "valid_from",
    "valid_until",
    "event",
    "sections",
    "measures",
    "titles",
    "units",
    "lead",
    "default_units",
    "contacts",
    "handling_modes",
    "money",
    "percentages",
    "ratios",
    "quantities",
    "deadlines",
    "durations",
    "phones",
    "other_contacts",
    "noise",
    "doubts",
)
_ALSO = ("noise", "doubts", "titles", "event", "quantities", "other_contacts")  # only if labelled


def differences(label: dict[str, Any], read: dict[str, Any]) -> list[str]:
    """One line for each value missed and each value too many; none when all agree."""
    return [
        f"{field}: {word} {value}"
        for field, (missed, extra) in compare(label, read).items()
        for word, values in (("missed", missed), ("extra", extra))
        for value in values
    ]


def compare(label: dict[str, Any], read: dict[str, Any]) -> dict[str, tuple[list[Any], list[Any]]]:
    """For each field what was missed and what was found too much."""
    result = {}
    for field in FIELDS:
        if field in label.get("skip", ()) or (field in _ALSO and field not in label):
            continue
        wanted, found = _wanted(label, field), _found(read, field)
        for value in list(wanted):
            hits = [f for f in found if _same(value, f)]
            if hits:
                wanted.remove(value)
                found.remove(hits[0])
        result[field] = (wanted, found)
    return result


def count(label: dict[str, Any], field: str) -> int:
    """How many values a label holds in a field."""
    return len(_wanted(label, field))


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, tuple) and isinstance(found, tuple) and len(wanted) == len(found):
        return all(_same(a, b) for a, b in zip(wanted, found, strict=True))
    if isinstance(wanted, str) and "|" in wanted:
        return found in wanted.split("|")
    return bool(wanted == found)


def _wanted(label: dict[str, Any], field: str) -> list[Any]:
    value = label.get(field)
    if value is None:
        return []
    if field in ("units", "lead", "contacts", "handling_modes"):
        return _pairs(value)
    if field == "money":
        return [(x["measure"], x["value"], x["unit"], x["role"], x["period"]) for x in value]
    if field == "percentages":
        return [(x["measure"], x["value"], x["role"]) for x in value]
    if isinstance(value, list):
        return [(x["measure"], x["value"]) if isinstance(x, dict) else x for x in value]
    return [value]


def _found(read: dict[str, Any], field: str) -> list[Any]:
    validity = {"valid_from": "from", "valid_until": "until", "event": "event"}
    if field in validity:
        value = read["validity"][validity[field]]
        return [] if value is None else [value]
    if field in ("sections", "measures"):
        return list(read[field]["numbers"])
    if field == "titles":
        return list(read["measures"]["titles"])
    if field == "doubts":
        return list(Counter(d["kind"] for d in read["doubts"]))
    return _wanted(read, field)


def _pairs(value: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (number, item)
        for number, items in value.items()
        for item in (items if isinstance(items, list) else [items])
    ]


def main() -> None:
    """Print, for each field, how many values are right, missed and too many."""
    here = Path(__file__).parent
    totals = {field: [0, 0, 0] for field in FIELDS}
    for path in sorted((here / "labels").glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        name = label["notice"]
        notice = read(here.parents[1] / name if "/" in name else here / "notices" / name)
        for field, (missed, extra) in compare(label, notice.to_json()).items():
            right = count(label, field) - len(missed)
            for i, n in enumerate((right, len(missed), len(extra))):
                totals[field][i] += n
    print(f"{'field':<16}{'right':>7}{'missed':>8}{'extra':>7}")
    for field, (right, missed_n, extra_n) in totals.items():
        print(f"{field:<16}{right:>7}{missed_n:>8}{extra_n:>7}")


if __name__ == "__main__":
    main()
