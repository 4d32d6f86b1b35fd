"""Options that several commands share: months, signatures, what-ifs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from luodi.basics.period import Month
from luodi.cli.output import note

if TYPE_CHECKING:
    from luodi.assessment.scenarios import Given
    from luodi.pack import Pack

MOST_MONTHS = 120

PackFolder = Annotated[Path, typer.Argument(metavar="PACK", help="A pack's folder.")]
SnapshotFolder = Annotated[
    Path, typer.Argument(metavar="SNAPSHOT", help="Written by `luodi registers import`.")
]
Months = Annotated[
    str,
    typer.Option("--month", metavar="YYYY-MM", help="A month, or first..last: 2020-02..2020-06."),
]
Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="FILE", help="Signed readings and answered figures (YAML)."),
]
Read = Annotated[
    list[str] | None,
    typer.Option(
        "--read", metavar="NAME=OPTION", help="Take a reading as signed; may be repeated."
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="What if a parameter were so; may be repeated."
    ),
]
Signal = Annotated[
    list[str] | None,
    typer.Option(
        "--signal", metavar="NAME=VALUE", help="What if an index were so; may be repeated."
    ),
]
SeriesFile = Annotated[
    Path | None,
    typer.Option("--series", metavar="FILE", help="Published index figures by month (CSV)."),
]
Over = Annotated[
    list[Path] | None,
    typer.Option(
        "--overlay", metavar="FILE", help="A superior policy that bears on PACK; may be repeated."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def months(text: str) -> list[Month]:
    """`2020-02` or `2020-02..2020-06`. Anything else is wrong use."""
    first, dots, last = text.partition("..")
    try:
        start = Month.parse(first)
        end = Month.parse(last) if dots else start
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--month") from error
    if end < start:
        raise typer.BadParameter(f"{last} 早于 {first}", param_hint="--month")
    found = list(Month.range(start, end))
    if len(found) > MOST_MONTHS:
        raise typer.BadParameter(f"最多 {MOST_MONTHS} 个月", param_hint="--month")
    return found


def pairs(words: list[str] | None, option: str) -> dict[str, str]:
    """NAME=VALUE words as a dict. Anything else is wrong use."""
    found = {}
    for word in words or []:
        name, sign, value = word.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise typer.BadParameter(f"{word!r} 应写成 名称=值", param_hint=option)
        if name.strip() in found:
            raise typer.BadParameter(f"{name.strip()} 给了两次", param_hint=option)
        found[name.strip()] = value.strip()
    return found


def load_pack(folder: Path, overlays: list[Path] | None = None) -> Pack:
    """The pack, under the superior policies named, in their order."""
    from luodi.pack import load
    from luodi.pack.overlay import read_overlay

    pack = load(folder)
    laid = set()
    for file in overlays or []:
        overlay = read_overlay(file)
        pack = overlay.apply(pack)
        laid.add(overlay.id)
    if left := [name for name in pack.superior if name not in laid]:
        note(f"没有叠加的上级政策：{'、'.join(left)}（--overlay packs/superior/….yaml）")
    return pack


def given(
    pack: Pack,
    sign: Path | None,
    read: list[str] | None,
    set_: list[str] | None,
    signal: list[str] | None,
    series: Path | None = None,
) -> Given:
    """What the options give, the words on the command line before the files."""
    from luodi.assessment.scenarios import Given, given_from
    from luodi.assessment.signatures import read_signatures
    from luodi.indicators import read_series

    signed = Given() if sign is None else read_signatures(sign).given(pack)
    if series is not None:
        signed = signed.over(Given(series=read_series(series, pack)))
    return signed.over(
        given_from(
            pack,
            readings=pairs(read, "--read"),
            parameters=pairs(set_, "--set"),
            signals=pairs(signal, "--signal"),
        )
    )
