"""A dashboard that stays open shows a new answer by itself, and leaves the reader where they read."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.conftest import PATIENCE, Site

pytestmark = pytest.mark.browser

DASHBOARD = "/dashboards/standard/?m=nps&m=csat&m=rating&m=voices&period=all&by=unit"
STEPS = 12  # more than any survey of the demo asks


@pytest.fixture
def worker(site: Site) -> Iterator[None]:
    """The background of the installation, which the site of the tests is served without."""
    command = [sys.executable, "-m", "peakend.cli", "worker"]
    with subprocess.Popen(command, env=site.environment) as process:
        yield
        process.terminate()


@pytest.fixture
def tab(site: Site, chromium: Browser, signed_in: Any) -> Iterator[Tab]:
    context = chromium.new_context(base_url=site.address, viewport={"width": 1440, "height": 700})
    context.set_default_timeout(PATIENCE)
    language = {"name": "django_language", "value": "en", "url": site.address}
    context.add_cookies([*signed_in("lead"), language])
    yield context.new_page()
    context.close()


def answered(site: Site, chromium: Browser) -> None:
    """A customer answers the public survey."""
    context = chromium.new_context(base_url=site.address)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/s/after-visit")
    for _ in range(STEPS):
        if "/thanks" in page.url:
            break
        with page.expect_navigation():
            page.locator(".pk-ask-form button").first.click()
    assert "/thanks" in page.url, page.url
    context.close()


def counted(tab: Tab, figure: int = 0) -> int:
    told = tab.locator(".pk-figure-foot").nth(figure).inner_text()
    found = re.search(r"n = ([\d,]+)", told)
    assert found, told
    return int(found[1].replace(",", ""))


def test_an_answer_appears_on_an_open_dashboard_that_nobody_touches(
    tab: Tab, site: Site, chromium: Browser, worker: None
) -> None:
    tab.goto(DASHBOARD)
    tab.wait_for_selector(".pk-closely [data-pk-drawn]")
    before = counted(tab)
    tab.evaluate("window.untouched = true")  # a page that is loaded again forgets it
    rows = tab.locator(".pk-closely .pk-scroll")
    rows.evaluate("one => { one.scrollTop = 40 }")
    link = tab.locator(".pk-figure-name a").nth(1)
    link.focus()
    tab.evaluate("scrollTo(0, 120)")
    down = tab.evaluate("scrollY")
    assert down > 0
    title = link.inner_text()

    answered(site, chromium)

    said = tab.locator("[data-pk-live-said]")
    expect(said).to_contain_text("The figures have changed.", timeout=PATIENCE)
    assert counted(tab) == before + 1
    assert tab.evaluate("window.untouched") is True
    assert tab.evaluate("scrollY") == down
    assert tab.evaluate("document.activeElement.textContent") == title
    assert rows.evaluate("one => one.scrollTop") == 40
    tab.wait_for_selector(".pk-closely [data-pk-drawn]")
    assert tab.url.endswith(DASHBOARD)


def test_nothing_is_read_again_while_nothing_changes_or_nobody_looks(tab: Tab) -> None:
    asked: list[str] = []
    tab.goto(DASHBOARD)
    tab.on("response", lambda answer: asked.append(f"{answer.status} {answer.url}"))
    for _ in range(2):
        with tab.expect_response(re.compile("/dashboards/")):
            pass
    assert {one[:3] for one in asked if "/dashboards/" in one} == {"304"}, asked
    tab.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')) }"
    )
    tab.wait_for_timeout(300)  # what was on its way
    asked.clear()
    tab.wait_for_timeout(2_500)
    assert asked == []


def test_the_page_is_not_read_again_and_again_while_words_in_it_are_marked(tab: Tab) -> None:
    tab.route("**/dashboards/edition/", lambda route: route.fulfill(status=200, body="newer"))
    read: list[str] = []
    tab.goto(DASHBOARD)
    mark = "getSelection().selectAllChildren(document.getElementById('pk-live-figures'))"
    tab.evaluate(mark)
    tab.wait_for_timeout(300)  # what was on its way
    tab.on("request", lambda asked: read.append(asked.url) if "/standard/" in asked.url else None)
    for _ in range(2):
        with tab.expect_response(re.compile("/dashboards/edition/")):
            pass
    tab.wait_for_timeout(300)
    assert read == []

    with tab.expect_request(re.compile("/dashboards/standard/")):
        tab.evaluate("getSelection().removeAllRanges()")
