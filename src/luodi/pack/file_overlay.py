"""What may stand in a file of superior policy."""

from __future__ import annotations

from luodi.pack.file_words import FIGURE, NAME, PACK_ID, STATUSES, required
from luodi.pack.shapes import Choice, Day, Field, Names, Nullable, Rows, Table, Text

LEVELS = ("国家", "省", "市")
_SOURCED = {
    "source": required(Text(), "依据：文件名、文号、条款"),
    "status": required(Choice(STATUSES), "是否核实"),
    "note": Field(Text(), "说明"),
}
OVERLAY = Table(
    {
        "overlay": required(PACK_ID, "英文名，与文件同名"),
        "level": required(Choice(LEVELS), "发文机关的层级"),
        "title": required(Text(400), "文件标题"),
        "document_number": required(Nullable(Text(80)), "发文字号；没有则 null"),
        "issued_on": required(Nullable(Day()), "发文日期；没有则 null"),
        "applies_to": required(Rows(PACK_ID, least=1), "对哪些政策包"),
        "parameters": Field(
            Names(
                Table(
                    {
                        "value": required(FIGURE, "数值，按参数的单位，不带单位"),
                        "from": required(Day(), "从哪天起"),
                        "until": Field(Day(), "到哪天止（当日起恢复原数）"),
                        **_SOURCED,
                    }
                )
            ),
            "代替本地数字的上级数字",
        ),
        "conditions": Field(
            Rows(
                Table(
                    {
                        "instrument": required(NAME, "待遇或标准的英文名"),
                        "and": required(Text(), "还要符合的条件，用该项的对象的事实写"),
                        **_SOURCED,
                    }
                )
            ),
            "本地的待遇或标准另加的条件，如在上级政策开始以前",
        ),
    },
    "上级政策",
)
