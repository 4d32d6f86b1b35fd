"""Is everything that is named known, and everything that stands there used?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from luodi.basics.problem import Problem, suggest
from luodi.pack.measure import Assessable, Change, Procedure, Task
from luodi.pack.model import Pack
from luodi.pack.references import names_read
from luodi.rules import Place

# First two digits of identity numbers (GB/T 2260): 11 Beijing … 65 Xinjiang, 71 to 83.
_PROVINCES = frozenset(
    f"{number}"
    for first, last in (
        (11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83), (91, 91)
    )
    for number in range(first, last + 1)
)  # fmt: skip
_DRAFT_NOTE = re.compile(r"(note|reason): ['\"]?(草稿：.*)")


def units_are_known_to_the_place(pack: Pack) -> Iterator[Problem]:
    """Every unit named anywhere stands in the place's units.yaml."""
    for name, place in _units_named(pack):
        if pack.place.unit(name) is None:
            known = [one for unit in pack.place.units for one in (unit.name, *unit.aliases)]
            near = suggest(name, known)
            hint = (
                f"是不是 {near!r}？"
                if near
                else f"请加进 {pack.place.spot.path.replace('place.yaml', 'units.yaml')}"
            )
            yield pack.problem(place, f"{pack.place.title}没有登记单位 {name!r}", hint)


def _units_named(pack: Pack) -> Iterator[tuple[str, Place]]:
    for register in pack.registers.values():
        yield register.owner, register.place
    for parameter in pack.parameters.values():
        if parameter.asks:
            yield parameter.asks, parameter.place
    for measure in pack.measures:
        for name in measure.units:
            yield name, measure.place
        for reading in measure.readings.values():
            yield reading.signed_by, reading.place
        for one in measure.instruments:
            if one.units != measure.units:
                for name in one.units:
                    yield name, one.place
            if isinstance(one, Assessable) and one.payer is not None and one.payer.unit:
                yield one.payer.unit, one.place


def place_is_sound(pack: Pack) -> Iterator[Problem]:
    """Areas belong to the place; made-up identity numbers can be nobody's."""
    place = pack.place
    for area in place.areas:
        if not area.code.startswith(place.code):
            message = f"区划 {area.name}（{area.code}）不属于 {place.title}（{place.code}）"
            yield pack.problem(place.spot, message, "区划代码的前 6 位应是本地的代码")
    if place.synthetic_prefix[:2] in _PROVINCES:
        yield pack.problem(
            place.spot,
            f"号段 {place.synthetic_prefix} 属于真实的省份，编造的身份证号可能碰到真人",
            "synthetic_prefix 换成没有分配的号段，如 99 开头",
        )


def everything_is_used(pack: Pack) -> Iterator[Problem]:
    """No parameter, indicator, reading, event, procedure or own fact stands there unread."""
    used = _used(pack)
    for name, parameter in pack.parameters.items():
        if f"param.{name}" not in used:
            yield _unused(pack, parameter.place, f"参数 {name!r}", f"param.{name}")
    for name, indicator in pack.indicators.items():
        if f"signal.{name}" not in used:
            yield _unused(pack, indicator.place, f"指数 {name!r}", f"signal.{name}")
    for name, reading in pack.readings.items():
        if f"reading.{name}" not in used:
            yield _unused(pack, reading.place, f"读法 {name!r}", f"reading.{name}")
    for name, event in pack.events.items():
        if f"event.{name}" not in used:
            yield _unused(pack, event.place, f"事件 {name!r}", f"event.{name}.days 或 validity")
    for name, procedure in pack.procedures.items():
        if f"procedure.{name}" not in used:
            yield _unused(pack, procedure.place, f"流程 {name!r}", f"procedure: {name}")
    for rows in pack.definitions.values():
        for name, definition in rows.items():
            if pack.is_own(definition.place) and name not in used:
                yield _unused(pack, definition.place, f"派生事实 {name!r}", name)
    for register in pack.registers.values():
        if not pack.is_own(register.place):
            continue  # a place keeps lists whichever notice comes
        for name, fact in register.facts.items():
            if name not in used:
                yield _unused(pack, fact.place, f"{register.title}的事实 {name!r}", name)
        if register.is_record and not any(one.subject == register.of for one in _subjects(pack)):
            yield _unused(pack, register.place, f"记录 {register.of!r}", f"for: {register.of}")


def _subjects(pack: Pack) -> Iterator[Assessable | Procedure]:
    yield from (one for one in pack.instruments if isinstance(one, Assessable | Procedure))


def _unused(pack: Pack, place: Place, what: str, how: str) -> Problem:
    return pack.problem(place, f"{what} 没有任何一项用到", f"请在某一项里写 {how}，或删去")


def _used(pack: Pack) -> set[str]:
    """Names read by rules (facts by their last part), and what instruments name otherwise."""
    used = set()
    for one in pack.instruments:
        for name in names_read(one):
            parts = name.split(".")
            head = parts[0]
            used.add(
                ".".join(parts[:2])
                if head in ("param", "signal", "reading", "event")
                else parts[-1]
            )
        if isinstance(one, Change):
            used |= {f"param.{one.parameter}", f"procedure.{one.procedure}"}
            used.add(f"event.{one.deferred_until}")
        if isinstance(one, Procedure):
            used.add(f"procedure.{one.procedure}")
        if isinstance(one, Task):
            used.add(f"event.{one.deadline_event}")
        used |= {f"event.{one.validity.event}", f"event.{one.validity.until_event}"}
    for holder in pack.stepped:
        for step in holder.steps:
            used |= {f"event.{step.waived_by}", f"event.{step.deferred_until}"}
    used |= {f"event.{one.event.name}" for one in pack.parameters.values() if one.event}
    return used


def rules_have_examples(pack: Pack) -> Iterator[Problem]:
    """Each benefit and standard that is decided by rule has a golden case."""
    shown = {name for case in pack.golden for rows in case.expect.values() for name in rows}
    for one in pack.assessables:
        if one.id not in shown:
            yield pack.problem(
                one.place,
                f"{one.id!r} 没有例子",
                "请在 golden/ 里至少写一个，最好符合、不符合各一个",
            )


def drafts_are_finished(pack: Pack) -> Iterator[Problem]:
    """What `pack draft` left to a person is done, and its note taken out."""
    for source in pack.sources.values():
        for number, line in enumerate(source.lines, 1):
            if found := _DRAFT_NOTE.search(line):
                place = Place(source.path, number, found.start(2) + 1)
                yield Problem(f"{place}", found[2].strip("'\""))
