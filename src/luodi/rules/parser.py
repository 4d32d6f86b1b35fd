"""Reads a rule into its typed tree, or says where and why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from luodi.basics.problem import ProblemError, suggest
from luodi.rules import bounds
from luodi.rules.checking import (
    Complaint,
    among,
    compared,
    computed,
    misplaced_ratios,
    varies_as_ratio,
)
from luodi.rules.functions import AGGREGATES, FUNCTIONS, exact
from luodi.rules.lexer import Span, Token
from luodi.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    ConstantName,
    Defined,
    Expr,
    FactName,
    IsUnknown,
    Junction,
    Literal,
    Node,
    Not,
)
from luodi.rules.types import Kind, Place, Scope, Type
from luodi.rules.words import Words

MAX_PRINTED = 3_000
CONSTANT_PREFIXES = ("param", "signal", "reading", "period", "event")
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_BOOLEAN = Type.boolean()


def parse(text: str, scope: Scope, place: Place, want: Type | None = None) -> Expr:
    """Read the rule `text`, whose names mean what `scope` says.

    Args:
        place: Where the text's first character stands, for messages.
        want: The type it must give; an amount must also be exact to its smallest unit, that is,
            rounded where a ratio took part.

    Raises:
        ProblemError: With every wrong name and type found, each with its place, the line, and
            what to write instead. A rule whose numbers could grow past 37 digits is refused too,
            so that no engine overflows on stored values within their bounds.
    """
    parser = _Parser(text, scope, place)
    root = parser.whole()
    if root is not None and not parser.problems:
        parser.check_whole(root, want)
    if root is None or parser.problems:
        raise ProblemError(*dict.fromkeys(parser.problems))
    return Expr(text, place, root, parser.spans)


class _Parser(Words):
    """One reading of one text. A part that cannot be typed is None, and what holds it too."""

    def __init__(
        self,
        text: str,
        scope: Scope,
        place: Place,
        path: tuple[str, ...] = (),
        outer: _Parser | None = None,
        within: tuple[str, ...] = (),
    ) -> None:
        super().__init__(text, place, outer)
        self.scope = scope
        self.path = path  # what leads from the subject to the scope's own kind
        self.within = within  # the derived facts being read, to find a circle
        # Derived facts, each read once: (name, whether a member's) → body.
        self.bodies: dict[tuple[str, bool], Node | None] = outer.bodies if outer else {}
        self.in_members: bool = outer.in_members if outer else False

    # --- grammar -------------------------------------------------------------------------

    def whole(self) -> Node | None:
        if self.token.kind == "end":
            raise self.stop(self.token, "规则是空的", "写一个条件，或去掉这一项")
        node = self.either()
        if self.token.kind != "end":
            hint = "两个条件之间用 and 或 or 相连"
            if self.token.text == "=" and self.tokens[self.at - 1].text == "=":
                hint = "相等写一个 = 号"
            raise self.stop(self.token, f"{self.found()} 在这里多余", hint)
        return node

    def either(self) -> Node | None:
        self.deeper()
        node = self.junction("or", self.both)
        self.nesting -= 1
        return node

    def both(self) -> Node | None:
        return self.junction("and", self.negation)

    def junction(self, op: str, part: Callable[[], Node | None]) -> Node | None:
        start = self.token.start
        first = part()
        spans, items = [self.since(start)], [first]
        while self.take(op):
            at = self.token.start
            items.append(part())
            spans.append(self.since(at))
        if len(items) == 1:
            return first
        flat: list[Node] = []
        wrong = False
        for item, span in zip(items, spans, strict=True):
            if item is None or not self.is_condition(item, span, f"{op} 两边要是条件"):
                wrong = True
            elif isinstance(item, Junction) and item.op == op:
                flat += item.items
            else:
                flat.append(item)
        return None if wrong else self.made(Junction(_BOOLEAN, op, tuple(flat)), start)

    def is_condition(self, node: Node, span: Span, message: str) -> bool:
        if node.type.kind is Kind.BOOLEAN:
            return True
        self.complain(span, f"{message}，得到{node.type.label}")
        return False

    def negation(self) -> Node | None:
        start = self.token.start
        if not self.take("not"):
            return self.comparison()
        self.deeper()
        at = self.token.start
        item = self.negation()
        self.nesting -= 1
        if item is None or not self.is_condition(item, self.since(at), "not 后面要是条件"):
            return None
        return self.made(Not(_BOOLEAN, item), start)

    def comparison(self) -> Node | None:
        start = self.token.start
        left = self.sum()
        token = self.token
        if token.kind == "sign" and token.text in _COMPARISONS:
            self.at += 1
            if self.token.text == "=":
                raise self.stop(self.token, "多了一个 = 号", "相等写一个 = 号")
            right = self.sum()
            if self.token.kind == "sign" and self.token.text in _COMPARISONS:
                raise self.stop(self.token, "比较不能连写", "写成 3 <= x and x <= 6")
            return self.of_two(compared, token.text, left, right, start)
        if self.take("in"):
            return self.membership(left, start)
        if self.take("is"):
            known = self.take("known") is not None
            if not known and self.take("unknown") is None:
                raise self.stop(self.token, "is 后面写 known 或 unknown")
            return None if left is None else self.made(IsUnknown(_BOOLEAN, left, known), start)
        if self.token.kind == "keyword" and self.token.text == "not":
            raise self.stop(self.token, "没有 not in", "写成 not (x in ('甲', '乙'))")
        return left

    def membership(self, left: Node | None, start: int) -> Node | None:
        self.expect("(", "in 后面写一组值")
        values: list[Literal] = []
        complete = True
        while True:
            at = self.token.start
            value = self.sum()
            if isinstance(value, Literal):
                values.append(value)
            else:
                complete = False
                if value is not None:
                    hint = "与名称相比请用 = 和 or"
                    self.complain(self.since(at), "in 里只能直接写值", hint)
            if not self.take(","):
                break
        self.expect(")", "in 的值到此为止")
        return None if left is None or not complete else self.made(among(left, values), start)

    def sum(self) -> Node | None:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node | None:
        return self.chain(("*",), self.signed)

    def chain(self, signs: tuple[str, ...], part: Callable[[], Node | None]) -> Node | None:
        start = self.token.start
        left = part()
        while token := self.take(*signs):
            left = self.of_two(computed, token.text, left, part(), start)
        return left

    def of_two(
        self,
        make: Callable[[str, Node, Node], Node | Complaint],
        op: str,
        left: Node | None,
        right: Node | None,
        start: int,
    ) -> Node | None:
        if left is None or right is None:
            return None
        return self.made(make(op, left, right), start)

    def signed(self) -> Node | None:
        start = self.token.start
        if not self.take("-"):
            return self.atom()
        self.deeper()
        node = self.signed()
        self.nesting -= 1
        if isinstance(node, Literal) and isinstance(node.value, Fraction):
            return self.made(Literal(node.type, -node.value), start)
        if node is None:
            return None
        if not node.type.numeric:
            return self.made(Complaint(f"{node.type.label}没有负数"), start)
        zero = Literal(node.type, node.type.value(0))
        return self.made(Arithmetic(node.type, "-", zero, node), start)

    def atom(self) -> Node | None:
        token = self.token
        if self.take("("):
            node = self.either()
            self.expect(")", "括号没有合上")
            return node
        if token.kind == "literal":
            self.at += 1
            assert token.type is not None
            return self.made(Literal(token.type, token.value), token.start)
        if token.kind == "name":
            self.at += 1
            if self.token.kind == "sign" and self.token.text == "(":
                return self.made(self.call(token), token.start)
            return self.made(self.name(token), token.start)
        raise self.stop(token, f"这里应是名称、值或括号，得到 {self.found()}")

    # --- names ---------------------------------------------------------------------------

    def name(self, token: Token) -> Node | None:
        span = (token.start, token.end)
        head = token.text.partition(".")[0]
        if head in CONSTANT_PREFIXES and "." in token.text:
            constant = self.scope.constants.get(token.text)
            if constant is None:
                self.unknown_name(token.text, self.scope.constants, span)
                return None
            return ConstantName(constant.type, constant.name, constant.label)
        scope, path = self.scope, self.path
        *links, last = token.text.split(".")
        if links and self.in_members:
            self.complain(span, "数家庭成员时只能读成员自己的事实", f"去掉 {links[0]}. 或移到外面")
            return None
        for link in links:
            if link not in scope.links:
                self.unknown_name(token.text, [f"{one}.{last}" for one in scope.links], span)
                return None
            scope, path = scope.links[link], (*path, link)
        if last in scope.facts:
            fact = scope.facts[last]
            return FactName(fact.type, fact, path)
        if last in scope.definitions:
            return self.defined(last, scope, path, token)
        prefix = "".join(f"{link}." for link in links)
        names = [f"{prefix}{name}" for name in (*scope.facts, *scope.definitions)]
        self.unknown_name(token.text, names if links else [*names, *scope.constants], span)
        return None

    def defined(self, name: str, scope: Scope, path: tuple[str, ...], token: Token) -> Node | None:
        definition, full = scope.definitions[name], ".".join((*path, name))
        if full in self.within:
            circle = " → ".join((*self.within[self.within.index(full) :], full))
            hint = "去掉其中一处引用"
            self.complain((token.start, token.end), f"派生事实互相引用成圈：{circle}", hint)
            return None
        key = (full, self.in_members)
        if key not in self.bodies:
            self.deeper()
            inner = _Parser(
                definition.text, scope, definition.place, path, self, (*self.within, full)
            )
            self.bodies[key] = inner.whole()
            self.nesting -= 1
        body = self.bodies[key]
        return None if body is None else Defined(body.type, full, definition.label, body)

    def unknown_name(self, name: str, known: Iterable[str], span: Span) -> None:
        names = list(known)
        near = suggest(name, names)
        if near:
            label = self.label(near)
            hint = f"是不是 '{near}'{f'（{label}）' if label else ''}？"
        elif names:
            listed = "、".join(sorted(names)[:12])
            hint = f"可用的有：{listed}{'…' if len(names) > 12 else ''}"
        else:
            hint = "这里没有可用的名称"
        self.complain(span, f"没有名为 '{name}' 的事实、参数或信号", hint)

    def label(self, name: str) -> str:
        for known in (self.scope.facts, self.scope.definitions, self.scope.constants):
            if name in known:
                return known[name].label
        return ""

    # --- calls ---------------------------------------------------------------------------

    def call(self, token: Token) -> Node | None:
        name, span = token.text, (token.start, token.end)
        if name in AGGREGATES:
            return self.aggregate(token)
        self.expect("(", "函数的参数")
        arguments: list[Node | None] = []
        spans: list[Span] = []
        while not (self.token.kind == "sign" and self.token.text == ")"):
            at = self.token.start
            arguments.append(self.either())
            spans.append(self.since(at))
            if not self.take(","):
                break
        self.expect(")", f"{name} 的参数到此为止")
        function = FUNCTIONS.get(name)
        if function is None:
            names = [*FUNCTIONS, *AGGREGATES]
            near = suggest(name, names)
            self.complain(
                span,
                f"没有函数 {name}",
                f"是不是 {near}？" if near else f"可用：{'、'.join(names)}",
            )
            return None
        if not function.least <= len(arguments) <= function.most:
            message = f"{name} 要 {function.arity} 个参数，得到 {len(arguments)} 个"
            self.complain(span, message, function.usage)
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
        name = token.text
        usage, wants_condition = AGGREGATES[name]
        if self.in_members:
            raise self.stop(token, f"{name} 里面不能再数家庭成员", usage)
        if self.scope.members is None:
            raise self.stop(token, f"这类对象没有家庭成员，不能用 {name}", usage)
        self.expect("(", "要数的条件或数")
        outer = self.scope, self.path
        self.scope, self.path, self.in_members = self.scope.members, (), True
        at = self.token.start
        argument = self.either()
        span = self.since(at)
        (self.scope, self.path), self.in_members = outer, False
        self.expect(")", f"{name} 到此为止")
        if argument is None:
            return None
        boolean = argument.type.kind is Kind.BOOLEAN
        if boolean != wants_condition or not (boolean or argument.type.numeric):
            what = "条件" if wants_condition else "数字、金额或数量"
            self.complain(span, f"这里要{what}，得到{argument.type.label}", usage)
            return None
        if varies_as_ratio(argument):
            self.complain(span, "ratio(…) 只能与另一比率相比", usage)
            return None
        result = Type.integer() if name == "count_members" else argument.type
        return Aggregate(result, name, argument, self.path)

    # --- the whole -----------------------------------------------------------------------

    def check_whole(self, root: Node, want: Type | None) -> None:
        everything = (0, len(self.text.rstrip()))
        for node in dict.fromkeys(misplaced_ratios(root, allowed=want is None)):
            self.complain(
                self.spans.get(node, everything),
                "ratio(…) 含事实时只能与一个比率相比",
                "要按比例算钱，写 金额 * 比率 再 round",
            )
        if self.problems:
            return
        if bounds.printed_size(root) > MAX_PRINTED:
            self.complain(everything, "规则展开后太长", "少套几层 round、at_least、日期函数")
            return
        self.check_bounds(root, everything)
        if want is None:
            return
        numeric = want.numeric and want.unit == "*" and root.type.numeric
        if not numeric and not root.type.like(want):
            wanted = "条件" if want.kind is Kind.BOOLEAN else want.label
            self.complain(everything, f"这里要{wanted}，得到{root.type.label}")
        elif root.type.kind is Kind.RATIO and want.kind is not Kind.RATIO:
            hint = "写 round_down(人数 * 1.5%, 1) 的样子"
            self.complain(everything, "结果是比率，要取整成个数", hint)
        elif root.type.numeric and want.kind is not Kind.RATIO and not exact(root):
            hint = "写 round(…, 1 fen) 或 round(…, 1 yuan)"
            self.complain(everything, "金额或数量乘过比率，还没有取整", hint)

    def check_bounds(self, root: Node, everything: Span) -> None:
        """Complain of the smallest part whose numbers can grow too large."""
        too_large: Node | None = None
        for node in root.walk():
            try:
                bounds.check(node)
            except bounds.TooLargeError:
                if too_large is None or node.size < too_large.size:
                    too_large = node
        if too_large is not None:
            self.complain(
                self.spans.get(too_large, everything),
                "这里的数可能大到算不准（超过 37 位）",
                "给参与的列声明更小的 min/max，或用 at_most、at_least 封住两头再乘",
            )
