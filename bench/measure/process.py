"""What is measured in a process of its own: its memory is its own, and nothing is warm but what it warmed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.observations import CACHE


def home_of(rows: int, name: str) -> Path:
    """The folder of an installation for ``rows`` observations."""
    return (CACHE / f"{name}-{rows}").resolve()


def in_process(module: str, home: Path, *arguments: object) -> dict[str, Any]:
    """Run ``python -m bench.measure.<module>`` on the installation in ``home``; what it printed last.

    ``peak_mb`` is the most memory it held, by the kernel's own account.
    """
    home.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", f"bench.measure.{module}", *map(str, arguments)],
        env={**os.environ, "PEAKEND_HOME": str(home), "PEAKEND_LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    told = process.stdout.read()
    __, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"{module} failed on {home}"
    return {**json.loads(told.splitlines()[-1]), "peak_mb": usage.ru_maxrss / 1024}
