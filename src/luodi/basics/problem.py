"""What is wrong with something a person gave us: a value with a place, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z.])(?:[1-9][0-9]{16}[0-9Xx]|"
    r"[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}|[1-9][0-9]{15,18}|1[3-9][0-9]{9})"
    r"(?![0-9A-Za-z])"
)


def _blot(number: re.Match[str]) -> str:
    """As wide as before, so that carets still stand under what they mean."""
    return number[0][:3] + "•" * (len(number[0]) - 5) + number[0][-2:]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    Attributes:
        place: `packs/x/measures/04.yaml:9:7`, or `低保名册.xlsx:工作表1:第214行:身份证号`.
        message: What was found and what was expected. What could be somebody's number (identity,
            account, telephone) is blotted out here, in the next step and in the excerpt.
        next_step: What the reader can do now; empty where the message says it.
        severity: An `error` prevents a result; a `warning` is counted beside it.
        excerpt: The source lines with a caret line, for files that people edit.
    """

    place: str
    message: str
    next_step: str = ""
    severity: Severity = "error"
    excerpt: str = ""

    def __post_init__(self) -> None:
        for name in ("message", "next_step", "excerpt"):
            object.__setattr__(self, name, _NUMBER.sub(_blot, getattr(self, name)))

    def render(self) -> str:
        """As people read it: place and message, then excerpt and next step, indented."""
        kind = "" if self.severity == "error" else "提醒: "
        below = [*self.excerpt.splitlines(), *self.next_step.splitlines()]
        return "\n".join([f"{self.place}: {kind}{self.message}", *(f"  {line}" for line in below)])

    def to_json(self) -> dict[str, str]:
        """The fields by name; empty ones included, so that every row has the same keys."""
        return asdict(self)


class ProblemError(Exception):
    """No result can be made, because of `problems` (at least one). Report them all."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("ProblemError needs at least one problem")
        super().__init__("\n".join(problem.render() for problem in problems))
        self.problems = problems


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be, or None if none is near."""
    return next(iter(get_close_matches(word, sorted(candidates), n=1, cutoff=0.6)), None)
