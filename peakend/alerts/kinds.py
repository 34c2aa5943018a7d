"""The kinds of rule there are: a new kind is a file in ``finders/`` and an entry here."""

from collections.abc import Mapping
from typing import Any

import msgspec

from peakend.alerts.errors import InvalidParameters, UnknownKind
from peakend.alerts.finders import (
    churn_words,
    low_rating,
    low_score,
    metric_shift,
    metric_threshold,
    out_of_control,
    sudden_shift,
    too_good,
)
from peakend.alerts.finders.kind import Kind

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        low_rating.KIND,
        low_score.KIND,
        sudden_shift.KIND,
        out_of_control.KIND,
        metric_threshold.KIND,
        metric_shift.KIND,
        too_good.KIND,
        churn_words.KIND,
    )
}


def kind_of(code: str) -> Kind:
    """The registered kind.

    Raises:
        UnknownKind: nothing of this code is registered.
    """
    try:
        return KINDS[code]
    except KeyError:
        raise UnknownKind(code) from None


def read_parameters(kind: str, parameters: Mapping[str, Any]) -> Any:
    """The parameters as the kind's typed struct, defaults filled in.

    Raises:
        InvalidParameters: a field is unknown, of the wrong type or out of bounds.
    """
    try:
        return msgspec.convert(dict(parameters), kind_of(kind).parameters, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidParameters(str(error)) from error


def title_of_cause(aspect: str, facts: Mapping[str, Any]) -> str:
    """What a cause with these figures is called, in the reader's language; '' where no kind knows them."""
    return next((said for kind in KINDS.values() if (said := kind.title(aspect, facts))), "")
