"""Reads a rule into its typed tree, or says where and why it cannot."""

from __future__ import annotations

from fractions import Fraction

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.rules.functions import AGGREGATES, FUNCTIONS, exact
from luodi.rules.lexer import Token, problem, tokens
from luodi.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Compare,
    ConstantName,
    Defined,
    Expr,
    FactName,
    In,
    IsUnknown,
    Junction,
    Literal,
    Node,
    Not,
    Span,
)
from luodi.rules.types import Definition, Kind, Place, Scope, Type

MAX_DEPTH = 60
CONSTANT_PREFIXES = ("param", "signal", "reading", "period", "event")
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def parse(text: str, scope: Scope, place: Place, want: Type | None = None) -> Expr:
    """Read the rule `text`, whose names mean what `scope` says.

    Args:
        place: Where the text's first character stands, for messages.
        want: The type it must give; an amount must also be exact to its smallest unit, that is,
            rounded where a ratio took part.

    Raises:
        ProblemError: With every wrong name and type found, each with its place, the line, and
            what to write instead.
    """
    parser = _Parser(text, scope, place)
    root = parser.whole()
    if not parser.problems:
        parser.check_result(root, want)
    if parser.problems:
        raise ProblemError(*parser.problems)
    assert root is not None
    return Expr(text, place, root, parser.spans)


