"""Run the benchmarks, write ``build/bench/<name>.json``, render ``docs/benchmarks.md``."""

import argparse
import importlib
import json
import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"
# Each is a module here with ``run(size) -> [{name, value, unit, against, ratio, floor, n, command}]``.
PARTS = ("import_", "measure", "memory", "text")

HEAD = """# Benchmarks

Measured by `make bench` on {cores} cores ({machine}). `ratio` is better when larger: how many times
faster than the peer named under *against*, or how far below a limit. A figure below its floor is a defect.

`measure` makes 50 million observations with independent dimensions when it is first run and keeps them,
with their facts, in `build/bench-data`; that takes some minutes more and a few gigabytes. `SIZE=n` takes
fewer, and a fifth of them is loaded against DuckDB; the n of a row says what was run. Rebuilt there are all
cells from the facts; peers and peaks of memory are measured in the same run, in processes of their own.

| what | measured | against | ratio | floor | n | command |
|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Run what was asked for and render everything measured so far."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", help="one part, such as import")
    parser.add_argument("--size", type=int, help="rows, instead of the size the target states")
    chosen = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        name = part.rstrip("_")
        if chosen.only in (None, name):
            rows = importlib.import_module(f"bench.{part}").run(chosen.size)
            path = RESULTS / f"{name}.json"
            path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
            for row in rows:
                print(
                    f"{row['name']}: {row['value']} {row['unit']}, {row['ratio']:.1f}x (floor {row['floor']})"
                )
    render()


def render() -> None:
    """Write the page from the results on disk."""
    lines = [HEAD.format(cores=os.cpu_count(), machine=platform.machine())]
    for path in sorted(RESULTS.glob("*.json")):
        for row in json.loads(path.read_text()):
            lines.append(
                f"| {row['name']} | {row['value']} {row['unit']} | {row['against']} | "
                f"{row['ratio']:.2f}× | {row['floor']} | {row['n']:,} | `{row['command']}` |\n"
            )
    PAGE.write_text("".join(lines))


if __name__ == "__main__":
    main()
