"""Which row of which handed-in list an answer rests on, so that an auditor can open it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from luodi.assessment.compiled import Rule
from luodi.assessment.single import Case
from luodi.pack.model import Pack
from luodi.rules.tree import Aggregate, FactName

if TYPE_CHECKING:  # whoever explains without a snapshot needs no database
    from luodi.population import Snapshot


@dataclass(frozen=True, slots=True)
class Origin:
    """A register that an answer rests on, and where it names somebody.

    Attributes:
        who: 本人, 家中 N 号, or empty for a firm.
        place: File, sheet (where its name says more than the file's) and row; empty where the
            register names nobody of the case.
        missing: The subject's town did not hand this register in.
    """

    register: str
    title: str
    who: str = ""
    place: str = ""
    missing: bool = False


def say(found: tuple[Origin, ...], zh: bool) -> list[str]:
    """As lines: 名册：城乡低保对象名册 低保.xlsx 第214行（本人）; then those that name nobody."""
    lines = [
        f"{'名册：' if zh else 'List: '}{one.title} {one.place}"
        + (f"（{one.who}）" if one.who and zh else "")
        for one in found
        if one.place
    ]
    said = {False: "名册没有列入：", True: "名册当地未交："} if zh else {
        False: "Not on: ", True: "Not handed in: "
    }  # fmt: skip
    for missing, what in said.items():
        titles = [one.title for one in found if not one.place and one.missing is missing]
        if titles:
            lines.append(what + ("、" if zh else ", ").join(titles))
    return lines


def origins(
    pack: Pack, snapshot: Snapshot, rule: Rule, case: Case, subject: int
) -> tuple[Origin, ...]:
    """The rows behind an answer, by register in the pack's order.

    The registers are those that give a fact the rule reads. One that names nobody of the case is
    told too: that it does not is what the answer rests on.
    """
    kind = rule.benefit.subject
    parts = [part for part in (rule.verdict, rule.amount, rule.clash) if part is not None]
    nodes = [node for part in parts for node in part.walk()]
    read = {node.fact.name for node in nodes if isinstance(node, FactName)}
    kin = any(isinstance(node, Aggregate) for node in nodes)
    rows = [
        (who, row)
        for whose, number, who in _named(kind, case, subject, kin)
        for row in snapshot.sources(whose, number)
    ]
    area = f"{case.members.get(subject, case.facts).get('area') or 0:09d}"
    found = []
    for name, register in pack.registers.items():
        if not (read & set(register.facts) or (register.is_record and register.of == kind)):
            continue
        state = snapshot.manifest["registers"].get(name, {})
        own = [
            Origin(name, register.title, who, _place(row["file"], row["sheet"], row["row"]))
            for who, row in rows
            if row["register"] == name
        ]
        if not own and register.is_record:
            # Of a record on nobody's name only the file is known.
            lists = [one for one in snapshot.manifest["sources"] if one["register"] == name]
            files = dict.fromkeys(one["file"] for one in lists)
            own = [Origin(name, register.title, place=file) for file in files]
        found += own or [Origin(name, register.title, missing=area in state.get("missing", ()))]
    return tuple(found)


def _named(kind: str, case: Case, subject: int, kin: bool) -> list[tuple[str, int, str]]:
    """Whose rows bear on the answer: kind, number, and how to call them; the subject first.

    Args:
        kin: Whether the rule asks after the members of the household.
    """
    if kind == "organisation":
        return [("organisation", subject, "")]
    if kind in ("person", "household"):
        others = [int(one) for one in case.members if kind == "household" or one != subject]
        own = [("person", subject, "本人")] if kind == "person" else []
        return own + [("person", one, f"家中 {one} 号") for one in others if kin or not own]
    linked = (("person", "本人"), ("organisation", ""))
    return [
        (whose, int(number), who)
        for whose, who in linked
        if isinstance(number := case.facts.get(f"{whose}_id"), int)
    ]


def _place(file: str, sheet: str, row: int) -> str:
    shown = [file, f"第{row}行"]
    if sheet and sheet != PurePath(file).stem:
        shown.insert(1, sheet)
    return " ".join(shown)
