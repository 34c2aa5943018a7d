"""Writing and reading facts."""

import pyarrow as pa

from peakend.warehouse import tables
from peakend.warehouse.engine import run


def append_facts(rows: pa.Table, position: int) -> bool:
    """Add observations that reach up to inbox ``position``; nothing if they are already held."""
    facts = tables.observations()
    if position <= facts.position():
        return False
    facts.append(rows.cast(facts.schema), position)
    return True


def held_position() -> int:
    """The inbox position up to which the facts are complete."""
    return tables.observations().position()


def count_facts() -> int:
    """How many observations there are."""
    counted = run("SELECT count(*) AS n FROM observations", tables.observations())
    return int(counted.column("n")[0].as_py())


def clear_all() -> None:
    """Empty the derived tables; :mod:`peakend.loop.warehouse_rebuilt` fills them anew."""
    tables.observations().clear()
    tables.cells().clear()
