"""What was recorded becomes observations in the warehouse, exactly once, and cells follow.

There is one way from a row to an observation, whether it was recorded a second ago or the
warehouse is rebuilt from years: the operational database is read by ranges of inbox positions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from peakend.events.models import Event
from peakend.loop.row_keys import OPINIONS_FROM, PER_ROW, PER_SIGNAL, SCORES_FROM
from peakend.offerings.models import Brand
from peakend.opinions.models import Opinion
from peakend.opinions.services import PER_VOICE
from peakend.questionnaire import infer_questionnaire, parse_definition, score_answers
from peakend.surveys.models import Response, Survey
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import refresh_cells
from peakend.warehouse.facts import append_facts, held_position
from peakend.warehouse.schema import OBSERVATIONS

STEP = 10_000

Progress = Callable[[int, int], None]

_SHARED = ("customer", "segment", "channel", "product", "brand", "unit", "source", "language")


def carry_to_warehouse(position: int, progress: Progress | None = None) -> int:
    """Load what was recorded up to ``position`` and refresh the cells it touches.

    Returns:
        How many observations were loaded.
    """
    loaded = 0
    start = held = held_position()
    while held < position:
        reached = min(held + STEP, position)
        rows = observations_between(held, reached)
        append_facts(rows, reached)
        loaded += rows.num_rows
        held = reached
        if progress:
            progress(held - start, position - start)
    refresh_cells()
    return loaded


def observations_between(after: int, until: int) -> pa.Table:
    """The observations of the signals at positions ``after`` (exclusive) to ``until`` (inclusive)."""
    first, last = (after + 1) * PER_SIGNAL, (until + 1) * PER_SIGNAL
    parts = [*_of_voices(first, last), _of_responses(first, last), _of_events(first, last)]
    found = [part for part in parts if part is not None]
    return pa.concat_tables(found) if found else OBSERVATIONS.empty_table()


def _of_voices(first: int, last: int) -> Iterator[pa.Table]:
    rows = (
        Voice.objects.filter(id__gte=first, id__lt=last)
        .order_by("id")
        .values_list(
            "id", "occurred_at", "customer_id", "segment", "channel", "product", "brand_id",
            "unit_id", "source_id", "language", "sentiment", "polarity", "rating",
        )
    )  # fmt: skip
    columns = list(zip(*rows.iterator(chunk_size=10_000), strict=True))
    if not columns:
        return
    ids = np.array(columns[0], dtype=np.int64)
    shared = _shared(columns[1], dict(zip(_SHARED, columns[2:10], strict=True)))
    sentiment = np.array(columns[10], dtype=np.float64)
    polarity = np.array(columns[11], dtype=np.int8)
    rating = np.array(columns[12], dtype=np.float64)

    yield _observations(
        shared, np.arange(len(ids)), ids, ids * PER_ROW, "voice", "voice", sentiment, polarity
    )
    rated = np.flatnonzero(~np.isnan(rating))
    if len(rated):
        judged = np.sign(np.round(rating[rated]) - 3).astype(np.int8)
        yield _observations(
            shared, rated, ids, ids[rated] * PER_ROW + 1, "score", "rating", rating[rated], judged
        )
    yield _of_opinions(shared, ids, first, last)


def _of_opinions(shared: pa.Table, voices: "np.ndarray", first: int, last: int) -> pa.Table:
    rows = (
        Opinion.objects.filter(id__gte=first * PER_VOICE, id__lt=last * PER_VOICE)
        .order_by("id")
        .values_list("id", "voice_id", "aspect", "polarity", "strength")
    )
    columns = list(zip(*rows.iterator(chunk_size=10_000), strict=True)) or [(), (), (), (), ()]
    numbers = np.array(columns[0], dtype=np.int64)
    at = np.searchsorted(voices, np.array(columns[1], dtype=np.int64))
    polarity = np.array(columns[3], dtype=np.int8)
    return _observations(
        shared,
        at,
        voices,
        voices[at] * PER_ROW + OPINIONS_FROM + numbers % PER_VOICE,
        "opinion",
        pa.array(columns[2], pa.string()),
        polarity.astype(np.float64),
        polarity,
        strength=np.array(columns[4], dtype=np.float32),
    )


def _of_responses(first: int, last: int) -> pa.Table | None:
    asked = {
        survey.pk: (parse_definition(survey.definition), survey.source_id)
        for survey in Survey.objects.order_by("pk")
    }
    rows = (
        Response.objects.filter(id__gte=first, id__lt=last)
        .order_by("id")
        .values_list(
            "id", "occurred_at", "customer_id", "segment", "channel", "product", "brand_id",
            "unit_id", "survey_id", "language", "answers",
        )
    )  # fmt: skip
    columns = list(zip(*rows.iterator(chunk_size=10_000), strict=True))
    if not columns:
        return None
    values = dict(zip(_SHARED, columns[2:10], strict=True))
    values["source"] = tuple(asked[survey][1] for survey in columns[8])
    scored = [
        (row, number, score)
        for row, (survey, answers) in enumerate(zip(columns[8], columns[10], strict=True))
        for number, score in enumerate(
            score_answers(
                asked[survey][0] if asked[survey][0].questions else infer_questionnaire(answers),
                answers,
            )
        )
    ]
    ids = np.array(columns[0], dtype=np.int64)
    at = np.array([row for row, _, _ in scored], dtype=np.int64)
    numbers = np.array([number for _, number, _ in scored], dtype=np.int64)
    return _observations(
        _shared(columns[1], values),
        at,
        ids,
        ids[at] * PER_ROW + SCORES_FROM + numbers,
        "score",
        pa.array([score.code for _, _, score in scored], pa.string()),
        np.array([score.value for _, _, score in scored], dtype=np.float64),
        np.array([score.polarity for _, _, score in scored], dtype=np.int8),
        is_voice=False,
    )


def _of_events(first: int, last: int) -> pa.Table | None:
    rows = (
        Event.objects.filter(id__gte=first, id__lt=last)
        .order_by("id")
        .values_list(
            "id", "occurred_at", "customer_id", "segment", "channel", "product", "brand_id",
            "unit_id", "source", "kind", "value",
        )
    )  # fmt: skip
    columns = list(zip(*rows.iterator(chunk_size=10_000), strict=True))
    if not columns:
        return None
    ids = np.array(columns[0], dtype=np.int64)
    values = dict(zip(_SHARED, columns[2:9], strict=False))
    values["language"] = ("",) * len(ids)
    value = np.array([np.nan if v is None else float(v) for v in columns[10]])
    return _observations(
        _shared(columns[1], values),
        np.arange(len(ids)),
        ids,
        ids * PER_ROW,
        "event",
        pa.array(columns[9], pa.string()),
        value,
        None,
        is_voice=False,
    )


def _shared(times: Sequence[datetime], values: Mapping[str, Sequence[Any]]) -> pa.Table:
    """The columns that every observation of a row carries: when, who, where, what about."""
    sources = dict(Source.objects.order_by("pk").values_list("pk", "code"))
    brands = dict(Brand.objects.order_by("pk").values_list("pk", "code"))
    time = pa.array(times, pa.timestamp("us", tz="UTC"))
    local = pc.local_timestamp(time.cast(pa.timestamp("us", tz=str(ZoneInfo(settings.TIME_ZONE)))))
    return pa.table(
        {
            "time": time,
            "day": local.cast(pa.date32()),
            "month": pc.strftime(local, "%Y-%m"),
            "customer": pa.array(values["customer"], pa.int64()),
            "segment": pa.array(values["segment"], pa.string()),
            "channel": pa.array(values["channel"], pa.string()),
            "product": pa.array(values["product"], pa.string()),
            "brand": pa.array([brands.get(b, "") for b in values["brand"]], pa.string()),
            "unit": pa.array(values["unit"], pa.int64()),
            "source": pa.array([sources.get(s, s) for s in values["source"]], pa.string()),
            "language": pa.array(values["language"], pa.string()),
        }
    )


def _observations(
    shared: pa.Table,
    at: "np.ndarray",
    rows: "np.ndarray",
    ids: "np.ndarray",
    family: str,
    code: "str | pa.Array",
    value: "np.ndarray",
    polarity: "np.ndarray | None",
    *,
    strength: "np.ndarray | None" = None,
    is_voice: bool = True,
) -> pa.Table:
    """One observation for each of ``at``, the indexes into the shared columns and ``rows``."""
    n = len(at)
    codes = pa.repeat(pa.scalar(code), n) if isinstance(code, str) else code
    first, first_negative = _firsts(at, codes, polarity)
    own = {
        "id": pa.array(ids),
        "signal": pa.array(rows[at] // PER_SIGNAL),
        "voice": pa.array(rows[at]) if is_voice else pa.nulls(n, pa.int64()),
        "family": pa.repeat(pa.scalar(family), n),
        "code": codes,
        "value": pa.array(value, mask=np.isnan(value)),
        "polarity": pa.nulls(n, pa.int8()) if polarity is None else pa.array(polarity),
        "strength": pa.nulls(n, pa.float32()) if strength is None else pa.array(strength),
        "weight": pa.array(np.ones(n)),
        "first": pa.array(first),
        "first_negative": pa.array(first_negative),
    }
    taken = shared.take(pa.array(at))
    columns = {**own, **{name: taken.column(name) for name in taken.column_names}}
    return pa.table([columns[name] for name in OBSERVATIONS.names], names=OBSERVATIONS.names).cast(
        OBSERVATIONS
    )


def _firsts(
    at: "np.ndarray", codes: pa.Array, polarity: "np.ndarray | None"
) -> tuple["np.ndarray", "np.ndarray"]:
    """Which observations are the first, and the first negative, of their row and code."""
    encoded = codes.dictionary_encode()
    groups = at * max(len(encoded.dictionary), 1) + encoded.indices.to_numpy(zero_copy_only=False)
    first = np.zeros(len(at), dtype=np.int8)
    first[np.unique(groups, return_index=True)[1]] = 1
    first_negative = np.zeros(len(at), dtype=np.int8)
    if polarity is not None:
        negative = np.flatnonzero(polarity < 0)
        first_negative[negative[np.unique(groups[negative], return_index=True)[1]]] = 1
    return first, first_negative
