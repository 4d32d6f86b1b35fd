"""Money, percentages, ratios and quantities of one sentence, each with its role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from luodi.notice.numbering import NUMERALS, number

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:，000)+(?!\d)|\d{1,15}(?:\.\d{1,6})?"
_CN = rf"[{NUMERALS}]{{1,12}}"
_SCALES = {
    "万亿": 10**12,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
}
_SCALE = "|".join(_SCALES)
_CURRENCY = (
    r"(?:人民币)?元(?!宇宙|旦|素|器|件|首|老|月份|年|区|化|代|祖|气)|美元|欧元|港元|港币|日元|英镑"
)
_MONEY = re.compile(
    rf"(?P<number>{ARABIC}|{_CN})\s?(?:多|余)?(?P<scale>{_SCALE})?\s?(?:多"
    rf"|余)?(?P<unit>{_CURRENCY})"
)
_LIST_BEFORE = re.compile(
    rf"(?<![\d.])(?P<number>{ARABIC})\s?(?P<scale>{_SCALE})?(?:（不?含）)?(?:、|，|/|和|或|至|到|~|～|—{{1,2}}"
    rf"|－|–|-)\s?$"
)
_LINK = re.compile(
    r"[、，/和或及至到~～—－–\-\s]{0,3}(?:分别|再|最高)?|(?:（不?含）|以上"
    r"|以下)+[、至到~～—-]{1,2}|(?:提高|增加|调整|上调|下调|降低|降)(?:至|到"
    r"|为)(?:每[人户家]?每?[年月])?"
)

_FROM = re.compile(r"由(?:每[人户]?每?[年月])?$")

_AWARD = r"(?:给予|予以|奖励|补助|补贴|资助|发放|支付|奖补|拨付|补偿|返还|减免|扶持|支持|兑现|领取|奖|补|享受)"
_LOAN = re.compile(
    r"(?:贷款|授信|信贷|融资|担保|借款|透支|贷款额度|额度)(?![^，；。]*(?:贴息|补|奖"
    r"|给予))[^，；。]{0,14}$"
)
_LOAN_AFTER = re.compile(
    r"(?:（含）)?(?:以内|以下|及以下)?的?(?:[^，。；、]{0,10})?(?:贷款|信贷"
    r"|授信)(?![^，。；]{0,6}(?:贴息|利息|补|奖))"
)
_CAP = re.compile(
    r"(?:最高|不超过|不超|不高于|不得超过|不得高于|至多|最多|上限|封顶|限额"
    r"|为限)[^，；。\d]{0,12}$"
)
_CAP_AFTER = re.compile(r"(?:（含）)?(?:以内|为限|封顶|的?上限|的?限额|以下(?=贷|额|的贷))")
_OVER = re.compile(
    r"(?:达到?|超过|超|突破|满|高于|大于|不低于|不少于|不小于|首次突破|首次达到?|至少|低于|少于"
    r"|不足|未达|不满|以上|超出|每满|每增加|每增长|每新增|每超过|≥|＞|>)[^，；。\d]{0,8}$"
)
_WHOSE = "(?:企业|项目|部分|单位|个人|主体|商户|家庭|机构|产品)"
_OVER_AFTER = re.compile(
    r"（不?含）\s?(?:至|到|—|-|~|以上|以下)"
    r"|\s?(?:（[^）]{1,8}）)?(?:及以上|以上|以下|以内)(?:（[^）]{1,6}）)?(?:[的，、（不且并至—企项部投新；-]|$)"
    r"|(?:及以上|以上)"
    # 100万元至500万元的企业: what follows the range says whose the figures are
    rf"|(?:(?:至|—|-|~)[^，。；、元]{{0,8}}元)?(?:（[^）]*）)?(?:以内|以下|之间)?的(?:，|$|[^，。；补奖资贷标]{{0,16}}{_WHOSE})"
)
_POT = re.compile(
    r"(?:安排|设立|统筹|筹集|筹措|整合|投入|总规模|规模|资金池|总额|专项资金|基金|预算|资金总量"
    r"|争取|注资|下达|列支|投放|推出|消费券|惠民券)(?![^，；。]*(?:给予|每))[^，；。\d]{0,18}$"
)
_POT_AFTER = re.compile(
    r"(?:左右|以上)?的?(?:[^，。；、\d]{0,12})?(?:专项资金|资金池|基金|消费券|财政资金|补偿资金"
    r"|资金规模|惠民券)"
)
_GOAL = re.compile(r"(?:力争|确保|争取|预计|目标|到20\d\d年)(?![^，；。]*(?:给予|奖|补))")
_TARGET = re.compile(
    r"(?:力争|实现|完成|带动|拉动|撬动|确保|争取|预计|目标|达产|减轻|节约)(?![^，；。]*(?:给予|奖"
    r"|补))[^；。\d]{0,24}$"
)
_BARE_LIMIT = re.compile(
    r"(?:且|并|但|累计|合计|总额|每[户人家])*(?:不低于|不少于|至少|不超过|最高|最低)[^\d]{0,3}"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure in a sentence: [start, end) of that sentence, its value, and what it is."""

    kind: str
    start: int
    end: int
    phrase: str
    value: Decimal | str
    unit: str | None = None
    role: str | None = None
    period: str | None = None


