"""Loading observations with their cells against DuckDB's COPY, and the memory a rebuild takes."""

from pathlib import Path
from typing import Any

from bench.measure.process import home_of, in_process
from bench.measure.timing import at_most
from bench.observations import observations

TIMES = 6.0
LIMIT_MB = 2_048


def load(rows: int) -> list[dict[str, Any]]:
    """Load, with one COPY before and one after: whatever else runs slows both."""
    observations(rows)
    home = home_of(rows, "loaded")
    target = home.with_suffix(".copy.parquet")
    copies = [in_process("copy_rows", home, rows, target)["seconds"]]
    loaded = in_process("load", home, rows)
    copies.append(in_process("copy_rows", home, rows, target)["seconds"])
    copied = sum(copies) / len(copies)
    assert loaded["facts"] == rows
    return [
        at_most(
            "load of observations and their cells, in copies",
            round(loaded["seconds"] / copied, 2),
            "×",
            TIMES,
            f"DuckDB COPY of the same rows to Parquet, {copied:.1f} s; limit {TIMES:g} of them",
            rows,
        ),
        at_most(
            "load of observations and their cells, peak memory",
            round(loaded["peak_mb"]),
            "MB",
            LIMIT_MB,
            f"limit {LIMIT_MB:,} MB",
            rows,
        ),
    ]


def rebuild(rows: int) -> list[dict[str, Any]]:
    """Every cell anew from the facts; what is made here is what the dashboard reads afterwards."""
    made = in_process("rebuild", prepared(rows))
    return [
        at_most(
            f"rebuild of {made['cells']:,} cells from facts, {made['seconds']:.0f} s: peak memory",
            round(made["peak_mb"]),
            "MB",
            LIMIT_MB,
            f"limit {LIMIT_MB:,} MB",
            rows,
        )
    ]


def prepared(rows: int) -> Path:
    """An installation that holds so many facts, made once and kept: for 50 million some minutes."""
    home = home_of(rows, "prepared")
    done = home / "facts-loaded"
    if not done.exists():
        in_process("load", home, rows, "facts")
        done.touch()
    return home
