"""`luodi`: finds the command that was asked for, and answers for what goes wrong in it.

Each command lives in `luodi.cli.<name>`, exports `app` (a `typer.Typer`, made by
`luodi.cli.output.new_app`) and is imported only when it is called, so that `luodi --help` needs
nothing but this table. A group has one `@app.command("word")` for each of its words; any other
command has one `@app.command()`.

Exit codes: 0 a result (doubts and refused rows are counted in it), 1 no result could be made,
2 wrong use, 130 interrupted, 143 ended by the system.
"""

from __future__ import annotations

import errno
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from luodi import __version__
from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.cli.output import note, say, say_problems

if TYPE_CHECKING:
    from types import TracebackType

DONE, NO_RESULT, WRONG_USE, INTERRUPTED, ENDED = 0, 1, 2, 130, 143

GROUPS = {
    "notice": "Read a notice: measures, sentences, amounts, deadlines, units.",
    "pack": "Draft, check, map and test a policy pack; print its JSON Schema.",
    "registers": "Write register templates, generate a test city, import lists.",
}
COMMANDS = {
    "assess": "Find everyone a pack entitles in a month, each once, and say why.",
    "explain": "Explain one subject's verdict, with the sentence it comes from.",
    "price": "Set the cost of rival readings and what-ifs side by side.",
    "screen": "Assess one household from a file of facts, with no registry.",
    "demo": "Walk the whole way once, on a notice and made-up people.",
}
FILE_ERRORS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EEXIST: "已经存在，不会覆盖",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "这是文件，不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EFBIG: "文件大得写不下",
    errno.EIO: "磁盘读写出错",
    errno.EROFS: "磁盘只读",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕成了圈",
}
HELP = """\
Usage: luodi COMMAND [ARGS]...

  Take a government notice to the people it is for (政策落地).

  Example:
    luodi notice read packs/jiangyin-2020-13/notice.txt

Commands:
{commands}

Options:
  --version   Print the version.
  -h, --help  Print this; after a command, what that command does.
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command line and return its exit code."""
    sys.excepthook = _last_resort
    sys.unraisablehook = lambda _what: None  # a file that cannot be closed: said by what wrote it
    _write_utf8()
    if argv is None:  # whoever ends the process lets it take back what is not finished
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help"):
        say(_help())
        return DONE if words else WRONG_USE
    if words[0] == "--version":
        say(f"luodi {__version__}")
        return DONE
    if words[0] not in GROUPS | COMMANDS:
        nearest = suggest(words[0], GROUPS | COMMANDS)
        hint = f" Did you mean '{nearest}'?" if nearest else ""
        note(f"luodi: no command '{words[0]}'.{hint} See luodi --help.")
        return WRONG_USE
    return _run(words[0], words[1:])


def _run(name: str, words: list[str]) -> int:
    from typer.main import get_command, get_group

    app = import_module(f"luodi.cli.{name}").app
    command = get_group(app) if name in GROUPS else get_command(app)
    try:
        command.main(words, prog_name=f"luodi {name}")
    except ProblemError as error:
        say_problems(error.problems)
        return NO_RESULT
    except OSError as error:
        if error.filename is None and error.errno not in FILE_ERRORS:
            raise
        message = FILE_ERRORS.get(error.errno or 0) or error.strerror or type(error).__name__
        say_problems([Problem(str(error.filename or "luodi"), message)])
        return NO_RESULT
    except MemoryError:
        say_problems([Problem("luodi", "内存不够", "关掉别的程序，或分几次做")])
        return NO_RESULT
    except SystemExit as ended:
        if ended.code in (INTERRUPTED, ENDED):
            note("已中断；没有写完的都已撤掉。")
        return ended.code if isinstance(ended.code, int) else NO_RESULT
    return DONE


def _help() -> str:
    lines = [f"  {name:<10}  {text}" for name, text in (GROUPS | COMMANDS).items()]
    return HELP.format(commands="\n".join(lines)).rstrip()


def _write_utf8() -> None:
    """Chinese text must survive a pipe on desks whose code page is another one."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _last_resort(
    kind: type[BaseException], _error: BaseException, trace: TracebackType | None
) -> None:
    """One line instead of a traceback: messages and locals may hold personal data."""
    where = ""
    while trace is not None:
        where = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        trace = trace.tb_next
    note(
        f"luodi: 程序出错 {kind.__name__}（{where}），没有写出结果。"
        "请把本行与所用命令告诉维护者，不要附名册。"
    )


if __name__ == "__main__":
    sys.exit(main())
