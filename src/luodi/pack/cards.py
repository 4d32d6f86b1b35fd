"""What one instrument is, as a card of the notice map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from luodi.pack.figures import Figure, Parameter
from luodi.pack.measure import (
    Assessable,
    Broadcast,
    Certificate,
    Change,
    Directory,
    Instrument,
    Monitor,
    Payer,
    Procedure,
    Step,
    Task,
    Validity,
)
from luodi.pack.model import Pack
from luodi.pack.references import names_read

EACH = {"person": "人", "household": "户", "organisation": "单位"}
SUBJECTS = {"person": "居民", "household": "户", "organisation": "单位"}
CADENCES = {"month": "每月", "once": "一次", "year": "每年", "claim": "每笔"}
STATUSES = {"confirmed": "已核实", "assumed": "暂定", "open": "未定"}
ENTRY_KINDS = {
    "phone": "电话", "qq": "QQ", "wechat": "微信", "site": "网站", "app": "APP", "figure": "数字",
    "address": "地址",
}  # fmt: skip
UNITS = {
    "yuan": "元", "times": "倍", "persons": "人", "person": "人", "households": "户",
    "household": "户", "month": "月", "months": "个月", "year": "年", "years": "年", "day": "天",
    "days": "天", "hours": "小时", "date": "", "m3": "立方米", "kg": "公斤", "t": "吨", "/": "/",
    "bed": "床位", "beds": "张床位", "count": "", "%": "%",
}  # fmt: skip
Line = tuple[str, str]


def card(pack: Pack, one: Instrument, signed: Mapping[str, str]) -> str:
    """A `<details>` with everything that `one` became. Values are escaped here and below."""
    found = _lines(pack, one, signed)
    lines = "".join(f"<dt>{title}</dt><dd>{html}</dd>" for title, html in found)
    return (
        f'<details class="card" id="i-{one.id}" data-kinds="{one.kind}" '
        f'style="--k:var(--{one.kind})"><summary>'
        f'<span class="tag">{one.kind_label}</span>{escape(one.label)} '
        f"<code>{one.id}</code></summary><div><dl>{lines}</dl></div></details>"
    )


def _lines(pack: Pack, one: Instrument, signed: Mapping[str, str]) -> Iterator[Line]:
    clauses = pack.bound(one).clauses
    yield "原文", escape("、".join(clauses) or "未找到")
    if isinstance(one, Assessable):
        yield from _assessable(one)
    elif isinstance(one, Change):
        yield from _change(pack, one)
    elif isinstance(one, Procedure):
        yield "对象", _subject(one.subject)
        steps = one.steps or (pack.procedures[one.procedure].steps if one.procedure else ())
        yield "环节", _list(_step(pack, step) for step in steps)
    elif isinstance(one, Certificate):
        yield "对象", _subject(one.subject)
        yield "内容", escape("、".join(one.fields))
        ends = (
            _event(pack, one.expires_event) + "结束" if one.expires_event else escape(one.expires)
        )
        yield "失效", ends
        yield "撤销", "可以" if one.revocable else "不可以"
    elif isinstance(one, Monitor):
        yield "观测", f"{escape(one.series)}（{escape(one.unit)}，{escape(one.cadence)}）"
        yield from _some(
            ("报警", one.trigger), ("处置", one.alert), ("报告", "、".join(one.report))
        )
    elif isinstance(one, Task):
        yield from _task(pack, one)
    elif isinstance(one, Directory):
        yield (
            "条目",
            _list(
                f"{ENTRY_KINDS[entry.kind]} {escape(entry.label)}：<b>{escape(entry.value)}</b>"
                + (f"（{escape(entry.hours)}）" if entry.hours else "")
                for entry in one.entries
            ),
        )
    elif isinstance(one, Broadcast):
        yield from _some(("渠道", one.channel), ("对象", one.audience), ("周期", one.cadence))
    yield from _named(pack, one, signed)
    yield "单位", escape("、".join(one.units)) or "未写明"
    yield "有效", _validity(pack, one.validity)
    yield from _some(("说明", one.note))


def _some(*lines: Line) -> Iterator[Line]:
    yield from ((title, escape(text)) for title, text in lines if text)


def _assessable(one: Assessable) -> Iterator[Line]:
    yield "对象", _subject(one.subject)
    yield "条件", _rule(one.eligible.text) if one.eligible else "这类对象都是"
    if one.requires is not None:
        yield "要求", _rule(one.requires.text)
    if one.amount is not None:
        yield "数额", _rule(one.amount.text)
    for override in one.overrides:
        rule = f"{override.when.text.strip()}\n→ {override.value.text.strip()}"
        yield "例外", escape(override.label or override.name) + _rule(rule)
    for name, text in one.terms.items():
        yield f"<code>{name}</code>", _rule(text)
    yield "周期", CADENCES[one.cadence]
    scope = f"，范围 <code>{one.once.scope}</code>" if one.once.scope != one.id else ""
    members = "，占用各成员的名额" if one.once.reserve_members else ""
    yield "不重复", f"每期每{EACH.get(one.once.by, '笔')}一份{scope}{members}"
    if one.payer is not None:
        yield "出资", _payer(one.payer)
    if one.hold:
        yield "暂缓", "没有账户，或不能确认在世时，先不发"


def _change(pack: Pack, one: Change) -> Iterator[Line]:
    if one.parameter:
        yield "改变", f"参数 {_figures(pack.parameters[one.parameter])}"
    if one.procedure:
        labels = {step.id: step.label for step in pack.procedures[one.procedure].steps}
        yield "改变", f"流程 {escape(pack.procedures[one.procedure].label)}"
        yield from _some(("免去", "、".join(labels[step] for step in one.waives)))
        if one.defers:
            steps = escape("、".join(labels[step] for step in one.defers))
            yield "推迟", f"{steps}（{_event(pack, one.deferred_until)}后补办）"
    yield from _some(("起", str(one.since or "")), ("止", str(one.until or "")))


def _task(pack: Pack, one: Task) -> Iterator[Line]:
    if one.deadline or one.deadline_event:
        day = str(one.deadline) if one.deadline else _event(pack, one.deadline_event)
        yield "期限", day + ("（力争）" if one.soft else "")
    if one.target is not None:
        share = f" / {escape(one.target.of)}" if one.target.of else ""
        least = f"，至少 {escape(one.target.at_least)}" if one.target.at_least else ""
        yield "目标", escape(one.target.counted) + share + least
    yield from _some(("周期", one.cadence))


def _named(pack: Pack, one: Instrument, signed: Mapping[str, str]) -> Iterator[Line]:
    """The labels, figures and readings behind the names that the rules read."""
    names = sorted(names_read(one))
    facts = []
    for name in names:
        head, _dot, tail = name.partition(".")
        if head == "param" and tail in pack.parameters:
            yield "参数", _figures(pack.parameters[tail])
        elif head == "signal" and tail in pack.indicators:
            yield "指数", f"{escape(pack.indicators[tail].label)} <code>{name}</code>"
        elif head == "reading" and tail in pack.readings:
            reading = pack.readings[tail]
            chosen = signed.get(tail)
            options = _list(
                f"{'✔ ' if key == chosen else ''}{escape(text)} <code>{key}</code>"
                + ("（建议）" if key == reading.suggested else "")
                for key, text in reading.options.items()
            )
            state = (
                f"已由{escape(reading.signed_by)}签认"
                if chosen
                else f'<span class="open">待{escape(reading.signed_by)}签认</span>'
            )
            yield "读法", f"{escape(reading.question)} {state}{options}"
        elif head not in ("period", "event"):
            facts.append(f"<code>{name}</code> {escape(_label(pack, name))}")
    if facts:
        yield "事实", _list(facts)


def _label(pack: Pack, name: str) -> str:
    last = name.rpartition(".")[2]
    for rows in pack.facts.values():
        if last in rows:
            return rows[last].label
    for defined in pack.definitions.values():
        if last in defined:
            return f"{defined[last].label} = {' '.join(defined[last].text.split())}"
    return ""


def _figures(parameter: Parameter) -> str:
    head = f"{escape(parameter.label)} <code>param.{parameter.name}</code>"
    if parameter.open:
        asked = f"{escape(parameter.asks)}：{escape(parameter.question)}"
        return f'{head} <span class="open">未定，问{asked}</span>'
    return head + _list(_figure(parameter, figure) for figure in parameter.figures)


def _figure(parameter: Parameter, figure: Figure) -> str:
    source = "".join(f"“{quote}”" for quote in figure.quotes) or figure.source
    unit = _unit(parameter.unit)
    return (
        f"<b>{escape(figure.text)}</b>{f' {escape(unit)}' if unit else ''}，自 {figure.since}，"
        f"{STATUSES[figure.status]}：{escape(source)}"
    )


def _unit(unit: str) -> str:
    """A unit in Chinese: yuan per person per month → 元/人/月; unknown words stay."""
    words = unit.replace(" per ", " / ").split()
    return "".join(UNITS.get(word, f" {word} ") for word in words).replace("  ", " ").strip()


def _step(pack: Pack, step: Step) -> str:
    extra = "".join(
        (
            f"，{escape(step.within)} 内" if step.within else "",
            f"，{_event(pack, step.waived_by)}期间免去" if step.waived_by else "",
            f"，{_event(pack, step.deferred_until)}后补办" if step.deferred_until else "",
        )
    )
    return f"{escape(step.label)}（{escape(step.actor)}{extra}）"


def _payer(payer: Payer) -> str:
    if payer.open:
        return f'<span class="open">未写明：{escape(payer.question)}</span>'
    return escape(payer.unit)


def _validity(pack: Pack, validity: Validity) -> str:
    if validity.event:
        event = pack.events[validity.event]
        days = f"（{event.start or '未开始'} 至 {event.until or '未结束'}）"
        return _event(pack, validity.event) + f"期间{days}"
    until = str(validity.until or "")
    if validity.until_event:
        until = f"{_event(pack, validity.until_event)}结束"
    start = f"自 {validity.since}" if validity.since else ""
    return f"{start} {f'至 {until}' if until else '长期'}".strip()


def _event(pack: Pack, name: str) -> str:
    return escape(pack.events[name].label) if name in pack.events else escape(name)


def _subject(kind: str) -> str:
    return SUBJECTS.get(kind, f"<code>{escape(kind)}</code>")


def _rule(text: str) -> str:
    return f"<pre>{escape(text.strip())}</pre>"


def _list(items: Iterator[str] | list[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
