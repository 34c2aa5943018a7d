"""Every page in both languages, on desktop and phone, in light and dark: whole and accessible."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.browser import looks
from tests.browser.conftest import PATIENCE, Site
from tests.browser.pages import PAGES, Page

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).resolve().parents[2] / "build" / "screens"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
LANGUAGES = ("zh-hans", "en")
THEMES = ("light", "dark")
LOOKS = [(language, size, theme) for language in LANGUAGES for size in SIZES for theme in THEMES]
# Both sizes, languages and themes are seen in two looks. The pages of every day are opened in all
# eight, the others only with PEAKEND_TEST_EVERY_LOOK=1.
TELLING = {("zh-hans", "phone", "light"), ("en", "desktop", "dark")}
EVERY_LOOK = bool(os.environ.get("PEAKEND_TEST_EVERY_LOOK"))
WANTED = os.environ.get("PEAKEND_TEST_PAGES", "").split(",")
OPENED = [
    pytest.param(page, *look, id=f"{page.name}-{'-'.join(look)}")
    for page in PAGES
    if WANTED == [""] or page.name in WANTED
    for look in LOOKS
    if EVERY_LOOK or page.in_every_look or look in TELLING
]


@pytest.fixture
def open_tab(site: Site, chromium: Browser, signed_in: Any, changed: Any) -> Iterator[Any]:
    """Opens a page in a language, size and theme; gives the tab, its status and its complaints."""
    contexts = []

    def open_one(page: Page, language: str, size: str, theme: str) -> tuple[Tab, int, list[str]]:
        if page.after:
            changed(page.after)
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=site.address,
            viewport={"width": width, "height": height},
            color_scheme=theme,  # type: ignore[arg-type]
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            has_touch=size == "phone",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        context.add_cookies(
            [
                *signed_in(page.login),
                {"name": "django_language", "value": language, "url": site.address},
                {"name": "pk_theme", "value": theme, "url": site.address},
            ]
        )
        tab = context.new_page()
        complaints: list[str] = []
        tab.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        tab.on(
            "console",
            lambda said: (
                complaints.append(f"{said.type}: {said.text}")
                if said.type in ("error", "warning") and "status of 40" not in said.text
                else None
            ),
        )
        answer = tab.goto(page.path)
        if page.follow:
            address = tab.locator(page.follow).first.get_attribute("href")
            answer = tab.goto(str(address))
        tab.wait_for_load_state("networkidle")
        assert answer is not None
        return tab, answer.status, complaints

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("page", "language", "size", "theme"), OPENED)
def test_a_page_is_whole_translated_accessible_and_fits(
    page: Page, language: str, size: str, theme: str, open_tab: Any
) -> None:
    tab, status, complaints = open_tab(page, language, size, theme)
    folder = SCREENS / f"{size}-{language}-{theme}"
    folder.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=folder / f"{page.name}.png", full_page=True)
    faults = [
        *complaints,
        *looks.missing_translations(tab, language),
        *looks.sideways(tab),
        *(looks.small_targets(tab) if size == "phone" else []),
        # Each size in each theme and each language once: what axe judges needs no more.
        *(looks.accessibility_violations(tab) if (language == "en") == (theme == "dark") else []),
    ]
    assert status == page.status
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(("language", "size", "theme"), LOOKS)
def test_the_screens_of_a_kind_lie_on_one_sheet(
    size: str, language: str, theme: str, chromium: Browser
) -> None:
    kind = f"{size}-{language}-{theme}"
    shots = sorted((SCREENS / kind).glob("*.png"))
    assert shots, "the pages were opened before"
    width = 340 if size == "phone" else 640
    cells = "".join(
        f"<figure><figcaption>{shot.stem}</figcaption><img src='{shot.as_uri()}'></figure>"
        for shot in shots
    )
    sheet = SCREENS / f"{kind}.html"
    sheet.write_text(
        "<meta charset=utf-8><style>body{margin:12px;background:#888;font:14px sans-serif;display:flex;"
        f"flex-wrap:wrap;gap:12px;align-items:flex-start}}img{{width:{width}px;max-height:1200px;"
        "object-fit:cover;object-position:top}figure{margin:0}</style>" + cells,
        "utf-8",
    )
    tab = chromium.new_page(viewport={"width": 2000, "height": 900})
    tab.goto(sheet.as_uri())
    tab.wait_for_load_state("load")
    tab.screenshot(path=SCREENS / f"{kind}.png", full_page=True)
    tab.close()
    assert (SCREENS / f"{kind}.png").stat().st_size > 0
