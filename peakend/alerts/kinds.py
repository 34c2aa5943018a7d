"""The kinds of rule there are: a new kind is a new entry in :func:`kinds`.

A kind has a schema of parameters (bounds in the type), words for people, and one verb:
``find`` the causes within a window. Its form on the rules page is an entry in
``web/alerts/forms.py``, and what its causes are called is said in ``cases/titles.py``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from peakend.alerts.causes import Cause
from peakend.alerts.errors import InvalidParameters, UnknownKind

Stars = Annotated[float, msgspec.Meta(ge=1, le=5)]
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]


@dataclass(frozen=True)
class Window:
    """What to look at: voices after a position (exclusive), nothing before ``since`` or after ``until``."""

    after: int
    since: datetime
    until: datetime


class LowRating(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rating of at most ``rating`` together with a negative opinion on one of ``aspects`` (any if empty)."""

    rating: Stars = 2
    aspects: tuple[str, ...] = ()


class LowScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A survey answer at or below the limit: NPS 0 to 10, CSAT 1 to 5."""

    nps: Annotated[int, msgspec.Meta(ge=0, le=10)] | None = 6
    csat: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = 2


class OutOfControl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A week's negative share of an aspect at a unit above its control limit."""

    aspects: tuple[str, ...] = ()
    sigmas: Annotated[float, msgspec.Meta(ge=2, le=6)] = 3.0
    baseline_weeks: Annotated[int, msgspec.Meta(ge=4, le=52)] = 12
    least_mentions: Annotated[int, msgspec.Meta(ge=5, le=1000)] = 10


class ChurnWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A voice that says the customer is leaving."""

    words: tuple[Annotated[str, msgspec.Meta(min_length=2, max_length=40)], ...] = (
        "再也不来",
        "不会再来",
        "以后不来了",
        "不会再买",
        "再也不买",
        "拉黑",
        "never again",
        "never come back",
        "won't be back",
        "last time",
    )


Parameters = LowRating | LowScore | OutOfControl | ChurnWords


@dataclass(frozen=True)
class Kind:
    """One kind of rule: its words, its parameters and how it finds causes."""

    code: str
    name: str | Promise
    explanation: str | Promise
    schema: type[msgspec.Struct]
    find: Callable[[Any, Window], Iterable[Cause]]
    # Whether it reads voices and answers one by one, or whole weeks again and again.
    incremental: bool = True


def kind_of(code: str) -> Kind:
    """The registered kind.

    Raises:
        UnknownKind: nothing of this code is registered.
    """
    try:
        return kinds()[code]
    except KeyError:
        raise UnknownKind(code) from None


def read_parameters(kind: str, parameters: Mapping[str, Any]) -> Any:
    """The parameters as the kind's typed struct, defaults filled in.

    Raises:
        InvalidParameters: a field is unknown, of the wrong type or out of bounds.
    """
    try:
        return msgspec.convert(dict(parameters), kind_of(kind).schema, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidParameters(str(error)) from error


def kinds() -> dict[str, Kind]:
    """Every kind by its code. The finders are imported late: they read other rooms' models."""
    from peakend.alerts import control, scores, words

    entries = (
        Kind(
            "low_rating_with_aspect",
            _("Low rating with a named grievance"),
            _("A rating at or below the limit whose words judge one of these aspects badly."),
            LowRating,
            scores.low_ratings,
        ),
        Kind(
            "low_score",
            _("Low survey score"),
            _("An NPS or satisfaction answer at or below the limit."),
            LowScore,
            scores.low_scores,
        ),
        Kind(
            "negative_share_out_of_control",
            _("Negative share beyond its control limit"),
            _("In one week more customers complain of an aspect at a unit than chance explains."),
            OutOfControl,
            control.weeks_out_of_control,
            incremental=False,
        ),
        Kind(
            "churn_words",
            _("Customer says they are leaving"),
            _("The voice contains one of these phrases."),
            ChurnWords,
            words.churn_threats,
        ),
    )
    return {entry.code: entry for entry in entries}
