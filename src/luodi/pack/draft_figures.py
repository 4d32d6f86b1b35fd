"""Parameters for the figures of a sentence, each with its quote."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from luodi.notice.model import Figure, Measure, Notice, Sentence
from luodi.pack.binding import Locator

_UNSEEN = re.compile(r"[\t\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
UNDATED = date(2000, 1, 1)
_QUANTITIES = {
    "立方米": "m3", "方": "m3", "平方米": "m2", "公里": "km", "千米": "km", "公斤": "kg",
    "千克": "kg", "克": "g", "吨": "t", "升": "l", "千瓦时": "kwh", "度": "kwh", "人": "persons",
    "名": "persons", "户": "households", "天": "days", "日": "days", "个月": "months",
    "年": "years", "小时": "hours", "张": "beds", "个": "count", "家": "count", "次": "count",
}  # fmt: skip
_PERIODS = {"month": " per month", "year": " per year", "day": " per day", "once": ""}
_SPAN = re.compile(r"P(\d+)([DMY])")
_SPANS = {"D": "days", "M": "months", "Y": "years"}
_LABELS = {
    "money": "金额", "percentage": "比例", "ratio": "倍数", "quantity": "数量", "deadline": "期限",
    "duration": "时长",
}  # fmt: skip


def figure_files(
    notice: Notice,
    locator: Locator,
    measure: Measure,
    sentence: Sentence,
    id: str,
    day: date | None,
) -> dict[str, dict[str, Any]]:
    """The parameters of `sentence` by name, in its order; telephones and the like are none.

    Args:
        id: What the names begin with.
        day: From when the figures hold; where it is not known their status is open.
    """
    made: dict[str, dict[str, Any]] = {}
    for figure in notice.figures:
        inside = sentence.span[0] <= figure.span[0] and figure.span[1] <= sentence.span[1]
        known = _value_and_unit(figure) if inside and figure.measure == measure.number else None
        if known is None:
            continue
        value, unit = known
        phrase = " ".join(figure.phrase.split())
        stands = locator.stands(phrase, measure.number)
        made[f"{id}_figure_{len(made) + 1}"] = {
            "label": f"第{measure.number}条的{_LABELS[figure.kind]}",
            "unit": unit,
            "values": {
                day or UNDATED: {
                    "value": value,
                    "measure": measure.number,
                    "quote": phrase if stands else one_line(sentence.text),
                    "status": "assumed" if day else "open",
                }
            },
        }
    return made


def _value_and_unit(figure: Figure) -> tuple[str, str] | None:
    if figure.kind == "money" and figure.unit in (None, "元"):
        return _plain(figure.value), "yuan" + _PERIODS.get(figure.period or "", "")
    if figure.kind == "percentage":
        return _plain(figure.value), "%"
    if figure.kind == "ratio":
        times = re.fullmatch(r"(\d+(?:\.\d+)?)倍", str(figure.value))
        return (times[1], "times") if times else None
    if figure.kind == "quantity" and figure.unit in _QUANTITIES:
        return _plain(figure.value), _QUANTITIES[figure.unit]
    if figure.kind == "deadline" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(figure.value)):
        return str(figure.value), "date"
    if figure.kind == "duration" and (span := _SPAN.fullmatch(str(figure.value))):
        return span[1], _SPANS[span[2]]
    return None


def one_line(text: str, longest: int = 4000) -> str:
    """One line without signs that a pack's reader refuses, and not too long."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _plain(value: Decimal | str) -> str:
    text = f"{value:f}" if isinstance(value, Decimal) else value
    return text.rstrip("0").rstrip(".") if "." in text else text
