"""Deadlines, durations and validity."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from luodi.notice.amounts import Amount, phrase_at
from luodi.notice.model import Validity
from luodi.notice.numbering import cn_int

_WHEN = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年|(?P<this>今年|本年度?|当年|明年|次年|本))?"
    r"(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]|(?P<month_end>底|末|月底))?"
    r"|(?P<year_end>年?底|年末)"
    r"|(?P<half>上半年|[一二三四]季度末?|第[一二三四]季度末?))?"
)
_STARTS = re.compile(
    r"(?:19|20)\d\d年|(?<![\d.])\d{1,2}月(?:\d{1,2}[日号]|底|末|(?=前|之前|以前))|(?:今年|本年度?"
    r"|明年|次年|本)?(?:年底|年末)(?=前|之前|以前|，|完成|实现|建成)|(?<=[至到])年[底末]|(?:今年|明年)(?:\d{1,2}月|底"
    r"|末)"
)
_BEFORE = re.compile(
    r"\s?(?:（[^）]{1,10}）)?(?:之前|以前|前(?!期|一|三|两|述|款|列|后|往|置|沿|景|来|提)|止|为止"
    r"|截止|内(?=完成|实现|，|建成|全))"
)
_UP_TO = re.compile(
    r"(?:截至|截止(?:到|至|时间[:：为]?|日期[:：为]?)?|至|到|延长至|延至|延期至|(?:时限|期限|节点"
    r"|(?:完成|办结|截止)时间)[:：]|不晚于|不迟于|最迟于?|—{1,2}|-|~|～|－)\s?$"
)
_DASHES = ("—", "——", "-", "~", "～", "－")
_DONE = r"(?:完成|建成|实现|投入|投用|投产|开工|竣工|到位|全面|全部|基本)"
_SOFT = re.compile(r"(?:力争|争取|确保|力求|努力)[^，。；]{0,14}$")


def deadlines(text: str, year_from: date | None) -> list[Amount]:
    """Dates by which something is due or ends, as ISO; `--02-29` where no year can be inferred.

    `year_from` is the day of issue, or the first of the year that the title names.
    """
    found: list[Amount] = []
    at = 0
    last_year: int | None = None
    for start in _STARTS.finditer(text):
        if start.start() < at:
            continue
        when = _WHEN.match(text, start.start())
        if when is None or when.start() == when.end():
            continue
        at = when.end()
        said_year = int(when["year"]) if when["year"] else None
        due = _BEFORE.match(text, when.end())
        until = _UP_TO.search(text, max(0, when.start() - 8), when.start())
        if (
            until
            and until.group().strip() in _DASHES
            and not any(when[g] for g in ("month", "year_end", "half"))
        ):
            continue  # 2022—2024年 is a span of years, not a day by which
        if until and re.match(r"\s?(?:至|到|—|-|~)", text[when.end() : when.end() + 2]):
            continue  # the first day of a range
        year = said_year or (last_year if until else None)
        if said_year:
            last_year = said_year
        ends = when["month_end"] or when["year_end"]
        done = re.match(_DONE, text[when.end() : when.end() + 4])
        past = re.match(
            r"[，,]?[^，。]{0,8}(?:已|累计|共有|在册|登记|的)", text[when.end() : when.end() + 14]
        )
        if until and "截至" in until.group() and past:
            continue
        hoped = done or _SOFT.search(text, max(0, when.start() - 20), when.start())
        bare = not due and not until and not (when["year_end"] and not said_year)
        if bare and not (ends and hoped):
            continue
        value = _iso(when, year, year_from, exclusive=bool(due))
        if value is None:
            continue
        end = due.end() if due else when.end()
        soft = _SOFT.search(text, max(0, when.start() - 24), when.start()) or re.match(
            r"[，]?(?:力争|争取|努力)", text[end : end + 4]
        )
        year_alone = not any(when[g] for g in ("month", "year_end", "half"))
        role = (
            "target" if soft or (until and year_alone) else "until" if until and not due else "due"
        )
        found.append(
            Amount(
                "deadline", when.start(), end, phrase_at(text, when.start(), end), value, role=role
            )
        )
    return found


def _iso(
    when: re.Match[str], year: int | None, year_from: date | None, *, exclusive: bool
) -> str | None:
    named = when["this"] is not None
    if year is None and year_from is not None:
        year = year_from.year + (1 if when["this"] in ("明年", "次年") else 0)
        guessed = not named
    else:
        guessed = False
    if when["month"]:
        month = int(when["month"])
        if not 1 <= month <= 12:
            return None
        last = (
            monthrange(year, month)[1]
            if year
            else (29 if month == 2 else monthrange(2021, month)[1])
        )
        day = int(when["day"]) if when["day"] else last
        if not 1 <= day <= last:
            return None
        if (
            guessed
            and year_from is not None
            and year is not None
            and (month, day) < (year_from.month, year_from.day)
        ):
            year += 1  # a day that was already past when the notice was issued is next year's
            day = min(day, monthrange(year, month)[1])
        whole_month = not when["day"] and not when["month_end"]
        if whole_month and exclusive:
            return f"{year}-{month:02d}" if year else f"--{month:02d}"
        return f"{year}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"
    if when["year_end"]:
        return f"{year}-12-31" if year else "--12-31"
    if when["half"]:
        quarter = "一二三四".find(re.sub(r"[第季度末]", "", when["half"]))
        ending = (
            "06-30" if when["half"] == "上半年" else ("03-31", "06-30", "09-30", "12-31")[quarter]
        )
        return f"{year}-{ending}" if year else f"--{ending}"
    return str(year) if when["year"] else None


_DURATION = re.compile(
    r"(?<![\d.第])(?P<number>\d{1,3}(?:\.5)?|[一二两三四五六七八九十半]{1,3})\s?(?P<unit>个工作日"
    r"|个月|工作日|个自然日|自然日|年|周(?!岁|年|边|围|期|转|密|末)|天|日|个?小时|分钟|个?学期"
    r"|个季度)"
    r"(?P<after>（含）|\(含\))?"
)
_DURATION_BEFORE = re.compile(
    r"(?:不超过|不少于|不低于|不得少于|最长|最多|至少|满|不足|未满|连续|累计|期限(?:为|不超过)?"
    r"|有效期(?:为|限)?|为期|每隔?|缩短(?:至|到|为)|延长|延期|提前|超过|达|缓缴|以上|过渡期|为|期"
    r"|分)[^，。；\d]{0,4}$"
)
_DURATION_AFTER = re.compile(
    r"(?:（[^）]{1,6}）)?(?:以内|之内|内|以上|以下|期|的(?:免|租|过渡|缓冲|房租|租金|补贴|常规)"
    r"|租金|房租|以后|后)"
)
_LETTERS = {
    "个月": "M",
    "年": "Y",
    "周": "W",
    "天": "D",
    "日": "D",
    "个工作日": "D",
    "工作日": "D",
    "自然日": "D",
    "个自然日": "D",
}


def durations(text: str) -> list[Amount]:
    """Lengths of time as ISO 8601; working days count as days and say so in their unit."""
    found: list[Amount] = []
    for hit in _DURATION.finditer(text):
        unit, digits = hit["unit"], hit["number"]
        before = text[max(0, hit.start() - 12) : hit.start()]
        after = text[hit.end() : hit.end() + 10]
        framed = bool(_DURATION_BEFORE.search(before)) or bool(_DURATION_AFTER.match(after))
        arabic = digits[0].isdecimal()
        if unit in ("日", "周", "天") and not arabic and not framed:
            continue
        if unit == "日" and not re.match(r"(?:以?内|之内)", after):
            continue
        if (unit == "年" or not arabic) and not framed:
            continue
        if unit.endswith(("小时", "分钟")) and not framed:
            continue
        if re.match(r"(?:行动|计划|规划|级|度|制)", after) or (
            before.endswith(("每", "前")) and not arabic
        ):
            continue
        value = _duration(digits, unit)
        if value is None:
            continue
        role = _duration_role(before, after)
        days = "working_days" if "工作日" in unit else None
        found.append(
            Amount("duration", *hit.span(), phrase_at(text, *hit.span()), value, days, role)
        )
    return found


def _duration(digits: str, unit: str) -> str | None:
    if digits == "半":
        return {"年": "P6M", "个月": "P15D"}.get(unit)
    count = digits if digits[0].isdecimal() else str(cn_int(digits) or "")
    if not count or count == "0":
        return None
    if unit.endswith("小时"):
        return f"PT{count}H"
    if unit == "分钟":
        return f"PT{count}M"
    if unit.endswith("学期"):
        return None
    if unit == "个季度":
        return f"P{int(float(count) * 3)}M"
    if count.endswith(".5") and unit == "年":
        return f"P{int(float(count) * 12)}M"
    return f"P{count}{_LETTERS[unit]}"


def _duration_role(before: str, after: str) -> str:
    if re.search(r"不超过|最长|最多|期限|缓缴|延长|延期|减免|免", before):
        return "benefit"
    if re.match(r"(?:以内|之内|内)", after):
        return "time_limit"
    if re.search(r"满|连续|不少于|不低于|超过|至少|达", before) or after.startswith("以上"):
        return "threshold"
    return "benefit"


_VALID = re.compile(
    r"有效期|施行|(?:自|从)[^。，]{2,30}起(?:开始)?(?:执行|实施|生效|试行|至|，)|(?:执行|实施"
    r"|政策|适用|试行|暂行)(?:时间|期限|期|时限)|暂定(?:为|至)?|(?:执行|实施|延续|有效|试行)(?:至"
    r"|到)|截止(?:时间|日期|至|到)?"
)
_FULL = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_ISSUE = r"(?:发布|印发|公布|下发|出台|颁布|发文|印发实施)"


_LENGTH = re.compile(
    r"(?:有效期|期限|执行期|试行期|试行|政策期|暂定)限?(?:暂定)?(?:为|是)?\s?"
    r"(\d{1,2}|[一二两三四五六七八九十])\s?(年|个月)"
)
_HANGS_ON = re.compile(
    r"(?:暂定为|执行(?:时间|期限)[^。]{0,4}为|有效期(?:为|至)|执行至|实施至|施行至)在?"
    r"([^，。；]{2,40}?(?:响应|期间|结束|解除|终止|届满|之日)(?:期间|结束|解除|终止|之日|届满)*)"
)


def validity(text: str, issued_on: date | None) -> Validity | None:
    """What one sentence says about how long the notice holds; None when it says nothing."""
    if not _VALID.search(text) or len(text) > 400:
        return None
    starts = until = None
    event = None
    from_day = re.search(
        rf"(?:自|从|于)?(?:{_FULL})(?:起|开始|零时|施行|实施|执行|生效|—|-|至|到)", text
    )
    if from_day:
        starts = _day(from_day)
    elif re.search(rf"(?:自|从)?(?:{_ISSUE})之?日(?:起|后)?", text):
        delay = re.search(
            rf"{_ISSUE}之?日(?:起)?(?:后)?(\d{{1,3}}|[一二三十]{{1,3}})[日天]后", text
        )
        starts = issued_on
        if delay and issued_on:
            starts = issued_on + timedelta(days=cn_int(delay.group(1)) or 0)
    last = re.search(rf"(?:至|到|截至|截止日?期?(?:为|至|到)?|—|-)\s?(?:{_FULL})", text)
    year_end = re.search(r"(?:至|到|截至)\s?(\d{4})年(?:(\d{1,2})月)?(?:年?底|末)", text)
    length = _LENGTH.search(text)
    if last:
        until = _day(last)
    elif from_day and starts and (day := _later_day(text, from_day.end(3), starts)):
        until = day
    elif year_end:
        month = int(year_end.group(2) or 12)
        if 1 <= month <= 12:
            year = int(year_end.group(1))
            until = date(year, month, monthrange(year, month)[1])
    elif length and starts:
        until = _after(starts, cn_int(length.group(1)) or 0, length.group(2))
    hangs = _HANGS_ON.search(text)
    if hangs and not until:
        event = hangs.group(1)
    if not (starts or until or event):
        return None
    begin = _VALID.search(text)
    place = begin.start() if begin else 0
    comma = max(text.rfind(c, 0, place) for c in "，；")
    phrase = text[comma + 1 :].rstrip("。；， ")
    if hangs and not until:
        phrase = text[hangs.start() : hangs.end()]
    return Validity(phrase, starts, until, event)


def _later_day(text: str, place: int, starts: date) -> date | None:
    """The end of `2022年6月1日—12月31日`, which gives the year once."""
    found = re.compile(r"日?起?\s?(?:至|到|—{1,2}|-|~|～)\s?(\d{1,2})月(\d{1,2})日").match(
        text, place
    )
    try:
        return date(starts.year, int(found[1]), int(found[2])) if found else None
    except ValueError:
        return None


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(*(int(found.group(i)) for i in (1, 2, 3)))
    except ValueError:
        return None


def _after(starts: date, count: int, unit: str) -> date | None:
    """The last day of `count` months or years that begin on `starts`."""
    months = starts.month - 1 + count * (12 if unit == "年" else 1)
    year, month = starts.year + months // 12, months % 12 + 1
    if year > 9998:
        return None
    day = min(starts.day, monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)