def _segment(text: str, at: int, length: int = 60) -> str:
    """What stands before `at`, back to the last stop that ends a thought."""
    before = text[max(0, at - length) : at]
    return before[max(before.rfind(c) for c in "。；！") + 1 :]


_IN_NUMBERS = frozenset("0123456789.至~～—-")


def phrase_at(text: str, start: int, end: int) -> str:
    """The figure with the few words before it that say what it is."""
    first = max(0, start - 12)
    while first > 0 and start - first < 24 and text[first - 1] in _IN_NUMBERS:
        first -= 1  # 80至89周岁 is not said as 9周岁
    before = text[first:start]
    cut = max(before.rfind(c) for c in "，。；：！（）、")
    return before[cut + 1 :] + text[start:end]


def money(text: str) -> list[Amount]:
    """Amounts of money, lists with one 元 at the end included, in order."""
    found: list[Amount] = []
    covered = 0
    for hit in _MONEY.finditer(text):
        unit = (
            "元"
            if hit["unit"].endswith("元") and hit["unit"] in ("元", "人民币元")
            else hit["unit"]
        )
        run = list(_shared(text, hit, covered))
        for start, end, value in run:
            linked = found[-1] if found and _LINK.fullmatch(text[found[-1].end : start]) else None
            role, period = _money_role(text, start, hit.end()), _period(text, start, hit.end())
            if linked is not None and role == "amount":
                role = linked.role or role
            elif found and role == "amount" and _FROM.search(text, max(0, start - 8), start):
                role = found[-1].role or role  # …由40万元调整为50万元，…由60万元调整为80万元
            if linked is not None and period is None:
                period = linked.period
            found.append(
                Amount("money", start, end, phrase_at(text, start, end), value, unit, role, period)
            )
        covered = hit.end()
    return found


def _shared(text: str, hit: re.Match[str], covered: int) -> Iterator[tuple[int, int, Decimal]]:
    """The amounts that end in this 元: `10万、20万、30万元` are three."""
    scale = hit["scale"]
    value = _scaled(hit["number"], scale)
    if text[hit.start() - 1 : hit.start()] in _VAGUE:
        return iter(())
    items: list[tuple[int, int, Decimal]] = []
    start = hit.start()
    if value is not None:
        items.append((start, hit.end(), value))
    while True:
        before = _LIST_BEFORE.search(text, max(covered, start - 24), start)
        if not before or re.match(r"[年月日号第]", text[before.end() : before.end() + 1]):
            break
        value = _scaled(before["number"], before["scale"] or scale)
        if value is None:
            break
        start = before.start()
        items.append(
            (start, before.end("scale") if before["scale"] else before.end("number"), value)
        )
    return iter(reversed(items))


