"""The numbers of metrics: how fast they are made, against the packages and the SQL one would use instead."""

import importlib
from typing import Any

# Each is a module here with ``run() -> rows``.
METHODS = ("drivers", "raking", "crosstabs")


def run(size: int | None = None) -> list[dict[str, Any]]:
    """Everything; ``size`` observations in the warehouse."""
    rows: list[dict[str, Any]] = []
    for name in METHODS:
        rows += importlib.import_module(f"bench.measure.{name}").run()
    return rows
