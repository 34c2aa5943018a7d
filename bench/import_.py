"""From a file of reviews to ranked pain points on the page, against the script an analyst writes.

The peer is pandas, ``SnowNLP(text).sentiments`` per row and a group-by, on the same file in the
same run. Ours is the whole product: the command a user types, and the page they open then.
"""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FLOOR = 15
ROWS = 50_000
BIN = Path(sys.executable).parent
CACHE = Path("build/bench-data")
COMMAND = "make bench ONLY=import"


def run(size: int | None = None) -> list[dict]:
    """Measure speed at ``size`` rows (50,000)."""
    rows = size or ROWS
    file = reviews(rows)
    ours = seconds_to_pains(file)
    peer = seconds_of_script(file)
    return [
        {
            "name": "import to ranked pain points",
            "value": round(ours, 2),
            "unit": "s",
            "against": f"pandas + SnowNLP + group-by, {peer:.1f} s",
            "ratio": peer / ours,
            "floor": FLOOR,
            "n": rows,
            "command": COMMAND,
        }
    ]


def reviews(rows: int) -> Path:
    """A CSV of ``rows`` real reviews with category and id; beyond the real ones they repeat."""
    source = Path(os.environ.get("PEAKEND_DATA", "../shared/data"))
    path = CACHE / f"reviews-{rows}.csv"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with (source / "shopping_reviews_zh" / "shopping_reviews.csv").open(
            encoding="utf-8-sig", newline=""
        ) as file:
            real = [row for row in csv.DictReader(file) if row["review"].strip()]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "category", "review"])
            for number in range(rows):
                row = real[number % len(real)]
                writer.writerow([number, row["cat"], row["review"]])
    return path


def seconds_to_pains(file: Path) -> float:
    """Import with the command, then open the overview of the running product."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "PEAKEND_HOME": home, "PEAKEND_LANGUAGE": "en"}
        environment["PEAKEND_ADMIN_PASSWORD"] = "a long bench passphrase"
        _peakend(
            environment,
            "init",
            "--company",
            "Bench",
            "--username",
            "bench",
            "--email",
            "bench@example.com",
        )
        page = subprocess.Popen(
            [sys.executable, "-m", "bench.page"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert page.stdout
        assert page.stdin
        assert page.stdout.readline().strip() == "ready"
        began = time.perf_counter()
        _peakend(environment, "import", str(file), "--taxonomy", "retail", "--json")
        page.stdin.write("open\n")
        page.stdin.flush()
        shown = json.loads(page.stdout.readline())
        seconds = time.perf_counter() - began
        page.stdin.close()
        page.wait()
    assert shown["status"] == 200, shown
    assert shown["pains"] >= 5, shown
    return seconds


def seconds_of_script(file: Path) -> float:
    """What an analyst runs today, as a process of its own."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bench.script", str(file)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert re.search(r"\d", done.stdout)
    return time.perf_counter() - began


def _peakend(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        [str(BIN / "peakend"), *arguments], env=environment, check=True, capture_output=True
    )
