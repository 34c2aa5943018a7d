"""A process that loads generated observations into the warehouse: ``load.py ROWS [facts]``."""

import json
import sys
import time

import pyarrow.parquet as pq

from bench.observations import observations
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import append_facts, clear_all, count_facts


def main() -> None:
    """Load facts and, unless told ``facts``, the cells they touch."""
    rows, *only = sys.argv[1:]
    files = observations(int(rows))
    clear_all()
    began = time.perf_counter()
    for file in files:
        table = pq.read_table(file)
        append_facts(table, table.column("signal")[-1].as_py())
    if not only:
        refresh_cells()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "facts": count_facts()}))


if __name__ == "__main__":
    main()
