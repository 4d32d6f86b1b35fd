"""Which instrument a sentence might become, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from luodi.notice.model import Measure, Notice, Promise, Sentence
from luodi.pack.figures import unit_type
from luodi.pack.measure import KIND_LABELS
from luodi.rules import Kind

_ENTRY_KINDS = {"QQ": "qq", "微信": "wechat", "地址": "address"}
_HOUSEHOLD = re.compile(r"户|家庭")
_PERSON = re.compile(r"(?:学生|儿童|职工|老人|[人者员])$")
_ORGANISATION = re.compile(r"企业|单位|机构|公司|商户|合作社|园区|学校|医院")
#: Words that speak for an instrument, in the order in which they are looked for.
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("broadcast", re.compile(r"公示|公布|公告|曝光|广播|发布")),
    ("monitor", re.compile(r"监测|监控|预警|日报|月报|台账|排查|库存|储备")),
    ("certificate", re.compile(r"证明|证书|通行证|认定为|发证|凭证")),
    ("procedure", re.compile(r"申请|审批|审核|受理|办理|备案|登记|核对|评议|补办|一事一议")),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An instrument to begin with.

    Attributes:
        keys: What its kind needs besides id, label and quote.
        recipients: Of a benefit: whom it is for, in the words of the notice.
        span: Its words in the original, where they are less than the sentence.
    """

    kind: str
    label: str
    reason: str
    keys: Mapping[str, Any] = field(default_factory=dict)
    subject: str = "person"
    recipients: str = ""
    span: tuple[int, int] | None = None

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.kind]


def suggest_instruments(
    notice: Notice, measure: Measure, sentence: Sentence, figures: Mapping[str, Mapping[str, Any]]
) -> list[Suggestion]:
    """At least one suggestion for `sentence`; the first carries out the whole of it.

    Args:
        figures: The parameters drafted for the sentence, by name.
    """
    promises = [one for one in notice.promises if one.sentence == sentence.id]
    if promises:
        return [_benefit(one, sentence, figures, len(promises) == 1) for one in promises]
    entries = _entries(notice, sentence)
    label = _label(sentence.text)
    if entries:
        return [
            Suggestion("directory", label, "这句话有电话或网上的联系方式", {"entries": entries})
        ]
    unit = measure.units[0] if measure.units else "待填"
    for kind, signs in _SIGNS:
        if found := signs.search(sentence.text):
            return [Suggestion(kind, label, f"这句话说到“{found[0]}”", _needs(kind, unit))]
    deadline = next(
        (
            row["value"]
            for made in figures.values()
            for row in made["values"].values()
            if made["unit"] == "date"
        ),
        None,
    )
    if deadline:
        soft = re.search("力争|争取", sentence.text) is not None
        keys = {"deadline": deadline, **({"soft": True} if soft else {})}
        return [Suggestion("task", label, "这句话有期限", keys)]
    return [Suggestion("task", label, "这句话要责任单位去做一件事")]


def _benefit(
    promise: Promise, sentence: Sentence, figures: Mapping[str, Mapping[str, Any]], alone: bool
) -> Suggestion:
    who = promise.who or promise.condition or "对象待定"
    per = promise.per or ""
    subject = "person"
    if _ORGANISATION.search(who) and not _PERSON.search(who):
        subject = "organisation"
    elif "户" in per or (not per and _HOUSEHOLD.search(who) and not _PERSON.search(who)):
        subject = "household"
    keys: dict[str, Any] = {"for": subject}
    said = f"给“{promise.what}”" if promise.what else "给好处"
    amounts = [name for name, made in figures.items() if alone and _is_amount(made["unit"])]
    monthly = "月" in per or any("month" in figures[name]["unit"] for name in amounts)
    keys["cadence"] = "month" if monthly else "once"
    if len(amounts) == 1 and not promise.cap:
        keys["amount"] = f"param.{amounts[0]}"
        keys["payer"] = {"open": True, "question": "文件是否写明由谁出钱？"}
        said += "，数额是一个数"
    elif promise.cap:
        said += "，数额只有上限，要另写怎样算"
    return Suggestion(
        "benefit",
        promise.what or _label(sentence.text),
        f"这句话说到{said}",
        keys,
        subject=subject,
        recipients=who,
        span=promise.span,
    )


def _is_amount(unit: str) -> bool:
    type_ = unit_type(unit)
    return type_ is not None and type_.kind in (Kind.MONEY, Kind.QUANTITY)


def _needs(kind: str, unit: str) -> dict[str, Any]:
    keys: dict[str, dict[str, Any]] = {
        "broadcast": {"channel": "待填"},
        "monitor": {"series": "待填", "unit": "待填", "cadence": "待填"},
        "certificate": {"for": "person", "fields": ["待填"], "expires": "待填", "revocable": True},
        "procedure": {
            "for": "person",
            "steps": [{"id": "accept", "label": "受理", "actor": unit[:60]}],
        },
    }
    return keys[kind]


def _entries(notice: Notice, sentence: Sentence) -> list[dict[str, str]]:
    return [
        {
            "kind": "phone" if one.kind == "phone" else _ENTRY_KINDS.get(one.unit or "", "site"),
            "value": str(one.value),
            "label": "电话" if one.kind == "phone" else (one.unit or "联系方式"),
        }
        for one in notice.figures
        if one.kind in ("phone", "contact")
        and sentence.span[0] <= one.span[0]
        and one.span[1] <= sentence.span[1]
    ]


def _label(text: str) -> str:
    head = re.split(r"[，。；：、]", text.strip(), maxsplit=1)[0]
    return head[:40] or text[:40]
