"""`luodi registers …`: templates for bureaus, a made-up city, and the import of handed-in lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from luodi.cli.output import new_app, note, say, say_json, say_problems

if TYPE_CHECKING:
    from luodi.population import ImportResult

app = new_app("Lists that bureaus keep: templates, a test city, import.")

SHOWN_PROBLEMS = 20


@app.command("template")
def template(
    pack: Annotated[Path, typer.Argument(help="A policy pack folder.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The folder to write; must not exist.")],
) -> None:
    """Write an empty workbook for each register of PACK, for bureaus to fill in.

    Headings carry notes, towns and options drop down, numbers of cards and accounts are text.

    Example:

        luodi registers template packs/jiangyin-2020-13 --out templates
    """
    from luodi.pack import load
    from luodi.population.template import write_templates

    files = write_templates(load(pack), out)
    say(f"已写出 {len(files)} 份空白名册：{out}")
    note(f"各单位填好后：luodi registers import {pack} 填好的文件… --as-of 日期 --out people")


@app.command("generate")
def generate(
    pack: Annotated[Path, typer.Argument(help="A policy pack folder.", show_default=False)],
    people: Annotated[int, typer.Option(help="100 to 20,000,000.")],
    out: Annotated[Path, typer.Option(help="The folder to write; must not exist.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same city.")] = 1,
    dirt: Annotated[float, typer.Option(help="Share of rows that get some known dirt.")] = 0.01,
    form: Annotated[
        str, typer.Option("--format", help="xlsx, csv or mixed; long lists are always csv.")
    ] = "mixed",
    as_of: Annotated[
        str | None, typer.Option(help="The day ages are counted on; default: the notice's date.")
    ] = None,
    missing_list: Annotated[
        list[str] | None,
        typer.Option(help="REGISTER=TOWN: that town does not hand in that register."),
    ] = None,
) -> None:
    """Make up a city and write it as bureaus' lists, dirt included.

    Nobody in it can be real: identity numbers carry a region prefix that is assigned to nobody.
    truth.json says which dirt was planted, handed-in.csv which towns handed in which list.

    Example:

        luodi registers generate packs/jiangyin-2020-13 --people 20000 --out city
    """
    from luodi.pack import load
    from luodi.population.synthetic import generate as make_up

    if form not in ("xlsx", "csv", "mixed"):
        raise typer.BadParameter(f"{form!r} 应为 xlsx、csv 或 mixed", param_hint="--format")
    loaded = load(pack)
    day = _day(as_of) if as_of else loaded.issued_on
    if day is None:
        raise typer.BadParameter("文件没有日期，请给出 --as-of", param_hint="--as-of")
    city = make_up(
        loaded,
        people,
        out,
        as_of=day,
        seed=seed,
        dirt_share=dirt,
        form=cast(Literal["xlsx", "csv", "mixed"], form),
        missing=[_pair(one, "--missing-list") for one in missing_list or []],
        on_step=note,
    )
    say(f"已写出 {len(city.files)} 份名册：{out}")


@app.command("import")
def import_(
    pack: Annotated[Path, typer.Argument(help="A policy pack folder.", show_default=False)],
    files: Annotated[
        list[str],
        typer.Argument(
            help="Lists (.xlsx, .xls, .csv); REGISTER=FILE where headings do not tell.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(help="The snapshot folder to write; must not exist.")],
    as_of: Annotated[str, typer.Option(help="The day the lists describe: YYYY-MM-DD.")],
    previous: Annotated[
        Path | None, typer.Option(help="An earlier snapshot, whose ids are kept.")
    ] = None,
    complete: Annotated[
        list[str] | None,
        typer.Option(help="REGISTER=all or REGISTER=TOWN,TOWN: who handed it in."),
    ] = None,
    handed_in: Annotated[
        Path | None, typer.Option(help="The same as a .csv of two columns: 名册, 镇(街道).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Read lists as bureaus keep them and freeze them into a SNAPSHOT folder.

    Rows that cannot be read are listed, never guessed; everybody on a list is in the snapshot.
    Towns that occur in a register's lists count as having handed it in; the others are named as
    missing, and what the register says about their people is unknown. Say --complete dibao=all
    where a list is complete although some towns have nobody on it.

    Example:

        luodi registers import packs/jiangyin-2020-13 低保.xlsx 残疾人.csv --as-of 2020-02-12 --out people
    """
    from luodi.pack import load
    from luodi.population import import_registers
    from luodi.population.handed_in import read_handed_in

    said = read_handed_in(handed_in) if handed_in else {}
    loaded = load(pack)
    lists = [_named(file) for written in files for file in _matching(written)]
    if handed_in is not None:  # it stands among the lists of a made-up city
        lists = [(path, register) for path, register in lists if path != handed_in]
    result = import_registers(
        loaded,
        lists,
        out,
        as_of=_day(as_of),
        previous=previous,
        complete=said | _complete(complete or []),
        on_step=note,
    )
    if json:
        say_json(result.to_json())
    else:
        _say_result(result, {name: one.title for name, one in loaded.registers.items()})


