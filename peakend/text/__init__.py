"""The text kernel: what customers say, in Chinese and English, with the words it rests on."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from peakend.text.batches import BatchAnalyzer
from peakend.text.cold_start import Analyzer, for_taxonomy
from peakend.text.evaluation import Evaluation, evaluate
from peakend.text.personal import find_personal_data, mask
from peakend.text.results import (
    EMOTIONS,
    INTENTS,
    LANGUAGES,
    Analysis,
    Columns,
    Opinion,
    PersonalData,
)
from peakend.text.stored import load, save
from peakend.text.taxonomy import (
    Aspect,
    Taxonomy,
    TaxonomyError,
    load_taxonomy,
    parse_taxonomy,
    taxonomy_names,
    taxonomy_warnings,
    write_taxonomy,
)
from peakend.text.trained import ModelError, TrainedAnalyzer

_LEARNING = {
    "ColdStart": "cold",
    "LabelError": "opinions",
    "OpinionModel": "opinions",
    "train": "opinions",
}


def __getattr__(name: str) -> Any:
    """What learns is imported when first asked for: reading texts needs no optimiser."""
    if name in _LEARNING:
        return getattr(import_module(f"peakend.text.training.{_LEARNING[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if TYPE_CHECKING:
    from peakend.text.training.cold import ColdStart
    from peakend.text.training.opinions import LabelError, OpinionModel, train

__all__ = [
    "EMOTIONS",
    "INTENTS",
    "LANGUAGES",
    "Analysis",
    "Analyzer",
    "Aspect",
    "BatchAnalyzer",
    "ColdStart",
    "Columns",
    "Evaluation",
    "LabelError",
    "ModelError",
    "Opinion",
    "OpinionModel",
    "PersonalData",
    "Taxonomy",
    "TaxonomyError",
    "TrainedAnalyzer",
    "evaluate",
    "find_personal_data",
    "for_taxonomy",
    "load",
    "load_taxonomy",
    "mask",
    "parse_taxonomy",
    "save",
    "taxonomy_names",
    "taxonomy_warnings",
    "train",
    "write_taxonomy",
]