def _scaled(digits: str, scale: str | None) -> Decimal | None:
    if not digits.strip("万亿"):
        return None  # the 万元 of a table's heading
    value = number(digits)
    return None if value is None else value * _SCALES.get(scale or "", 1)


def _money_role(text: str, start: int, end: int) -> str:
    segment = _segment(text, start)
    near = segment[segment.rfind("，") + 1 :]
    after = text[end : end + 30]
    # "…给予补贴，不低于1万元": the award stands before the comma
    awards = bool(re.search(_AWARD, segment if _BARE_LIMIT.fullmatch(near) else near))
    if _LOAN.search(near) or (_LOAN_AFTER.match(after) and not re.search("奖|补|贴", near)):
        return "loan"
    if near.endswith(("消费券", "惠民券")):
        return "pot"
    if _POT_AFTER.match(after) and not re.search("给予|奖励|补助|最高", near):
        return "pot"
    if _CAP.search(near) or _CAP_AFTER.match(after):
        conditional = re.match(r"(?:（含）)?(?:以内|以下)?的(?:企业|项目|部分|单位|家庭|，)", after)
        return "threshold" if conditional and not awards else "cap"
    if not awards and _GOAL.search(segment):
        return "target"
    if re.search(
        r"(?:工资|标准|待遇|补贴|补助)[^，]{0,4}(?:不低于|不少于|不得低于)[^，]{0,3}$", near
    ):
        return "floor"
    if re.search(r"标准[^；。]{0,16}达到?[^，；。\d]{0,8}$", segment):
        return "amount"
    if re.search(r"(?:不低于|不少于)$", near) and re.match(r"的(?:标准|补|奖|资)", after):
        return "floor"
    if _POT.search(near) and not awards and not _OVER_AFTER.match(after):
        return "pot"
    if _OVER.search(near) or _OVER_AFTER.match(after):
        if awards and re.search("不低于|不少于|至少", near):
            return "floor"
        if awards and not re.match(r"[^，。；]{0,10}(?:以上|以下|的)", after):
            return "amount"
        return "threshold"
    if not awards and _TARGET.search(segment):
        return "target"
    return "amount"


_EACH_AFTER = re.compile(
    r"\s?(?:/|／|每)?\s?[（(]?(?:[人户家床个亩件台套辆]均?)?\s?[·•/／・.*]?\s?每?"
    r"(月|年|天|日|学期|季度?)(?![\d底前后初末内])"
)
_EACH = re.compile(
    r"每(?:人|户|家|床|个|名|位|亩|企业|张|辆|孩|学?生)?每?个?(月|年|天|日|学期|季度?)"
    r"|按(月|年|季|日)|(?<!\d)(月)(?:人均|均|补贴|标准|工资|薪|租金)|一次性"
)


def _period(text: str, start: int, end: int) -> str | None:
    after = text[end : end + 8]
    slash = _EACH_AFTER.match(after)
    if slash and re.match(r"\s?[/／每（(]", after):
        return _PERIODS[slash.group(1)[0]]
    before = _segment(text, start, 28)
    last = None
    for hit in _EACH.finditer(before):
        last = hit
    if last is None:
        return "once" if re.match(r"[^，。；元]{0,4}一次性", after) else None
    unit = next((g for g in last.groups() if g), None)
    between = before[last.end() :]
    if "，" in between and (unit is None or "元" in between):
        return None
    return _PERIODS[unit[0]] if unit else "once"


_VAGUE = ("数", "几", "上")  # 数百万元
_PERIODS = {"月": "month", "年": "year", "天": "day", "日": "day", "学": "term", "季": "quarter"}

