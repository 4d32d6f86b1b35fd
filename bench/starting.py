"""What it costs to start: `luodi --help` against a Python that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.report import Line


def starting_lines(rounds: int) -> list[Line]:
    help_ = [str(Path(sys.executable).with_name("luodi")), "--help"]
    nothing = [sys.executable, "-c", "pass"]
    ours, theirs = [], []
    for _ in range(max(10, 2 * rounds)):
        ours.append(_cpu(help_))
        theirs.append(_cpu(nothing))
    what = "luodi --help against python -c pass, whole process"
    return [Line(what, ours, theirs, "ms", "≤8", "5")]


def _cpu(command: list[str]) -> float:
    """CPU milliseconds of a whole process, from its first instruction to its last."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000
