"""From a snapshot: one subject with all that its rules may read, as the closures take it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luodi.assessment.single import Case
from luodi.basics.problem import Problem, ProblemError
from luodi.pack.model import Pack
from luodi.population import Snapshot
from luodi.rules.types import Stored

_SHORTEST_IDENTITY = 15


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


def subject_called(snapshot: Snapshot, kind: str, called: str) -> int:
    """The number of the subject that somebody asks for by number, identity number or name.

    A household may be asked for by any of its members.

    Args:
        kind: The kind of subject wanted: what a bare number counts.

    Raises:
        ProblemError: Nobody, or more than one, is called so.
    """
    if called.isascii() and called.isdigit() and len(called) < _SHORTEST_IDENTITY:
        return int(called)
    found = snapshot.find_number(called) or [("person", one) for one in snapshot.find(called)]
    own = [one for whose, one in found if whose == kind]
    if kind == "household":
        people = (snapshot.person(one) for whose, one in found if whose == "person")
        homes = (person["household_id"] for person in people if person is not None)
        own = sorted({home for home in homes if home is not None})
    if len(own) == 1:
        return own[0]
    if own:
        numbers = "、".join(str(one) for one in own)
        message, hint = f"同名的有 {len(own)} 个", f"请用身份证号，或编号之一：{numbers}"
    else:
        message = "快照里没有这个身份证号、信用代码或姓名"
        hint = "请核对；编号见 luodi assess 的结果表"
    raise ProblemError(Problem(f"{snapshot.folder}", message, hint))


def _household(pack: Pack, snapshot: Snapshot, home: int) -> Case:
    facts = snapshot.household(home) or {**_blank(pack, "household"), "household_id": home}
    members = {row["person_id"]: row for row in snapshot.household_members(home)}
    return Case("household", home, facts, members, {}, {})


def _blank(pack: Pack, kind: str) -> dict[str, Any]:
    return dict.fromkeys(pack.facts[kind])


def _table(kind: str) -> str:
    plural = {"person": "persons", "household": "households", "organisation": "organisations"}
    return plural.get(kind, kind)
