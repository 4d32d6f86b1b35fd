"""Writes an assessment as one page: figures, towns, what is open, where each yuan comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

from luodi.assessment.explanation import Explanation
from luodi.basics.identifiers import mask_name
from luodi.basics.money import format_yuan
from luodi.pack.map import map_section
from luodi.report.bars import bar
from luodi.report.explained import explained
from luodi.report.findings import BenefitLine, Findings, amount_text
from luodi.report.problems import problem_kinds
from luodi.report.readings import Rivals
from luodi.report.setting import Setting
from luodi.report.townlists import unlisted_notes

_ASKED = 15


def write_page(
    findings: Findings,
    setting: Setting,
    priced: Sequence[Rivals],
    explanations: Sequence[Explanation],
    file: Path,
) -> Path:
    """Write the report as one .html file that needs nothing from elsewhere. Names are masked."""
    css = files("luodi.report").joinpath("page.css").read_text("utf-8")
    drawing = _Page(findings, setting, priced, explanations)
    pack = findings.pack
    body = "".join(
        f'<section id="s{number}"><h2>{title}</h2>{section()}</section>'
        for number, (title, section) in enumerate(drawing.sections, 1)
    )
    file.write_text(
        "<!doctype html>\n"
        '<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">"
        f"<title>{escape(pack.title)}：核定报告</title><style>{css}</style></head>\n"
        f'<body><main class="report">{drawing.head()}{body}</main>\n'
        '<div class="notice" id="notice"><div class="report"><h2>条文落实图</h2></div>'
        f"{map_section(pack, setting.readings)}</div></body></html>\n",
        encoding="utf-8",
        newline="\n",
    )
    return file


class _Page:
    """The page's sections, over one assessment."""

    def __init__(
        self,
        findings: Findings,
        setting: Setting,
        priced: Sequence[Rivals],
        explanations: Sequence[Explanation],
    ) -> None:
        self.findings, self.setting = findings, setting
        self.priced, self.explanations = priced, explanations
        self.pack = findings.pack
        self.sections: tuple[tuple[str, Callable[[], str]], ...] = (
            ("总数", self.totals),
            ("各项待遇", self.benefits),
            ("各镇（街道）", self.towns),
            ("谁还定不了，缺什么", self.undecided),
            ("各种读法要花多少", self.readings),
            ("标准是否达到", self.standards),
            ("名册里的问题", self.problems),
            ("给一位居民说明", self.explained),
            ("版本与封签", self.versions),
        )

    def head(self) -> str:
        links = "".join(
            f'<li><a href="#s{number}">{title}</a></li>'
            for number, (title, _) in enumerate(self.sections, 1)
        )
        return (
            f"<h1>{escape(self.pack.title)}</h1>"
            f'<p class="soft">{escape(self.pack.document_number or "无文号")} · '
            f"{escape(self.pack.place.title)} · 核定 {self.setting.month} · 名册截至 "
            f"{self.setting.as_of}</p>"
            '<p class="made-up">演示：城市、人和单位都是编造的，签字也只为演示。'
            "没有发放任何款项。</p>"
            f'<ul class="contents">{links}<li><a href="#notice">条文落实图</a></li></ul>'
        )

    def totals(self) -> str:
        found = self.findings
        tables = found.snapshot.manifest["tables"]
        due = found.count("SELECT count(DISTINCT (subject_kind, subject_id)) FROM due")
        held = found.count("SELECT count(*) FROM due WHERE hold <> ''")
        open_ = found.count("SELECT count(DISTINCT (subject_kind, subject_id)) FROM open_rows")
        figures = (
            ("人口", f"{tables['persons']['rows']:,} 人", f"{tables['households']['rows']:,} 户"),
            ("应享对象", f"{due:,}", "人、户和单位，各算一个"),
            ("给个人和家庭（元）", format_yuan(found.money(of_firms=False)), "含暂缓"),
            ("给单位和按笔计的（元）", format_yuan(found.money(of_firms=True)), "含暂缓"),
            ("其中暂缓（元）", format_yuan(found.money_held), f"{held:,} 笔，有权领取，先不发"),
            ("名册上待核实", f"{open_:,}", "不拒绝，也不发"),
        )
        return '<dl class="figures">' + "".join(
            f"<div><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>"
            for name, value, note in figures
        ) + "</dl>"  # fmt: skip

    def benefits(self) -> str:
        lines = [
            line
            for line in self.findings.of_kind("benefit")
            if line.entitled or line.undecided or line.unlisted
        ]
        groups = (
            ("给个人和家庭", [line for line in lines if line.counted in "人户"]),
            ("给单位和按笔计的", [line for line in lines if line.counted not in "人户"]),
        )
        html = (
            '<p class="soft">条长为金额：<span class="key due"></span>应发'
            '<span class="key held"></span>其中暂缓</p>'
        )
        for title, group in groups:
            most = max((line.amount for line in group if line.is_money), default=0)
            if group:
                html += f"<h3>{title}</h3>" + _table(
                    ("事项", "应享", "金额或实物", "其中暂缓", "名册上待核实"),
                    [self._benefit(line, most) for line in group],
                )
        return html

    def _benefit(self, line: BenefitLine, most: int) -> tuple[str, ...]:
        drawn = ""
        if line.is_money and line.amount:
            parts = [(line.amount - line.held_amount, "due"), (line.held_amount, "held")]
            drawn = bar(parts, most)
        return (
            f'<a href="#i-{line.benefit.id}">{escape(line.benefit.label)}</a>'
            f' <span class="soft">第{escape(line.benefit.measure)}条</span>{drawn}',
            f"{line.entitled:,} {line.counted}",
            amount_text(line.amount, line.unit) if line.entitled and line.unit else "—",
            f"{line.held:,}" if line.held else "—",
            f"{line.undecided:,}" if line.undecided else "—",
        )

    def towns(self) -> str:
        found = self.findings
        rows = [
            (
                escape(town.name), f"{town.entitled:,}", format_yuan(town.amount),
                format_yuan(town.held_amount) if town.held else "—", f"{town.undecided:,}",
                "、".join(f"未交{escape(title)}" for title in found.not_handed_in(town.area)),
            )
            for town in found.by_town
        ]  # fmt: skip
        lines = found.by_town
        total = (
            "合计", f"{sum(town.entitled for town in lines):,}",
            format_yuan(sum(town.amount for town in lines)),
            format_yuan(sum(town.held_amount for town in lines)),
            f"{sum(town.undecided for town in lines):,}", "",
        )  # fmt: skip
        return _table(
            ("镇（街道）", "应享笔数", "金额（元）", "其中暂缓（元）", "待核实（含标准）", "名册"),
            [*rows, total],
            left=(0, 5),
            summed=True,
        )

    def undecided(self) -> str:
        found = self.findings
        html = (
            "<p>缺了依据的人列为待核实：不拒绝，也不发；补上所缺的就能定。"
            "没有交来的名册，只让那个镇定不了，不影响别处。</p>"
        )
        for area, name in found.towns.items():
            missing = found.not_handed_in(area)
            if missing:
                notes = "".join(f"<p>{escape(one)}</p>" for one in unlisted_notes(found, area))
                html += (
                    f'<div class="lacking"><strong>{escape(name)}未交'
                    f"{escape('、'.join(missing))}</strong>{notes}</div>"
                )
        rows = [
            (
                escape(one.text) + f' <span class="soft">{escape("、".join(one.benefits))}</span>',
                f"{one.subjects:,}", f"{one.alone:,}" if one.alone else "—",
            )
            for one in found.causes
        ]  # fmt: skip
        asks = [
            (
                escape(one.text), escape(one.where), f"{one.asks:,}", f"{one.subjects:,}",
                amount_text(one.amount, "fen") if one.amount else "—",
            )
            for one in found.questions[:_ASKED]
        ]  # fmt: skip
        return (
            html
            + self.unlisted_elsewhere()
            + "<h3>名册上的人还缺什么</h3>"
            + _table(("所缺、问谁", "涉及", "只差这一项"), rows)
            + "<h3>先问什么，定得最多</h3>"
            + '<p class="soft">按每问一次能定的金额和项数排。一份名册、一次签字、一个数字各算一次，'
            "逐人核实的每人算一次。</p>"
            + _table(
                ("问什么", "哪里", "问几次", "能定几项", "牵涉金额"), asks, left=(0, 1), fixed=(1,)
            )
        )

    def unlisted_elsewhere(self) -> str:
        """Whom no list names, in towns that handed in everything."""
        found = self.findings
        sums: dict[tuple[str, str], int] = {}
        for one in found.unlisted:
            if not found.not_handed_in(one.area):
                for benefit in one.benefits:
                    key = (found.benefits[benefit].label, one.counted)
                    sums[key] = sums.get(key, 0) + one.count
        if not sums:
            return ""
        said = "；".join(f"{label} {count:,} {unit}" for (label, unit), count in sums.items())
        return f"<p>别的镇未列入任何名册、因别的缘故待定的：{escape(said)}。详见各镇名单。</p>"

    def readings(self) -> str:
        html = (
            "<p>文件没有写死的地方，每种读法都能算。下面只计依据齐全、算得出的对象，"
            "缺依据的不在内。</p>"
        )
        for one in self.priced:
            most = max(way.amount for way in one.ways)
            rows = [
                (
                    escape(way.said)
                    + (f' <span class="mark">{way.mark}</span>' if way.mark else "")
                    + bar([(way.amount, "open" if one.open else "due")], most),
                    f"{way.subjects:,}", way.cost, way.against,
                )
                for way in one.ways
            ]  # fmt: skip
            asked = "".join(f"<p>{escape(question)}</p>" for question in one.questions)
            state = "没签" if one.open else "已签；如果改签一项"
            html += f'<h3>{escape(one.label)} <span class="soft">{state}</span></h3>{asked}'
            html += _table(("这样读", "对象", "要花", "与签定的比")[: 3 if one.open else 4],
                           [row[: 3 if one.open else 4] for row in rows])  # fmt: skip
        return html + "<h3>签定的读法</h3>" + self.signatures()

    def signatures(self) -> str:
        pack = self.pack
        rows = []
        for one in self.setting.signed.readings:
            reading = pack.readings[one.name]
            question = f"第{escape(reading.measure)}条：{escape(reading.question)}"
            option = escape(reading.options[one.choice])
            rows.append((question, option, f"{escape(one.unit)} {one.on}"))
        figures = []
        for one in self.setting.signed.figures:
            label = escape(pack.parameters[one.name].label)
            note = f' <span class="soft">{escape(one.note)}</span>' if one.note else ""
            figures.append((label + note, escape(one.choice), f"{escape(one.unit)} {one.on}"))
        return (
            _table(("问题", "签定", "由谁、何日"), rows, left=(0, 1, 2), fixed=(2,))
            + "<h3>答复的数字</h3>"
            + _table(("数字", "答复", "由谁、何日"), figures, left=(0, 2), fixed=(2,))
        )

    def standards(self) -> str:
        rows = [
            (
                f'<a href="#i-{line.benefit.id}">{escape(line.benefit.label)}</a>'
                f' <span class="soft">第{escape(line.benefit.measure)}条</span>',
                f"{line.entitled:,} {line.counted}", f"{line.refused:,}",
                f"{line.undecided:,}" if line.undecided else "—",
            )
            for line in self.findings.of_kind("standard")
        ]  # fmt: skip
        return _table(("标准", "达到", "没有达到或不在范围", "待核实"), rows)

    def problems(self) -> str:
        found = self.findings
        counts = found.snapshot.manifest["problems"]
        rows = [
            (
                escape(one.text) + f' <span class="soft">{escape(one.next_step)}</span>',
                f"{one.count:,}", "读不出" if one.severity == "error" else "存疑",
                escape(one.example),
            )
            for one in problem_kinds(self.pack, found.snapshot)
        ]  # fmt: skip
        return (
            f"<p>读不出 {counts['errors']:,} 处，存疑 {counts['warnings']:,} 处。"
            "读不出的一格按不知道处理，那个人不会漏掉。逐条见 people/problems.jsonl。</p>"
            + _table(("问题和下一步", "处数", "性质", "例如"), rows, left=(0, 2, 3), fixed=(2,))
        )

    def explained(self) -> str:
        person = self.findings.example()
        if person is None:
            return "<p>没有可以说明的人。</p>"
        identity = self.findings.snapshot.identity("person", person)
        name = mask_name(identity["name"] if identity else "")
        return f"<p>{escape(name)}，编号 {person}</p>" + "".join(
            explained(one, self.findings.quote(one.benefit)) for one in self.explanations
        )

    def versions(self) -> str:
        found = self.findings
        summary = found.assessment.summary
        rows = [
            ("政策包", f"{escape(self.pack.id)}，版本", str(summary["pack_version"])),
            ("快照", f"名册截至 {self.setting.as_of}，封签", str(summary["snapshot"])),
        ]
        html = "".join(
            f'<p>{name}：{what} <span class="hash">{escape(value)}</span></p>'
            for name, what, value in rows
        )
        sources = [
            (escape(one["file"]), f"{one['rows']:,}", f'<span class="hash">{one["sha256"]}</span>')
            for one in found.snapshot.manifest["sources"]
        ]
        return html + "<h3>名册文件</h3>" + _table(
            ("文件", "行数", "SHA-256"), sources, left=(0, 2)
        )  # fmt: skip


def _table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    left: Sequence[int] = (0,),
    fixed: Sequence[int] = (),
    summed: bool = False,
) -> str:
    """A table whose cells are HTML; it turns into cards on a telephone.

    Columns not in `left` are numbers, set to the right; those in `fixed` are not broken into
    lines. `summed`: the last row is the sum.
    """
    if not rows:
        return '<p class="soft">没有。</p>'
    head = "".join(
        f"<th{'' if at in left else ' class=n'}>{escape(name)}</th>"
        for at, name in enumerate(headings)
    )
    body = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<td class="{"fixed" if at in fixed else "" if at in left else "n"}'
            f'{" none" if cell == "—" else ""}" '
            f'data-label="{escape(headings[at])}">{cell}</td>'
            for at, cell in enumerate(row)
        )
        kind = ' class="sum"' if summed and number == len(rows) else ""
        body += f"<tr{kind}>{cells}</tr>"
    return f'<table class="cards"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
