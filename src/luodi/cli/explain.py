"""`luodi explain`: why one subject is, or is not, entitled."""

from __future__ import annotations

from typing import Annotated

import typer

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
from luodi.cli.output import new_app, say, say_json

app = new_app()


@app.command()
def explain(
    pack: PackFolder,
    snapshot: SnapshotFolder,
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SUBJECT", help="A number of the result tables, an identity number, or a name."
        ),
    ],
    benefit: Annotated[
        str, typer.Argument(metavar="BENEFIT", help="A benefit's or standard's id.")
    ],
    month: Months,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    sign: Sign = None,
    read: Read = None,
    set_: Set = None,
    signal: Signal = None,
    series: SeriesFile = None,
    overlay: Over = None,
    json: AsJson = False,
) -> None:
    """Explain one SUBJECT's verdict on one BENEFIT, with the sentence it comes from.

    Says what was decided, by which facts, the sentence of the notice, the rows of the lists, the
    figures with their dates and sources, the readings used, what would change the answer, and
    whom to call.

    Example:

        luodi explain packs/jiangyin-2020-13 people 17 living_subsidy --month 2020-02
    """
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r}：可用 zh、en", param_hint="--lang")
    asked = months(month)
    if len(asked) != 1:
        raise typer.BadParameter("一次只解释一个月", param_hint="--month")
    from luodi.assessment.compiled import compile_pack
    from luodi.assessment.explain import explain as run
    from luodi.assessment.explain import rule_of
    from luodi.assessment.explanation import render
    from luodi.assessment.residents import case_from, subject_called
    from luodi.population import open_snapshot

    loaded, frozen = load_pack(pack, overlay), open_snapshot(snapshot)
    rule = rule_of(compile_pack(loaded), benefit)
    kind = rule.benefit.subject
    case, key = case_from(loaded, frozen, kind, subject_called(frozen, kind, subject))
    options = given(loaded, sign, read, set_, signal, series)
    found = run(loaded, rule, case, key, asked[0], options, lang, frozen)
    if json:
        say_json(found.to_json())
    else:
        say(render(found, lang))
