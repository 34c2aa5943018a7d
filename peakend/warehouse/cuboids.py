"""Which rollups are kept, chosen from the questions that pages ask.

One wide cube of all dimensions nearly reproduces the facts: seven independent dimensions leave
hardly two observations in a cell. So each rollup here tells few dimensions apart, and a question
that none of them covers goes to the facts.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cuboid:
    """A rollup by day (or month), family, code and ``dimensions``.

    ``of`` names the rollup whose cells it sums; without one it is computed from facts. A stretch of
    time is read by month where whole months lie in it, and its ends by day.
    """

    name: str
    dimensions: tuple[str, ...]
    monthly: bool = False
    of: str = ""


CUBOIDS = (
    # Almost every question is about one's own brands, and almost every reader sees some units.
    Cuboid("unit", ("unit", "brand")),
    Cuboid("channel", ("channel", "brand")),
    Cuboid("segment", ("segment", "brand")),
    Cuboid("all", ("brand",), of="segment"),
    Cuboid("source", ("source", "brand")),
    Cuboid("product", ("product", "brand")),
    Cuboid("unit_month", ("unit", "brand"), monthly=True, of="unit"),
)
