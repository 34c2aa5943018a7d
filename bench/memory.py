"""Peak memory of an import: bounded, and nearly the same for ten times the rows."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.import_ import reviews

LIMIT_MB = 600
GROWTH = 1.2
ROWS = 1_000_000
COMMAND = "make bench ONLY=memory"


def run(size: int | None = None) -> list[dict]:
    """Measure at ``size`` rows (1,000,000) and at a tenth of them."""
    rows = size or ROWS
    large, small = peak_mb(rows), peak_mb(rows // 10)
    return [
        {
            "name": "import peak memory",
            "value": round(large),
            "unit": "MB",
            "against": f"limit {LIMIT_MB} MB",
            "ratio": LIMIT_MB / large,
            "floor": 1.0,
            "n": rows,
            "command": COMMAND,
        },
        {
            "name": "import peak memory growth over a tenth of the rows",
            "value": round(large / small, 3),
            "unit": "×",
            "against": f"limit {GROWTH} × the {small:.0f} MB at {rows // 10:,} rows",
            "ratio": GROWTH / (large / small),
            "floor": 1.0,
            "n": rows,
            "command": COMMAND,
        },
    ]


def peak_mb(rows: int) -> float:
    """The import command's peak resident memory, by the kernel's own account."""
    file = reviews(rows)
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "peakend"), "import", str(file), "--taxonomy", "retail", "--json"],
            env={**os.environ, "PEAKEND_HOME": home},
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        __, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"import of {rows} rows failed"
    return usage.ru_maxrss / 1024
