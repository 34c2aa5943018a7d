"""Observations for tests, with everything a row does not state left at a default."""

from datetime import date
from typing import Any

import pyarrow as pa

from peakend.warehouse.schema import OBSERVATIONS

DEFAULTS: dict[str, Any] = {
    "voice": None, "day": date(2026, 7, 1), "family": "opinion", "code": "taste", "value": 1.0,
    "polarity": 1, "strength": 2.0, "weight": 1.0, "first": 1, "first_negative": 0,
    "customer": None, "segment": "", "channel": "reviews", "product": "", "brand": "",
    "unit": None, "source": "s", "language": "zh",
}  # fmt: skip


def facts(*rows: dict[str, Any]) -> pa.Table:
    """A table of observations; a row without a number gets the next one."""
    filled = []
    for number, row in enumerate(rows, start=1):
        one = {"id": number, "signal": number, **DEFAULTS, **row}
        one["month"] = f"{one['day']:%Y-%m}"
        one["time"] = pa.scalar(one["day"], pa.date32()).cast(pa.timestamp("us")).as_py()
        filled.append(one)
    columns = {name: [one[name] for one in filled] for name in OBSERVATIONS.names}
    columns["time"] = pa.array(columns["time"], pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    return pa.table(columns).cast(OBSERVATIONS)
