"""Checks that a loaded pack says what its notice says, all of it, and nothing else.

Each check is a function from a pack to problems; docs/reference/pack-checks.md explains each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from luodi.basics.problem import Problem, suggest
from luodi.pack.binding import compact
from luodi.pack.figures import Figure
from luodi.pack.measure import (
    KIND_LABELS,
    Assessable,
    Benefit,
    Change,
    Directory,
    Instrument,
    Procedure,
    ProcedureFile,
    Quote,
    Task,
)
from luodi.pack.model import Pack
from luodi.pack.references import names_read
from luodi.rules import Kind, Place

_DRAFT_NOTE = re.compile(r"(note|reason): ['\"]?(草稿：.*)")
Check = Callable[[Pack], Iterable[Problem]]

#: What must not decide about anybody unless the sentence itself names it: fact → words for it.
PROTECTED_TRAITS = {
    "ethnicity": ("民族",),
    "nationality": ("国籍", "外国", "外籍"),
    "religion": ("宗教", "信教"),
    "political_status": ("党员", "政治面貌", "团员"),
    "marital_status": ("婚", "配偶", "单身"),
    "sexual_orientation": ("性取向",),
    "sex": ("男", "女", "妇", "孕"),
    "has_criminal_record": ("犯罪", "刑"),
}


def check(pack: Pack) -> list[Problem]:
    """All problems of `pack`, in the order of CHECKS."""
    return [problem for one in CHECKS for problem in one(pack)]


def counts(pack: Pack) -> dict[str, int]:
    """What the pack holds, by Chinese name: measures, clauses, instruments of each kind …"""
    clauses = {clause for one in pack.instruments for clause in pack.bound(one).clauses}
    kinds = Counter(one.kind_label for one in pack.instruments)
    return {
        "条措施": len(pack.measures),
        "款已落实": len(clauses),
        **{f"项{label}": kinds[label] for label in KIND_LABELS.values()},
        "个参数": len(pack.parameters),
        "个未定参数": sum(one.open for one in pack.parameters.values()),
        "种读法待签": len(pack.readings),
        "个例子": len(pack.golden),
    }


def _problem(pack: Pack, place: Place, message: str, hint: str = "", width: int = 1) -> Problem:
    source = pack.sources.get(place.path)
    if source is None:
        return Problem(str(place), message, hint)
    return source.problem(place, message, hint, width=width)


def _at_quote(pack: Pack, quote: Quote, message: str, hint: str = "") -> Problem:
    return _problem(pack, quote.place, message, hint, len(quote.text))


# ---------------------------------------------------------------- the notice


def every_measure_has_a_file(pack: Pack) -> Iterator[Problem]:
    """One file per measure, no more and no fewer."""
    printed = {measure.number for measure in pack.notice.measures}
    seen: dict[str, Place] = {}
    for measure in pack.measures:
        if measure.number in seen:
            yield _problem(
                pack, measure.place, f"第{measure.number}条已有文件 {seen[measure.number].path}"
            )
        elif measure.number not in printed:
            near = "、".join(sorted(printed, key=lambda one: (len(one), one)))
            yield _problem(
                pack,
                measure.place,
                f"文件里没有第{measure.number}条",
                f"文件里有：{near or '没有任何一条'}",
            )
        seen.setdefault(measure.number, measure.place)
    for number in printed - set(seen):
        yield Problem(f"{pack.id}/measures", f"第{number}条没有文件", "请写 measures/ 下的一个文件")


def titles_are_as_printed(pack: Pack) -> Iterator[Problem]:
    """The title in a measure's file is the notice's."""
    printed = {measure.number: measure.title for measure in pack.notice.measures}
    for measure in pack.measures:
        title = printed.get(measure.number)
        if title and compact(title) != compact(measure.title):
            yield _problem(
                pack, measure.place, f"标题与文件不同：{measure.title}", f"文件里是：{title}"
            )


def units_are_as_printed(pack: Pack) -> Iterator[Problem]:
    """A measure's units are those that the notice prints for it."""
    printed = {measure.number: measure.units for measure in pack.notice.measures}
    for measure in pack.measures:
        if measure.number not in printed:
            continue
        theirs = {_unit_name(pack, name) for name in printed[measure.number]}
        ours = {_unit_name(pack, name) for name in measure.units}
        for name in sorted(theirs - ours):
            yield _problem(
                pack, measure.place, f"第{measure.number}条的责任单位少了 {name!r}", "请照文件补上"
            )
        for name in sorted(ours - theirs):
            yield _problem(
                pack,
                measure.place,
                f"第{measure.number}条的文件里没有责任单位 {name!r}",
                "请照文件改",
            )


