"""What may stand in a measure's file, and in a procedure's."""

from __future__ import annotations

from luodi.pack.file_nouns import VALIDITY
from luodi.pack.file_words import (
    CLAUSE,
    EVENT_NAME,
    EXPRESSION,
    MEASURE_NUMBER,
    NAME,
    PRINTED,
    QUOTE,
    SPAN,
    STEM,
    SUBJECT,
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
                    Word(r"\d{4}-\d{2}-\d{2}|[a-z][a-z0-9_]{0,59}", "日期（如 2020-02-12）或事件"),
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
        "measure": required(MEASURE_NUMBER, "条号"),
        "title": required(Text(200), "标题，照原文"),
        "units": required(Nullable(Rows(PRINTED)), "责任单位，照原文"),
        "mode": Field(Nullable(Text(40)), "办理方式，照原文"),
        "readings": Field(Names(READING), "原文没有说清、有几种读法的地方"),
        **{key: Field(Rows(shape), shape.help) for key, shape in INSTRUMENTS.items()},
        "note": Field(Text(), "说明"),
    },
    "一条措施和由它产生的各项",
)
