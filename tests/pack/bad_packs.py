"""Ways to spoil the good pack: name → (file, what to replace, by what)…

The full text of what is then reported is kept in bad/NAME.txt; LUODI_RENEW=1 writes it anew.
"""

from __future__ import annotations

Change = tuple[str, str, str]

HEATING = "measures/01-heating.yaml"
WATER = "measures/02-water.yaml"
AID = "measures/03-procedure.yaml"
PARAMETER = "parameters/heating.yaml"
OPEN = "parameters/heating-disabled.yaml"
GOLDEN = "golden/heating.yaml"
DISABLED = "registers/disabled.yaml"
ORPHANS = "registers/orphans.yaml"
PLACE = "../yunxi/place.yaml"

#: Files that cannot be read as YAML, or are not in shape.
FILES: dict[str, tuple[Change, ...]] = {
    "unknown-key": ((HEATING, "eligible: severe", "elligible: severe"),),
    "key-twice": ((HEATING, "    cadence: month\n    once", "    cadence: month\n    cadence: month\n    once"),),
    "missing-key": ((HEATING, "    label: 取暖补贴\n", ""),),
    "anchor": ((HEATING, "options: {once", "options: &all {once"),),
    "alias": ((HEATING, "units: [县民政局, 县财政局]", "units: *all"),),
    "merge-key": ((HEATING, "  overlap:\n", "  overlap:\n    <<: {}\n"),),
    "python-tag": ((HEATING, "label: 取暖补贴", 'label: !!python/object/apply:os.system ["true"]'),),
    "tab": ((HEATING, "    label: 取暖补贴", "\tlabel: 取暖补贴"),),
    "unseen-sign": ((HEATING, "label: 取暖补贴", "label: 取\u200b暖补贴"),),
    "unclosed-quote": ((HEATING, "label: 取暖补贴", 'label: "取暖补贴'),),
    "two-colons-in-a-line": (("registers/water-bills.yaml", "of: {record: water_bill}", "of: record: water_bill"),),
    "two-documents": ((PARAMETER, "until: 2024-04-01", "---\nuntil: 2024-04-01"),),
    "list-for-mapping": ((PARAMETER, "label: 取暖补贴标准", "- label: 取暖补贴标准"),),
    "mapping-for-text": ((PARAMETER, "label: 取暖补贴标准", "label: {a: b}"),),
    "yes-for-true": ((AID, "soft: true", "soft: yes"),),
    "no-such-word": ((ORPHANS, "absence: no", "absence: yes"),),
    "no-such-type": ((ORPHANS, "type: enum", "type: enumeration"),),
    "not-a-number": ((PARAMETER, 'value: "80"', "value: NaN"),),
    "exponent": ((PARAMETER, 'value: "80"', "value: 1e400"),),
    "endless-number": ((PARAMETER, 'value: "80"', f"value: {'9' * 400}"),),
    "no-such-day": ((PARAMETER, "2024-01-05:", "2024-02-30:"),),
    "no-such-month": (("indicators/cpi.yaml", "2024-01:", "2024-13:"),),
    "path-in-extends": (("pack.yaml", "extends: yunxi", "extends: ../../etc"),),
    "bad-clause-id": ((WATER, '["2.1.2"]', '["2-1"]'),),
    "one-option": ((HEATING, "{once: 只发一份, each: 各发一份}", "{once: 只发一份}"),),
}  # fmt: skip

