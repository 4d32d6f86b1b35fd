"""Compare what the reader found with what a person found, field by field."""

from __future__ import annotations

from collections import Counter
from typing import Any

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
