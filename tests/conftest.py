"""Rules for every test: no network, and nothing skipped where it would go unseen."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_connect = socket.socket.connect


def _refuse(self: socket.socket, address: Any) -> None:
    """Spark and the browser talk to themselves; nobody else is talked to."""
    host = address[0] if isinstance(address, tuple) else None
    if self.family != getattr(socket, "AF_UNIX", None) and host not in _LOOPBACK:
        raise PermissionError(f"a test reached for the network: {address!r}")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _refuse)
        yield


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI set, a skipped test fails the run: what is not run there is run nowhere."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
