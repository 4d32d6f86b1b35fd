"""`luodi price`: what rival readings and what-ifs would cost, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from luodi.assessment.price import Price

app = new_app()

NO_READING = "（没有未签的读法）"


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

    Each open reading is priced under each of its options. With --set or --signal, what changes is
    shown as it is and as it would be. Nothing is written.

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
    labels = ["现行", ""]
    wanted = {rule_of(rules, name).benefit.id for name in benefit or []}
    variants = [(labels[0], given(loaded, sign, read, None, None, series))]
    if set_ or signal:
        labels[1] = "、".join([*(set_ or []), *(signal or [])])
        variants.append((labels[1], given(loaded, sign, read, set_, signal, series)))
    found = run(loaded, frozen, asked, variants, step=lambda label: note(f"核定：{label}"))
    found = [one for one in found if not wanted or one.benefit in wanted]
    if json:
        say_json([one.to_json() for one in found])
        return
    options = {name: one.options for name, one in loaded.readings.items()}
    blocks: dict[str, list[Price]] = {}
    for one in found:
        blocks.setdefault(one.benefit, []).append(one)
    same, difference, fixed = 0, 0, True
    for name, prices in blocks.items():
        if not any(one.choice or one.subjects or one.undecided for one in prices) and (
            name not in wanted
        ):
            continue
        now, then = ([one for one in prices if one.variant == label] for label in labels)
        if len(variants) > 1 and [_result(one) for one in now] == [_result(one) for one in then]:
            same += 1
            continue
        say(f"第{prices[0].measure}条 {prices[0].label}（{name}）")
        if len(variants) == 1:
            for one in now:
                say(f"  {one.month} {_cost(one)}  {_how(one, options) or NO_READING}")
        elif [(one.month, one.choice) for one in now] == [(one.month, one.choice) for one in then]:
            for one, other in zip(now, then, strict=True):
                change = other.amount - one.amount
                say(f"  {one.month} {_how(one, options)}".rstrip())
                say(f"    现行   {_cost(one)}")
                say(f"    如果   {_cost(other)}  {_change(change, one.unit)}")
                difference += change if one.unit == "fen" else 0
                fixed = fixed and not one.choice
        else:
            fixed = False
            for one in prices:
                label = "现行" if one in now else "如果"
                say(f"  {one.month} {label}   {_cost(one)}  {_how(one, options) or NO_READING}")
    if len(variants) > 1:
        say(f"如果 {variants[1][0]}：其余 {same} 项不变。")
        if fixed and not wanted:
            say(f"合计{_change(difference, 'fen') or '不变'}")


def _result(one: Price) -> tuple[object, ...]:
    return (one.month, one.choice, one.subjects, one.amount, one.undecided)


def _how(one: Price, options: Mapping[str, Mapping[str, str]]) -> str:
    return "；".join(options[name][option] for name, option in one.choice.items())


def _amount(amount: int, unit: str) -> str:
    if unit == "fen":
        return f"{format_yuan(amount)}元"
    return f"{amount / 1000:g} {unit}" if unit else ""


def _cost(one: Price) -> str:
    undecided = f"  待定 {one.undecided:,}" if one.undecided else ""
    return f"{one.subjects:>9,} 个 {_amount(one.amount, one.unit):>18}{undecided}"


def _change(amount: int, unit: str) -> str:
    if not amount:
        return ""
    return f"{'增加' if amount > 0 else '减少'} {_amount(abs(amount), unit)}"
