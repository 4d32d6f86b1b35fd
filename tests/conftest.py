"""Rules for every test: no network, and nothing skipped where it would go unseen."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pyspark.sql import SparkSession

# A busy machine is no failure; slow code shows in `make bench`.
hypothesis.settings.register_profile("luodi", deadline=None)
hypothesis.settings.load_profile("luodi")

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


@pytest.fixture(scope="session")
def spark() -> SparkSession:
    """The product's own session, one for all tests: starting it takes ten seconds."""
    # Its queries are many and tiny: what Java saves by compiling them well, it never earns back.
    from luodi.assessment.spark import spark_session

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        return spark_session()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, for tests that carry the marker `browser`."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).parents[1]
