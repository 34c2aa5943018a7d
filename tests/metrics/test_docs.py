"""docs/metrics.md says of every shipped metric what it means and when not to believe it."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from peakend.metrics.catalogue import CATALOGUE

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"en": DOCS / "metrics.md", "zh-hans": DOCS / "metrics.zh.md"}
LABELS = {
    "en": ("What is asked.", "Formula.", "What moves it.", "Mind.", "When not to believe it."),
    "zh-hans": ("问什么", "公式", "什么会带动它", "要当心", "何时不可信"),
}


def sections(language: str) -> dict[str, str]:
    """What a page says under the heading of each code."""
    parts = re.split(r"^### .*`([a-z_]+)`.*$", PAGES[language].read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("language", PAGES)
def test_every_shipped_metric_is_explained_and_nothing_else(language):
    assert list(sections(language)) == list(CATALOGUE)


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("code", CATALOGUE)
def test_the_page_repeats_the_formula_and_the_doubt_of_the_registry(code, language):
    told, metric = sections(language)[code], CATALOGUE[code]
    with override(language):
        said = [str(text) for text in (metric.definition, metric.formula, metric.doubt)]
    assert [text for text in said if text not in told] == []
    lines = [line for line in told.splitlines() if line.startswith("- **")]
    for label, line in zip(LABELS[language], lines, strict=True):
        assert line.startswith(f"- **{label}**")
        assert len(line) > len(label) + 10