#: Names that are not known, rules that cannot be read, figures that cannot be.
NOUNS: dict[str, tuple[Change, ...]] = {
    "no-such-place": (("pack.yaml", "extends: yunxi", "extends: yunxj"),),
    "other-folder": (("pack.yaml", "pack: yunxi-2024-1", "pack: yunxi-2024-2"),),
    "unknown-fact": ((HEATING, "is_dibao_covered or", "is_diabo_covered or"),),
    "unknown-parameter": ((HEATING, "base: param.heating", "base: param.heatign"),),
    "unknown-event": (("pack.yaml", "validity: {from: 2024-01-05, until: 2024-04-01}", "validity: {event: cold_wafe}"),),
    "unknown-unit-of-measure": ((PARAMETER, "unit: yuan", "unit: yaun"),),
    "unknown-subject": ((WATER, "for: water_bill", "for: water_bil"),),
    "unknown-procedure": ((AID, "procedure: temporary_aid\n    defers", "procedure: temporary_ad\n    defers"),),
    "unknown-step": ((AID, "defers: [visit]", "defers: [visits]"),),
    "unknown-column": ((DISABLED, "column: grade", "column: grades"),),
    "too-large": ((PARAMETER, 'value: "80"', "value: 999999999999999"),),
    "part-of-a-person": ((PARAMETER, "unit: yuan per person per month", "unit: persons"), (PARAMETER, 'value: "80"', 'value: "80.5"')),
    "amount-of-wrong-type": ((WATER, "amount: param.free_water + if(signal.cpi >= 3%, 2 m3, 0 m3)", "amount: is_dibao_household"),),
    "override-of-other-type": ((HEATING, "value: param.heating_orphan", "value: 9 m3"),),
    "eligible-is-no-condition": ((HEATING, "eligible: severe", "eligible: disability_grade"),),
    "sql-in-a-rule": ((HEATING, "eligible: is_dibao_covered or is_home_orphan", "eligible: \"is_dibao_covered; drop table persons\""),),
    "file-read-in-a-rule": ((HEATING, "eligible: severe", "eligible: read_csv('/etc/passwd') is known"),),
    "python-in-a-rule": ((HEATING, "eligible: severe", "eligible: \"__import__('os').system('true')\""),),
    "circle-of-facts": (("facts.yaml", "any_member(is_dibao_covered)\"}", "is_poor_household\"}\n  is_poor_household: {label: 困难家庭, when: \"is_dibao_household\"}"),),
    "term-named-as-fact": ((HEATING, "severe: disability_grade <= 2", "severe: disability_grade <= 2\n      is_home_orphan: severe"),),
    "derived-fact-named-as-fact": (("facts.yaml", "household:\n", "person:\n  is_home_orphan: {label: 孤儿, when: \"true\"}\nhousehold:\n"),),
    "heading-in-two-columns": ((DISABLED, "headings: [残疾等级]", "headings: [残疾等级, 身份证号]"),),
    "alias-of-nothing": ((ORPHANS, "{分散: 散居}", "{分散: 散局}"),),
    "fact-of-two-types": ((DISABLED, "disability_grade: {label: 残疾等级, column: grade, combine: min}", "is_home_orphan: {label: 散居孤儿, column: grade, combine: min}"),),
    "suggested-is-no-option": ((HEATING, "suggested: once", "suggested: onse"),),
    "open-with-values": ((OPEN, "open: true", "open: true\nvalues:\n  2024-01-05: {value: \"1\", source: 县里, status: assumed}"),),
    "no-values": ((OPEN, "open: true\nasks: 县民政局\nquestion: 文件没有写困难残疾人的标准，是多少？", "issuer: 县民政局"),),
    "event-ends-first": (("pack.yaml", "until: 2024-02-20", "until: 2024-01-05"),),
    "validity-twice": (("pack.yaml", "validity: {from: 2024-01-05", "validity: {event: cold_wave, from: 2024-01-05"),),
    "no-cadence": ((HEATING, "    cadence: month\n    payer: {unit", "    payer: {unit"),),
    "payer-both": ((HEATING, "payer: {unit: 县财政局, source: 年初预算}", "payer: {unit: 县财政局, open: true, question: 谁？}"),),
    "no-such-superior": (("pack.yaml", "extends: yunxi", "extends: yunxi\nsuperior: [jiangnan-2024]"),),
    "many-problems-at-once": (
        (HEATING, "label: 取暖补贴", "labell: 取暖补贴"),
        (WATER, "is_dibao_household\n", "is_dibao_houshold\n"),
        (AID, "deadline: 2024-01-31", "deadline: 2024-02-31"),
        (GOLDEN, "month: 2024-01\n  registers: complete\n  readings", "month: 2024-1\n  registers: complete\n  readings"),
    ),
    "golden-names": (
        (GOLDEN, "甲: {is_dibao_covered: true}", "甲: {is_dibao_coverd: true, in_dibao_household: true}"),
        (GOLDEN, 'heating: "80.00"', 'heatin: "80.00"'),
        (GOLDEN, "{overlap: once}", "{overlap: twice, overlapping: once}"),
        (GOLDEN, 'cpi: "2.9"', 'cip: "2.9"'),
        (GOLDEN, "person: 乙, used", "person: 丁, used"),
        (GOLDEN, "    账单: {plausible_bill: none}", "    账单: {heating: none}\n    丁: {heating: none}"),
    ),
    "golden-values": (
        (GOLDEN, 'disability_grade: "1"', 'disability_grade: "5"'),
        (GOLDEN, "birth_date: 1950-03-01", "birth_date: 1950-02-30"),
        (GOLDEN, "has_account: false", "has_account: no"),
        (GOLDEN, 'used: "100.5 m3"', 'used: "100.5 kg"'),
        (GOLDEN, '"50 yuan"', '"50 kg"'),
        (GOLDEN, 'heating: "80.00"', 'heating: "80.005"'),
        (GOLDEN, "plausible_bill: none", 'plausible_bill: "1.00"'),
    ),
}  # fmt: skip

