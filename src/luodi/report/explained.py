"""One explanation as part of a page: the answer first, then why, and where to look it up."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from luodi.assessment.explanation import Explanation, FigureUsed, Reason
from luodi.assessment.origins import say

_SIGNS = {True: ("yes", "√"), False: ("no", "×"), None: ("unknown", "？")}
_STATUS = {"confirmed": "", "assumed": "暂按，待确认", "open": "未定"}


def explained(one: Explanation, quote: str) -> str:
    """HTML. `quote`: the words of the notice, with their clause."""
    lists = (
        ("理由", [_reason(reason) for reason in one.reasons]),
        ("计算用到", [f"{escape(name)} {escape(value)}" for name, value in one.basis]),
        ("用到的数字", [_figure(figure) for figure in one.figures]),
        ("用到的读法", [f"{escape(asked)} → {escape(said)}" for asked, said in one.readings]),
        ("出自哪一册哪一行", [escape(line) for line in say(one.origins, True)]),
        ("什么会改变结果", [escape(text) for text in one.would_change]),
    )
    return (
        f'<div class="explained"><h3>{escape(one.label)} '
        f'<span class="soft">第{escape(one.measure)}条，{one.month}</span></h3>'
        f'<p class="answer">{escape(one.answer)}</p><blockquote>{escape(quote)}</blockquote>'
        + "".join(_list(title, items) for title, items in lists)
        + f'<p class="soft">咨询：{escape("、".join(one.call))}</p></div>'
    )


def _list(title: str, items: Iterable[str]) -> str:
    rows = "".join(f"<li>{item}</li>" for item in items)
    return f"<p>{title}</p><ul>{rows}</ul>" if rows else ""


def _reason(reason: Reason) -> str:
    kind, sign = _SIGNS[reason.holds]
    facts = "；".join(
        f"{name}：{value}" for name, value in reason.facts if name != reason.condition
    )
    shown = f' <span class="soft">{escape(facts)}</span>' if facts else ""
    return f'<span class="{kind}">{sign}</span> {escape(reason.condition)}{shown}'


def _figure(figure: FigureUsed) -> str:
    said = [
        f"自 {figure.since}" if figure.since else "",
        figure.source,
        _STATUS.get(figure.status, ""),
    ]
    note = "；".join(part for part in said if part)
    if figure.status == "given":
        note = "答复的数字"
    return (
        f"{escape(figure.label)} <strong>{escape(figure.value)}</strong>"
        f'<span class="soft">（{escape(note)}）</span>'
    )
