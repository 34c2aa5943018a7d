"""A real server with the demo company, and a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from peakend.demo.logins import PASSWORD

CHROMIUM = os.environ.get("PEAKEND_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
STARTING = 90.0  # seconds
# Milliseconds. The first page of a fresh process compiles its queries, and machines are shared.
PATIENCE = 60_000


@dataclass(frozen=True)
class Site:
    """A running demo company: its address, and the environment for what else runs with it."""

    address: str
    environment: dict[str, str]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo company, built once and served by the command that users type."""
    # A folder built before saves a minute while pages are being made.
    given = os.environ.get("PEAKEND_TEST_DEMO")
    home = Path(given) if given else tmp_path_factory.mktemp("demo")
    port = _free_port()
    # The run's own settings and folder are not the site's.
    theirs = ("PEAKEND_", "DJANGO_")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(theirs)},
        "PEAKEND_DEMO": "1",
        "PEAKEND_HOME": str(home),
        "PEAKEND_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "peakend.cli"]
    if not given:
        build = [*command, "demo", "--no-serve", "--json", "--data", str(home)]
        subprocess.run(build, env=environment, check=True, stdout=subprocess.DEVNULL)
    serve = [*command, "serve", "--no-background", "--port", str(port), "--data", str(home)]
    with (home / "serve.log").open("w") as log:
        process = subprocess.Popen(serve, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/login/", process)
        yield Site(address, environment)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=STARTING):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    pytest.fail(f"no answer from {address} within {STARTING} s")


@pytest.fixture(scope="session")
def changed(site: Site) -> Any:
    """Lets a module of this folder change the company, only once for each."""

    @cache
    def change(module: str) -> None:
        command = [sys.executable, "-m", f"tests.browser.{module}"]
        subprocess.run(command, env=site.environment, check=True)

    return change


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all pages."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(site: Site, chromium: Browser) -> Any:
    """Gives the cookies of a demo account, signing in only once for each."""
    known: dict[str, Any] = {"": []}

    def cookies_of(login: str) -> Any:
        if login not in known:
            context: BrowserContext = chromium.new_context(base_url=site.address)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.goto("/login/?next=/password/")
            page.fill("[name=login]", login)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button.pk-primary")
            page.wait_for_url(lambda url: "/login/" not in url)
            known[login] = [c for c in context.cookies() if c["name"] in ("sessionid", "csrftoken")]
            context.close()
        return known[login]

    return cookies_of
