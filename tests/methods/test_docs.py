"""The pages about methods say what the code says, and the code says what a page needs."""

import dataclasses
import importlib
import inspect
import re

import pytest

from tools.methods_docs import TOPICS, pages, public_names, stale

MODULES = {topic: importlib.import_module(f"peakend.methods.{topic}") for topic in TOPICS}
FUNCTIONS = [
    (topic, name)
    for topic, module in MODULES.items()
    if topic not in ("moments", "estimate")
    for name in public_names(module)
    if inspect.isfunction(getattr(module, name))
]
RESULTS = [
    (topic, name)
    for topic, module in MODULES.items()
    for name in public_names(module)
    if dataclasses.is_dataclass(getattr(module, name))
]


def test_pages_do_not_lag_behind_docstrings():
    assert stale() == [], "run: python -m tools.methods_docs write"


def test_the_index_leads_to_every_function():
    index = pages()["README.md"]
    for topic, name in FUNCTIONS:
        assert f"]({topic}.md#{name.lower()})" in index


@pytest.mark.parametrize(("topic", "name"), FUNCTIONS)
def test_every_function_tells_its_formula_source_shapes_units_errors_and_an_example(topic, name):
    doc = inspect.getdoc(getattr(MODULES[topic], name)) or ""
    assert re.search(r"^Formula|[Ss]ource", doc, re.MULTILINE), "no formula"
    assert re.search(r"[Ss]ource", doc), "no source"
    assert re.search(r"[Ss]hapes?\b", doc), "no shapes"
    assert re.search(r"[Uu]nits?\b", doc), "no units"
    assert re.search(r"[Ee]rrors", doc) or "or None" in doc, "no errors"
    assert ">>>" in doc, "no example"


@pytest.mark.parametrize(("topic", "name"), RESULTS)
def test_every_result_is_frozen(topic, name):
    parameters = getattr(MODULES[topic], name).__dataclass_params__
    assert parameters.frozen


def test_methods_know_nothing_of_django_or_files():
    for module in MODULES.values():
        source = inspect.getsource(module)
        assert "django" not in source
        assert "open(" not in source
