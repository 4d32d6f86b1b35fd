"""The whole way, step by step: from a notice on paper to a list per town."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from luodi.assessment.assess import Assessment, assess
from luodi.assessment.compiled import compile_pack
from luodi.assessment.explain import explain, rule_of
from luodi.assessment.explanation import Explanation, render
from luodi.assessment.price import price
from luodi.assessment.residents import case_from
from luodi.assessment.scenarios import Given
from luodi.basics.money import format_yuan
from luodi.basics.problem import Problem, ProblemError
from luodi.pack import Pack, check, counts, load
from luodi.population import ImportResult, import_registers
from luodi.population.handed_in import read_handed_in
from luodi.population.synthetic import City, generate
from luodi.report.columns import columns
from luodi.report.findings import Findings, amount_text, findings
from luodi.report.page import write_page
from luodi.report.problems import problem_kinds
from luodi.report.readings import Rivals, rivals
from luodi.report.setting import Setting, read_setting
from luodi.report.townlists import unlisted_notes, write_town_lists

MARK = "luodi-demo"
SETTING = "demo.yaml"
_SHOWN = 8
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the walk: what it is called, and what it does and tells."""

    title: str
    take: Callable[[Walk], Iterator[str]]


class Walk:
    """What the steps so far have made. Each attribute is there from its step on."""

    pack: Pack
    city: City
    imported: ImportResult
    given: Given
    assessment: Assessment
    rivals: tuple[Rivals, ...]
    findings: Findings
    explanations: tuple[Explanation, ...]

    def __init__(self, setting: Setting, packs: Path, people: int, out: Path, seed: int) -> None:
        self.setting, self.packs, self.people = setting, packs, people
        self.out, self.seed = out, seed
        self.closing = ExitStack()

    @cached_property
    def folder(self) -> Path:
        return self.packs / self.setting.pack


def walk(
    packs: Path, people: int, out: Path, *, seed: int = 1, tell: Callable[[str], None]
) -> Path:
    """Walk the whole way in `out` and return the report's path.

    Everything written is below `out`; what an earlier walk wrote there is replaced.

    Raises:
        ProblemError: `out` holds something else; the pack has errors.
    """
    setting = read_setting(packs / SETTING)
    _clear(out)
    way = Walk(setting, packs, people, out, seed)
    with way.closing:
        for number, step in enumerate(STEPS, 1):
            tell(f"\n【{number}/{len(STEPS)}】{step.title}")
            for line in step.take(way):
                tell(f"  {line}")
    return out / "report.html"


def _clear(out: Path) -> None:
    """Make `out` an empty folder, if it is missing, empty, or an earlier walk's."""
    if out.exists():
        if not out.is_dir() or (any(out.iterdir()) and not (out / MARK).is_file()):
            raise ProblemError(
                Problem(str(out), "文件夹里有别的东西，不会覆盖", "换一个 --out，或先移走它")
            )
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / MARK).write_text("luodi demo 写的文件夹，再次运行会整个替换。\n", "utf-8")


def _read(way: Walk) -> Iterator[str]:
    way.pack = load(way.folder)
    notice = way.pack.notice
    sentences = sum(len(measure.sentences) for measure in notice.measures)
    yield f"{way.pack.title}（{way.pack.document_number or '无文号'}，{way.pack.issued_on}）"
    yield f"读出 {len(notice.measures)} 条措施，{sentences} 句。"


def _check(way: Walk) -> Iterator[str]:
    problems = check(way.pack)
    if any(problem.severity == "error" for problem in problems):
        raise ProblemError(*problems)
    yield "、".join(f"{count} {what}" for what, count in counts(way.pack).items() if count)
    yield f"查过：条文每一款都有着落，{len(problems)} 个问题。版本 {way.pack.version[:12]}"


