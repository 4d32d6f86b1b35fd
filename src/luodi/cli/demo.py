"""`luodi demo`: the whole way once, on a notice and made-up people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from luodi.cli.output import new_app, note, packs_folder, say

app = new_app()


@app.command()
def demo(
    people: Annotated[
        int, typer.Option(help="How many people to make up.", min=100, max=2_000_000)
    ] = 20_000,
    out: Annotated[Path, typer.Option(help="Where everything is written.")] = Path("var/demo"),
    seed: Annotated[int, typer.Option(help="Another seed, another city.", min=0)] = 1,
) -> None:
    """Walk the whole way once: from a notice to a list per town, on made-up people.

    Lists are generated as bureaus keep them, imported, and assessed; nobody real is in them.
    What an earlier demo wrote to OUT is replaced; a folder with anything else in it is refused.

    Example:

        luodi demo --people 20000 --out var/demo
    """
    from luodi.report.walk import walk

    page = walk(packs_folder(), people, out, seed=seed, tell=say)
    note(f"\n请打开 {page}")
