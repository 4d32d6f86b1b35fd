"""`luodi price`: what rival readings and what-ifs would cost, side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from luodi.basics.money import format_yuan
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
from luodi.cli.output import new_app, note, say, say_json

app = new_app()


@app.command()
def price(
    pack: PackFolder,
    snapshot: SnapshotFolder,
    month: Months,
    sign: Sign = None,
    read: Read = None,
    set_: Set = None,
    signal: Signal = None,
    series: SeriesFile = None,
    overlay: Over = None,
    benefit: Annotated[
        list[str] | None, typer.Option(help="Only this benefit; may be repeated.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Set the cost of rival readings and what-ifs side by side, on SNAPSHOT.

    Each open reading is priced under each of its options. With --set or --signal, the run as it
    is stands beside the run with them. Nothing is written.

    Example:

        luodi price packs/jiangyin-2020-13 people --month 2020-02 --set living_subsidy=150
    """
    asked = months(month)
    from luodi.assessment.compiled import compile_pack
    from luodi.assessment.explain import rule_of
    from luodi.assessment.price import price as run
    from luodi.population import open_snapshot

    loaded, frozen = load_pack(pack, overlay), open_snapshot(snapshot)
    rules = compile_pack(loaded)
    wanted = {rule_of(rules, name).benefit.id for name in benefit or []}
    variants = [("现行", given(loaded, sign, read, None, None, series))]
    if set_ or signal:
        label = "、".join([*(set_ or []), *(signal or [])])
        variants.append((label, given(loaded, sign, read, set_, signal, series)))
    found = run(loaded, frozen, asked, variants, step=lambda label: note(f"核定：{label}"))
    found = [one for one in found if not wanted or one.benefit in wanted]
    if json:
        say_json([one.to_json() for one in found])
        return
    options = {name: one.options for name, one in loaded.readings.items()}
    last = ""
    for one in found:
        if not (one.choice or one.subjects or one.undecided or one.benefit in wanted):
            continue
        if one.benefit != last:
            say(f"第{one.measure}条 {one.label}（{one.benefit}）")
            last = one.benefit
        how = (
            "；".join(options[name][option] for name, option in one.choice.items())
            or "（没有未签的读法）"
        )
        amount = f"{format_yuan(one.amount)}元" if one.unit == "fen" else (
            f"{one.amount / 1000:g} {one.unit}" if one.unit else ""
        )  # fmt: skip
        variant = f"[{one.variant}] " if len(variants) > 1 else ""
        say(f"  {variant}{one.month} {one.subjects:>9,} 个 {amount:>18}  {how}")
