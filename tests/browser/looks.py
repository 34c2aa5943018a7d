"""What is looked for on an open page. Each function gives the faults it found, in words."""

import re
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Page as Tab

from tools.translations import rooms, stored, texts

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}")

# Texts that stand on the page and what assistive technology reads, but not what people typed.
COLLECT = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!parent || parent.closest("script, style, [lang]:not(html), code, ins, del, option")) continue;
    if (parent.closest(".pk-words, .pk-words-s, .pk-words-l, mark")) continue;
    found.push(node.textContent);
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    for (const name of ["aria-label", "placeholder", "title"]) {
      if (element.hasAttribute(name)) found.push(element.getAttribute(name));
    }
  }
  return [...new Set(found.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean))];
}"""


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]], set[str]]:
    """English sources by text and by pattern, and all Chinese translations."""
    exact: dict[str, str] = {}
    patterns: list[tuple[re.Pattern[str], str]] = []
    chinese: set[str] = set()
    same: set[str] = set()
    for room in rooms():
        for message in stored(room):
            if not message.id:
                continue
            sources = [message.id] if isinstance(message.id, str) else list(message.id)
            translations = [text.replace("%%", "%") for text in texts(message) if text]
            same.update(source for source in sources if source in translations)
            chinese.update(text for text in translations if not PLACEHOLDER.search(text))
            for source in sources:
                source = source.replace("%%", "%")
                if not PLACEHOLDER.search(source):
                    exact[source] = room.name
                elif len(re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub(" ", source))) >= 2:
                    parts = (re.escape(part) for part in PLACEHOLDER.split(source))
                    patterns.append((re.compile(".{1,40}".join(parts)), room.name))
    exact = {source: room for source, room in exact.items() if source not in same}
    return exact, patterns, {text for text in chinese if re.search(r"[\u4e00-\u9fff]", text)}


def missing_translations(tab: Tab, language: str) -> list[str]:
    """English sources on a Chinese page, Chinese translations on an English one."""
    exact, patterns, chinese = _vocabulary()
    found = tab.evaluate(COLLECT)
    if language == "en":
        return [f"Chinese on an English page: {text!r}" for text in found if text in chinese]
    faults = [f"English on a Chinese page: {t!r} ({exact[t]})" for t in found if t in exact]
    for text in found:
        for pattern, room in patterns:
            if text not in exact and pattern.fullmatch(text):
                faults.append(f"English on a Chinese page: {text!r} ({room})")
                break
    return faults


def accessibility_violations(tab: Tab) -> list[str]:
    """What axe finds, one line a rule with the first places."""
    # Evaluated through the debugger: as a script element the page's own policy would refuse it.
    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + "; ".join(node["html"][:160] for node in rule["nodes"][:3])
        for rule in found
    ]


def sideways(tab: Tab) -> list[str]:
    """Whether the page scrolls sideways, and what sticks out."""
    return tab.evaluate(
        """() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        const out = [...document.querySelectorAll("body *")].filter((e) => {
          const box = e.getBoundingClientRect();
          return box.width > 0 && box.right > width + 1 && !e.closest(".pk-scroll, .pk-filter-row, .pk-tabs");
        });
        const last = out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120));
        return ["scrolls sideways: " + last.join(" | ")];
      }"""
    )


def small_targets(tab: Tab) -> list[str]:
    """Buttons and tabs a thumb would miss (under 44 px high) on a phone."""
    return tab.evaluate(
        """() => [...document.querySelectorAll(".pk-btn, .pk-tabbar a, .pk-tabbar summary, .pk-segmented > *")]
        .filter((e) => e.offsetParent !== null && e.getBoundingClientRect().height < 43.5)
        .map((e) => "small target: " + e.outerHTML.slice(0, 120))"""
    )
