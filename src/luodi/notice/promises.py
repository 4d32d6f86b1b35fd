"""Who gets what: the tuple a benefit is drafted from, read out of a benefit-like clause."""

from __future__ import annotations

import re
from dataclasses import dataclass

from luodi.notice.amounts import Amount

_GIVES = re.compile(
    r"给予|予以|发放|补贴|补助|奖励|资助|减免|免收|免征|免除|免交|免缴|免费|免租|返还|退还|退付"
    r"|减半|减按|减征|缓缴|缓征|优惠|承担|报销|贴息|救助金|享受|提高至|提高到|奖补|补偿|兑现|垫付"
    r"|抵扣|配套"
)
# A duty towards an office or a firm is no promise to a person, though it may use the same words.
_ONLY_DUTY = re.compile(
    r"^(?:进一步)?(?:落实|完善|健全|加强|建立|推进|强化|做好|加大|严格|开展"
    r"|加快)[^，]{0,30}(?:制度|机制|体系|工作|监管|责任制|力度|管理)$"
)
_WHO = re.compile(
    r"(?:^|，|、并|，并|；)(?:凡|并|同时)?对(?:于)?(?P<who>[^，；。]{2,120}?)(?=，|给予|予以|按"
    r"|发放|实行|实施|提供|免|一次性|减|优先|开展|每|认定为|的?，|$)"
)
_WHO_BACKED = re.compile(
    r"(?:支持|鼓励|允许|引导)(?P<who>[^，；。]{2,60}?)(?=向上|申报|申请|享受|参加"
    r"|以[^，；。]{2,16}形式)"
)
_NOBODY = re.compile(r"^(?:在|于|因此)|(?:中|方面|工作|问题|情况|过程|服务|体系|制度)$")
_LEADING_AMOUNT = re.compile(
    r"^(?:每[人户家]?每?[月年]?|一次性|不低于|不超过|最高){0,2}\d[\d.,万亿元、和至—~-]*(?:元|%"
    r"|倍|立方米)的?"
)
_NO_THING = re.compile(r"^(?:由|在|按|相应|审批|审核|标准)|^[\d.]|不低于|不超过")
_WHO_SUBJECT = re.compile(
    r"^(?P<who>[^，；。]{2,90}?(?:家庭|人员|对象|企业|群众|职工|居民|学生|个人|机构|商户|工商户"
    r"|农户|患者|人才|毕业生|单位|儿童|孤儿|老人|老年人|子女|主体|项目|户|者))(?=，|可|按|每|由"
    r"|享受|给予|均|的，|实行)"
)
_TO = re.compile(r"(?:向|为)(?P<who>[^，；。]{2,60}?)(?=提供|发放|免费|减免|给予|开展|办理|支付)")
_CONDITION = re.compile(
    r"(?P<when>[^，；。]{2,90}(?:时|的情况下|期间|后|之后|的前提下))(?=，)"
    r"|(?P<of>[^，；。]{2,120}的)(?=，)"
)
_WHAT = re.compile(
    r"(?:给予|予以|发放|提供|享受|获得|申领|领取|实行|申报|申请|免收|减免|返还|免征|退还|免费使用"
    r"|缓缴|配套|奖励|直接给予)(?P<what>[^，；。]{2,60}?)(?=(?:向上)?申请|，|；|。|$)"
)
_PER = re.compile(
    r"(?P<per>每(?:人|户|家|床|个|名|位|亩|企业|张|辆|孩|生|学生|场|件|平方米|吨|单)(?:每"
    r"|/)?(?:月|年|天|日|次|学期|季度?)?|按(?:月|年|季|次|户|人)"
    r"|元/(?P<slash>[^，。；\d]{1,8}?)(?=[的，。；、标补发给）]|$))"
)
_CAP = re.compile(
    r"(?:最高|不超过|累计不超过|上限|封顶|限额|每次最多|最多)[^，；。]{0,24}?\d[\d.,]*\s?(?:万|亿"
    r"|千)?(?:元|%|倍|个月|年|次|立方米|天|吨)"
)
_PAYER = re.compile(
    r"(?:由|从)(?P<by>[^，；。]{2,30}?(?:财政|基金|医保|资金|专项资金|工会|企业|单位|预算|政府|局"
    r"|委|经费))(?:给予|按|予以|承担|负担|支付|列支|安排|补助|中列支|直接|统筹|解决|补贴|全额)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """The parts of one promise; None where the clause states none."""

    who: str | None
    condition: str | None
    what: str | None
    amount: str | None
    per: str | None
    cap: str | None
    payer: str | None


def promise(clause: str, figures: list[Amount], inherited: str | None = None) -> Reading | None:
    """What `clause` promises, None when it promises nothing.

    Args:
        clause: One clause of clean text.
        figures: The amounts found in it.
        inherited: Whom an earlier clause of the same sentence named.
    """
    words = clause.rstrip("。；！ ")
    if not _GIVES.search(words) or len(words) < 8 or _ONLY_DUTY.match(words):
        return None
    who, after_who = _who(words)
    money = [a for a in figures if a.kind == "money" and a.role in ("amount", "floor")]
    rates = [a for a in figures if a.kind == "percentage" and a.role in ("rate", "uplift", "level")]
    others = [a for a in figures if a.kind in ("ratio", "quantity")]
    amounts = money or rates or others
    what = _what(words, after_who)
    if who is None and not amounts and what is None:
        return None
    who = who or inherited
    per = _PER.search(words)
    cap = _CAP.search(words)
    payer = _PAYER.search(words)
    return Reading(
        who,
        _condition(words, who),
        what,
        "、".join(words[a.start : a.end] for a in amounts) or None,
        (per["slash"] or per["per"]) if per else None,
        cap.group() if cap else None,
        payer["by"] if payer else None,
    )


def _who(words: str) -> tuple[str | None, int]:
    """Whom `words` names, and where the words after that begin."""
    for pattern in (_WHO, _WHO_BACKED, _WHO_SUBJECT, _TO):
        for found in pattern.finditer(words):
            who = found["who"].strip()
            if not _NOBODY.search(who):
                return who, found.end("who")
    return None, 0


def _what(words: str, after: int) -> str | None:
    """What is given: the last thing named after a verb of giving, without its amount."""
    said = None
    for found in _WHAT.finditer(words, after):
        thing = _LEADING_AMOUNT.sub("", found["what"]).strip("的")
        if re.search(r"[\u4e00-\u9fff]{2}", thing) and not _NO_THING.search(thing):
            said = thing
    return said


def _condition(words: str, who: str | None) -> str | None:
    for found in _CONDITION.finditer(words):
        said = re.sub(r"^(?:对于?|凡)", "", (found["when"] or found["of"] or "").strip("， "))
        said = said.removesuffix("的")
        if said and not (who and (said in who or who in said)):
            return said
    return None
