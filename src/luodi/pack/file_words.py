"""Words and other small shapes that several kinds of file share."""

from __future__ import annotations

from luodi.pack.shapes import (
    Field,
    Rows,
    Shape,
    Table,
    Text,
    Word,
)

STATUSES = ("confirmed", "assumed", "open")

NAME = Word(r"[a-z][a-z0-9_]{0,59}", "小写英文字母、数字和下划线")
PACK_ID = Word(r"[a-z][a-z0-9-]{0,59}", "小写英文字母、数字和连字符")
SUBJECT = Word(r"[a-z][a-z0-9_]{0,59}", "person、household、organisation 或记录种类")
CLAUSE = Word(
    r"(?:\d{1,4}(?:[/+]\d{1,4}){0,4}|head|mid|tail)(?:\.\d{1,4}(?:\+\d{1,4})?){1,6}",
    "句号或款号，如 4.1、4.1.2、head.1",
)
MEASURE_NUMBER = Word(r"\d{1,4}(?:[./+]\d{1,4}){0,4}", "条号，如 4、3/1（加引号）")
NUMBER = Word(r"-?\d{1,15}(?:\.\d{1,9})?", "数字，如 120、5.4")
FIGURE = Word(r"-?\d{1,15}(?:\.\d{1,9})?|\d{4}-\d{2}-\d{2}", "数字或日期，不带单位")
STEM = Word(r"[a-z][a-z0-9_]{0,59}", "英文名称")
SPAN = Word(r"P(?:\d{1,4}[DWMY])+|PT\d{1,4}H", "时长，如 P2D（2天）、P1M（1个月）、PT48H")
EXPRESSION = Text()
PRINTED = Word(r".{1,60}", "单位名称")


def required(shape: Shape, help: str) -> Field:
    return Field(shape, help, required=True)


EVENT_NAME = Table({"event": required(NAME, "事件")})
QUOTE = Rows(Text(), alone=True, least=1)
