"""What was heard of a unit before the unit existed is attached to it once it does.

Whoever imports first and sets up the company afterwards has named units nobody knew: the name
stayed with the row, as the attribute ``unit`` or under the column of the file. Attaching is
repeatable and finds nothing the second time.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Func, Model, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Trim

from peakend.events.models import Event
from peakend.loop.locks import taking_turns
from peakend.loop.measures_due import observations_between
from peakend.loop.opinions_corrected import AT_ONCE, replace_signals
from peakend.loop.row_keys import PER_SIGNAL
from peakend.organization.models import Unit
from peakend.surveys.models import Response
from peakend.voices.guesses.roles import ROLES
from peakend.voices.imports import known_labels
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import held_position, replace_range

NAMED = "unit"  # the attribute that keeps a code nobody knew
WINDOW = 5_000  # positions of the inbox attached in one transaction
LABELS = 500  # labels asked for at once

Found = tuple[int, type[Model], int]  # row, its table, its unit


def attach_named() -> int:
    """Attach rows of no unit whose attributes name one, and let figures follow; how many rows."""
    with taking_turns("drain"):
        found = sorted(_named(), key=lambda one: one[0])
        for _, window in groupby(found, key=lambda one: one[0] // PER_SIGNAL // WINDOW):
            _attach(list(window))
        if found:
            refresh_cells()
    return len(found)


def _named() -> Iterator[Found]:
    """Rows of no unit with the unit that is meant."""
    units = dict(Unit.objects.order_by("pk").values_list("code", "pk"))
    labels = {label: units[code] for label, code in known_labels().items()}
    columns = unit_columns()
    tables: list[tuple[type[Model], str, Q]] = [
        *((table, NAMED, Q()) for table in (Voice, Response, Event)),
        *((Voice, column, Q(source__code=source)) for source, column in columns),
    ]
    seen: set[tuple[type[Model], int]] = set()
    for table, attribute, wanted in tables:
        for row, label in _rows(table, attribute, wanted, labels):
            if (table, row) not in seen:
                seen.add((table, row))
                yield row, table, labels[label]


def _rows(
    table: type[Model], attribute: str, wanted: Q, labels: Mapping[str, int]
) -> Iterator[tuple[int, str]]:
    said = Trim(ATTRIBUTES[connection.vendor](attribute))
    rows = table._default_manager.filter(wanted, unit=None).annotate(said=said).order_by("pk")
    names = list(labels)
    for at in range(0, len(names), LABELS):
        some = names[at : at + LABELS]
        yield from rows.filter(said__in=some).values_list("pk", "said").iterator(5_000)


def _in_sqlite(attribute: str) -> Func:
    """An attribute by its name as it is written: Django would ask for its escaped spelling."""
    place = Value(f'$."{attribute}"')
    return Func(F("attributes"), place, function="JSON_EXTRACT", output_field=TextField())


ATTRIBUTES: dict[str, Callable[[str], Any]] = {
    "sqlite": _in_sqlite,
    "postgresql": lambda attribute: KeyTextTransform(attribute, F("attributes")),
}


def unit_columns() -> list[tuple[str, str]]:
    """The columns called like units that stayed attributes, with the source of their files."""
    return [
        (source.code, name)
        for source in Source.objects.order_by("pk")
        for style in source.reading.get("styles", {}).values()
        for name, role, _ in style["columns"]
        if role == "attribute" and ROLES["unit"].name.search(name) and '"' not in name
    ]


def _attach(found: list[Found]) -> None:
    """One window: rows and observations, or neither.

    The warehouse is written before the transaction ends. Killed in between, the rows are still of
    no unit, and the next run writes the same observations again.
    """
    held = held_position()
    signals = sorted({row // PER_SIGNAL for row, _, _ in found})
    signals = [signal for signal in signals if signal <= held]
    with transaction.atomic():
        groups: dict[tuple[type[Model], int], list[int]] = {}
        for row, table, unit in found:
            groups.setdefault((table, unit), []).append(row)
        for (table, unit), rows in groups.items():
            for at in range(0, len(rows), LABELS):
                some = table._default_manager.filter(pk__in=rows[at : at + LABELS], unit=None)
                some.update(unit=unit)
        if len(signals) > AT_ONCE:
            after, until = signals[0] - 1, signals[-1]
            replace_range(after, until, observations_between(after, until))
        else:
            replace_signals(signals)