def _generate(way: Walk) -> Iterator[str]:
    way.city = generate(
        way.pack, way.people, way.out / "registers", as_of=way.setting.as_of, seed=way.seed,
        missing=way.setting.not_handed_in,
    )  # fmt: skip
    planted: dict[str, int] = {}
    for kinds in way.city.truth["planted"].values():
        for kind, count in kinds.items():
            planted[kind] = planted.get(kind, 0) + count
    yield f"编造一座 {way.people:,} 人的城市（身份证号的号段不属于任何地区，碰不到真人）"
    yield f"{len(way.city.files)} 份名册，有 .xlsx 也有 .csv，像各单位平时那样不整齐："
    yield f"有意放进 {sum(planted.values()):,} 处毛病，{len(planted)} 种"
    for register, area in way.setting.not_handed_in:
        yield f"{area}没有交{way.pack.registers[register].title}"


def _import(way: Walk) -> Iterator[str]:
    way.imported = import_registers(
        way.pack,
        [(path, None) for path in way.city.files],
        way.out / "people",
        as_of=way.setting.as_of,
        complete=read_handed_in(way.city.folder / "handed-in.csv"),
    )
    result = way.imported
    tables = result.snapshot.manifest["tables"]
    rows = sum(one.rows for one in result.lists)
    refused = sum(one.refused for one in result.lists)
    problems = result.snapshot.manifest["problems"]
    yield f"读入 {rows:,} 行，其中 {refused:,} 行有读不出的格；存疑 {problems['warnings']:,} 处"
    yield (
        f"冻结为快照：{tables['persons']['rows']:,} 人，{tables['households']['rows']:,} 户，"
        f"{tables['organisations']['rows']:,} 个单位，封签 {result.snapshot.manifest['seal'][:12]}"
    )
    kinds = problem_kinds(way.pack, result.snapshot)
    yield "毛病最多的几种："
    yield from columns(
        ("处数", "性质", "问题"),
        [
            (f"{one.count:,}", "读不出" if one.severity == "error" else "存疑", one.text)
            for one in sorted(kinds, key=lambda one: -one.count)[:_SHOWN]
        ],
        right=(0,),
    )
    for register, areas in result.missing.items():
        yield f"未交{way.pack.registers[register].title}：{'、'.join(areas)}（当地按不知道处理）"


def _sign(way: Walk) -> Iterator[str]:
    setting, pack = way.setting, way.pack
    way.given = setting.signed.given(pack)
    yield f"签字在 {way.packs.name}/{SETTING} 里，只为演示，不代表任何单位的意见"
    yield f"签定 {len(setting.readings)} 种读法，例如："
    examples = sorted(setting.signed.readings, key=lambda one: one.unit)[::_EXAMPLES]
    for one in examples[:_EXAMPLES]:
        reading = pack.readings[one.name]
        yield f"  {reading.question}"
        yield f"    {reading.options[one.choice]}（{one.unit}，{one.on}）"
    for one in setting.signed.figures:
        parameter = pack.parameters[one.name]
        yield f"答复 {len(setting.signed.figures)} 个数字："
        yield f"  {parameter.label} {one.choice}（{one.unit}，{one.on}；{one.note}）"
    unsigned = [one for name, one in pack.readings.items() if name not in setting.readings]
    if unsigned:
        yield f"有意留着 {len(unsigned)} 种不签："
        yield from (f"  {one.question}（{one.signed_by}）" for one in unsigned)


def _assess(way: Walk) -> Iterator[str]:
    way.assessment = assess(
        way.pack, way.imported.snapshot, [way.setting.month], way.out / "assessment",
        given=way.given,
    )  # fmt: skip
    found = findings(way.pack, way.imported.snapshot, way.assessment)
    way.findings = way.closing.enter_context(found)
    yield f"{way.setting.month} 每项待遇应给谁、多少："
    yield from columns(
        ("事项", "应享", "金额或实物", "其中暂缓", "待核实", "未列入名册待定"),
        [
            (
                line.benefit.label, f"{line.entitled:,} {line.counted}",
                amount_text(line.amount, line.unit) if line.entitled else "", _some(line.held),
                _some(line.undecided), _some(line.unlisted),
            )
            for line in way.findings.of_kind("benefit")
            if line.entitled or line.undecided or line.unlisted
        ],
        right=(1, 2, 3, 4, 5),
    )  # fmt: skip
    yield ""
    yield from columns(
        ("镇（街道）", "应享笔数", "金额（元）", "其中暂缓（元）", "待核实"),
        [
            (
                town.name, _some(town.entitled), format_yuan(town.amount),
                format_yuan(town.held_amount) if town.held else "—", _some(town.undecided),
            )
            for town in way.findings.by_town
        ],
        right=(1, 2, 3, 4),
    )  # fmt: skip
    yield ""
    yield f"合计 {amount_text(way.findings.money_total, 'fen')}，其中暂缓 " + amount_text(
        way.findings.money_held, "fen"
    )


