"""What may stand in each file of a pack: one description, for the checks and for editors.

`FILES` maps the kind of a file to its shape. docs/reference/pack-format.md explains the meaning.
"""

from __future__ import annotations

from luodi.pack.shapes import (
    Choice,
    Day,
    Either,
    Field,
    Flag,
    MonthText,
    Names,
    Nullable,
    Rows,
    Scalar,
    Shape,
    Table,
    Text,
    Word,
)

COLUMN_TYPES = (
    "id_number", "name", "area", "household", "account", "phone", "text", "enum", "boolean",
    "integer", "money", "ratio", "quantity", "date", "month", "uscc", "org_name",
)  # fmt: skip
STATUSES = ("confirmed", "assumed", "open")

NAME = Word(r"[a-z][a-z0-9_]{0,59}", "小写英文字母、数字和下划线")
PACK_ID = Word(r"[a-z][a-z0-9-]{0,59}", "小写英文字母、数字和连字符")
SUBJECT = Word(r"[a-z][a-z0-9_]{0,59}", "person、household、organisation 或记录种类")
CLAUSE = Word(
    r"(?:\d{1,4}(?:/\d{1,4})?|head|mid|tail)(?:\.\d{1,4}){1,2}", "句号或款号，如 4.1、4.1.2、head.1"
)
NUMBER = Word(r"-?\d{1,15}(?:\.\d{1,9})?", "数字，如 120、5.4")
FIGURE = Word(r"-?\d{1,15}(?:\.\d{1,9})?|\d{4}-\d{2}-\d{2}", "数字或日期，不带单位")
STEM = Word(r"[a-z][a-z0-9_]{0,59}", "英文名称")
SPAN = Word(r"P(?:\d{1,4}[DWMY])+|PT\d{1,4}H", "时长，如 P2D（2天）、P1M（1个月）、PT48H")
EXPRESSION = Text()
PRINTED = Word(r".{1,60}", "单位名称")


def required(shape: Shape, help: str) -> Field:
    return Field(shape, help, required=True)


EVENT_NAME = Table({"event": required(NAME, "事件")})

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
            Either(Word(r"\d{4}-\d{2}-\d{2}|none", "日期或 none"), EVENT_NAME), "失效日，或 none"
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
        "superior": Field(Rows(PACK_ID), "上级政策包"),
        "context": Field(Rows(CONTEXT), "只是说明的句子（只能在各条之外）"),
        "note": Field(Text(), "说明"),
    },
    "一份文件",
)

QUOTE = Rows(Text(), alone=True, least=1)

