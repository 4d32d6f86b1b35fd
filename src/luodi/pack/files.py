"""What may stand in each file of a pack: one description, for the checks and for editors.

`FILES` maps the kind of a file to its shape. docs/reference/pack-format.md explains the meaning.
"""

from __future__ import annotations

from luodi.pack.file_measure import MEASURE, PROCEDURE_FILE
from luodi.pack.file_nouns import AREAS, FACTS, INDICATOR, PACK, PARAMETER, PLACE, REGISTER, UNITS
from luodi.pack.file_overlay import OVERLAY
from luodi.pack.file_words import (
    NAME,
    NUMBER,
    required,
)
from luodi.pack.shapes import (
    Choice,
    Day,
    Either,
    Field,
    MonthText,
    Names,
    Nullable,
    Rows,
    Scalar,
    Shape,
    Table,
    Text,
)

# ---------------------------------------------------------------- golden cases

PERSON_NAME = r"[^\s:].{0,59}"
SUBJECT_FACTS = Names(Nullable(Names(Scalar(), least=0)), PERSON_NAME, "称呼，如 王小")
EXPECTED = Either(
    Text(120),
    Table(
        {
            "undecided": Field(Rows(Text(120)), "缺少的事实"),
            "held": Field(Text(60), "暂缓的原因"),
            "amount": Field(Text(60), "数额"),
        }
    ),
)
CASE = Table(
    {
        "name": required(Text(200), "这个例子说明什么"),
        "month": required(MonthText(), "月份"),
        "readings": Field(Names(NAME), "已签认的读法"),
        "set": Field(Names(Nullable(Text(60))), "另给的参数"),
        "signals": Field(Names(Nullable(NUMBER)), "另给的指数"),
        "events": Field(
            Names(
                Table(
                    {
                        "from": required(Nullable(Day()), "开始日"),
                        "until": required(Nullable(Day()), "结束日"),
                    }
                )
            ),
            "另给的事件",
        ),
        "registers": Field(Choice(("complete",)), "没有写到的名册事实为否"),
        "households": Field(SUBJECT_FACTS, "各户"),
        "persons": Field(SUBJECT_FACTS, "各人"),
        "organisations": Field(SUBJECT_FACTS, "各单位"),
        "records": Field(Names(SUBJECT_FACTS), "各记录，按种类"),
        "expect": required(
            Names(Names(EXPECTED, least=1), PERSON_NAME, "称呼", least=1), "应有的结果"
        ),
        "note": Field(Text(), "说明"),
    }
)
GOLDEN = Rows(CASE, least=1)

FILES: dict[str, Shape] = {
    "place": PLACE,
    "areas": AREAS,
    "units": UNITS,
    "register": REGISTER,
    "facts": FACTS,
    "pack": PACK,
    "parameter": PARAMETER,
    "indicator": INDICATOR,
    "procedure": PROCEDURE_FILE,
    "measure": MEASURE,
    "golden": GOLDEN,
    "overlay": OVERLAY,
}
