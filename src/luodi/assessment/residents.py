"""From a snapshot: one subject with all that its rules may read, as the closures take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luodi.assessment.single import Case
from luodi.basics.problem import Problem, ProblemError
from luodi.pack.model import Pack
from luodi.population import Snapshot
from luodi.rules.types import Stored


def case_from(pack: Pack, snapshot: Snapshot, kind: str, subject: int) -> tuple[Case, int]:
    """The case that `subject` belongs to, and its id in it.

    Raises:
        ProblemError: The snapshot has no such subject.
    """
    row = snapshot.subject(kind, subject) if _table(kind) in snapshot.tables else None
    if row is None:
        raise ProblemError(
            Problem(
                f"{snapshot.folder}", f"快照里没有 {kind} {subject}", "编号见 luodi assess 的结果表"
            )
        )
    if kind == "person":
        home = row["household_id"]
        if home is None:
            return Case("household", -1, _blank(pack, "household"), {subject: row}, {}, {}), subject
        return _household(pack, snapshot, home), subject
    if kind == "household":
        return _household(pack, snapshot, subject), subject
    if kind == "organisation":
        return Case(kind, subject, row, {}, {}, {}), subject
    person = snapshot.person(row["person_id"]) if row.get("person_id") is not None else None
    home_id = row.get("household_id") or (person or {}).get("household_id")
    home = snapshot.household(home_id) if home_id is not None else None
    firm = row.get("organisation_id")
    organisation = snapshot.subject("organisation", firm) if firm is not None else None
    links: dict[str, Mapping[str, Stored]] = {
        "person": person or _blank(pack, "person"),
        "household": home or _blank(pack, "household"),
        "person.household": home or _blank(pack, "household"),
        "organisation": organisation or _blank(pack, "organisation"),
    }
    kin = snapshot.household_members(home_id) if home_id is not None else [_blank(pack, "person")]
    return Case(kind, subject, row, {}, links, {"person": kin, "household": kin}), subject


def _household(pack: Pack, snapshot: Snapshot, home: int) -> Case:
    facts = snapshot.household(home) or {**_blank(pack, "household"), "household_id": home}
    members = {row["person_id"]: row for row in snapshot.household_members(home)}
    return Case("household", home, facts, members, {}, {})


def _blank(pack: Pack, kind: str) -> dict[str, Any]:
    return dict.fromkeys(pack.facts[kind])


def _table(kind: str) -> str:
    plural = {"person": "persons", "household": "households", "organisation": "organisations"}
    return plural.get(kind, kind)
