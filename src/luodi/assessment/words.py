"""Rules and values in plain words, Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from luodi.basics.money import format_yuan
from luodi.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Compare,
    ConstantName,
    Defined,
    FactName,
    In,
    IsUnknown,
    Junction,
    Literal,
    Node,
    Not,
)
from luodi.rules.types import Kind, Type, Value

LANGUAGES = ("zh", "en")
_LONGEST_TERM = 60
_COMPARE = {
    "zh": {"=": "等于", "!=": "不等于", "<": "小于", "<=": "不超过", ">": "大于", ">=": "不低于"},
    "en": {"=": "is", "!=": "is not", "<": "is below", "<=": "is at most", ">": "is above",
           ">=": "is at least"},
}  # fmt: skip
_DATES = {
    "zh": {"<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"},
    "en": {"<": "is before", "<=": "is no later than", ">": "is after", ">=": "is no earlier than"},
}
_MEMBERS = {
    "zh": {
        "any_member": "家中有人：{}", "all_members": "家中人人：{}", "count_members": "家中{}的人数",
        "sum_members": "家中各人{}之和", "min_members": "家中各人{}最小者",
        "max_members": "家中各人{}最大者",
    },
    "en": {
        "any_member": "somebody in the household: {}", "all_members": "all in the household: {}",
        "count_members": "members of whom: {}", "sum_members": "the household's total of {}",
        "min_members": "the least {} in the household",
        "max_members": "the greatest {} in the household",
    },
}  # fmt: skip
_CALLS = {
    "zh": {
        "ratio": "{0}与{1}之比", "at_least": "{0}（不少于{1}）", "at_most": "{0}（最多{1}）",
        "if": "如果{0}则{1}，否则{2}", "round": "{0}（四舍五入到{1}）", "round_down": "{0}（舍到{1}）",
        "round_up": "{0}（进到{1}）", "full_months": "{0}至{1}的满月数",
        "days_between": "{0}至{1}的天数", "age_on": "在{1}的周岁", "add_months": "{0}后{1}个月",
        "add_days": "{0}后{1}天", "years_before": "{0}前{1}年", "count_true": "符合的项数",
        "first_true": "最先符合的一项",
    },
    "en": {
        "ratio": "{0} divided by {1}", "at_least": "{0} (at least {1})", "at_most": "{0} (at most {1})",
        "if": "if {0} then {1}, else {2}", "round": "{0} (rounded to {1})",
        "round_down": "{0} (rounded down to {1})", "round_up": "{0} (rounded up to {1})",
        "full_months": "full months from {0} to {1}", "days_between": "days from {0} to {1}",
        "age_on": "age on {1}", "add_months": "{1} months after {0}", "add_days": "{1} days after {0}",
        "years_before": "{1} years before {0}", "count_true": "how many hold",
        "first_true": "the first that holds",
    },
}  # fmt: skip


class Words:
    """Says trees and values in one language.

    Args:
        constants: Values of constants, shown beside their names where known.
        options: What the options of each reading say, by the reading's qualified name.
    """

    def __init__(
        self,
        language: str,
        constants: dict[str, Value] | None = None,
        options: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.zh = language == "zh"
        self.language = language
        self.constants = constants or {}
        self.options = options or {}

    def value(self, value: Value, type_: Type) -> str:
        """A value with its unit: 120.00元, 5.5%, 9 m3, 是."""
        if value is None:
            return "不知道" if self.zh else "not known"
        if isinstance(value, bool):
            return ("是" if value else "否") if self.zh else ("yes" if value else "no")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str):
            return value
        if type_.kind is Kind.MONEY:
            text = format_yuan(value.numerator) if value.denominator == 1 else _plain(value / 100)
            return f"{text}元" if self.zh else f"{text} yuan"
        if type_.kind is Kind.RATIO:
            if value >= 2 and value.denominator == 1:
                return f"{value}倍" if self.zh else f"{value} times"
            return f"{_plain(value * 100)}%"
        if type_.kind is Kind.QUANTITY:
            return f"{_plain(value / 1000)} {type_.unit}"
        return _plain(value)

    def say(self, node: Node) -> str:
        """A part of a rule as a phrase."""
        if isinstance(node, Literal):
            return self.value(node.value, node.type)
        if isinstance(node, ConstantName):
            known = self.constants.get(node.name)
            shown = "" if known is None else f"（{self.value(known, node.type)}）"
            return (node.label if self.zh and node.label else node.name) + shown
        if isinstance(node, FactName):
            whose = {"person": "本人", "household": "本户", "organisation": "单位"}
            label = node.fact.label if self.zh and node.fact.label else _english(node.fact.name)
            return "".join(whose.get(part, "") for part in node.path) * self.zh + label
        if isinstance(node, Defined):
            if self.zh and node.label == node.name:  # a term has no label of its own
                body = self.say(node.body)
                return body if len(body) <= _LONGEST_TERM else node.name
            return node.label if self.zh and node.label else _english(node.name)
        if isinstance(node, Not):
            return ("不是：" if self.zh else "not: ") + self.say(node.item)
        if isinstance(node, Junction):
            joint = {"and": "且", "or": "或"}[node.op] if self.zh else f" {node.op} "
            return joint.join(self.say(item) for item in node.items)
        if isinstance(node, IsUnknown):
            state = ("已知" if node.known else "不知道") if self.zh else (
                "is known" if node.known else "is not known"
            )  # fmt: skip
            return f"{self.say(node.item)}{'' if self.zh else ' '}{state}"
        if isinstance(node, In):
            values = ("、" if self.zh else ", ").join(
                self.value(value, node.item.type) for value in node.values
            )
            return f"{self.say(node.item)}{'属于' if self.zh else ' is one of '}{values}"
        if isinstance(node, Compare):
            if read := self._reading(node):
                return read
            table = _COMPARE[self.language]
            if node.left.type.kind is Kind.DATE:
                table = {**table, **_DATES[self.language]}
            gap = "" if self.zh else " "
            return f"{self.say(node.left)}{gap}{table[node.op]}{gap}{self.say(node.right)}"
        if isinstance(node, Arithmetic):
            sign = {"+": "加", "-": "减", "*": "乘"}[node.op] if self.zh else f" {node.op} "
            return f"{self.say(node.left)}{sign}{self.say(node.right)}"
        if isinstance(node, Aggregate):
            return _MEMBERS[self.language][node.function].format(self.say(node.argument))
        assert isinstance(node, Call), node
        if node.function == "if":
            otherwise = node.arguments[2]
            if isinstance(otherwise, Literal) and otherwise.value is None:
                return self.say(node.arguments[0])  # the guard of identity
        said = [self.say(argument) for argument in node.arguments]
        return _CALLS[self.language][node.function].format(*said)

    def _reading(self, node: Compare) -> str:
        """读法定为“…”, where a comparison asks which reading holds; else empty."""
        if not (isinstance(node.left, ConstantName) and isinstance(node.right, Literal)):
            return ""
        said = self.options.get(node.left.name, {}).get(str(node.right.value), "")
        if not said or node.op not in ("=", "!="):
            return ""
        if self.zh:
            return f"读法{'' if node.op == '=' else '不'}定为“{said}”"
        return f"the reading is {'' if node.op == '=' else 'not '}“{said}”"


def _english(name: str) -> str:
    return name.removeprefix("is_").replace("_", " ")


def _plain(value: Fraction) -> str:
    number = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return text or "0"
