"""What commands say: people read stdout or stderr, programs read JSON on stdout."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from luodi.basics.problem import Problem, ProblemError

if TYPE_CHECKING:
    import typer

T = TypeVar("T")


def new_app(help: str = "") -> typer.Typer:
    """A command group in this project's manner: plain help, no completion, no tracebacks."""
    import typer

    return typer.Typer(
        help=help,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def say(text: str) -> None:
    """Print a result."""
    print(text, flush=True)


def say_json(value: object) -> None:
    """Print a result as JSON; the only thing on stdout when `--json` is given."""
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False), flush=True)


def note(text: str) -> None:
    """Print what is not the result: where files went, what comes next."""
    print(text, file=sys.stderr, flush=True)


def say_problems(problems: Iterable[Problem]) -> None:
    """Print problems, each with its place and next step, to stderr."""
    for problem in problems:
        note(problem.render())


def fail(problems: Sequence[Problem]) -> NoReturn:
    """End the command: no result can be made. `main` prints all problems and exits 1."""
    raise ProblemError(*problems)


@contextmanager
def progress(label: str, total: int) -> Iterator[ProgressBar]:
    """A bar on stderr, which keeps silent where stderr is no terminal.

    >>> with progress("导入", 3) as bar:
    ...     bar.advance()
    """
    bar = ProgressBar(label, total)
    try:
        yield bar
    finally:
        bar.close()


class ProgressBar:
    """`total` steps, of which some are done."""

    def __init__(self, label: str, total: int) -> None:
        self.label, self.total, self.done = label, total, 0
        self._shown = sys.stderr.isatty()

    def advance(self, steps: int = 1) -> None:
        """Count `steps` more."""
        self.done += steps
        if self._shown:
            share = self.done / self.total if self.total else 1
            filled = "█" * int(share * 30)
            sys.stderr.write(f"\r{self.label} {filled:<30} {share:4.0%}")
            sys.stderr.flush()

    def close(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def packs_folder() -> Path:
    """Where the packs are: the checkout's `packs/`, or the copy inside an installed package.

    Raises:
        ProblemError: neither is there.
    """
    package = Path(__file__).parents[1]
    for folder in (package.parents[1] / "packs", package / "_packs"):
        if folder.is_dir():
            return folder
    raise ProblemError(Problem(str(package), "没有找到政策包文件夹 packs", "请重新安装 luodi"))