#: Packs that load, and do not say what their notice says.
CHECKS: dict[str, tuple[Change, ...]] = {
    "quote-not-in-the-notice": ((HEATING, "quote: 对困难残疾人发放取暖补贴", "quote: 对全体残疾人发放取暖补贴"),),
    "quote-in-another-measure": ((HEATING, "quote: 对困难残疾人发放取暖补贴", "quote: 力争1月底前走访全部低保家庭"),),
    "quote-stands-twice": ((HEATING, "quote: 对困难残疾人发放取暖补贴", "quote: 发放取暖补贴\n    binds: [\"1.2\"]"), (HEATING, "quote: 其中散居孤儿按每人每月120元标准发放", "quote: 标准发放"), (HEATING, "    quote: 对城乡低保对象按每人每月80元标准发放取暖补贴，其中", "    quote: 发放取暖补贴\n    note: ")),
    "words-left-over": ((HEATING, "    quote: 对城乡低保对象按每人每月80元标准发放取暖补贴，其中散居孤儿按每人每月120元标准发放", "    quote: 对城乡低保对象按每人每月80元"),),
    "no-quote": ((AID, "    quote: 各镇（街道）开通服务电话\n", ""),),
    "clause-not-there": ((WATER, '["2.1.2"]', '["2.1.2", "2.7"]'),),
    "context-in-a-measure": (("pack.yaml", "binds: [tail.1]", "binds: [tail.1, \"3.2\", tail.9]"),),
    "head-unexplained": (("pack.yaml", "  - {binds: [head.2], reason: 前言}\n", ""),),
    "no-such-measure": ((AID, 'measure: "3"', 'measure: "4"'),),
    "title-differs": ((AID, "title: 简化办理手续", "title: 简化审批手续"),),
    "units-differ": ((AID, "units: [县民政局, 各镇（街道）]", "units: [县财政局, 各镇（街道）]"),),
    "unit-unknown-to-the-place": ((OPEN, "asks: 县民政局", "asks: 县民证局"), (WATER, "payer: 县水务局", "payer: 自来水厂")),
    "no-payer": ((WATER, "    payer: 县水务局\n", ""),),
    "id-twice": ((AID, "- id: helpline_published", "- id: helpline"),),
    "once-by-two-kinds": ((HEATING, "once: {scope: heating}", "once: {scope: heating, by: household}"), (WATER, "reserve_members: true", "once: {scope: heating}\n    reserve_members: true")),
    "reserved-by-a-person": ((HEATING, "once: {scope: heating}", "once: {scope: heating}\n    reserve_members: true"),),
    "money-in-kind": ((HEATING, "once: {scope: heating}", "once: {scope: heating}\n    in_kind: true"),),
    "exception-twice": ((HEATING, "          quote: 其中散居孤儿按每人每月120元标准发放\n", "          quote: 其中散居孤儿按每人每月120元标准发放\n        - {name: orphan, when: is_home_orphan, value: 1 yuan, quote: 散居孤儿}\n"),),
    "figure-without-source": ((PARAMETER, 'measure: "1", quote: 按每人每月80元标准发放取暖补贴, ', ""),),
    "figure-misquoted": ((PARAMETER, "quote: 按每人每月80元", "quote: 按每人每年80元"),),
    "figure-not-settled": ((PARAMETER, "status: confirmed", "status: open"),),
    "event-without-source": (("pack.yaml", "source: 县气象台预警, ", ""),),
    "unused": (
        ("parameters/spare.yaml", "", "label: 备用\nunit: yuan\nopen: true\nasks: 县民政局\nquestion: 多少？\n"),
        ("indicators/spare.yaml", "", "label: 备用\nunit: \"%\"\ncadence: month\nissuer: 县里\n"),
        ("procedures/spare.yaml", "", "label: 备用\nfor: person\nsource: 县里\nsteps: [{id: a, label: 甲, actor: 县民政局}]\n"),
        ("pack.yaml", "events:\n", "events:\n  thaw: {label: 解冻, from: null, until: null, status: open}\n"),
        ("facts.yaml", "household:\n", "household:\n  is_spare: {label: 备用, when: \"true\"}\n"),
        (ORPHANS, "facts:\n", "facts:\n  is_orphan: {label: 孤儿, when: \"true\"}\n"),
        (HEATING, "readings:\n", "readings:\n  spare: {question: 谁？, signed_by: 县民政局, options: {a: 甲, b: 乙}}\n"),
    ),
    "protected-trait": ((ORPHANS, "facts:\n", "facts:\n  religion: {label: 宗教, column: mode}\n"), (HEATING, "eligible: severe", "eligible: severe and religion = '散居'")),
    "step-waived-and-postponed": (("procedures/temporary-aid.yaml", "within: P5D}", "within: P5D, waived_by: cold_wave, deferred_until: cold_wave}\n  - {id: visit, label: 再访, actor: 镇}"),),
    "soft-about-nothing": ((AID, "    deadline: 2024-01-31\n", ""), (AID, "    target: {counted: 已走访低保家庭, of: 全部低保家庭}\n", "")),
    "area-of-elsewhere": (("../yunxi/areas.yaml", '"990100100"', '"990200100"'),),
    "numbers-of-real-people": ((PLACE, 'synthetic_prefix: "990199"', 'synthetic_prefix: "110101"'),),
    "no-example": ((GOLDEN, "    账单: {plausible_bill: none}", ""),),
    "draft-unfinished": ((HEATING, "    label: 取暖补贴\n", "    label: 取暖补贴\n    note: 草稿：建议写成待遇。核对后删去本注。\n"),),
}  # fmt: skip
