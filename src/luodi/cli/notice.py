"""`luodi notice`: what a notice says, measure by measure."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from luodi.cli.output import new_app, say, say_json

if TYPE_CHECKING:
    from luodi.notice.model import Figure, Notice

FIGURES = ("money", "percentage", "ratio", "quantity", "phone")

app = new_app("Read a notice: measures, sentences, amounts, deadlines, units.")


@app.callback()
def group() -> None:
    """Read a notice: measures, sentences, amounts, deadlines, units."""


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="The notice: .txt, .md, .html, .docx or .pdf.")],
    json: Annotated[bool, typer.Option("--json", help="Print everything as one object.")] = False,
) -> None:
    """Read a notice and print its measures, then what a person must look at.

    Example: luodi notice read packs/jiangyin-2020-13/notice.txt --json
    """
    from luodi.notice import read as read_notice

    notice = read_notice(file)
    if json:
        say_json(notice.to_json())
        return
    say(_head(notice))
    _table(notice)
    say(_doubts(notice))


def _head(notice: Notice) -> str:
    validity = notice.validity
    dates = [day.isoformat() if day else "…" for day in (validity.starts, validity.until)]
    lasts = validity.event or (" 至 ".join(dates) if validity.phrase else None)
    rows = {
        "文件": notice.title,
        "印发": notice.notice_title,
        "文号": notice.document_number,
        "发文机关": "、".join(notice.issuers) or None,
        "日期": notice.issued_on.isoformat() if notice.issued_on else None,
        "有效期": lasts,
        "共同责任单位": "、".join(notice.default_units) or None,
    }
    return "\n".join(f"{name}：{value or '未写明'}" for name, value in rows.items())


def _table(notice: Notice) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"{len(notice.measures)} 条措施")
    for heading in ("条", "标题", "责任单位", "数字", "期限"):
        table.add_column(heading, overflow="fold")
    for measure in notice.measures:
        own = [f for f in notice.figures if f.measure == measure.number]
        first = measure.sentences[0].text[:20] if measure.sentences else ""
        table.add_row(
            *map(
                escape,
                (
                    measure.number,
                    measure.title or first,
                    "、".join(measure.units or measure.contacts),
                    "\n".join(f.phrase for f in own if f.kind in FIGURES),
                    "\n".join(_deadline(f) for f in own if f.kind == "deadline"),
                ),
            )
        )
    Console().print(table)


def _deadline(figure: Figure) -> str:
    return f"{figure.phrase}（{figure.value}）"


def _doubts(notice: Notice) -> str:
    if not notice.doubts:
        return "没有疑点。"
    lines = [f"  第{d.span[0]}字：{d.message}" for d in notice.doubts]
    return "\n".join([f"{len(lines)} 处疑点，请核对：", *lines])
