"""Model folders: what `peakend text train` writes and `load` reads."""

from __future__ import annotations

import json
from pathlib import Path

from peakend.text.batches import BatchAnalyzer
from peakend.text.cold_start import Analyzer
from peakend.text.taxonomy import parse_taxonomy, write_taxonomy
from peakend.text.trained import CARD, ModelError, load_trained

_TAXONOMY = "taxonomy.yaml"


def load(folder: str | Path) -> BatchAnalyzer:
    """The analyzer saved in a folder. Raises ModelError."""
    place = Path(folder)
    try:
        card = json.loads((place / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"no readable model in {place}: {error}") from error
    if card.get("kind") == "taxonomy":
        taxonomy = parse_taxonomy((place / _TAXONOMY).read_text(encoding="utf-8"))
        return Analyzer(taxonomy, card.get("learned"))
    return load_trained(place, card)


def save(analyzer: BatchAnalyzer, folder: str | Path) -> None:
    """Write an analyzer into a folder that `load` reads."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    if isinstance(analyzer, Analyzer):
        (place / _TAXONOMY).write_text(write_taxonomy(analyzer.taxonomy), encoding="utf-8")
        card = {
            "kind": "taxonomy",
            "taxonomy": analyzer.taxonomy.code,
            "version": analyzer.taxonomy.version,
            "aspects": list(analyzer.aspects),
            "learned": analyzer.learned,
        }
        (place / CARD).write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        analyzer.save(place)  # type: ignore[attr-defined]