def _matching(written: str) -> list[str]:
    """The files that `lists/*.xlsx` stands for: not every terminal spells it out."""
    path = Path(written)
    found = [] if path.exists() else sorted(str(one) for one in path.parent.glob(path.name))
    return found or [written]


def _named(written: str) -> tuple[Path, str | None]:
    register, sign, file = written.partition("=")
    if sign and register.isidentifier() and not Path(written).exists():
        return Path(file), register
    return Path(written), None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} 不是日期，应为 2020-02-12 的样子", param_hint="--as-of"
        ) from None


def _complete(said: list[str]) -> dict[str, Literal["all"] | Sequence[str]]:
    complete: dict[str, Literal["all"] | Sequence[str]] = {}
    for one in said:
        if one.count("=") > 1:
            raise typer.BadParameter(
                f"{one!r}：每份名册各写一次 --complete", param_hint="--complete"
            )
        register, areas = _pair(one, "--complete")
        complete[register] = "all" if areas == "all" else areas.replace("，", ",").split(",")
    return complete


def _pair(written: str, option: str) -> tuple[str, str]:
    left, sign, right = written.partition("=")
    if not sign or not left or not right:
        raise typer.BadParameter(f"{written!r} 应为 名册=镇", param_hint=option)
    return left, right


def _say_result(result: ImportResult, titles: Mapping[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("名册", "文件", "工作表", "行数", "读不出的行", "非名单行", box=None)
    for one in result.lists:
        table.add_row(
            titles[one.register],
            one.file,
            one.sheet,
            f"{one.rows:,}",
            f"{one.refused:,}",
            f"{one.skipped:,}",
        )
    # A file's name must not be cut: it is what the reader looks for.
    Console(highlight=False, width=160, soft_wrap=True).print(table)
    handed = {one.register for one in result.lists}
    for register, areas in result.missing.items():
        if register in handed:
            say(
                f"{titles[register]}：未交 {'、'.join(areas)}（当地未列入的人按不知道处理；"
                f"其实交齐了、只是没有人的，加 --complete {register}=all）"
            )
    absent = [titles[register] for register in result.missing if register not in handed]
    if absent:
        say(f"没有交来的名册：{'、'.join(absent)}")
    say_problems(result.problems[:SHOWN_PROBLEMS])
    counts = result.snapshot.manifest["problems"]
    rows = {name: table["rows"] for name, table in result.snapshot.manifest["tables"].items()}
    folder = result.snapshot.folder
    say(
        f"已写出 {folder}：{rows['persons']:,} 人，{rows['households']:,} 户，"
        f"{rows['organisations']:,} 个单位；读不出 {counts['errors']:,} 处，"
        f"存疑 {counts['warnings']:,} 处，见 {folder / 'problems.jsonl'}"
    )
