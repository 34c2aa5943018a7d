"""What the documentation shows runs as it stands, cell after cell, as in a notebook."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from peakend.text import load_taxonomy, write_taxonomy

DOCS = Path(__file__).parents[2] / "docs"
LABELLED = [("上菜太慢", {"speed": "negative"}), ("上菜很快", {"speed": "positive"})] * 20


def shown(cell: str, names: dict[str, Any]) -> Any:
    """Run a cell; what a notebook would show under it."""
    body = ast.parse(cell).body
    if not isinstance(body[-1], ast.Expr):
        exec(cell, names)
        return None
    exec(compile(ast.Module(body[:-1], []), "cell", "exec"), names)
    return eval(compile(ast.Expression(body[-1].value), "cell", "eval"), names)


def test_the_examples_of_the_text_kernel_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.yaml").write_text(write_taxonomy(load_taxonomy("restaurant")), encoding="utf-8")
    page = (DOCS / "text.md").read_text(encoding="utf-8")
    read, learn, start_cold = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    texts, labels = ([*part] for part in zip(*LABELLED, strict=True))
    names: dict[str, Any] = {
        "texts": texts, "labels": labels, "held_out_texts": texts, "held_out_labels": labels
    }  # fmt: skip
    assert shown(read, names) == ("waiters_attitude", "negative")
    assert shown(learn, names).pair_f1 == pytest.approx(1.0)
    shown(start_cold, names)
    assert len(names["analyzer"].analyze(texts)) == len(texts)
