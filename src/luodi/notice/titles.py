"""Titles of measures, and the headings and words that frame them."""

from __future__ import annotations

import re

from luodi.notice.lines import Line

# Headings of parts that frame the measures: what stands numbered under them is no measure.
_FRAME = re.compile(
    r"(?:.{0,4}(?:总体|工作|基本|主要|指导|发展|目标)(?:要求|思想|思路|原则|目标|任务目标|目标任务)"
    r"|指导思想|目标任务|任务目标|总则|附则|附录"
    r"|.{0,6}(?:保障|组织)(?:措施|保障|实施|领导|条件|机制)|工作保障"
    r"|(?:工作|有关|相关|几点|具体)要求|(?:适用|支持|实施|补贴)(?:范围|对象)"
    r"|(?:活动|工作)(?:时间|主题|地点|目标|安排)|时间地点"
    r"|(?:适用|实施|执行|政策|活动)(?:时间|期限|时限)|有效期限?|施行日期"
    r"|其[他它](?:事项|规定)?|附加说明|政策解释|解释权|有关说明|名词解释|监督(?:管理|检查)"
    r"|(?:实施|工作)步骤|(?:时间|进度)安排|职责分工)(?:[、和与及].{0,8})?"
)
LAST_WORDS = re.compile(
    r"(?:上述|以上|前述|本)(?:.{0,6})(?:意见|措施|办法|政策|通知|方案|细则|规定|文件|若干|条款"
    r"|清单)[^。]{0,40}"
    r"(?:自|由|有效期|执行|施行|适用|未尽|解释|为准|不重复)"
    r"|本(?:意见|措施|办法|政策|通知|方案|细则|规定|文件|若干)|附件|附[:：]|附表|特此|联系人"
    r"|联系电话|咨询电话|此件|抄送|主送|"
    r"自.{2,24}起(?:施行|执行|实施|生效)|执行(?:时间|期限)|政策(?:执行)?期限|有效期|国家和?省"
    r"|原有政策|[注备][注：]"
)
_PURPOSE = re.compile(
    r"(?:为|为了)[^。]{4,200}(?:制定|特制定|制订)本"
    r"|^本(?:办法|措施|政策|细则|规定|意见|文件|若干政策|若干措施).{0,30}(?:所称|适用于)"
)
_LASTING = re.compile(
    r"负责解释|起(?:施行|实施|执行|生效)|有效期|届满|止执行|废止|从其规定|为准|试行期|不一致"
    r"|^期限|^暂定|按原(?:政策|规定|标准|办法)"
)
_MAX_TITLE = 42


def title_of(line: Line) -> tuple[str | None, int]:
    """The title on a measure's line and where, in the line, the words after it begin."""
    begin = line.mark.end if line.mark else 0
    begin += len(line.text[begin:]) - len(line.text[begin:].lstrip())
    rest = line.text[begin:]
    stop = re.search(r"[。；！？]|(?<!\d)[：:]|[：:](?!\d)|\s|(?<=】)", rest)
    title = rest[: stop.start()] if stop else rest
    words = title.strip("【】《》 ")
    is_title = (
        2 <= len(words) <= _MAX_TITLE
        and not re.search(r"\d+(?:\.\d+)?\s?(?:万|亿)?元|\d%", title)
        and (title.count("，") <= 2)
        and (stop is None or stop.group() != "；")
    )
    if not is_title:
        return None, begin
    if stop is None:
        return (None, begin) if rest.endswith("，") else (words, len(line.text))
    return words, begin + stop.end()


def is_bare_heading(line: Line) -> bool:
    title, after = title_of(line)
    return title is not None and not line.text[after:].strip()


def names_frame(line: Line) -> bool:
    title, _ = title_of(line)
    words = line.rest if title is None else title
    return bool(_FRAME.fullmatch(re.sub(r"[。：\s]", "", words)))


def frames_by_words(words: str) -> bool:
    """Whether `words` only say why, for whom, by whom explained or how long: no measure."""
    if _PURPOSE.search(words):
        return True
    parts = [part for part in re.split(r"[，。；]", words) if part.strip()]
    return bool(parts) and all(_LASTING.search(part) for part in parts)