def _unit_name(pack: Pack, name: str) -> str:
    unit = pack.place.unit(name)
    return unit.name if unit else name


def units_are_known_to_the_place(pack: Pack) -> Iterator[Problem]:
    """Every unit named anywhere stands in the place's units.yaml."""
    for name, place in _units_named(pack):
        if pack.place.unit(name) is None:
            known = [one for unit in pack.place.units for one in (unit.name, *unit.aliases)]
            near = suggest(name, known)
            hint = f"是不是 {near!r}？" if near else f"请加进 {pack.place.id}/units.yaml"
            yield _problem(pack, place, f"不认识的单位 {name!r}", hint)


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


def quotes_stand_in_the_notice(pack: Pack) -> Iterator[Problem]:
    """Every quote and clause id of an instrument stands in its measure, and only once."""
    for one in pack.instruments:
        bound = pack.bound(one)
        for quote in bound.missing:
            yield _not_there(pack, quote, one.measure, quote in one.binds)
        for quote in bound.repeated:
            yield _at_quote(
                pack,
                quote,
                f"这段引文在第{one.measure}条里不止一处",
                "请引得长一些，或用 binds 写明句号、款号",
            )
        for quote in _quotes_inside(one):
            if not pack.locator.stands(quote.text, one.measure):
                yield _not_there(pack, quote, one.measure, False)


def _quotes_inside(one: Instrument) -> Iterator[Quote]:
    """Quotes of parts of an instrument: of exceptions, steps, entries, payers."""
    if isinstance(one, Assessable):
        for override in one.overrides:
            yield from override.quotes
        if one.payer is not None:
            yield from one.payer.quotes
    elif isinstance(one, Procedure):
        for step in one.steps:
            yield from step.quotes
    elif isinstance(one, Directory):
        for entry in one.entries:
            yield from entry.quotes


def _not_there(pack: Pack, quote: Quote, measure: str, is_id: bool) -> Problem:
    if is_id:
        region = pack.locator.regions.get(measure)
        ids = "、".join(clause.id for clause in region.clauses) if region else "无"
        return _at_quote(pack, quote, f"第{measure}条没有 {quote.text!r}", f"这一条有：{ids}")
    where = pack.locator.elsewhere(quote.text)
    hint = f"它在 {where}" if where else _nearest(pack, quote.text, measure)
    return _at_quote(pack, quote, f"引文不在第{measure}条里", hint)


def _nearest(pack: Pack, quote: str, measure: str) -> str:
    region = pack.locator.regions.get(measure)
    near = suggest(quote, [clause.text for clause in region.clauses]) if region else None
    return f"最接近的一句：{near}" if near else "请从 notice.txt 里照抄（省去的地方写 …）"


def every_clause_is_bound(pack: Pack) -> Iterator[Problem]:
    """No words inside a measure are left without an instrument; outside, without a reason."""
    by_measure: dict[str, list[tuple[int, int]]] = {}
    for one in pack.instruments:
        by_measure.setdefault(one.measure, []).extend(pack.bound(one).ranges)
    places = {measure.number: measure.place for measure in pack.measures}
    for measure in pack.notice.measures:
        if measure.number not in places:
            continue
        for loose in pack.locator.loose(measure.number, by_measure.get(measure.number, ())):
            yield Problem(
                places[measure.number].path,
                f"{loose.clause.id} 有文字没有落到任何一项：{loose.words}",
                f"请让某一项的 quote 包含它，或写 binds: [{loose.clause.id}]；"
                "让部门办的事至少是一项任务（tasks）",
            )


def context_is_outside_measures(pack: Pack) -> Iterator[Problem]:
    """Only sentences outside the measures may be mere context, and each of those is."""
    outside = [name for name in ("head", "mid", "tail") if name in pack.locator.regions]
    covered: dict[str, list[tuple[int, int]]] = {name: [] for name in outside}
    for context in pack.context:
        for bind in context.binds:
            name = bind.text.partition(".")[0]
            if name not in ("head", "mid", "tail"):
                yield _at_quote(
                    pack, bind, f"{bind.text!r} 在措施里，不能只算说明", "请写成某一项，至少是任务"
                )
                continue
            found = pack.locator.find((), (bind,), name)
            if found.missing:
                region = pack.locator.regions.get(name)
                ids = "、".join(one.id for one in region.clauses) if region else "无"
                yield _at_quote(pack, bind, f"文件里没有 {bind.text!r}", f"这里有：{ids}")
            covered.setdefault(name, []).extend(found.ranges)
    for name in outside:
        for loose in pack.locator.loose(name, covered[name]):
            yield Problem(
                f"{pack.id}/pack.yaml",
                f"措施之外的 {loose.clause.sentence} 没有着落：{loose.words}",
                "请在 context 里写明它为什么不需要办理",
            )


