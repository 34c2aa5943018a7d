"""The text kernel: what customers say, in Chinese and English, with the words it rests on."""

from peakend.text.analyzer import Analyzer, for_taxonomy
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
from peakend.text.taxonomy import (
    Aspect,
    Taxonomy,
    TaxonomyError,
    load_taxonomy,
    parse_taxonomy,
    taxonomy_names,
)

__all__ = [
    "EMOTIONS",
    "INTENTS",
    "LANGUAGES",
    "Analysis",
    "Analyzer",
    "Aspect",
    "Columns",
    "Opinion",
    "PersonalData",
    "Taxonomy",
    "TaxonomyError",
    "find_personal_data",
    "for_taxonomy",
    "load_taxonomy",
    "mask",
    "parse_taxonomy",
    "taxonomy_names",
]
