"""Superior policy: what a higher level says, from its day on, instead of the local figure or rule.

An overlay is a file of its own, beside the packs it bears on. Applying it gives another pack; what
that changes for whom is the difference between two assessments, with it and without.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import cast

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack.figures import Figure, Parameter, Status, stored_figure
from luodi.pack.file_overlay import OVERLAY
from luodi.pack.measure import Assessable, Instrument
from luodi.pack.model import Pack
from luodi.pack.yaml import Item, read_source, read_yaml
from luodi.rules import Expr, Type, parse
from luodi.rules.tree import Junction


@dataclass(frozen=True)
class Overlay:
    """A superior policy as read; `apply` gives the pack under it."""

    id: str
    level: str
    title: str
    issued_on: date | None
    applies_to: tuple[str, ...]
    item: Item

    def apply(self, pack: Pack) -> Pack:
        """`pack` as it is under this overlay; its version tells both.

        Raises:
            ProblemError: It does not bear on this pack, or names what the pack does not have.
        """
        problems: list[Problem] = []
        if pack.id not in self.applies_to:
            problems.append(
                self.item.problem(
                    f"这份上级政策不涉及 {pack.id}", f"涉及：{'、'.join(self.applies_to)}"
                )
            )
        parameters = dict(pack.parameters)
        for name, row in self.item.entries("parameters"):
            known = parameters.get(name)
            if known is None:
                table = self.item.table["parameters"]
                problems.append(
                    table.key_problem(name, f"没有参数 {name!r}", _near(name, parameters))
                )
            elif (changed := _overlaid(known, row, problems)) is not None:
                parameters[name] = changed
        added: dict[str, list[Expr]] = {}
        benefits = {one.id: one for one in pack.assessables}
        for row in self.item.list_of("conditions"):
            name = row.string("instrument")
            benefit = benefits.get(name)
            if benefit is None:
                problems.append(
                    row.table["instrument"].problem(
                        f"没有待遇或标准 {name!r}", _near(name, benefits)
                    )
                )
                continue
            text = row.table["and"]
            try:
                scope = pack.scope(benefit.subject)
                added.setdefault(name, []).append(
                    parse(text.text, scope, text.place, Type.boolean())
                )
            except ProblemError as error:
                problems.extend(error.problems)
        if problems:
            raise ProblemError(*problems)
        measures = tuple(
            replace(
                measure,
                instruments=tuple(_conditioned(one, added) for one in measure.instruments),
            )
            for measure in pack.measures
        )
        both = f"{pack.version}\n{self.item.source.text}"
        return replace(
            pack,
            version=sha256(both.encode()).hexdigest(),
            parameters=parameters,
            measures=measures,
        )


def read_overlay(file: Path) -> Overlay:
    """Read a superior policy.

    Raises:
        ProblemError: It cannot be read, or has unknown or missing keys.
    """
    item = read_yaml(read_source(file, file.parent))
    problems = OVERLAY.check(item)
    if not problems and item.get("parameters") is None and item.get("conditions") is None:
        problems.append(item.problem("没有写改变什么", "写 parameters 或 conditions"))
    if problems:
        raise ProblemError(*problems)
    return Overlay(
        item.string("overlay"),
        item.string("level"),
        item.string("title"),
        item.day("issued_on"),
        item.strings("applies_to"),
        item,
    )


def _overlaid(known: Parameter, row: Item, problems: list[Problem]) -> Parameter | None:
    """The parameter with the superior figure from its day, and the local one again after it."""
    since, until = row.day("from"), row.day("until")
    assert since is not None
    if until is not None and until <= since:
        problems.append(row.table["until"].problem("until 不晚于 from"))
        return None
    text = row.table["value"]
    try:
        value = stored_figure(text.text, known.unit)
    except ValueError as error:
        problems.append(text.problem(str(error), f"单位是 {known.unit}"))
        return None
    status = cast(Status, row.string("status"))
    own = Figure(
        since, value, text.text, status, source=row.string("source"), note=row.string("note"),
        place=row.place,
    )  # fmt: skip
    before = [one for one in known.figures if one.since < since]
    after = [one for one in known.figures if until is not None and one.since > until]
    if until is not None:
        resumed = [one for one in known.figures if one.since <= until]
        after = [replace(one, since=until) for one in resumed[-1:]] + after
    return replace(known, figures=(*before, own, *after), open=False)


def _conditioned(one: Instrument, added: dict[str, list[Expr]]) -> Instrument:
    if not isinstance(one, Assessable) or one.id not in added:
        return one
    parts = [*([one.eligible] if one.eligible else []), *added[one.id]]
    first = parts[0]
    if len(parts) == 1:
        return replace(one, eligible=first)
    root = Junction(Type.boolean(), "and", tuple(part.root for part in parts))
    text = "\n and ".join(f"({part.text.strip()})" for part in parts)
    return replace(one, eligible=Expr(text, first.place, root))


def _near(name: str, known: object) -> str:
    assert isinstance(known, dict)
    near = suggest(name, known)
    return f"是不是 {near!r}？" if near else ""
