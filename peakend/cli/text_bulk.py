"""Many texts read by the engine for heavy work, a line of JSON for each."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from peakend.cli.text_files import Given
from peakend.text import Analysis, BatchAnalyzer
from peakend.warehouse.bulk import engine_named


def read_lines(
    engine: str, analyzer: BatchAnalyzer, batches: Iterable[list[Given]]
) -> Iterator[list[str]]:
    """The lines of each batch, in order; ``engine`` as in ``PEAKEND_ENGINE``, which is the default.

    Raises:
        EngineUnavailable: there is no such engine.
    """
    # As JSON in ASCII, for half a surrogate pair has no place in a column of text.
    given = (
        pa.table({"given": [json.dumps([one.id, one.text]) for one in batch]}) for batch in batches
    )
    with engine_named(engine) as chosen:
        for found in chosen.map_tables(_lines, analyzer, given):
            yield found["line"].to_pylist()


def _lines(analyzer: BatchAnalyzer, table: pa.Table) -> pa.Table:
    given = [json.loads(one) for one in table["given"].to_pylist()]
    found = analyzer.analyze([text for _, text in given])
    lines = [
        json.dumps({"id": name, "text": text, **_plain(one)}, ensure_ascii=False)
        for (name, text), one in zip(given, found, strict=True)
    ]
    # A lone surrogate becomes its JSON escape.
    return pa.table({"line": [line.encode("utf-8", "backslashreplace").decode() for line in lines]})


def _plain(found: Analysis) -> dict[str, Any]:
    return {
        "language": found.language,
        "sentiment": found.sentiment,
        "opinions": [
            {
                "aspect": o.aspect,
                "polarity": o.polarity,
                "strength": o.strength,
                "confidence": o.confidence,
                "start": o.start,
                "end": o.end,
            }
            for o in found.opinions
        ],
        "emotions": list(found.emotions),
        "intents": list(found.intents),
        "pii": [{"kind": p.kind, "start": p.start, "end": p.end} for p in found.pii],
    }
