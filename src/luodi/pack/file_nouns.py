"""What may stand in the files of a place, and in those of a pack that hold nouns."""

from __future__ import annotations

from luodi.pack.file_words import (
    CLAUSE,
    EVENT_NAME,
    EXPRESSION,
    FIGURE,
    MEASURE_NUMBER,
    NAME,
    NUMBER,
    PACK_ID,
    PRINTED,
    QUOTE,
    STATUSES,
    required,
)
from luodi.pack.shapes import (
    Choice,
    Day,
    Either,
    Field,
    Flag,
    Names,
    Nullable,
    Rows,
    Table,
    Text,
    Word,
)

COLUMN_TYPES = (
    "id_number", "name", "area", "household", "account", "phone", "text", "enum", "boolean",
    "integer", "money", "ratio", "quantity", "date", "month", "uscc", "org_name",
)  # fmt: skip

# ---------------------------------------------------------------- the place

PLACE = Table(
    {
        "place": required(PACK_ID, "地方的英文名，与文件夹同名"),
        "title": required(Text(80), "地方的中文名"),
        "code": required(Word(r"\d{6}", "6 位行政区划代码"), "行政区划代码"),
        "synthetic_prefix": required(
            Word(r"\d{6}", "6 位数字"), "演示数据用的、未分配给任何地区的号段"
        ),
        "note": Field(Text(), "说明"),
    },
    "一个地方：不论来了什么文件都有的东西",
)

AREAS = Rows(
    Table(
        {
            "code": required(Word(r"\d{9}", "9 位代码"), "9 位区划代码，加引号"),
            "name": required(Text(40), "名称"),
            "kind": required(Choice(("street", "town", "zone")), "街道、镇或开发区"),
            "aliases": Field(Rows(Text(40)), "其他写法"),
            "from": Field(Day(), "启用日期"),
            "until": Field(Day(), "停用日期（当日起不再使用）"),
            "note": Field(Text(), "说明"),
        }
    ),
    least=1,
)

UNITS = Rows(
    Table(
        {
            "name": required(Text(60), "责任单位名称"),
            "aliases": Field(Rows(Text(60)), "文件里的其他写法"),
            "kind": Field(Text(40), "类别"),
            "expands_to": Field(Choice(("towns", "streets", "zones", "areas")), "泛指哪些区划"),
            "phone": Field(Text(60), "咨询电话"),
            "note": Field(Text(), "说明"),
        }
    ),
    least=1,
)

# ---------------------------------------------------------------- registers and facts

COLUMN = Table(
    {
        "headings": required(Rows(Text(60), alone=True, least=1), "名册里的表头写法"),
        "type": required(Choice(COLUMN_TYPES), "列的类型"),
        "label": Field(Text(80), "中文名；不写则用第一个表头"),
        "required": Field(Flag(), "每行必须填写"),
        "carry_down": Field(Flag(), "空格表示同上"),
        "values": Field(Rows(Text(60), least=1), "enum 的各个取值"),
        "aliases": Field(Names(Text(60), r".{1,60}", "名册里的写法"), "写法: 取值"),
        "unit": Field(Text(40), "quantity 的计量单位"),
        "min": Field(NUMBER, "最小值，按列的单位"),
        "max": Field(NUMBER, "最大值，按列的单位"),
        "synthetic": Field(
            Table(
                {
                    "least": Field(NUMBER, "最小编到，按列的单位"),
                    "most": Field(NUMBER, "最大编到，按列的单位；小数目居多"),
                }
            ),
            "编造演示数据时的数目；不影响任何规则",
        ),
        "note": Field(Text(), "说明"),
    }
)

REGISTER_FACT = Table(
    {
        "label": required(Text(80), "中文名"),
        "when": Field(EXPRESSION, "关于本行各列的条件；任何一行成立即为真"),
        "column": Field(NAME, "取哪一列的值"),
        "combine": Field(Choice(("any", "one", "sum", "max", "min")), "多行时怎样合并"),
        "note": Field(Text(), "说明"),
    }
)

SYNTHETIC = Table(
    {
        "share": Field(
            Word(r"\d{1,3}(\.\d{1,4})?%", "百分数，如 0.7%"), "占人数、户数或单位数的比例"
        ),
        "ages": Field(Word(r"\d{1,3}-\d{1,3}", "年龄范围，如 0-17"), "只列这些年龄的人"),
        "households": Field(Flag(), "整户列入"),
    },
    "怎样编造这份名册；不影响任何规则",
)
REGISTER = Table(
    {
        "register": required(NAME, "名册的英文名，与文件同名"),
        "title": required(Text(80), "名册的中文名"),
        "owner": required(PRINTED, "保管名册的单位"),
        "of": required(
            Either(
                Choice(("person", "household", "organisation")),
                Table({"record": required(NAME, "记录种类，如 bill")}),
            ),
            "每行是什么",
        ),
        "absence": required(
            Choice(("no", "unknown")), "交来的名册里没有的人：no 不是，unknown 不知道"
        ),
        "base": Field(Flag(), "常住人口登记这样的底册"),
        "columns": required(Names(COLUMN, least=1), "各列"),
        "facts": Field(Names(REGISTER_FACT), "由此得出的事实"),
        "synthetic": Field(SYNTHETIC, "编造演示数据时，名册里列哪些人"),
        "source": Field(Text(), "依据"),
        "note": Field(Text(), "说明"),
    },
    "部门保管的一种名册",
)

