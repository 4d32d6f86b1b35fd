"""`luodi pack …`: draft, check, map and test a policy pack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from luodi.basics.problem import Problem
from luodi.cli.output import fail, new_app, note, say, say_json, say_problems

if TYPE_CHECKING:
    from luodi.assessment.golden import GoldenResult

app = new_app("Draft, check, map and test a policy pack; print its JSON Schema.")

PackFolder = Annotated[Path, typer.Argument(metavar="PACK", help="A pack's folder.")]


@app.command("check")
def check(
    pack: PackFolder,
    json: Annotated[
        bool, typer.Option("--json", help="Print problems and counts as JSON.")
    ] = False,
) -> None:
    """Check that PACK says what its notice says, all of it, and nothing else.

    Nothing is written. Exit code 1 if there is an error.

    Example:

        luodi pack check packs/jiangyin-2020-13
    """
    from luodi.basics.problem import ProblemError
    from luodi.pack import check as check_pack
    from luodi.pack import counts, load

    try:
        loaded = load(pack)
        problems: list[Problem] = check_pack(loaded)
        found = counts(loaded)
    except ProblemError as error:
        problems, found = list(error.problems), {}
    errors = sum(problem.severity == "error" for problem in problems)
    if json:
        say_json({"problems": [one.to_json() for one in problems], "counts": found})
    else:
        say_problems(problems)
        summed = [f"{len(problems)} 个问题", *(f"{count} {what}" for what, count in found.items())]
        say(" · ".join(summed))
    if errors:
        raise typer.Exit(1)


@app.command("schema")
def schema(
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the schemas; made if missing.")
    ] = None,
) -> None:
    """Print the JSON Schemas of a pack's files, or write them to a folder.

    Editors complete and underline with them; see docs/reference/pack-format.md.

    Example:

        luodi pack schema --out .vscode/luodi
    """
    from luodi.pack.schema import schema_texts, schemas

    if out is None:
        say_json(schemas())
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (out / name).write_text(text, encoding="utf-8")
    note(f"写出 {len(schemas())} 个模式：{out}")


@app.command("map")
def map_(
    pack: PackFolder,
    out: Annotated[Path, typer.Option("--out", help="The .html file to write.")],
) -> None:
    """Draw PACK's notice as a page: each clause coloured by what it became.

    The page needs nothing from elsewhere. Words that nothing is bound to glare red.

    Example:

        luodi pack map packs/jiangyin-2020-13 --out map.html
    """
    from luodi.pack import load
    from luodi.pack.map import render_map

    if out.suffix.lower() not in (".html", ".htm"):
        fail([Problem(str(out), "文件名不以 .html 结尾", "换一个 --out，如 map.html")])
    page = render_map(load(pack))
    if not out.parent.is_dir():
        fail([Problem(str(out), "没有这个文件夹", "请先建文件夹，或换一个路径")])
    draft = out.with_name(f".{out.name}.part")
    try:
        draft.write_text(page, encoding="utf-8")
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    note(f"写出 {out}")


@app.command("draft")
def draft(
    notice: Annotated[
        Path, typer.Argument(metavar="NOTICE_FILE", help="A .txt, .md, .html, .docx or .pdf file.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the new pack; empty or missing.")],
    place: Annotated[
        str | None, typer.Option("--place", help="The place it extends: a folder beside OUT.")
    ] = None,
) -> None:
    """Draft a pack from any notice: every sentence quoted, an instrument suggested for each.

    `luodi pack check OUT` then says what is left to do. A folder that holds anything is refused.
    A place that does not stand beside OUT yet is drafted too.

    Example:

        luodi pack draft notice.docx --out packs/jiangyin-2021-5 --place jiangyin
    """
    from luodi.notice import read
    from luodi.pack.draft import write_draft

    written = write_draft(read(notice), out, place)
    for folder, count in written.items():
        note(f"写出 {count} 个文件：{folder}")
    note(f"接下来：luodi pack check {out}")


@app.command("test")
def test(
    pack: PackFolder,
    engine: Annotated[
        str, typer.Option("--engine", help="closures, duckdb, spark or all.")
    ] = "closures",
    json: Annotated[bool, typer.Option("--json", help="Print each result as JSON.")] = False,
) -> None:
    """Run PACK's golden cases and say which do not come out as expected.

    Nothing is written. Exit code 1 if a case fails.

    Example:

        luodi pack test packs/jiangyin-2020-13 --engine all
    """
    from luodi.assessment.golden import ENGINES, run
    from luodi.pack import load
    from luodi.pack.golden import result_text

    if engine not in (*ENGINES, "all"):
        raise typer.BadParameter(f"可写：{'、'.join((*ENGINES, 'all'))}", param_hint="--engine")
    loaded = load(pack)
    if not loaded.golden:
        fail([Problem(str(pack / "golden"), "没有例子", "请在 golden/ 里写至少一个例子")])
    engines = ENGINES if engine == "all" else (engine,)
    results = [(name, one) for name in engines for one in run(loaded, loaded.golden, name)]
    failed = [(name, one) for name, one in results if not one.holds]
    if json:
        say_json([_result_json(name, one) for name, one in results])
    else:
        for name, one in failed:
            came = result_text(loaded, one.benefit, one.outcome)
            due = result_text(loaded, one.benefit, one.expected)
            say(
                f"{one.case.place}: {one.case.name}\n"
                f"  [{name}] {one.subject} · {one.benefit}：应为 {due}，得到 {came}"
            )
        say(
            f"{len(loaded.golden)} 个例子，{len(results)} 个结果（{'、'.join(engines)}），"
            f"{len(failed)} 个不符"
        )
    if failed:
        raise typer.Exit(1)


def _result_json(engine: str, one: GoldenResult) -> dict[str, object]:
    return {
        "engine": engine,
        "case": one.case.name,
        "subject": one.subject,
        "benefit": one.benefit,
        "holds": one.holds,
        "verdict": one.outcome.verdict,
        "amount": one.outcome.amount,
        "lacks": list(one.outcome.lacks),
        "hold": one.outcome.hold,
    }