_PERCENT = re.compile(
    rf"(?P<value>\d{{1,6}}(?:\.\d{{1,6}})?)\s?(?:%|‰|个百分点)|百分之(?P<cn>{_CN}"
    rf"|\d{{1,3}}(?:\.\d+)?)|(?P<tenths>[一二三四五六七八九])成(?!员|立|果|本|功|长|熟|效|为|都"
    rf"|绩|片|交|套)"
)
_PERCENT_LIST = re.compile(
    r"(?<![\d.])(\d{1,3}(?:\.\d{1,4})?)(?:、|，|至|到|~|～|—{1,2}|－|–|-|和|/)\s?$"
)


def percentages(text: str) -> list[Amount]:
    """Percentages, with those of a list that share one sign."""
    found: list[Amount] = []
    covered = 0
    for hit in _PERCENT.finditer(text):
        points = hit.group().endswith("百分点")
        value = number(hit["value"] or hit["cn"] or hit["tenths"])
        if value is None or points:
            continue
        if hit["tenths"]:
            value *= 10
        if hit.group().endswith("‰"):
            value /= 10
        items = [(hit.start(), hit.end(), value)]
        start = hit.start()
        while hit["value"]:
            before = _PERCENT_LIST.search(text, max(covered, start - 12), start)
            other = number(before.group(1)) if before else None
            if before is None or other is None:
                break
            start = before.start()
            items.append((start, before.end(1), other))
        for a, b, worth in reversed(items):
            linked = found[-1] if found and _LINK.fullmatch(text[found[-1].end : a]) else None
            raised = linked is not None and text[linked.end : a].endswith(("至", "到", "为"))
            same = linked is not None and not raised
            role = linked.role if linked and same else _percent_role(text, a, hit.end())
            found.append(Amount("percentage", a, b, phrase_at(text, a, b), worth, "%", role))
        covered = hit.end()
    return found


_UPLIFT = re.compile(
    r"(?:再?提高|上浮|上调|增加|再增|增长|递增|加发|累加|加计|上升|提升|再奖励?"
    r"|提标)[^，；。\d至到]{0,8}$"
)
_LEVEL = re.compile(
    r"(?:提高|调整|上调|提升|降低|下调|降)(?:[^，；。\d]{0,8})?(?:至|到|为)[^，；。\d]{0,24}$"
)
_RAISED = r"(?:\s?[—~～-]{1,2}\d{1,3}%)?(?:提高|提升|上调|增加|下调|降低|下降|降|调整|最高提|提)(?:至|到|为)\d"
_PRICE = re.compile(r"(?:价格?|均价|售价|票价|房价|折扣|市场价)[^，；。]{0,20}$")
_PERCENT_OVER = re.compile(
    r"(?:达到?|超过|高于|大于|不低于|不少于|低于|少于|不高于|至少|满|占比|比例|涨幅|增幅|增速"
    r"|同比|下降|下滑|下跌|占[^，；。]{0,12}|增长|≥|不小于|超)[^，；。\d]{0,8}$"
)


_GIVES_SHARE = re.compile(
    r"(?:按|给予|奖励|补助|补贴|贴息|减免|返还|承担|报销|支付|补偿|资助|担保费率|分担|抵扣|减征|免征|优惠|缓缴)"
    r"[^，；。]{0,24}$"
)