DERIVED = Table(
    {
        "label": required(Text(80), "中文名"),
        "when": required(EXPRESSION, "表达式"),
        "note": Field(Text(), "说明"),
    }
)
FACTS = Names(Names(DERIVED, least=1), least=1)

# ---------------------------------------------------------------- the notice, figures

EVENT = Table(
    {
        "label": required(Text(80), "中文名"),
        "from": required(Nullable(Day()), "开始日；null 表示没有开始"),
        "until": required(Nullable(Day()), "结束日（当日起不再有效）；null 表示没有结束"),
        "source": Field(Text(), "依据"),
        "status": required(Choice(STATUSES), "是否核实"),
        "note": Field(Text(), "说明"),
    }
)

VALIDITY = Table(
    {
        "event": Field(NAME, "在某个事件期间有效"),
        "from": Field(Day(), "生效日"),
        "until": Field(
            Either(Word(r"\d{4}-\d{2}-\d{2}|none", "日期（如 2020-02-12）或 none"), EVENT_NAME), "失效日，或 none"
        ),
        "quote": Field(Rows(Text(), alone=True), "文件原文"),
    }
)  # fmt: skip

CONTEXT = Table(
    {
        "binds": required(Rows(CLAUSE, alone=True, least=1), "句号或款号"),
        "reason": required(Text(400), "为什么只是说明、不需要办理"),
    }
)

PACK = Table(
    {
        "pack": required(PACK_ID, "政策包的英文名，与文件夹同名"),
        "extends": required(PACK_ID, "地方"),
        "title": required(Text(400), "文件标题，照原文"),
        "document_number": required(Nullable(Text(80)), "发文字号；没有则 null"),
        "issued_on": required(Nullable(Day()), "发文日期；没有则 null"),
        "events": Field(Names(EVENT), "有效期所系的事件"),
        "validity": Field(VALIDITY, "各项默认的有效期"),
        "superior": Field(Rows(PACK_ID), "叠加在上面的上级政策"),
        "context": Field(Rows(CONTEXT), "只是说明的句子（只能在各条之外）"),
        "note": Field(Text(), "说明"),
    },
    "一份文件",
)


PARAMETER_VALUE = Table(
    {
        "value": required(FIGURE, "数值，加引号"),
        "measure": Field(MEASURE_NUMBER, "原文在第几条"),
        "quote": Field(QUOTE, "文件原文"),
        "source": Field(Text(), "文件以外的依据"),
        "status": required(Choice(STATUSES), "是否核实"),
        "note": Field(Text(), "说明"),
    }
)

PARAMETER = Table(
    {
        "label": required(Text(80), "中文名"),
        "unit": required(Text(120), "单位；第一个词决定类型：yuan、%、times、persons、m3、date …"),
        "issuer": Field(Text(120), "发布单位；不写则为本文件"),
        "values": Field(Names(PARAMETER_VALUE, r"\d{4}-\d{2}-\d{2}", "起始日期"), "起始日期: 数值"),
        "until": Field(Either(Day(), EVENT_NAME), "到何时为止"),
        "open": Field(Flag(), "文件没有给出，等待答复"),
        "asks": Field(PRINTED, "由哪个单位答复"),
        "question": Field(Text(400), "问什么"),
        "note": Field(Text(), "说明"),
    },
    "一个有日期、有出处的数字",
)

INDICATOR = Table(
    {
        "label": required(Text(80), "中文名"),
        "unit": required(Text(40), "单位"),
        "cadence": required(Choice(("month",)), "周期"),
        "issuer": required(Text(120), "发布单位"),
        "values": Field(
            Names(
                Table(
                    {
                        "value": required(NUMBER, "数值，加引号"),
                        "released": required(Nullable(Day()), "发布日期"),
                        "source": required(Text(), "依据"),
                        "status": required(Choice(STATUSES), "是否核实"),
                        "note": Field(Text(), "说明"),
                    }
                ),
                r"\d{4}-\d{2}",
                "月份，如 2020-01",
            ),
            "月份: 数值",
        ),
        "note": Field(Text(), "说明"),
    },
    "逐月发布的指数",
)
