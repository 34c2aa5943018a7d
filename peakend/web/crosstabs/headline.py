"""What a cross-tab says before one reads its cells."""

from __future__ import annotations

from django.utils.translation import gettext as _

from peakend.metrics.crosstabs import Cell, CrossTabReading, Line
from peakend.web.crosstabs.asked import Asked
from peakend.web.crosstabs.table import display_in, row_title, written
from peakend.web.metrics.tables import title_in


def headline_of(asked: Asked, found: CrossTabReading) -> str:
    """The cell that lies farthest off the whole, else that none lies off it beyond noise."""
    told = [
        (line, place, cell)
        for line in found.lines
        for place, cell in enumerate(line.cells)
        if cell is not None
    ]
    if not told:
        return _("Too few answers to compare anything yet")
    line, place, cell = max(told, key=_distance)
    if not cell.off:
        return _("No column stands out from the whole beyond noise")
    shown = display_in(line)
    words = (
        _("{row} is highest at {column}: {value}, {whole} in all")
        if cell.off > 0
        else _("{row} is lowest at {column}: {value}, {whole} in all")
    )
    return words.format(
        row=row_title(line),
        column=title_in(asked.by)(found.columns[place].value),
        value=written(cell.estimate.value, shown),
        whole=written(line.whole.value, shown),
    )


def _distance(one: tuple[Line, int, Cell]) -> float:
    return abs(one[2].off)
