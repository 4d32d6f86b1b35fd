"""Parts that instruments share: quotes, validity, steps of procedures, readings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from luodi.basics.problem import Problem, suggest
from luodi.pack.figures import Event, known_event
from luodi.pack.measure import ProcedureFile, Quote, Reading, Step, Validity
from luodi.pack.yaml import Item


def quotes(item: Item, key: str = "quote") -> tuple[Quote, ...]:
    """The quotes, or clause ids, under `key`, each with its place."""
    return tuple(Quote(row.text.strip(), row.place) for row in item.list_of(key))


def validity(item: Item | None, events: Mapping[str, Event], problems: list[Problem]) -> Validity:
    """Read a `validity:`; without one, no end."""
    if item is None:
        return Validity()
    during = item.get("event")
    since, end, said = item.day("from"), item.get("until"), quotes(item)
    if during is not None:
        if known_event(during, events, problems) is None:
            return Validity()
        if end is not None:
            problems.append(item.problem("有效期已随事件，不能再写 until", "留下一个"))
        return Validity(event=during.text, since=since, quotes=said)
    if end is None and since is None:
        problems.append(
            item.problem("有效期是空的", "写 event、from 或 until（until: none 表示长期）")
        )
        return Validity()
    if end is not None and end.kind == "mapping":
        named = known_event(end.table["event"], events, problems)
        return Validity(since=since, until_event=named.name if named else "", quotes=said)
    until = None if end is None or end.text == "none" else date.fromisoformat(end.text)
    if since is not None and until is not None and until <= since:
        problems.append(item.problem("有效期的 until 不晚于 from"))
    return Validity(since=since, until=until, quotes=said)


def step(item: Item, events: Mapping[str, Event], problems: list[Problem]) -> Step:
    """Read a step of a procedure."""
    for key in ("waived_by", "deferred_until"):
        if (named := item.get(key)) is not None:
            known_event(named, events, problems)
    return Step(
        item.string("id"),
        item.string("label"),
        item.string("actor"),
        item.string("within"),
        item.string("waived_by"),
        item.string("deferred_until"),
        quotes(item),
        item.place,
    )


def procedure_file(
    name: str, item: Item, events: Mapping[str, Event], problems: list[Problem]
) -> ProcedureFile:
    """Read a file of procedures/."""
    return ProcedureFile(
        name,
        item.string("label"),
        item.string("for"),
        tuple(step(row, events, problems) for row in item.list_of("steps")),
        item.string("source"),
        item.place,
    )


def readings(item: Item, problems: list[Problem]) -> dict[str, Reading]:
    """Read the `readings:` of a measure's file."""
    found = {}
    for name, row in item.entries("readings"):
        options = {key: option.text.strip() for key, option in row.entries("options")}
        suggested = row.get("suggested")
        if suggested is not None and suggested.text not in options:
            near = suggest(suggested.text, options)
            hint = f"是不是 {near!r}？" if near else f"可写：{'、'.join(options)}"
            problems.append(suggested.problem(f"没有读法 {suggested.text!r}", hint))
        found[name] = Reading(
            name,
            item.string("measure"),
            row.string("question"),
            row.string("signed_by"),
            options,
            row.string("suggested"),
            row.string("note"),
            row.place,
        )
    return found
