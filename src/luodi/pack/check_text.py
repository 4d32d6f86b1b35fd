"""Does the pack say what the notice says, all of it?"""

from __future__ import annotations

from collections.abc import Iterator

from luodi.basics.problem import Problem, suggest
from luodi.pack.binding import Span, compact, region_text
from luodi.pack.measure import Assessable, Directory, Instrument, Procedure, Quote
from luodi.pack.model import Pack
from luodi.rules import Place


def head_is_as_printed(pack: Pack) -> Iterator[Problem]:
    """Title, document number and date in pack.yaml are the notice's."""
    notice = pack.notice
    titles = [title for title in (notice.title, notice.notice_title) if title]
    if titles and compact(pack.title) not in map(compact, titles):
        yield pack.problem(pack.spot, f"title 与原文不同：{pack.title}", f"原文是：{titles[0]}")
    for key, ours, printed in (
        ("document_number", pack.document_number, notice.document_number),
        ("issued_on", pack.issued_on, notice.issued_on),
    ):
        if ours != printed:
            message = f"{key} 是 {ours or 'null'}，原文是 {printed or '没有写'}"
            yield pack.problem(pack.spot, message, "请照原文改；原文没有的写 null")


def every_measure_has_a_file(pack: Pack) -> Iterator[Problem]:
    """One file per measure, no more and no fewer."""
    printed = {measure.number for measure in pack.notice.measures}
    seen: dict[str, Place] = {}
    for measure in pack.measures:
        if measure.number in seen:
            yield pack.problem(
                measure.place, f"第{measure.number}条已有文件 {seen[measure.number].path}"
            )
        elif measure.number not in printed:
            near = "、".join(sorted(printed, key=lambda one: (len(one), one)))
            yield pack.problem(
                measure.place,
                f"原文没有第{measure.number}条",
                f"原文有：{near or '没有任何一条'}",
            )
        seen.setdefault(measure.number, measure.place)
    for number in printed - set(seen):
        yield Problem(
            pack.spot.path.replace("pack.yaml", "measures"),
            f"第{number}条没有文件",
            "请写 measures/ 下的一个文件",
        )


def titles_are_as_printed(pack: Pack) -> Iterator[Problem]:
    """The title in a measure's file is the notice's."""
    printed = {measure.number: measure.title for measure in pack.notice.measures}
    for measure in pack.measures:
        title = printed.get(measure.number)
        if title and compact(title) != compact(measure.title):
            yield pack.problem(
                measure.place, f"标题与原文不同：{measure.title}", f"原文是：{title}"
            )


def modes_are_as_printed(pack: Pack) -> Iterator[Problem]:
    """A measure's handling mode is the notice's; where none is printed, there is none."""
    printed = {measure.number: measure.handling_mode or "" for measure in pack.notice.measures}
    for measure in pack.measures:
        mode = printed.get(measure.number, measure.mode)
        if compact(mode) != compact(measure.mode):
            message = f"办理方式是 {measure.mode or 'null'}，原文是 {mode or '没有写'}"
            yield pack.problem(measure.place, message, "请照原文改；原文没有的不写 mode")


def units_are_as_printed(pack: Pack) -> Iterator[Problem]:
    """A measure's units are those that the notice prints for it."""
    printed = {measure.number: measure.units for measure in pack.notice.measures}
    for measure in pack.measures:
        if measure.number not in printed:
            continue
        theirs = {_unit_name(pack, name) for name in printed[measure.number]}
        ours = {_unit_name(pack, name) for name in measure.units}
        for name in sorted(theirs - ours):
            yield pack.problem(
                measure.place, f"第{measure.number}条的责任单位少了 {name!r}", "请照原文补上"
            )
        for name in sorted(ours - theirs):
            yield pack.problem(
                measure.place,
                f"第{measure.number}条的原文没有责任单位 {name!r}",
                "请照原文改",
            )


def _unit_name(pack: Pack, name: str) -> str:
    unit = pack.place.unit(name)
    return unit.name if unit else name


def instruments_are_bound(pack: Pack) -> Iterator[Problem]:
    """Every instrument says which words it carries out."""
    for one in pack.instruments:
        if not one.quotes and not one.binds:
            yield pack.problem(one.place, f"{one.id!r} 没有 quote 也没有 binds", "请写它的原文")


def quotes_stand_in_the_notice(pack: Pack) -> Iterator[Problem]:
    """Every quote and clause id of an instrument stands in its measure, and only once."""
    for quote in pack.validity.quotes:
        if not pack.locator.stands(quote.text):
            yield _at_quote(pack, quote, "引文不在原文里", "请从 notice.txt 里照抄")
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
        for quote in _quotes_inside(pack, one):
            if not pack.locator.stands(quote.text, one.measure):
                yield _not_there(pack, quote, one.measure, False)


def _quotes_inside(pack: Pack, one: Instrument) -> Iterator[Quote]:
    """Quotes of parts of an instrument: of validity, exceptions, steps, entries, payers."""
    if one.validity is not pack.validity:
        yield from one.validity.quotes
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
    hint = f"它在{region_text(where)}" if where else _nearest(pack, quote.text, measure)
    return _at_quote(pack, quote, f"引文不在第{measure}条里", hint)


def _nearest(pack: Pack, quote: str, measure: str) -> str:
    region = pack.locator.regions.get(measure)
    near = suggest(quote, [clause.text for clause in region.clauses]) if region else None
    return f"最接近的一句：{near}" if near else "请从 notice.txt 里照抄（省去的地方写 …）"


def every_clause_is_bound(pack: Pack) -> Iterator[Problem]:
    """No words inside a measure are left without an instrument; outside, without a reason."""
    by_measure: dict[str, list[Span]] = {}
    for one in pack.instruments:
        by_measure.setdefault(one.measure, []).extend(pack.bound(one).ranges)
    places = {measure.number: measure.place for measure in pack.measures}
    for measure in pack.notice.measures:
        if measure.number not in places:
            continue
        for loose in pack.locator.loose(measure.number, by_measure.get(measure.number, ())):
            yield Problem(
                str(places[measure.number]),
                f"{loose.clause.id} 有文字没有落到任何一项：{loose.words}",
                f"请让某一项的 quote 包含它，或写 binds: [{loose.clause.id}]；"
                "让部门办的事至少是一项任务（tasks）",
            )


def context_is_outside_measures(pack: Pack) -> Iterator[Problem]:
    """Only sentences outside the measures may be mere context, and each of those is."""
    outside = [name for name in ("head", "mid", "tail") if name in pack.locator.regions]
    covered: dict[str, list[Span]] = {name: [] for name in outside}
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
                yield _at_quote(pack, bind, f"原文没有 {bind.text!r}", f"这里有：{ids}")
            covered.setdefault(name, []).extend(found.ranges)
    for name in outside:
        for loose in pack.locator.loose(name, covered[name]):
            yield Problem(
                str(pack.spot),
                f"措施之外的 {loose.clause.sentence} 没有着落：{loose.words}",
                "请在 context 里写明它为什么不需要办理",
            )


def _at_quote(pack: Pack, quote: Quote, message: str, hint: str = "") -> Problem:
    return pack.problem(quote.place, message, hint, width=len(quote.text))