def _some(count: int) -> str:
    return f"{count:,}" if count else "—"


def _undecided(way: Walk) -> Iterator[str]:
    found = way.findings
    yield "待核实不是不符合：不拒绝，也不发，补上所缺的就能定。"
    for area, name in found.towns.items():
        for title in found.not_handed_in(area):
            yield f"{name}未交{title}："
            for note in unlisted_notes(found, area):
                yield f"  {note}"
    yield "名册上的人缺什么（最多的几项）："
    yield from columns(
        ("涉及", "只差这一项", "所缺"),
        [(f"{one.subjects:,}", f"{one.alone:,}", one.text) for one in found.causes[:_SHOWN]],
        right=(0, 1),
    )
    yield "先问什么，定得最多："
    yield from columns(
        ("问几次", "能定几项", "牵涉金额", "哪里", "问什么"),
        [
            (
                f"{one.asks:,}", f"{one.subjects:,}",
                amount_text(one.amount, "fen") if one.amount else "—", one.where, one.text,
            )
            for one in found.questions[:_SHOWN]
        ],
        right=(0, 1, 2),
    )  # fmt: skip


def _price(way: Walk) -> Iterator[str]:
    nothing_signed = Given(parameters=way.given.parameters)
    prices = price(way.pack, way.imported.snapshot, [way.setting.month], [("", nothing_signed)])
    way.rivals = rivals(way.pack, prices, way.setting.readings)
    for one in way.rivals:
        yield f"{one.label}{'（没签）' if one.open else '（已签；如果改签一项）'}："
        yield from columns(
            ("金额", "对象", "", "这样读"),
            [(way_.cost, f"{way_.subjects:,}", way_.mark, way_.said) for way_ in one.ways],
            right=(0, 1),
        )


def _explain(way: Walk) -> Iterator[str]:
    way.explanations = ()
    person = way.findings.example()
    if person is None:
        yield "没有可以说明的人。"
        return
    rows = way.findings.rows(
        "SELECT benefit FROM (SELECT place, benefit FROM due WHERE subject_kind = 'person' AND "
        "subject_id = $1 UNION SELECT place, benefit FROM open_rows WHERE subject_kind = 'person' "
        "AND subject_id = $1) ORDER BY place",
        person,
    )
    rules = compile_pack(way.pack)
    case, subject = case_from(way.pack, way.imported.snapshot, "person", person)
    found = (
        explain(
            way.pack,
            rule_of(rules, row[0]),
            case,
            subject,
            way.setting.month,
            way.given,
            snapshot=way.imported.snapshot,
        )
        for row in rows
    )
    way.explanations = tuple(sorted(found, key=lambda one: one.outcome.verdict == "undecided"))
    yield f"居民 {person} 号："
    for line in render(way.explanations[0]).splitlines():
        yield f"  {line}"
    others = "、".join(f"{one.label}（{one.answer}）" for one in way.explanations[1:])
    if others:
        yield f"同一人还有：{others}全文见报告。"


def _write(way: Walk) -> Iterator[str]:
    lists = write_town_lists(way.findings, way.out / "lists")
    page = write_page(
        way.findings, way.setting, way.rivals, way.explanations, way.out / "report.html"
    )
    yield f"{page}（{page.stat().st_size // 1024:,} KB，用浏览器打开，不用联网）"
    yield f"{way.out / 'lists'} 里每个镇（街道）一份 .xlsx，共 {len(lists)} 份"


STEPS: tuple[Step, ...] = (
    Step("读文件", _read),
    Step("查政策包", _check),
    Step("编造各单位的名册", _generate),
    Step("导入名册，冻结人口", _import),
    Step("签定读法", _sign),
    Step("核定", _assess),
    Step("谁还定不了，缺什么", _undecided),
    Step("各种读法要花多少", _price),
    Step("给一位居民说明", _explain),
    Step("写出报告和各镇名单", _write),
)