def _percent_role(text: str, start: int, end: int) -> str:
    segment = _segment(text, start)
    near = segment[segment.rfind("，") + 1 :]
    after = text[end : end + 16]
    over_after = bool(re.match(r"(?:（含）|（不含）)?(?:及)?(?:以上|以下)", after))
    cuts = re.search(r"(?:减少|压减|下降|降低|压缩)$", near)
    goal = cuts or re.search(r"(?:力争|确保|目标|实现|争取|覆盖率|完成率|到20\d\d年)", segment)
    awards = _GIVES_SHARE.search(near)
    if (
        goal
        and not re.match(r"(?:以上|以下)?的", after)
        and (over_after or _PERCENT_OVER.search(near) or _LEVEL.search(near))
        and not awards
    ):
        return "target"
    if _LEVEL.search(near) or re.match(_RAISED, after):
        return "level"
    attains = re.search(r"率(?:要|应)?(?:达到?|保持在|稳定在|不低于)$", near)
    if attains and not re.match(r"(?:（含）)?(?:及)?(?:以上|以下)?的", after):
        return "target"
    if over_after or re.match(r"(?:（含）|（不含）)?的(?:企业|项目|部分|单位|，)|（含）", after):
        return "threshold"
    if _PRICE.search(near) and re.search(r"低于|不高于|不超过|均价|折", near):
        return "price"
    if awards and not re.search(r"(?:提高|上浮|上调|增加|加发)[^，；。]{0,6}$", near):
        return "rate"
    if _UPLIFT.search(near):
        conditional = re.match(r"[^，。；]{0,6}(?:以上)?的", after) or re.search(
            r"同比|比上年|较上年", near
        )
        return "threshold" if conditional and not re.search("标准|补贴", near) else "uplift"
    if re.search(r"(?:比例|费率|利率|税率)(?:为|按|是)$", near):
        return "rate"
    if _PERCENT_OVER.search(near):
        return "threshold"
    return "rate"


_RATIO = re.compile(
    r"(?P<times>\d{1,4}(?:\.\d{1,3})?|[一二两三四五六七八九十]{1,3})倍"
    r"|(?<![\d:：])(?P<left>\d{1,3}(?:\.\d+)?)\s?[:：∶]\s?(?P<right>\d{1,3}(?:\.\d+)?)(?![\d:：])"
    r"|(?P<part>[一二两三四五六七八九十]分之[一二两三四五六七八九])"
    r"|(?<![\d/])(?P<over>\d/\d)(?![\d/])"
)
_CLOCK = re.compile(
    r"(?:上午|下午|晚|早|至|—|-|～|~|时间[为：]?|每[天日]|工作日|周[一二三四五六日至到]*)\s?$"
)


def ratios(text: str) -> list[Amount]:
    """2倍, 1:1, 三分之一; clock times are none."""
    found = []
    for hit in _RATIO.finditer(text):
        if hit["times"]:
            times = number(hit["times"])
            value = f"{times.normalize():f}倍" if times is not None else hit.group()
        elif hit["left"]:
            two_digits = (
                len(hit["right"]) == 2 and hit["right"].isdecimal() and int(hit["right"]) < 60
            )
            if (two_digits and hit["left"].isdecimal() and int(hit["left"]) < 25) or _CLOCK.search(
                text, max(0, hit.start() - 6), hit.start()
            ):
                continue
            value = f"{hit['left']}:{hit['right']}"
        else:
            value = hit.group()
        found.append(Amount("ratio", *hit.span(), phrase_at(text, *hit.span()), value))
    return found


_QUANTITY = re.compile(
    rf"(?P<number>{ARABIC})\s?(?P<scale>亿|万|千)?\s?(?P<unit>立方米|平方米|平方公里|公里|千米|米"
    rf"|公顷|亩|吨|公斤|千克|斤|升|毫升|千瓦时|度(?=电|[，。；、]|以[内下上])|兆瓦|千瓦|万千瓦"
    rf"|蒸吨|标准煤)(?!位)"
)


def quantities(text: str) -> list[Amount]:
    """Physical quantities: volumes, areas, lengths, weights, energy."""
    found = []
    for hit in _QUANTITY.finditer(text):
        value = _scaled(hit["number"], hit["scale"])
        if hit["unit"] == "度" and "电" not in text[max(0, hit.start() - 12) : hit.end() + 1]:
            continue
        if value is not None:
            unit = hit["unit"]
            found.append(Amount("quantity", *hit.span(), phrase_at(text, *hit.span()), value, unit))
    return found
