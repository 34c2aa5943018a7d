"""The peer: a process in which DuckDB copies the same rows to one Parquet file."""

import json
import sys
import time
from pathlib import Path

import duckdb

from bench.observations import observations


def main() -> None:
    """``copy_rows.py ROWS TARGET``."""
    rows, target = sys.argv[1:]
    files = [str(file) for file in observations(int(rows))]
    began = time.perf_counter()
    duckdb.sql(f"COPY (SELECT * FROM read_parquet({files})) TO '{target}' (FORMAT parquet)")
    seconds = time.perf_counter() - began
    Path(target).unlink()
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
