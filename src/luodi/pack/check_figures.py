"""Does every figure have a date and a source?"""

from __future__ import annotations

from collections.abc import Iterator

from luodi.basics.problem import Problem
from luodi.pack.binding import region_text
from luodi.pack.figures import Figure
from luodi.pack.model import Pack


def figures_are_dated_and_sourced(pack: Pack) -> Iterator[Problem]:
    """Every figure says where it comes from; a quote stands where it says."""
    for parameter in pack.parameters.values():
        for figure in parameter.figures:
            yield from _sourced(pack, figure, parameter.label)
    for event in pack.events.values():
        if not event.source and event.status == "confirmed" and event.start:
            yield pack.problem(
                event.place, f"事件 {event.name!r} 没有依据", "写 source，或 status: assumed"
            )


def _sourced(pack: Pack, figure: Figure, label: str) -> Iterator[Problem]:
    if not figure.quotes and not figure.source:
        yield pack.problem(figure.place, f"{label}的数值没有出处", "写 measure 和 quote，或 source")
    for quote in figure.quotes:
        if not pack.locator.stands(quote, figure.measure):
            where = pack.locator.elsewhere(quote)
            hint = f"它在{region_text(where)}" if where else "请从 notice.txt 里照抄"
            said = f"第{figure.measure}条里" if figure.measure else "原文里"
            yield pack.problem(figure.place, f"引文不在{said}：{quote[:40]}", hint)


def figures_are_settled(pack: Pack) -> Iterator[Problem]:
    """A figure whose status is open is a guess; it belongs into an open parameter."""
    for parameter in pack.parameters.values():
        for figure in parameter.figures:
            if figure.status == "open":
                yield pack.problem(
                    figure.place,
                    f"{parameter.label}的数值还未定（status: open）",
                    "写明出处后改为 confirmed 或 assumed；或改成 open: true、asks、question",
                )
