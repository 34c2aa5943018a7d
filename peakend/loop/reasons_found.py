"""New voices are read for why customers judge as they do, wherever they were drained."""

from datetime import datetime

from peakend.loop.locks import taking_turns
from peakend.reasons import services


def find_reasons(as_of: datetime, *, anew: bool = False) -> int:
    """Read what has not been read; how many voices. ``anew`` reads everything again.

    A run that is killed goes on with the batch it was in.
    """
    with taking_turns("reasons"):
        if anew:
            services.begin_anew()
        shelf, total = services.Shelf(), 0
        while read := services.read_on(as_of, shelf):
            total += read
        services.forget_unsaid()
        return total
