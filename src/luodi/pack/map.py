"""Draws a notice as one page, where each stretch of it shows what it became."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from luodi.notice.model import Sentence
from luodi.pack.binding import Clause, Span, pieces
from luodi.pack.cards import card
from luodi.pack.check import counts
from luodi.pack.measure import KIND_LABELS, Instrument
from luodi.pack.model import Pack

_RANK = list(KIND_LABELS)


def render_map(pack: Pack, signed: Mapping[str, str] | None = None) -> str:
    """The notice of `pack` as a self-contained HTML page, in Chinese.

    Args:
        pack: A loaded pack; what `check` finds unbound glares red.
        signed: Readings that were signed: name → option.
    """
    return (
        "<!doctype html>\n"
        '<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(pack.title)}：条文落实图</title>"
        "<style>body{margin:0;background:#fff}</style></head>\n"
        f"<body>{map_section(pack, signed)}</body></html>\n"
    )


def map_section(pack: Pack, signed: Mapping[str, str] | None = None) -> str:
    """The same as a `<section>` with its own style, to stand inside another page."""
    home = files("luodi.pack")
    css = home.joinpath("map.css").read_text(encoding="utf-8")
    script = home.joinpath("map.js").read_text(encoding="utf-8")
    body = _Drawing(pack, signed or {}).body()
    return (
        f'<section class="notice-map"><style>{css}</style>\n{body}\n'
        f"<script>{script}</script></section>"
    )


class _Drawing:
    """One drawing. What covers what is worked out once, by region."""

    def __init__(self, pack: Pack, signed: Mapping[str, str]) -> None:
        self.pack, self.signed = pack, signed
        self.by_id: dict[str, Instrument] = {one.id: one for one in pack.instruments}
        self.covers: dict[str, dict[str, Sequence[Span]]] = {}
        for one in pack.instruments:
            self.covers.setdefault(one.measure, {})[one.id] = pack.bound(one).ranges
        self.reasons: dict[str, str] = {}
        for context in pack.context:
            for bind in context.binds:
                region = bind.text.partition(".")[0]
                for clause in pack.locator.find((), (bind,), region).clauses:
                    self.reasons[clause] = context.reason
        self.clauses: dict[str, tuple[str, Clause]] = {
            clause.id: (name, clause)
            for name, region in pack.locator.regions.items()
            for clause in region.clauses
        }
        self.loose = 0

    def body(self) -> str:
        outside = [(sentence.span, self.outside(sentence)) for sentence in self.pack.notice.outside]
        titles = {measure.number: measure for measure in self.pack.measures}
        inside = []
        for measure in self.pack.notice.measures:
            mine = titles.get(measure.number)
            units = "、".join(mine.units if mine else measure.units)
            text = "".join(self.paragraph(sentence) for sentence in measure.sentences)
            cards = "".join(
                card(self.pack, one, self.signed) for one in (mine.instruments if mine else ())
            )
            inside.append(
                (
                    measure.span,
                    f'<div class="measure" id="m-{escape(measure.number)}">'
                    f'<div class="text"><h2>{escape(measure.number)}. '
                    f"{escape(measure.title or '')}</h2>"
                    f'{text}<p class="facts">责任单位：{escape(units) or "未写明"}</p></div>'
                    f'<div class="cards">{cards}</div></div>',
                )
            )
        headings = [
            (
                section.span,
                f'<p class="section">{escape(section.number or "")} {escape(section.heading)}</p>',
            )
            for section in self.pack.notice.sections
        ]
        parts = "".join(html for _span, html in sorted([*outside, *headings, *inside]))
        return self.head() + parts

    def head(self) -> str:
        pack = self.pack
        numbers = counts(pack)
        tally = " · ".join(f"{count} {what}" for what, count in numbers.items() if count)
        issued = f"{pack.issued_on}" if pack.issued_on else "未写明日期"
        kinds = [one.kind for one in pack.instruments]
        legend = "".join(
            f'<li><button type="button" aria-pressed="false" data-kind="{kind}" '
            f'style="--k:var(--{kind})">'
            f'<span class="tag">{label}</span>{kinds.count(kind)} 项</button></li>'
            for kind, label in KIND_LABELS.items()
        )
        links = "".join(
            f'<a href="#m-{escape(one.number)}" title="{escape(one.title or "")}">'
            f"{escape(one.number)}</a>"
            for one in pack.notice.measures
        )
        if self.loose:
            state = f'<p class="alarm">有 {self.loose} 处文字没有落到任何一项（红色），请补上。</p>'
        else:
            state = '<p class="calm">条文每一款都已落到某一项，没有遗漏。</p>'
        return (
            f"<h1>{escape(pack.title)}</h1>"
            f'<p class="facts">{escape(pack.document_number or "未写明文号")} · {issued} · '
            f"{escape(pack.place.title)} · 政策包 {escape(pack.id)}，版本 {pack.version[:12]}</p>"
            f'<p class="facts">{escape(tally)}</p>{state}<ul class="legend">{legend}</ul>'
            '<p class="facts hint">点条文看它变成了什么；点上面的类别只看这一类。'
            "灰色虚线是说明，不需要办理。</p>"
            f'<nav aria-label="各条">{links}</nav>'
        )

    def outside(self, sentence: Sentence) -> str:
        shown, reason = "", ""
        for clause in sentence.clauses:
            reason = self.reasons.get(clause.id, "")
            if not reason:
                self.loose += 1
            shown += (
                f'<span class="{"context" if reason else "loose"}">{escape(clause.text)}</span>'
            )
        note = f' <span class="reason">（{escape(reason)}）</span>' if reason else ""
        return f"<p>{shown}{note}</p>"

    def paragraph(self, sentence: Sentence) -> str:
        return f"<p>{''.join(self.clause(clause.id) for clause in sentence.clauses)}</p>"

    def clause(self, id: str) -> str:
        region, clause = self.clauses[id]
        shown = ""
        for piece in pieces(clause, self.covers.get(region, {})):
            text = escape(piece.text)
            if not piece.names:
                self.loose += 1
                shown += f'<span class="loose" title="没有落到任何一项">{text}</span>'
                continue
            ones = sorted((self.by_id[name] for name in piece.names), key=_rank)
            kinds = list(dict.fromkeys(one.kind for one in ones))
            shown += (
                f'<a class="said" data-kinds="{" ".join(kinds)}" href="#i-{ones[0].id}" '
                f'style="--k:var(--{kinds[0]})" '
                f'title="{escape("；".join(one.label for one in ones))}">'
                f"{text}</a>"
            )
            shown += "".join(
                f'<a class="mark" data-kinds="{one.kind}" href="#i-{one.id}" '
                f'style="--k:var(--{one.kind})" title="{escape(one.label)}">{one.kind_label[0]}</a>'
                for one in ones
            )
        return shown


def _rank(one: Instrument) -> tuple[int, str]:
    return _RANK.index(one.kind), one.id
