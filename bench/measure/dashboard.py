"""A process that opens a dashboard of seven figures, again and again, each time under another filter.

Figures, their change, their weeks, one trend and one breakdown: the page as it is served, from the
request to its last byte. No question is asked twice, so that none is answered from what is kept.
"""

import json
import time
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from bench.measure.company import FIGURES, founded
from bench.observations import TEXT, UNITS

WARM = 8
OPENED = 60


def main() -> None:
    """Seconds of each opening, after some that warm up."""
    user = founded()
    from django.test import Client

    from peakend.warehouse.cells import newest_day

    newest = newest_day()
    assert newest
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    seconds = []
    for parameters in _filters(newest):
        began = time.perf_counter()
        answer = client.get("/dashboards/standard/", parameters)
        seconds.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b"pk-figure") >= len(FIGURES)
    told = np.array(seconds[WARM:])
    print(json.dumps({"p50": float(np.quantile(told, 0.5)), "p95": float(np.quantile(told, 0.95))}))


def _filters(newest: date) -> Iterator[dict[str, object]]:
    """Periods of a week to a year; of all, one or some stores, of a channel or a segment."""
    rng = np.random.default_rng(9)
    channel, segment = TEXT[1], TEXT[0]
    for number in range(WARM + OPENED):
        until = newest - timedelta(days=int(rng.integers(0, 300)))
        since = until - timedelta(days=int(rng.choice([6, 27, 89, 364])))
        chosen: dict[str, object] = {"m": FIGURES, "period": "custom"}
        chosen |= {"since": since.isoformat(), "until": until.isoformat()}
        cut = number % 8  # half the openings are of the whole company
        if cut == 1:
            chosen["unit"] = [int(rng.integers(2, UNITS.values))]
        elif cut == 3:
            chosen["unit"] = rng.choice(UNITS.values, 12, replace=False).tolist()
        elif cut == 5:
            chosen |= {"channel": f"channel_{rng.integers(channel.values):02}", "by": "channel"}
        elif cut == 7:
            chosen |= {"segment": f"segment_{rng.integers(segment.values):02}", "by": "segment"}
        yield chosen


if __name__ == "__main__":
    main()
