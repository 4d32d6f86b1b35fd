"""An explanation, and its wording for a terminal or a letter."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from luodi.assessment.golden import Outcome
from luodi.assessment.origins import Origin, say


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition: what it asks, whether it holds, and what was known of the subject."""

    condition: str
    holds: bool | None
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FigureUsed:
    """A parameter or signal that the answer rests on."""

    label: str
    value: str
    since: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for one subject, benefit and month, in the reader's language.

    Attributes:
        outcome: entitled, held, none (not entitled) or undecided, with amount and what lacks.
        reasons: The conditions that decided; where undecided, those that keep it open.
        would_change: What would make the answer another one.
        readings: Question → the reading used, or that it is open.
        call: Units to ask, with telephone where the place knows one.
        basis: What else is known of the subject that the amount was computed from.
        origins: The rows of handed-in lists that it rests on; empty without a snapshot.
    """

    benefit: str
    label: str
    measure: str
    month: str
    outcome: Outcome
    amount: str
    answer: str
    reasons: tuple[Reason, ...]
    clause: str
    quote: str
    figures: tuple[FigureUsed, ...]
    readings: tuple[tuple[str, str], ...]
    would_change: tuple[str, ...]
    call: tuple[str, ...]
    basis: tuple[tuple[str, str], ...] = ()
    origins: tuple[Origin, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def render(one: Explanation, language: str = "zh") -> str:
    """An explanation as lines for a terminal or a letter: the answer first."""
    zh = language == "zh"
    marks = {True: "√", False: "×", None: "？"}
    lines = [
        f"{one.label}（第{one.measure}条，{one.month}）"
        if zh
        else f"{one.label} (measure {one.measure}, {one.month})"
    ]
    lines.append(one.answer)
    if one.reasons:
        lines.append("理由：" if zh else "Because:")
        for reason in one.reasons:
            lines.append(f"  {marks[reason.holds]} {reason.condition}")
            for name, value in reason.facts:
                if name != reason.condition:
                    lines.append(f"      {name}：{value}" if zh else f"      {name}: {value}")
    lines.append(
        (f"依据：第{one.clause}款 “{one.quote}”") if zh else f"Source: {one.clause} “{one.quote}”"
    )
    for name, value in one.basis:
        lines.append(f"计算用到：{name} {value}" if zh else f"Computed from: {name} {value}")
    lines += say(one.origins, zh)
    for figure in one.figures:
        state = {
            "confirmed": "",
            "assumed": "（暂按，待确认）",
            "open": "（未定）",
            "given": "（另行给定）",
        }
        end = (
            state[figure.status]
            if zh
            else ("" if figure.status == "confirmed" else f" [{figure.status}]")
        )
        since = (
            f"，自{figure.since}"
            if figure.since and zh
            else (f", from {figure.since}" if figure.since else "")
        )
        lines.append(f"{'数字：' if zh else 'Figure: '}{figure.label} {figure.value}{since}{end}")
        if figure.source:
            lines.append(f"      {figure.source}")
    for question, answer in one.readings:
        lines.append(f"{'读法：' if zh else 'Reading: '}{question} → {answer}")
    if one.would_change:
        lines.append("什么会改变结果：" if zh else "What would change the answer:")
        lines += [f"  · {text}" for text in one.would_change]
    if one.call:
        lines.append(("咨询：" if zh else "Ask: ") + ("、" if zh else ", ").join(one.call))
    return "\n".join(lines)
