"""How the warehouse stands: what it holds, and what of the inbox it does not hold yet."""

from dataclasses import dataclass

from peakend.config.env import read_environment
from peakend.inbox import open_inbox
from peakend.loop.signals_drained import drained_position
from peakend.warehouse.upkeep import TableState, cells_by_rollup, cells_reflect_facts, states


@dataclass(frozen=True)
class WarehouseState:
    """The warehouse beside the inbox it is loaded from. Positions count signals."""

    place: str
    engine: str
    arrived: int  # position of the newest signal
    applied: int  # up to which the operational database has them
    facts: TableState
    cells: TableState
    rollups: dict[str, int]  # cells of each
    cells_are_current: bool

    @property
    def behind(self) -> int:
        """How many signals have arrived whose observations are missing."""
        return max(self.arrived - self.facts.position, 0)

    @property
    def is_current(self) -> bool:
        """Whether pages show everything that has arrived."""
        return not self.behind and self.cells_are_current


def warehouse_state() -> WarehouseState:
    """How the warehouse stands now."""
    facts, cells = states()
    environment = read_environment()
    return WarehouseState(
        place=environment.warehouse,
        engine=environment.engine,
        arrived=open_inbox().last(),
        applied=drained_position(),
        facts=facts,
        cells=cells,
        rollups=cells_by_rollup(),
        cells_are_current=cells_reflect_facts(),
    )
