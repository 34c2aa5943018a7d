"""The numbers of metrics: how fast they are made, against the packages and the SQL one would use instead."""

from typing import Any

OBSERVATIONS = 50_000_000
# What is loaded and read as facts is a part of it.
OF_THEM = 5


def run(size: int | None = None) -> list[dict[str, Any]]:
    """Everything; ``size`` observations (50 million), of which a fifth is loaded against DuckDB's COPY.

    The first run at a size makes the observations and keeps them: at 50 million that takes longer
    than all the rest.
    """
    from bench.measure import answering, crosstabs, drivers, loading, pages, raking

    large = size or OBSERVATIONS
    small = max(large // OF_THEM, 1)
    return [
        *drivers.run(),
        *raking.run(),
        *crosstabs.run(),
        *loading.load(small),
        *answering.crosstab(small),
        *loading.rebuild(large),
        *pages.opened(large),
        *answering.queries(large),
        *pages.changed(),
    ]
