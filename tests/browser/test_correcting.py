"""A reading corrected in a browser: by mouse and by keyboard alone, and taken back."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from tests.browser.conftest import PATIENCE, Site

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(site: Site, chromium: Browser, signed_in: Any) -> Iterator[Tab]:
    context = chromium.new_context(base_url=site.address, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE)
    context.add_cookies(
        [
            *signed_in("analyst"),
            {"name": "django_language", "value": "en", "url": site.address},
        ]
    )
    page = context.new_page()
    yield page
    context.close()


def test_a_click_on_evidence_corrects_it_at_once_and_it_can_be_taken_back(tab: Tab) -> None:
    tab.goto("/voices/?period=12m&sort=newest&polarity=-1")
    mark = tab.locator(".pk-voice mark.pk-neg").first
    number = mark.get_attribute("data-pk-opinion")
    mark.click()
    editor = tab.locator(".pk-editor")
    editor.wait_for()

    editor.get_by_role("button", name="positive", exact=True).click()

    expect(tab.locator(f'mark.pk-pos[data-pk-opinion="{number}"]')).to_be_visible(timeout=PATIENCE)
    editor.get_by_role("button", name="Take back").first.click()
    expect(tab.locator(f'mark.pk-neg[data-pk-opinion="{number}"]')).to_be_visible(timeout=PATIENCE)


def test_keys_alone_open_a_reading_choose_words_and_close_it(tab: Tab) -> None:
    tab.goto("/voices/?period=12m&sort=newest")
    tab.keyboard.press("j")
    tab.keyboard.press("c")
    tab.locator(".pk-editor").wait_for()
    text = tab.locator(".pk-reading-open [data-pk-text]")
    text.focus()
    tab.keyboard.press("ArrowRight")
    # The browser tells of a selection a moment after it is made.
    tab.wait_for_function("document.querySelector('[data-pk-end]').value !== ''")
    start, end = (int(tab.locator(f"[data-pk-{edge}]").input_value()) for edge in ("start", "end"))
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function(
        "end => Number(document.querySelector('[data-pk-end]').value) === end", arg=end + 1
    )
    words = text.text_content() or ""
    # What the server is told is what stands between the offsets, counted in code points.
    chosen = tab.locator("[data-pk-chosen]").text_content() or ""
    assert words[start : end + 1].strip() == chosen.strip()
    assert tab.locator(".pk-editor-add [data-pk-needs-words]").is_enabled()
    tab.keyboard.press("Escape")
    tab.locator(".pk-editor").wait_for(state="detached")


def test_the_next_text_waits_after_the_one_confirmed(tab: Tab) -> None:
    tab.goto("/review/")
    first = tab.locator(".pk-review [data-pk-reading]").get_attribute("id")
    tab.keyboard.press("j")
    tab.wait_for_url("**voice=**")
    second = tab.locator(".pk-review [data-pk-reading]").get_attribute("id")
    assert second != first
    tab.keyboard.press("k")
    tab.wait_for_function(
        "id => document.querySelector('.pk-review [data-pk-reading]')?.id === id", arg=first
    )
    tab.keyboard.press("c")
    tab.wait_for_function(
        "id => document.querySelector('.pk-review [data-pk-reading]')?.id !== id", arg=first
    )


def test_what_an_aspect_would_change_follows_the_typing(tab: Tab) -> None:
    tab.goto("/taxonomies/restaurant/new/")
    tab.get_by_label("Name in English").fill("Broth")
    tab.get_by_label("Phrases that name and blame it").fill("汤都喝")
    changed = tab.locator("#taxo-preview .pk-taxo-change.pk-taxo-own")
    changed.wait_for()
    assert "Broth" in (changed.text_content() or "")
    assert changed.locator("mark").count() > 0