PARAMETER_VALUE = Table(
    {
        "value": required(FIGURE, "数值，加引号"),
        "measure": Field(Word(r"\d{1,4}(?:/\d{1,4})?", "条号"), "原文在第几条"),
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

# ---------------------------------------------------------------- instruments

STEP = Table(
    {
        "id": required(NAME, "环节的英文名"),
        "label": required(Text(120), "环节"),
        "actor": required(Text(60), "谁来办"),
        "within": Field(SPAN, "时限"),
        "waived_by": Field(NAME, "在哪个事件期间免去"),
        "deferred_until": Field(NAME, "推迟到哪个事件结束后补办"),
        "quote": Field(QUOTE, "文件原文"),
        "note": Field(Text(), "说明"),
    }
)
STEPS = Rows(STEP, least=1)

PROCEDURE_FILE = Table(
    {
        "label": required(Text(120), "中文名"),
        "for": required(SUBJECT, "谁的事项"),
        "steps": required(STEPS, "各环节，按先后"),
        "source": required(Text(), "依据"),
        "note": Field(Text(), "说明"),
    },
    "一种办事流程，供各条引用",
)

READING = Table(
    {
        "question": required(Text(400), "原文没有说清的是什么"),
        "signed_by": required(PRINTED, "由哪个单位签认"),
        "options": required(Names(Text(400), least=2), "各种读法：英文名: 中文说明（至少两种）"),
        "suggested": Field(NAME, "建议的读法"),
        "note": Field(Text(), "说明"),
    }
)

COMMON: dict[str, Field] = {
    "id": required(NAME, "英文名，全包唯一"),
    "label": required(Text(120), "中文名"),
    "quote": Field(QUOTE, "文件原文，一段或几段"),
    "binds": Field(Rows(CLAUSE, alone=True, least=1), "整句或整款绑定：句号、款号"),
    "units": Field(Rows(PRINTED, alone=True), "责任单位；不写则为本条各单位"),
    "validity": Field(VALIDITY, "有效期；不写则随全包"),
    "note": Field(Text(), "说明"),
}

OVERRIDE = Table(
    {
        "name": required(NAME, "例外的英文名"),
        "when": required(EXPRESSION, "何时适用"),
        "value": required(EXPRESSION, "数额"),
        "quote": required(QUOTE, "文件原文"),
        "label": Field(Text(120), "中文名"),
    }
)

AMOUNT = Either(
    EXPRESSION,
    Table(
        {
            "base": required(EXPRESSION, "一般的数额"),
            "overrides": required(Rows(OVERRIDE, least=1), "例外"),
        }
    ),
)

PAYER = Either(
    PRINTED,
    Table(
        {
            "unit": Field(PRINTED, "出资单位"),
            "quote": Field(QUOTE, "文件原文"),
            "source": Field(Text(), "文件以外的依据"),
            "open": Field(Flag(), "文件没有写明"),
            "question": Field(Text(400), "问什么"),
        }
    ),
)

ASSESSABLE: dict[str, Field] = {
    **COMMON,
    "for": required(SUBJECT, "给谁"),
    "eligible": Field(EXPRESSION, "条件"),
    "amount": Field(AMOUNT, "数额；不写则只认定资格"),
    "cadence": Field(Choice(("month", "once", "year", "claim")), "每月、一次、每年、每笔"),
    "once": Field(
        Table(
            {
                "scope": Field(NAME, "与哪些待遇合在一起只发一份"),
                "by": Field(SUBJECT, "每个什么一份"),
            }
        ),
        "不重复发放的范围",
    ),
    "reserve_members": Field(Flag(), "按户发放时占用各成员的名额"),
    "accrues": Field(EXPRESSION, "本期是否计发；默认有效一天即计"),
    "payer": Field(PAYER, "谁出钱"),
    "hold": Field(Flag(), "没有账户或已去世时暂缓"),
    "in_kind": Field(Flag(), "发实物"),
    "terms": Field(Names(EXPRESSION), "本项内的简称"),
}

INSTRUMENTS: dict[str, Table] = {
    "benefits": Table(ASSESSABLE, "待遇"),
    "standards": Table(
        {
            **ASSESSABLE,
            "for": Field(SUBJECT, "对谁"),
            "requires": Field(EXPRESSION, "符合标准的条件"),
            "parameter": Field(NAME, "改变哪个参数"),
            "procedure": Field(STEM, "改变哪个流程"),
            "waives": Field(Rows(NAME, alone=True), "免去的环节"),
            "defers": Field(Rows(NAME, alone=True), "推迟的环节"),
            "deferred_until": Field(NAME, "推迟到哪个事件结束后"),
            "from": Field(Day(), "从何日起"),
            "until": Field(Day(), "到何日止"),
        },
        "标准",
    ),
    "procedures": Table(
        {
            **COMMON,
            "for": required(SUBJECT, "谁的事项"),
            "procedure": Field(STEM, "引用 procedures/ 里的流程"),
            "steps": Field(STEPS, "各环节，按先后"),
            "eligible": Field(EXPRESSION, "谁可以办"),
        },
        "事项",
    ),
    "certificates": Table(
        {
            **COMMON,
            "for": required(SUBJECT, "给谁"),
            "eligible": Field(EXPRESSION, "条件"),
            "fields": required(Rows(Text(80), least=1), "证上写什么"),
            "expires": required(Either(Text(120), EVENT_NAME), "何时失效"),
            "revocable": required(Flag(), "能否撤销"),
        },
        "证明",
    ),
    "monitors": Table(
        {
            **COMMON,
            "series": required(Text(120), "观测什么"),
            "unit": required(Text(40), "计量单位"),
            "cadence": required(Text(40), "多久一次"),
            "trigger": Field(Text(400), "何时报警"),
            "alert": Field(Text(400), "报给谁、做什么"),
            "report": Field(Rows(Text(120), alone=True), "定期报告"),
        },
        "监测",
    ),
    "tasks": Table(
        {
            **COMMON,
            "unit": Field(PRINTED, "责任单位"),
            "deadline": Field(
                Either(
                    Word(r"\d{4}-\d{2}-\d{2}|[a-z][a-z0-9_]{0,59}", "日期或事件"),
                    EVENT_NAME,
                ),
                "期限",
            ),
            "soft": Field(Flag(), "力争、争取"),
            "target": Field(
                Table(
                    {
                        "counted": required(Text(120), "数什么"),
                        "of": Field(Text(120), "占什么"),
                        "at_least": Field(Text(40), "至少"),
                    }
                ),
                "可数的目标",
            ),
            "cadence": Field(Text(40), "多久一次"),
        },
        "任务",
    ),
    "directories": Table(
        {
            **COMMON,
            "entries": required(
                Rows(
                    Table(
                        {
                            "kind": required(
                                Choice(
                                    ("phone", "qq", "wechat", "site", "app", "figure", "address")
                                ),
                                "种类",
                            ),
                            "value": required(Text(400), "内容"),
                            "label": required(Text(120), "中文名"),
                            "hours": Field(Text(60), "服务时间"),
                            "quote": Field(QUOTE, "文件原文"),
                            "note": Field(Text(), "说明"),
                        }
                    ),
                    least=1,
                ),
                "各条目",
            ),
        },
        "指引",
    ),
    "broadcasts": Table(
        {
            **COMMON,
            "channel": required(Text(120), "渠道"),
            "audience": Field(Text(120), "对象"),
            "unit": Field(PRINTED, "责任单位"),
            "cadence": Field(Text(40), "多久一次"),
        },
        "发布",
    ),
}

MEASURE = Table(
    {
        "measure": required(Word(r"\d{1,4}(?:/\d{1,4})?", "条号，加引号"), "条号"),
        "title": required(Text(200), "标题，照原文"),
        "units": required(Nullable(Rows(PRINTED)), "责任单位，照原文"),
        "mode": Field(Nullable(Text(40)), "办理方式，照原文"),
        "readings": Field(Names(READING), "原文没有说清、有几种读法的地方"),
        **{key: Field(Rows(shape), shape.help) for key, shape in INSTRUMENTS.items()},
        "note": Field(Text(), "说明"),
    },
    "一条措施和由它产生的各项",
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
}
