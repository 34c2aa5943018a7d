"""Every method is held to its symmetries, to what it says of too little, and to never saying NaN."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.methods.test_docs import FUNCTIONS
from tools.methods_docs import TOPICS

HERE = Path(__file__).parent


def is_property(test: ast.FunctionDef) -> bool:
    """Whether hypothesis makes up the examples."""
    return any("given" in names(decorator) for decorator in test.decorator_list)


def names(*nodes: ast.AST) -> set[str]:
    """Names read in a piece of code and not made there, `scores.nps` being `nps`."""
    written = [node for given in nodes for node in ast.walk(given)]
    plain = [node for node in written if isinstance(node, ast.Name)]
    own = {node.id for node in plain if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in written if isinstance(node, ast.arg)}
    return {node.id for node in plain} - own | {
        node.attr
        for node in written
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in TOPICS
    }


@cache
def definitions(file: str) -> dict[str, ast.stmt]:
    """What a file of tests defines: its tests, helpers and constants."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse((HERE / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {name.id: node for name in node.targets if isinstance(name, ast.Name)}
    return found


def reached(file: str, test: ast.FunctionDef) -> set[str]:
    """What a test names, its own parameters and those helpers of its file that it calls included."""
    told, waiting = set(), names(test)
    while waiting:
        told |= waiting
        helpers = [definitions(file)[name] for name in waiting if name in definitions(file)]
        waiting = names(*helpers) - told
    return told


def written_tests(files: Iterable[str]) -> list[tuple[str, ast.FunctionDef]]:
    return [
        (file, node)
        for file in files
        for node in definitions(file).values()
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


WRITTEN = sorted(path.name for path in HERE.glob("test_*.py") if path.name != "test_never_nan.py")


@cache
def held_to(what: str) -> set[str]:
    if what == "a property":
        chosen = [(file, test) for file, test in written_tests(WRITTEN) if is_property(test)]
    elif what == "a reason":
        chosen = [
            (file, test)
            for file, test in written_tests(WRITTEN)
            if not is_property(test) and names(test) & {"Reason", "InvalidInput"}
        ]
    else:
        chosen = written_tests(["test_never_nan.py"])
    return {name for file, test in chosen for name in reached(file, test)}


@pytest.mark.parametrize("what", ["a property", "a reason", "never NaN"])
def test_every_method_is_held_to(what):
    assert [f"{topic}.{name}" for topic, name in FUNCTIONS if name not in held_to(what)] == []