# ---------------------------------------------------------------- figures


def figures_are_dated_and_sourced(pack: Pack) -> Iterator[Problem]:
    """Every figure says where it comes from; a quote stands where it says."""
    for parameter in pack.parameters.values():
        for figure in parameter.figures:
            yield from _sourced(pack, figure, parameter.label)
    for event in pack.events.values():
        if not event.source and event.status == "confirmed" and event.start:
            yield _problem(
                pack, event.place, f"事件 {event.name!r} 没有依据", "写 source，或 status: assumed"
            )


def _sourced(pack: Pack, figure: Figure, label: str) -> Iterator[Problem]:
    if not figure.quotes and not figure.source:
        yield _problem(
            pack, figure.place, f"{label}的数值没有出处", "写 measure 和 quote，或 source"
        )
    for quote in figure.quotes:
        if not pack.locator.stands(quote, figure.measure):
            where = pack.locator.elsewhere(quote)
            hint = f"它在 {where}" if where else "请从 notice.txt 里照抄"
            said = f"第{figure.measure}条里" if figure.measure else "文件里"
            yield _problem(pack, figure.place, f"引文不在{said}：{quote[:40]}", hint)


def open_figures_have_no_status(pack: Pack) -> Iterator[Problem]:
    """A figure whose status is open is a guess; it belongs into an open parameter."""
    for parameter in pack.parameters.values():
        for figure in parameter.figures:
            if figure.status == "open":
                yield _problem(
                    pack,
                    figure.place,
                    f"{parameter.label}的数值还未定（status: open）",
                    "写明出处后改为 confirmed 或 assumed；或改成 open: true、asks、question",
                )


# ---------------------------------------------------------------- instruments


def ids_are_unique(pack: Pack) -> Iterator[Problem]:
    """No two instruments share an id."""
    seen: dict[str, Instrument] = {}
    for one in pack.instruments:
        if one.id in seen:
            yield _problem(
                pack, one.place, f"编号 {one.id!r} 已用于 {seen[one.id].place}", "请换一个"
            )
        seen.setdefault(one.id, one)


def instruments_are_bound(pack: Pack) -> Iterator[Problem]:
    """Every instrument says which words it carries out."""
    for one in pack.instruments:
        if not one.quotes and not one.binds:
            yield _problem(pack, one.place, f"{one.id!r} 没有 quote 也没有 binds", "请写它的原文")


def amounts_have_a_payer(pack: Pack) -> Iterator[Problem]:
    """Whoever pays is named, or asked for."""
    for one in pack.assessables:
        if isinstance(one, Benefit) and one.amount is not None and one.payer is None:
            yield _problem(
                pack,
                one.place,
                f"{one.id!r} 没有写谁出钱",
                "写 payer: {unit: …}；文件没有写明的，写 payer: {open: true, question: …}",
            )


def overrides_quote_their_sentence(pack: Pack) -> Iterator[Problem]:
    """Names of exceptions are unique within a benefit."""
    for one in pack.assessables:
        for name, count in Counter(override.name for override in one.overrides).items():
            if count > 1:
                yield _problem(
                    pack, one.place, f"{one.id!r} 有两个例外都叫 {name!r}", "请换一个名称"
                )


def once_scopes_agree(pack: Pack) -> Iterator[Problem]:
    """Benefits that share a `once` scope count by the same kind of subject and cadence."""
    first: dict[str, Assessable] = {}
    for one in pack.assessables:
        other = first.setdefault(one.once.scope, one)
        if other.once.by != one.once.by:
            yield _problem(
                pack,
                one.place,
                f"once 的范围 {one.once.scope!r} 在 {other.id!r} 按 {other.once.by} 计，"
                f"这里按 {one.once.by} 计",
                "同一范围要按同一种对象",
            )
        elif other.cadence != one.cadence:
            yield _problem(
                pack,
                one.place,
                f"once 的范围 {one.once.scope!r} 在 {other.id!r} 是 {other.cadence}，"
                f"这里是 {one.cadence}",
                "同一范围要用同一周期",
            )


def members_are_reserved_by_households(pack: Pack) -> Iterator[Problem]:
    """Only a household's benefit can take up its members' keys."""
    for one in pack.assessables:
        if one.once.reserve_members and one.subject != "household":
            yield _problem(pack, one.place, f"{one.id!r} 不是给户的，不能写 reserve_members")


