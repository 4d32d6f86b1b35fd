"""`luodi assess`: everyone a pack entitles, each once, with the reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from luodi.basics.money import format_yuan
from luodi.basics.problem import Problem
from luodi.cli.given import (
    AsJson,
    Months,
    Over,
    PackFolder,
    Read,
    SeriesFile,
    Set,
    Sign,
    Signal,
    SnapshotFolder,
    given,
    load_pack,
    months,
)
from luodi.cli.output import fail, new_app, note, say, say_json

if TYPE_CHECKING:
    from luodi.assessment.assess import Assessment
    from luodi.assessment.difference import Differences
    from luodi.assessment.nextfact import Ask
    from luodi.pack import Pack

app = new_app()

ENGINES = ("duckdb", "spark")
_STEPS = {"assess": "核定", "decide": "汇总读法、暂缓和重复", "write": "写出结果"}


@app.command()
def assess(
    pack: PackFolder,
    snapshot: SnapshotFolder,
    month: Months,
    out: Annotated[Path, typer.Option(help="Where the result tables go; must not exist.")],
    engine: Annotated[str, typer.Option(help="duckdb or spark; same rows from each.")] = "duckdb",
    sign: Sign = None,
    read: Read = None,
    set_: Set = None,
    signal: Signal = None,
    series: SeriesFile = None,
    overlay: Over = None,
    against: Annotated[
        Path | None,
        typer.Option(help="An earlier result: also write what is to be topped up or recovered."),
    ] = None,
    lists: Annotated[
        Path | None,
        typer.Option(help="Also write a workbook per town, names in full; must not exist."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Find everyone PACK entitles, each once, and say why.

    PACK is a policy pack folder, SNAPSHOT a folder written by `luodi registers import`. Nobody is
    paid and nothing is published. Rival readings run side by side; a subject is undecided only
    where they differ for it, until --sign or --read says which was signed.

    Example:

        luodi assess packs/jiangyin-2020-13 people --month 2020-02 --out feb --lists towns
    """
    if engine not in ENGINES:
        raise typer.BadParameter(f"{engine!r}：可用 duckdb、spark", param_hint="--engine")
    asked = months(month)
    if lists is not None and lists.exists():
        fail([Problem(str(lists), "文件夹已存在，不覆盖", "换一个 --lists，或先移走它")])
    from luodi.assessment.assess import assess as run
    from luodi.assessment.assess import open_assessment
    from luodi.assessment.difference import comparable, difference
    from luodi.assessment.nextfact import next_best
    from luodi.population import open_snapshot

    loaded, frozen = load_pack(pack, overlay), open_snapshot(snapshot)
    before = None if against is None else open_assessment(against)
    if before is not None:
        comparable(before, loaded.id, asked)
    asks: dict[int, list[Ask]] = {}
    changes: Differences | None = None

    def finish(tables: Assessment) -> None:
        nonlocal changes
        asks.update(next_best(loaded, frozen, tables))
        if before is not None:
            changes = difference(before, tables, tables.folder / "differences.parquet")

    result = run(
        loaded,
        frozen,
        asked,
        out,
        given=given(loaded, sign, read, set_, signal, series),
        engine=engine,
        step=lambda label: note(_STEPS[label]),
        finish=finish,
    )
    if lists is not None:
        from luodi.report.findings import findings
        from luodi.report.townlists import write_town_lists

        with findings(loaded, frozen, result) as found_there:
            written = write_town_lists(found_there, lists)
        note(f"写出 {len(written)} 份镇（街道）名单：{lists}（姓名齐全，只供内部使用）")
    if json:
        found: dict[str, Any] = {
            **result.summary,
            "next": [
                {name: getattr(one, name) for name in one.__slots__}
                for found_asks in asks.values()
                for one in found_asks
            ],
        }
        if changes is not None:
            found["differences"] = list(changes.totals)
        say_json(found)
        return
    say(_table(result.summary))
    if asks:
        say("\n先问什么，定得最多：")
        for line in ask_lines(loaded, asks, 12):
            say(f"  {line}")
    if changes is not None:
        kinds = {
            "top_up": "补发",
            "recovery_draft": "追回（草稿，须有人核定）",
            "now_undecided": "转为待定",
        }
        say("\n与先前结果相比：")
        for row in changes.totals or ():
            say(f"  {row['benefit']} {kinds[row['kind']]} {row['subjects']} 笔 "
                f"{_amount(row['amount'], row['unit'])}")  # fmt: skip
        if not changes.totals:
            say("  没有变化")
    note(f"已写出 {out}")


def _table(summary: dict[str, Any]) -> str:
    """What each benefit owes, as a table of aligned columns."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{summary['pack']} {'、'.join(summary['months'])}", title_justify="left")
    for name, side in (("条", "right"), ("项目", "left"), ("应享", "right"), ("数额", "right"),
                       ("其中暂缓", "right"), ("待定", "right"), ("未列名册而待定", "right")):  # fmt: skip
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    shown = [
        one for one in summary["benefits"]
        if one["entitled"] or one["undecided"] or one["undecided_unlisted"]
    ]  # fmt: skip
    for one in shown:
        amount = _amount(one["amount"], one["unit"])
        cells = (one["entitled"], amount, one["held"], one["undecided"], one["undecided_unlisted"])
        table.add_row(
            one["measure"], one["label"], *(f"{c:,}" if isinstance(c, int) else c for c in cells)
        )
    console = Console(width=120)
    with console.capture() as capture:
        console.print(table)
    rest = sum(one["in_force"] for one in summary["benefits"]) - len(shown)
    out = sum(not one["in_force"] for one in summary["benefits"])
    return f"{capture.get().rstrip()}\n另有 {rest} 项没有人符合或待定，{out} 项本期不适用。"


def _amount(amount: int, unit: str) -> str:
    if not unit:
        return ""
    return (
        f"{format_yuan(amount)}元"
        if unit == "fen"
        else f"{amount / 1000:,.3f}".rstrip("0").rstrip(".") + f" {unit}"
    )


def ask_lines(pack: Pack, asks: dict[int, list[Ask]], most: int) -> list[str]:
    """The best questions of all areas, as lines."""
    areas = {int(area.code): area.name for area in pack.place.areas}
    ranked = sorted(
        (one for found in asks.values() for one in found),
        key=lambda one: (-one.amount / one.asks, -one.subjects / one.asks, one.area, one.names),
    )
    lines = []
    for one in ranked[:most]:
        where = pack.place.title if one.area == 0 else areas.get(one.area, str(one.area))
        names = "、".join(_name(pack, name) for name in one.names)
        money = f"，{format_yuan(one.amount)}元" if one.amount else ""
        lines.append(f"{where}：{names}（{one.asks} 问，可定 {one.subjects:,} 项{money}）")
    return lines


def _name(pack: Pack, name: str) -> str:
    if name in pack.registers:
        register = pack.registers[name]
        return f"{register.title}（{register.owner}）"
    if name in pack.readings:
        return f"签定“{pack.readings[name].question}”（{pack.readings[name].signed_by}）"
    if name in pack.parameters:
        return f"答复 {pack.parameters[name].label}（{pack.parameters[name].asks}）"
    if name in pack.indicators:
        return pack.indicators[name].label
    for facts in pack.facts.values():
        if name in facts and facts[name].label:
            return f"逐人核实 {facts[name].label}"
    return name
