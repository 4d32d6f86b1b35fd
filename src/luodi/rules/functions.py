"""The functions of the language: what each takes and gives. Nothing else can be called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from luodi.rules.tree import Aggregate, Arithmetic, Call, Defined, Literal, Node
from luodi.rules.types import Kind, Type

Complaint = tuple[int, str]  # which argument (from 0), what is wrong with it


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is written, and its check, which gives a type or a complaint."""

    usage: str
    least: int
    most: int
    check: Callable[[tuple[Node, ...]], Type | Complaint]

    @property
    def arity(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least} 到 {self.most}"


def _all(kind: Kind, result: Type) -> Callable[[tuple[Node, ...]], Type | Complaint]:
    def check(arguments: tuple[Node, ...]) -> Type | Complaint:
        for index, argument in enumerate(arguments):
            if argument.type.kind is not kind:
                return index, f"这里要{Type(kind).label}，得到{argument.type.label}"
        return result

    return check


def _shape(*kinds: Kind, result: Type) -> Callable[[tuple[Node, ...]], Type | Complaint]:
    def check(arguments: tuple[Node, ...]) -> Type | Complaint:
        for index, (argument, kind) in enumerate(zip(arguments, kinds, strict=True)):
            if argument.type.kind is not kind:
                return index, f"这里要{Type(kind).label}，得到{argument.type.label}"
        return result

    return check


def _alike(arguments: tuple[Node, ...]) -> Type | Complaint:
    first = arguments[0].type
    if not first.numeric and first.kind is not Kind.DATE:
        return 0, f"这里要数字、金额、数量或日期，得到{first.label}"
    for index, argument in enumerate(arguments):
        if not argument.type.like(first):
            return index, f"前面是{first.label}，这里是{argument.type.label}，不能相比"
    return first


def _ratio(arguments: tuple[Node, ...]) -> Type | Complaint:
    first, second = arguments[0].type, arguments[1].type
    if not first.numeric or first.kind is Kind.RATIO:
        return 0, f"这里要整数、金额或数量，得到{first.label}"
    if not second.like(first):
        return 1, f"分子是{first.label}，分母是{second.label}，求不出比率"
    return Type.ratio()


def _if(arguments: tuple[Node, ...]) -> Type | Complaint:
    condition, yes, no = (argument.type for argument in arguments)
    if condition.kind is not Kind.BOOLEAN:
        return 0, f"条件要答得出是与否，得到{condition.label}"
    if not yes.like(no):
        return 2, f"两种结果不同类：{yes.label}与{no.label}"
    return yes if yes == no or yes.kind not in (Kind.ENUM, Kind.TEXT) else Type.text()


def _round(arguments: tuple[Node, ...]) -> Type | Complaint:
    amount, unit = arguments
    if not amount.type.numeric:
        return 0, f"这里要金额、数量、整数或比率，得到{amount.type.label}"
    whole = Type.integer() if amount.type.kind is Kind.RATIO else amount.type
    written = isinstance(unit, Literal) and isinstance(unit.value, Fraction) and unit.value > 0
    if not written or not unit.type.like(whole):
        example = {Kind.MONEY: "1 yuan", Kind.QUANTITY: f"1 {whole.unit}"}.get(whole.kind, "1")
        return 1, f"取整单位要直接写出，大于零，如 {example}；得到{unit.type.label}"
    return whole


_BOOLEAN, _INTEGER, _DATE = Type.boolean(), Type.integer(), Type.date()

FUNCTIONS: dict[str, Function] = {
    "at_least": Function("at_least(甲, 乙, …)：取最大的，即“不低于”", 2, 9, _alike),
    "at_most": Function("at_most(甲, 乙, …)：取最小的，即“不超过”", 2, 9, _alike),
    "if": Function("if(条件, 是则, 否则)：按条件取其一；条件未知，结果未知", 3, 3, _if),
    "ratio": Function(
        "ratio(分子, 分母)：精确比率，含事实时只与另一比率相比；分母不大于零为未知", 2, 2, _ratio
    ),
    "round": Function(
        "round(数, 1 yuan)：四舍五入到整元，一半远离零；比率取整写 round(人数 * 1.5%, 1)",
        2,
        2,
        _round,
    ),
    "round_down": Function("round_down(数, 1 yuan)：舍去零头（向零）", 2, 2, _round),
    "round_up": Function("round_up(数, 1 yuan)：有零头就进（离零）", 2, 2, _round),
    "full_months": Function(
        "full_months(起, 止)：满几个月；当月没有那一天的，月末算满",
        2,
        2,
        _shape(Kind.DATE, Kind.DATE, result=_INTEGER),
    ),
    "days_between": Function(
        "days_between(起, 止)：相隔几天，次日为 1",
        2,
        2,
        _shape(Kind.DATE, Kind.DATE, result=_INTEGER),
    ),
    "age_on": Function(
        "age_on(birth_date, 日期)：那天的周岁，生日当天满",
        2,
        2,
        _shape(Kind.DATE, Kind.DATE, result=_INTEGER),
    ),
    "add_months": Function(
        "add_months(日期, 月数)：几个月后的同一天；没有那一天的为月末",
        2,
        2,
        _shape(Kind.DATE, Kind.INTEGER, result=_DATE),
    ),
    "add_days": Function(
        "add_days(日期, 天数)：几天后", 2, 2, _shape(Kind.DATE, Kind.INTEGER, result=_DATE)
    ),
    "count_true": Function(
        "count_true(甲, 乙, …)：几项为是；有一项未知，结果未知", 1, 30, _all(Kind.BOOLEAN, _INTEGER)
    ),
    "first_true": Function(
        "first_true(甲, 乙, …)：第几项最先为是，都不是为 0；先遇到未知，结果未知",
        1,
        30,
        _all(Kind.BOOLEAN, _INTEGER),
    ),
}

# Over the members of the household: what the argument must be, and the type of the result.
AGGREGATES: dict[str, tuple[str, bool]] = {
    "any_member": ("any_member(条件)：家中有人符合；没有人符合而有人未知，为未知", True),
    "all_members": ("all_members(条件)：家中人人符合；没有人不符合而有人未知，为未知", True),
    "count_members": ("count_members(条件)：家中几人符合；有一人未知，为未知", True),
    "sum_members": ("sum_members(数)：家中各人之和；缺一人，为未知", False),
    "min_members": ("min_members(数)：家中各人最小的；缺一人，为未知", False),
    "max_members": ("max_members(数)：家中各人最大的；缺一人，为未知", False),
}


def exact(node: Node) -> bool:
    """Whether a number is a whole count of its smallest unit, so that it needs no rounding."""
    if node.type.kind is Kind.RATIO:
        return False
    if isinstance(node, Arithmetic):
        return exact(node.left) and exact(node.right)
    if isinstance(node, Call):
        if node.function == "if":
            return all(exact(argument) for argument in node.arguments[1:])
        if node.function in ("at_least", "at_most"):
            return all(exact(argument) for argument in node.arguments)
        return True
    if isinstance(node, Aggregate):
        return not node.argument.type.numeric or exact(node.argument)
    if isinstance(node, Defined):
        return exact(node.body)
    return True