class _Parser:
    """One reading of one text. A part that cannot be typed is None, and what holds it too."""

    def __init__(
        self,
        text: str,
        scope: Scope,
        place: Place,
        path: tuple[str, ...] = (),
        within: tuple[str, ...] = (),
    ) -> None:
        self.text, self.place = text, place
        self.scope = scope
        self.path = path  # what leads from the subject to the scope's own kind
        self.within = within  # the derived facts being read, to find a circle
        self.problems: list[Problem] = []
        self.spans: dict[Node, Span] = {}
        self.in_members = False
        self.tokens = tokens(text, place)
        self.at = 0
        self.depth = 0

    # --- words ---------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> Token | None:
        token = self.token
        if token.kind in ("keyword", "sign") and token.text in texts:
            self.at += 1
            return token
        return None

    def complain(self, span: Span, message: str, hint: str = "") -> None:
        self.problems.append(problem(self.place, self.text, span, message, hint))

    def stop(self, token: Token, message: str, hint: str = "") -> ProblemError:
        found = problem(self.place, self.text, (token.start, token.end), message, hint)
        return ProblemError(*self.problems, found)

    def expect(self, sign: str, why: str) -> Token:
        token = self.take(sign)
        if token is None:
            found = self.token.text or "结尾"
            raise self.stop(self.token, f"这里应是 {sign}（{why}），得到 {found}")
        return token

    def mark(self, node: Node | None, start: int) -> Node | None:
        if node is not None:
            self.spans.setdefault(node, (start, self.tokens[self.at - 1].end))
        return node

    # --- grammar -------------------------------------------------------------------------

    def whole(self) -> Node | None:
        if self.token.kind == "end":
            raise self.stop(self.token, "规则是空的", "写一个条件，或去掉这一项")
        node = self.either()
        if self.token.kind != "end":
            raise self.stop(
                self.token, f"{self.token.text!r} 在这里多余", "两个条件之间用 and 或 or 相连"
            )
        return node

    def either(self) -> Node | None:
        return self.junction("or", self.both)

    def both(self) -> Node | None:
        return self.junction("and", self.negation)

    def junction(self, op: str, part) -> Node | None:  # type: ignore[no-untyped-def]
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.stop(self.token, f"括号套得太深，最多 {MAX_DEPTH // 2} 层", "请拆成派生事实")
        start = self.token.start
        items = [self.boolean(part(), start, op if False else "")]
        while self.take(op):
            at = self.token.start
            items.append(self.boolean(part(), at, op))
            if len(items) == 2:
                items[0] = self.boolean(items[0], start, op)
        self.depth -= 1
        if len(items) == 1:
            return items[0]
        known = [item for item in items if item is not None]
        if len(known) < len(items):
            return None
        flat = [
            inner
            for item in known
            for inner in (item.items if isinstance(item, Junction) and item.op == op else (item,))
        ]
        return self.mark(Junction(Type.boolean(), op, tuple(flat)), start)

    def boolean(self, node: Node | None, start: int, op: str) -> Node | None:
        if node is not None and op and node.type.kind is not Kind.BOOLEAN:
            end = self.spans.get(node, (start, self.tokens[self.at - 1].end))[1]
            self.complain((start, end), f"{op} 两边要是条件，得到{node.type.label}")
            return None
        return node

    def negation(self) -> Node | None:
        start = self.token.start
        if self.take("not"):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise self.stop(self.token, "not 套得太深")
            item = self.boolean(self.negation(), self.token.start, "not")
            self.depth -= 1
            return self.mark(None if item is None else Not(Type.boolean(), item), start)
        return self.comparison()

    def comparison(self) -> Node | None:
        start = self.token.start
        left = self.sum()
        token = self.token
        if token.kind == "sign" and token.text in _COMPARISONS:
            self.at += 1
            right = self.sum()
            if self.token.kind == "sign" and self.token.text in _COMPARISONS:
                raise self.stop(self.token, "比较不能连写", "写成 3 <= x and x <= 6")
            node = self.compare(token.text, left, right, (start, self.tokens[self.at - 1].end))
            return self.mark(node, start)
        if self.take("in"):
            return self.mark(self.membership(left, start), start)
        if self.take("is"):
            known = self.take("known") is not None
            if not known and self.take("unknown") is None:
                raise self.stop(self.token, "is 后面写 known 或 unknown")
            return self.mark(
                None if left is None else IsUnknown(Type.boolean(), left, known), start
            )
        if self.token.kind == "keyword" and self.token.text == "not":
            raise self.stop(self.token, "没有 not in", "写成 not (x in ('甲', '乙'))")
        return left

    def compare(self, op: str, left: Node | None, right: Node | None, span: Span) -> Node | None:
        if left is None or right is None:
            return None
        a, b = left.type, right.type
        if not a.like(b):
            self.complain(span, f"{a.label}与{b.label}不能相比", _unit_hint(a, b))
            return None
        if a.kind is Kind.BOOLEAN:
            self.complain(span, "条件不必再比较", "写 x 或 not x")
            return None
        if a.kind in (Kind.ENUM, Kind.TEXT):
            if op not in ("=", "!="):
                self.complain(span, f"{a.label}没有大小，只能用 = 或 !=")
                return None
            for options, other in ((a, right), (b, left)):
                if isinstance(other, Literal) and not self.option(options, other.value, span):
                    return None
        if _variable_ratio(right) and not _variable_ratio(left):
            left, right, op = right, left, _FLIPPED[op]
        if _variable_ratio(left) and _variable_ratio(right):
            self.complain(span, "两个 ratio(…) 不能直接相比", "把其中一个写成参数或百分数")
            return None
        return Compare(Type.boolean(), op, left, right)

    def option(self, options: Type, value: object, span: Span) -> bool:
        if options.kind is not Kind.ENUM or value in options.values:
            return True
        near = suggest(str(value), options.values)
        hint = f"是不是 '{near}'？" if near else ""
        self.complain(span, f"没有选项 {value!r}", f"{hint}可选：{'、'.join(options.values)}")
        return False

    def membership(self, left: Node | None, start: int) -> Node | None:
        self.expect("(", "in 后面写一组值")
        values: list[Literal] = []
        while True:
            at = self.token.start
            value = self.sum()
            span = (at, self.tokens[self.at - 1].end)
            if value is not None and not isinstance(value, Literal):
                self.complain(span, "in 里只能直接写值", "与名称相比请用 = 和 or")
            elif value is not None and left is not None and not value.type.like(left.type):
                self.complain(span, f"{left.type.label}里没有{value.type.label}")
            elif value is not None:
                if left is not None:
                    self.option(left.type, value.value, span)
                values.append(value)
            if not self.take(","):
                break
        self.expect(")", "in 的值到此为止")
        if left is None or self.problems:
            return None
        if _variable_ratio(left) or left.type.kind is Kind.BOOLEAN:
            self.complain((start, self.tokens[self.at - 1].end), f"{left.type.label}不能用 in")
            return None
        return In(Type.boolean(), left, tuple(value.value for value in values))

    def sum(self) -> Node | None:
        start = self.token.start
        left = self.product()
        while token := self.take("+", "-"):
            right = self.product()
            left = self.mark(self.arithmetic(token.text, left, right, start), start)
        return left

    def product(self) -> Node | None:
        start = self.token.start
        left = self.signed()
        while self.take("*"):
            right = self.signed()
            left = self.mark(self.arithmetic("*", left, right, start), start)
        return left

    def arithmetic(self, op: str, left: Node | None, right: Node | None, start: int) -> Node | None:
        if left is None or right is None:
            return None
        a, b = left.type, right.type
        span = (start, self.tokens[self.at - 1].end)
        if not a.numeric or not b.numeric:
            what = a if not a.numeric else b
            hint = "日期加减用 add_days、add_months、days_between" if what.kind is Kind.DATE else ""
            self.complain(span, f"{what.label}不能做加减乘", hint)
            return None
        if op == "*":
            for one, other in ((a, b), (b, a)):
                if one.kind in (Kind.INTEGER, Kind.RATIO):
                    result = one if other.kind is Kind.INTEGER else other
                    return Arithmetic(result, op, left, right)
            self.complain(span, f"{a.label}不能乘{b.label}", "乘号一边要是整数或比率")
            return None
        if not a.like(b):
            self.complain(span, f"{a.label}与{b.label}不能相加减", _unit_hint(a, b))
            return None
        return Arithmetic(a, op, left, right)

    def signed(self) -> Node | None:
        start = self.token.start
        if self.take("-"):
            node = self.signed()
            if node is None:
                return None
            if not node.type.numeric:
                self.complain((start, self.tokens[self.at - 1].end), f"{node.type.label}没有负数")
                return None
            if isinstance(node, Literal) and isinstance(node.value, Fraction):
                return self.mark(Literal(node.type, -node.value), start)
            zero = Literal(node.type, Fraction(0))
            return self.mark(Arithmetic(node.type, "-", zero, node), start)
        return self.atom()

    def atom(self) -> Node | None:
        token = self.token
        if self.take("("):
            node = self.either()
            self.expect(")", "括号没有合上")
            return node
        if token.kind == "literal":
            self.at += 1
            assert token.type is not None
            return self.mark(Literal(token.type, token.value), token.start)
        if token.kind == "name":
            self.at += 1
            if self.token.kind == "sign" and self.token.text == "(":
                return self.mark(self.call(token), token.start)
            return self.mark(self.name(token), token.start)
        raise self.stop(token, f"这里应是名称、值或括号，得到 {token.text or '结尾'}")

    # --- names ---------------------------------------------------------------------------

    def name(self, token: Token) -> Node | None:
        span = (token.start, token.end)
        head, _, _ = token.text.partition(".")
        if head in CONSTANT_PREFIXES and "." in token.text:
            constant = self.scope.constants.get(token.text)
            if constant is None:
                self.unknown_name(token.text, self.scope.constants, span)
                return None
            return ConstantName(constant.type, constant.name, constant.label)
        scope, path = self.scope, self.path
        *links, last = token.text.split(".")
        for link in links:
            if self.in_members or link not in scope.links:
                near = list(scope.links) or CONSTANT_PREFIXES
                self.unknown_name(link, dict.fromkeys(near), span)
                return None
            scope, path = scope.links[link], (*path, link)
        if last in scope.facts:
            fact = scope.facts[last]
            return FactName(fact.type, fact, path)
        if last in scope.definitions:
            return self.defined(last, scope, path, token)
        names = {**dict.fromkeys(scope.facts), **dict.fromkeys(scope.definitions)}
        prefix = ".".join(links)
        labels = {f"{prefix}.{n}" if prefix else n: None for n in names}
        if not links:
            labels |= dict.fromkeys(self.scope.constants)
        self.unknown_name(token.text, labels, span)
        return None

    def defined(self, name: str, scope: Scope, path: tuple[str, ...], token: Token) -> Node | None:
        definition: Definition = scope.definitions[name]
        span = (token.start, token.end)
        if name in self.within:
            circle = " → ".join((*self.within[self.within.index(name) :], name))
            self.complain(span, f"派生事实互相引用成圈：{circle}", "去掉其中一处引用")
            return None
        if len(self.within) >= 20:
            self.complain(span, "派生事实套得太深", "最多 20 层")
            return None
        inner = _Parser(definition.text, scope, definition.place, path, (*self.within, name))
        inner.in_members = self.in_members
        body = inner.whole()
        self.problems.extend(inner.problems)
        return (
            None
            if body is None
            else Defined(body.type, ".".join((*path, name)), definition.label, body)
        )

    def unknown_name(self, name: str, known: dict[str, None] | object, span: Span) -> None:
        assert isinstance(known, dict) or hasattr(known, "keys")
        names = list(known)  # type: ignore[call-overload]
        near = suggest(name, names)
        label = self.label(near) if near else ""
        hint = (
            f"是不是 '{near}'{f'（{label}）' if label else ''}？"
            if near
            else (f"可用的有：{'、'.join(sorted(names)[:12])}{'…' if len(names) > 12 else ''}")
        )
        self.complain(span, f"没有名为 '{name}' 的事实、参数或信号", hint)

    def label(self, name: str) -> str:
        if name in self.scope.facts:
            return self.scope.facts[name].label
        if name in self.scope.definitions:
            return self.scope.definitions[name].label
        constant = self.scope.constants.get(name)
        return constant.label if constant else ""

    # --- calls ---------------------------------------------------------------------------

    def call(self, token: Token) -> Node | None:
        name, span = token.text, (token.start, token.end)
        if name in AGGREGATES:
            return self.aggregate(token)
        function = FUNCTIONS.get(name)
        self.expect("(", "函数的参数")
        arguments: list[Node | None] = []
        spans: list[Span] = []
        while not (self.token.kind == "sign" and self.token.text == ")"):
            at = self.token.start
            arguments.append(self.either())
            spans.append((at, self.tokens[self.at - 1].end))
            if not self.take(","):
                break
        self.expect(")", "函数的参数到此为止")
        if function is None:
            near = suggest(name, [*FUNCTIONS, *AGGREGATES])
            hint = f"是不是 {near}？" if near else f"可用：{'、'.join([*FUNCTIONS, *AGGREGATES])}"
            self.complain(span, f"没有函数 {name}", hint)
            return None
        if not function.least <= len(arguments) <= function.most:
            self.complain(span, f"{name} 的参数个数不对，得到 {len(arguments)} 个", function.usage)
            return None
        known = tuple(argument for argument in arguments if argument is not None)
        if len(known) < len(arguments):
            return None
        result = function.check(known)
        if isinstance(result, tuple):
            index, message = result
            self.complain(spans[index], message, function.usage)
            return None
        return Call(result, name, known)

    def aggregate(self, token: Token) -> Node | None:
        name, span = token.text, (token.start, token.end)
        usage, wants_condition = AGGREGATES[name]
        if self.in_members:
            raise self.stop(token, f"{name} 里面不能再数家庭成员", usage)
        if self.scope.members is None:
            raise self.stop(token, f"这类对象没有家庭成员，不能用 {name}", usage)
        self.expect("(", "要数的条件或数")
        outer, self.scope, self.in_members = self.scope, self.scope.members, True
        path, self.path = self.path, ()
        at = self.token.start
        argument = self.either()
        end = self.tokens[self.at - 1].end
        self.scope, self.in_members, self.path = outer, False, path
        self.expect(")", f"{name} 到此为止")
        if argument is None:
            return None
        boolean = argument.type.kind is Kind.BOOLEAN
        if boolean != wants_condition or not (boolean or argument.type.numeric):
            what = "条件" if wants_condition else "数字、金额或数量"
            self.complain((at, end), f"这里要{what}，得到{argument.type.label}", usage)
            return None
        if _variable_ratio(argument):
            self.complain((at, end), "ratio(…) 只能与另一比率相比", usage)
            return None
        kinds = {"count_members": Type.integer()}
        result = kinds.get(name, argument.type)
        del span
        return Aggregate(result, name, argument, path)

    # --- the whole -----------------------------------------------------------------------

    def check_result(self, root: Node | None, want: Type | None) -> None:
        if root is None:
            return
        span = (0, len(self.text.rstrip()))
        for node in root.walk():
            for child in node.children:
                allowed = isinstance(node, Compare) and child is node.left
                if _variable_ratio(child) and not allowed and not isinstance(node, IsUnknown):
                    self.complain(
                        self.spans.get(child, span),
                        "ratio(…) 含事实时只能与一个比率相比",
                        "要按比例算钱，写 金额 * 比率 再 round",
                    )
        if want is None:
            return
        if not root.type.like(want) and not (
            want.numeric and root.type.numeric and want.unit == "*"
        ):
            self.complain(span, f"这里要{want.label}，得到{root.type.label}")
        elif root.type.numeric and not exact(root):
            self.complain(
                span, "金额或数量乘过比率，还没有取整", "写 round(…, 1 fen) 或 round(…, 1 yuan)"
            )


def _variable_ratio(node: Node) -> bool:
    while isinstance(node, Defined):
        node = node.body
    return isinstance(node, Call) and node.function == "ratio" and not node.constant


def _unit_hint(a: Type, b: Type) -> str:
    kinds = {a.kind, b.kind}
    if kinds == {Kind.MONEY, Kind.INTEGER}:
        return "金额要带单位：120 yuan"
    if kinds == {Kind.RATIO, Kind.INTEGER}:
        return "比率要带百分号：30%"
    if Kind.QUANTITY in kinds:
        return "数量要带同一单位：9 m3"
    return ""
