import errno
import os
import signal
import sys
from types import ModuleType

import pytest

from luodi.basics.problem import Problem, ProblemError
from luodi.cli import main as cli
from luodi.cli.output import new_app, progress


@pytest.fixture
def command(monkeypatch):
    """Stands a made-up command in for `luodi screen`."""

    def install(function):
        app = new_app()
        app.command()(function)
        module = ModuleType("luodi.cli.screen")
        module.app = app
        monkeypatch.setitem(sys.modules, "luodi.cli.screen", module)

    return install


def test_help_names_every_command_and_imports_none(capsys):
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in cli.GROUPS | cli.COMMANDS:
        assert f"\n  {name} " in shown


def test_an_unknown_command_is_wrong_use_and_suggests_the_near_one(capsys):
    assert cli.main(["asess"]) == 2
    assert "Did you mean 'assess'?" in capsys.readouterr().err


def test_no_command_is_wrong_use(capsys):
    assert cli.main([]) == 2
    assert "Usage:" in capsys.readouterr().out


def test_a_wrong_option_is_wrong_use(command, capsys):
    command(lambda: None)
    assert cli.main(["screen", "--no-such-option"]) == 2
    assert "--no-such-option" in capsys.readouterr().err


def test_all_problems_are_printed_and_no_result_is_one(command, capsys):
    def screen():
        raise ProblemError(Problem("甲.xlsx", "缺列"), Problem("乙.xlsx", "打不开"))

    command(screen)
    assert cli.main(["screen"]) == 1
    assert capsys.readouterr().err == "甲.xlsx: 缺列\n乙.xlsx: 打不开\n"


def test_a_file_that_cannot_be_opened_is_a_problem(command, capsys, tmp_path):
    missing = tmp_path / "低保.csv"

    def screen():
        missing.open()

    command(screen)
    assert cli.main(["screen"]) == 1
    assert capsys.readouterr().err == f"{missing}: 没有这个文件或文件夹\n"


def test_an_interrupted_command_says_so(command, capsys):
    def screen():
        raise KeyboardInterrupt

    command(screen)
    assert cli.main(["screen"]) == 130
    assert capsys.readouterr().err == "已中断；没有写完的都已撤掉。\n"


def test_a_group_with_one_word_stays_a_group(monkeypatch, capsys):
    app = new_app()
    app.command("read")(lambda: print("读"))
    module = ModuleType("luodi.cli.notice")
    module.app = app
    monkeypatch.setitem(sys.modules, "luodi.cli.notice", module)
    assert cli.main(["notice", "read"]) == 0
    assert capsys.readouterr().out == "读\n"
    assert cli.main(["notice"]) == 2


def test_a_result_is_nought(command, capsys):
    command(lambda: print("好"))
    assert cli.main(["screen"]) == 0
    assert capsys.readouterr().out == "好\n"


def test_the_last_resort_is_one_line_without_the_message(capsys):
    try:
        raise RuntimeError("张三 990000194912310021")
    except RuntimeError as error:
        cli._last_resort(type(error), error, error.__traceback__)
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "RuntimeError" in shown
    assert "张三" not in shown
    assert "9900" not in shown


def test_a_bar_is_silent_where_nobody_watches(capsys):
    with progress("导入", 2) as bar:
        bar.advance(2)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [(OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"), (MemoryError(), "内存不够")],
)
def test_a_full_disk_or_memory_is_a_problem(command, capsys, error, words):
    def screen():
        raise error

    command(screen)
    assert cli.main(["screen"]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process without a word")
def test_a_process_that_is_ended_takes_back_what_is_not_finished(command, capsys, monkeypatch):
    taken_back = []

    def screen():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            taken_back.append(True)

    command(screen)
    monkeypatch.setattr(sys, "argv", ["luodi", "screen"])
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert cli.main() == 143
    finally:
        signal.signal(signal.SIGTERM, before)
    assert taken_back
    assert "已中断" in capsys.readouterr().err
