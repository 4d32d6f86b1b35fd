"""`luodi screen`: one household from a file of facts, with no registry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from luodi.cli.given import (
    AsJson,
    Over,
    PackFolder,
    Read,
    SeriesFile,
    Set,
    Sign,
    Signal,
    given,
    load_pack,
    months,
)
from luodi.cli.output import new_app, say, say_json

app = new_app()


@app.command()
def screen(
    pack: PackFolder,
    facts: Annotated[Path, typer.Argument(metavar="FACTS.json", help="What is known, by fact.")],
    month: Annotated[
        str | None,
        typer.Option("--month", metavar="YYYY-MM", help="Instead of the file's own month."),
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    everything: Annotated[
        bool, typer.Option("--all", help="Also say why not, for what does not apply.")
    ] = False,
    sign: Sign = None,
    read: Read = None,
    set_: Set = None,
    signal: Signal = None,
    series: SeriesFile = None,
    overlay: Over = None,
    json: AsJson = False,
) -> None:
    """Assess one household from FACTS.json, with no registry. Nothing is stored.

    The file says the month and what is known, by the pack's fact names; a fact that is left out
    is unknown, unless "registers": "complete" says that every list was looked at.

    Example:

        echo '{"month": "2020-02", "registers": "complete",
               "persons": {"王小": {"is_orphan": true}}}' > facts.json

        luodi screen packs/jiangyin-2020-13 facts.json
    """
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r}：可用 zh、en", param_hint="--lang")
    own = None if month is None else months(month)
    if own is not None and len(own) != 1:
        raise typer.BadParameter("一次只看一个月", param_hint="--month")
    from luodi.assessment.explanation import render
    from luodi.assessment.screen import screen as run
    from luodi.assessment.screen import why
    from luodi.pack.situation import read_situation

    loaded = load_pack(pack, overlay)
    told = read_situation(facts, loaded, own[0] if own else None)
    taken = given(loaded, sign, read, set_, signal, series)
    found = run(loaded, told, taken)
    shown = [one for one in found if everything or one.outcome.verdict != "none"]
    if json:
        say_json([one.to_json() for one in shown])
        return
    for one in shown:
        say(f"— {_called(one.subject, lang)}")
        say(render(why(loaded, told, taken, one, lang), lang) + "\n")
    left = len(found) - len(shown)
    if left:
        say(
            f"另有 {left} 项不适用或不符合（--all 列出）"
            if lang == "zh"
            else f"{left} more do not apply (--all)"
        )


def _called(subject: str, lang: str) -> str:
    """A household that the file does not name goes by its one member."""
    if not subject.startswith("("):
        return subject
    return f"{subject[1:-1]}一户" if lang == "zh" else f"{subject[1:-1]}'s household"
