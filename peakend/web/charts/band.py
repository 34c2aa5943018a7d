"""An interval along a line, as an area."""

from collections.abc import Sequence

from peakend.web.charts import Option


def interval_band(
    lows: Sequence[float | None], highs: Sequence[float | None], colour: str
) -> list[Option]:
    """Two stacked lines, the area between them filled; bands across zero must stack 'all'."""
    spans = [
        None if low is None or high is None else round(high - low, 4)
        for low, high in zip(lows, highs, strict=True)
    ]
    shared: Option = {
        "type": "line",
        "stack": "band",
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "tooltip": {"show": False},
        "z": 1,
    }
    floor = [
        None if span is None else round(low, 4)  # type: ignore[arg-type]
        for low, span in zip(lows, spans, strict=True)
    ]
    return [
        {**shared, "data": floor},
        {**shared, "data": spans, "areaStyle": {"color": colour, "opacity": 1}},
    ]
