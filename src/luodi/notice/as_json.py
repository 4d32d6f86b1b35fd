"""A notice as one JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from luodi.notice.model import Figure, Json, Notice, Sentence
from luodi.notice.tracked import Span


def as_json(notice: Notice) -> dict[str, Json]:
    """`notice` in the fields that `docs/reference/notice.md` lists."""
    numbered = [s for s in notice.sections if s.number is not None]
    measures = notice.measures
    validity = notice.validity
    return {
        "title": notice.title,
        "notice_title": notice.notice_title,
        "document_number": notice.document_number,
        "issuers": list(notice.issuers),
        "issued_on": notice.issued_on.isoformat() if notice.issued_on else None,
        "validity": {
            "phrase": validity.phrase,
            "from": validity.starts.isoformat() if validity.starts else None,
            "until": validity.until.isoformat() if validity.until else None,
            "event": validity.event,
        },
        "sections": {
            "n": len(numbered),
            "numbers": [s.number for s in numbered],
            "headings": [s.heading for s in notice.sections],
        },
        "measures": {
            "n": len(measures),
            "numbers": [m.number for m in measures],
            "titles": [m.title for m in measures],
            "spans": [_span(m.span) for m in measures],
        },
        "units": {m.number: list(m.units) for m in measures if m.units},
        "lead": {m.number: list(m.lead) for m in measures if m.lead},
        "default_units": list(notice.default_units),
        "contacts": {m.number: list(m.contacts) for m in measures if m.contacts},
        "handling_modes": {m.number: m.handling_mode for m in measures if m.handling_mode},
        "money": _figures(notice, "money", ("unit", "role", "period")),
        "percentages": _figures(notice, "percentage", ("role",)),
        "ratios": _figures(notice, "ratio", ()),
        "quantities": _figures(notice, "quantity", ("unit",)),
        "deadlines": _figures(notice, "deadline", ("role",)),
        "durations": _figures(notice, "duration", ("role",)),
        "phones": _figures(notice, "phone", ()),
        "other_contacts": [
            {"measure": f.measure, "kind": f.unit, "value": str(f.value), "span": _span(f.span)}
            for f in notice.figures
            if f.kind == "contact"
        ],
        "promises": [
            {
                "measure": p.measure,
                "sentence": p.sentence,
                "who": p.who,
                "condition": p.condition,
                "what": p.what,
                "amount": p.amount,
                "per": p.per,
                "cap": p.cap,
                "payer": p.payer,
                "span": _span(p.span),
            }
            for p in notice.promises
        ],
        "sentences": [
            *_sentences(notice.outside, None),
            *(row for m in measures for row in _sentences(m.sentences, m.number)),
        ],
        "noise": list(dict.fromkeys(n.kind for n in notice.noise if n.kind != "markup")),
        "doubts": [
            {"kind": d.kind, "span": _span(d.span), "message": d.message} for d in notice.doubts
        ],
    }


def _span(span: Span) -> Json:
    return [span[0], span[1]]


def _figures(notice: Notice, kind: str, extra: tuple[str, ...]) -> list[Json]:
    rows: list[Json] = []
    for figure in notice.figures:
        if figure.kind != kind:
            continue
        row: dict[str, Json] = {
            "measure": figure.measure,
            "phrase": figure.phrase,
            "value": _value(figure),
        }
        row |= {name: getattr(figure, name) for name in extra}
        row["span"] = _span(figure.span)
        rows.append(row)
    return rows


def _value(figure: Figure) -> Json:
    if not isinstance(figure.value, Decimal):
        return figure.value
    whole = figure.value.to_integral_value()
    # JSON has one kind of number; a printed decimal has few digits and survives the way there
    return int(whole) if whole == figure.value else float(figure.value)


def _sentences(sentences: Iterable[Sentence], measure: str | None) -> list[Json]:
    return [
        {
            "id": s.id,
            "measure": measure,
            "text": s.text,
            "span": _span(s.span),
            "clauses": [{"id": c.id, "text": c.text, "span": _span(c.span)} for c in s.clauses],
        }
        for s in sentences
    ]