def deferred_steps_name_an_event(pack: Pack) -> Iterator[Problem]:
    """Steps have ids of their own, and are not both left out and postponed."""
    for one in _with_steps(pack):
        steps = one.steps
        for step in steps:
            if step.waived_by and step.deferred_until:
                yield _problem(
                    pack,
                    step.place,
                    f"环节 {step.id!r} 不能既免去又推迟",
                    "留下 waived_by 或 deferred_until",
                )
        for name, count in Counter(step.id for step in steps).items():
            if count > 1:
                yield _problem(pack, one.place, f"环节 {name!r} 写了 {count} 次", "请换一个名称")


def _with_steps(pack: Pack) -> Iterator[Procedure | ProcedureFile]:
    yield from (one for one in pack.instruments if isinstance(one, Procedure))
    yield from pack.procedures.values()


def tasks_with_deadlines_are_plain(pack: Pack) -> Iterator[Problem]:
    """`soft` says something about a deadline or a target, so there must be one."""
    for one in pack.instruments:
        if (
            isinstance(one, Task)
            and one.soft
            and not (one.deadline or one.deadline_event or one.target)
        ):
            yield _problem(
                pack,
                one.place,
                f"{one.id!r} 写了 soft，却没有 deadline 或 target",
                "请补上或删去 soft",
            )


def protected_traits_are_named_by_the_sentence(pack: Pack) -> Iterator[Problem]:
    """Nobody is treated by ethnicity, religion … unless the quoted words say so."""
    for one in pack.assessables:
        words = pack.bound(one).text
        for name in sorted(names_read(one)):
            trait = name.rpartition(".")[2]
            said = PROTECTED_TRAITS.get(trait)
            if said and not any(word in words for word in said):
                yield _problem(
                    pack,
                    one.place,
                    f"{one.id!r} 用到受保护的特征 {name!r}，而所引原文没有提到",
                    "请改用原文所说的条件",
                )


# ---------------------------------------------------------------- nothing unreferenced


def everything_is_used(pack: Pack) -> Iterator[Problem]:
    """No parameter, indicator, reading, event, procedure or own fact stands there unread."""
    used = _used(pack)
    own = f"{pack.id}/"
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
            if own in f"{definition.place.path}" and name not in used:
                yield _unused(pack, definition.place, f"派生事实 {name!r}", name)
    for register in pack.registers.values():
        if own not in f"{register.place.path}":
            continue  # a place keeps lists whichever notice comes
        for name, fact in register.facts.items():
            if name not in used:
                yield _unused(pack, fact.place, f"{register.title}的事实 {name!r}", name)
        if register.is_record and not any(one.subject == register.of for one in _subjects(pack)):
            yield _unused(pack, register.place, f"记录 {register.of!r}", f"for: {register.of}")


def _subjects(pack: Pack) -> Iterator[Assessable | Procedure]:
    yield from (one for one in pack.instruments if isinstance(one, Assessable | Procedure))


def _unused(pack: Pack, place: Place, what: str, how: str) -> Problem:
    return _problem(pack, place, f"{what} 没有任何一项用到", f"请在某一项里写 {how}，或删去")


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
    for holder in _with_steps(pack):
        for step in holder.steps:
            used |= {f"event.{step.waived_by}", f"event.{step.deferred_until}"}
    used |= {f"event.{one.event.name}" for one in pack.parameters.values() if one.event}
    return used


def amounts_have_a_unit(pack: Pack) -> Iterator[Problem]:
    """What is given in kind is a quantity, and not money."""
    for one in pack.assessables:
        if one.amount is not None and one.in_kind and one.amount.type.kind is Kind.MONEY:
            yield _problem(
                pack,
                one.place,
                f"{one.id!r} 是实物，数额却是金额",
                "写数量（如 9 m3），或删去 in_kind",
            )


def drafts_are_finished(pack: Pack) -> Iterator[Problem]:
    """What `pack draft` left to a person is done, and its note taken out."""
    for source in pack.sources.values():
        for number, line in enumerate(source.lines, 1):
            if found := _DRAFT_NOTE.search(line):
                place = Place(source.path, number, found.start(2) + 1)
                yield Problem(f"{place}", found[2].strip("'\""))


CHECKS: tuple[Check, ...] = (
    every_measure_has_a_file,
    titles_are_as_printed,
    units_are_as_printed,
    units_are_known_to_the_place,
    instruments_are_bound,
    quotes_stand_in_the_notice,
    every_clause_is_bound,
    context_is_outside_measures,
    figures_are_dated_and_sourced,
    open_figures_have_no_status,
    ids_are_unique,
    amounts_have_a_unit,
    amounts_have_a_payer,
    overrides_quote_their_sentence,
    once_scopes_agree,
    members_are_reserved_by_households,
    deferred_steps_name_an_event,
    tasks_with_deadlines_are_plain,
    protected_traits_are_named_by_the_sentence,
    everything_is_used,
    drafts_are_finished,
)
