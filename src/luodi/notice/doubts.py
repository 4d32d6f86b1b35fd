"""What a person must look at: nothing of it is guessed away."""

from __future__ import annotations

import re

from luodi.notice.model import Doubt, Figure, Measure, Sentence
from luodi.notice.outline import Outline
from luodi.notice.parts import Part
from luodi.notice.tracked import Noise, Span, Tracked
from luodi.notice.units import UnitClause

LONGEST_SENTENCE = 20_000  # more is no sentence, and nobody looks for figures in it
_COMPLETE = ("。", "！", "？", "）", ")", "”", "；", "】", "〕", "》")


def find_doubts(
    clean: Tracked,
    outline: Outline,
    measures: tuple[Measure, ...],
    outside: tuple[Sentence, ...],
    figures: tuple[Figure, ...],
    clauses: list[UnitClause],
    noise: tuple[Noise, ...],
) -> tuple[Doubt, ...]:
    """All doubts about a notice, in the order in which they stand in it."""
    found = [
        *_numbering(outline, measures),
        *_clauses(clean, clauses),
        *_units(measures),
        *(
            Doubt("amount_outside_measure", f.span, f"金额“{f.phrase}”不在任何措施内")
            for f in figures
            if f.kind == "money" and f.measure is None
        ),
        *(
            Doubt(
                "sentence_outside_measure", s.span, f"“{_short(s.text)}”不属于任何措施，请确认归属"
            )
            for s in outside
            if not s.id.startswith("head") and measures
        ),
        *(
            Doubt("lost_characters", n.span, "此处文字已损坏，原字无法恢复，请对照原件补正")
            for n in noise
            if not n.repaired
        ),
        *(
            Doubt("long_sentence", s.span, f"一句话有{len(s.text)}个字，没有在其中查找数字")
            for s in (*outside, *(s for m in measures for s in m.sentences))
            if len(s.text) > LONGEST_SENTENCE
        ),
        *_cut_off(measures),
    ]
    return tuple(sorted(found, key=lambda d: (d.span, d.kind)))


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"


def _numbering(outline: Outline, measures: tuple[Measure, ...]) -> list[Doubt]:
    found: list[Doubt] = []
    previous: Part | None = None
    for part, measure in zip(outline.parts, measures, strict=True):
        span: Span = measure.heading_span
        restarts = previous is None or part.path[:-1] != previous.path[:-1]
        before = 0 if previous is None else previous.order
        if part.order == before + 1 or (restarts and part.order == 1):
            pass
        elif part.order > before and part.order - 1 in outline.numbers:
            pass  # the number before stands in a part that holds no measures
        elif previous is None:
            found.append(
                Doubt("numbering_gap", span, f"编号从{part.order}开始，此前各条不在本文件内")
            )
        elif part.order <= before:
            found.append(
                Doubt("numbering_repeat", span, f"编号{part.order}排在{before}之后，次序有误或重复")
            )
        else:
            found.append(Doubt("numbering_gap", span, f"编号从{before}跳到{part.order}"))
        previous = part
    return found


def _clauses(clean: Tracked, clauses: list[UnitClause]) -> list[Doubt]:
    return [
        Doubt("unclosed_clause", clean.span(*c.span), "责任单位的括号没有配对，以行末为止")
        for c in clauses
        if not c.is_closed
    ]


def _units(measures: tuple[Measure, ...]) -> list[Doubt]:
    named = sum(1 for m in measures if m.units)
    if named * 2 <= len(measures):
        return []
    return [
        Doubt("no_units", m.heading_span, f"第{m.number}条没有写明责任单位")
        for m in measures
        if not m.units
    ]


def _cut_off(measures: tuple[Measure, ...]) -> list[Doubt]:
    if not measures or measures[-1].units_spans or not measures[-1].sentences:
        return []
    last = measures[-1].sentences[-1]
    closed = sum(1 for m in measures if m.sentences and m.sentences[-1].text.endswith(_COMPLETE))
    if last.text.endswith(_COMPLETE) or closed * 2 < len(measures) or re.search(r"\d$", last.text):
        return []
    return [Doubt("cut_off", last.span, "最后一句没有写完，文件可能被截断")]
