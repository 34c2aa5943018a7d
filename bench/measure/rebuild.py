"""A process that makes all cells anew from the facts, as after a change of what cells hold.

Then it brings small files together, as the worker does by night.
"""

import json
import time

from peakend.warehouse import tables
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.upkeep import compact


def main() -> None:
    """Drop the cells and compute them from every fact."""
    tables.cells().place.drop()
    began = time.perf_counter()
    refresh_cells()
    seconds = time.perf_counter() - began
    compact()
    cells = sum(part.rows for part in tables.snapshot(tables.cells()).parts)
    print(json.dumps({"seconds": seconds, "cells": cells}))


if __name__ == "__main__":
    main()
