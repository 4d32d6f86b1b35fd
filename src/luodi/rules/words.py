"""The words of one rule, taken one after another, and the problems found on the way."""

from __future__ import annotations

from luodi.basics.problem import Problem, ProblemError
from luodi.rules.checking import Complaint
from luodi.rules.lexer import Span, Token, problem, tokens
from luodi.rules.tree import Node
from luodi.rules.types import Place

MAX_NESTING = 30  # brackets, calls, `not`s and derived facts within one another
MAX_HEIGHT = 60
MAX_SIZE = 3_000


class Words:
    """Where a reading stands. A reading within another shares its problems and its depth."""

    def __init__(self, text: str, place: Place, outer: Words | None) -> None:
        self.text, self.place = text, place
        self.problems: list[Problem] = outer.problems if outer else []
        self.nesting: int = outer.nesting if outer else 0
        self.spans: dict[Node, Span] = {}
        self.tokens = tokens(text, place)
        self.at = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> Token | None:
        token = self.token
        if token.kind in ("keyword", "sign") and token.text in texts:
            self.at += 1
            return token
        return None

    def since(self, start: int) -> Span:
        return start, self.tokens[self.at - 1].end

    def complain(self, span: Span, message: str, hint: str = "") -> None:
        self.problems.append(problem(self.place, self.text, span, message, hint))

    def stop(self, token: Token, message: str, hint: str = "") -> ProblemError:
        self.complain((token.start, token.end), message, hint)
        return ProblemError(*dict.fromkeys(self.problems))

    def expect(self, sign: str, why: str) -> Token:
        token = self.take(sign)
        if token is None:
            raise self.stop(self.token, f"这里应是 {sign}（{why}），得到 {self.found()}")
        return token

    def found(self) -> str:
        return "结尾" if self.token.kind == "end" else f"'{self.token.text}'"

    def deeper(self) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.stop(self.token, f"套得太深，最多 {MAX_NESTING} 层", "请拆成派生事实")

    def made(self, node: Node | Complaint | None, start: int) -> Node | None:
        """`node` with its place noted, unless it is a complaint, or the rule grows too large."""
        if node is None:
            return None
        if isinstance(node, Complaint):
            self.complain(self.since(start), node.message, node.hint)
            return None
        if node.height > MAX_HEIGHT or node.size > MAX_SIZE:
            raise self.stop(self.token, "规则太长", "请拆成几项；连加太多时先在名册里求和")
        self.spans.setdefault(node, self.since(start))
        return node
