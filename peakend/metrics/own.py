"""Formulas a company's own metrics are made from: a new kind is an entry here.

Each kind has a typed schema and turns its parameters into what a :class:`Definition` needs; the
formula is told in words, so that the page, the command line and the documents say the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.metrics.definition import Base
from peakend.metrics.errors import InvalidFormula, UnknownFormula
from peakend.metrics.formulas import (
    COUNT,
    INDEX,
    MEAN,
    MENTIONED,
    NEGATIVE,
    NET,
    POSITIVE,
    RATE,
    Formula,
    between,
    net_of,
    share_of,
)
from peakend.metrics.own_parameters import (
    Aspect,
    Aspects,
    Customers,
    Event,
    EventsPerOccasion,
    EventWithin,
    Nothing,
    Questions,
    QuestionsNet,
    QuestionsWithin,
)
from peakend.metrics.questions import scale_of, title_of_question
from peakend.metrics.readers import lost, returning, within
from peakend.opinions.queries import aspect_title
from peakend.warehouse.cells import CellRow

SHARE = (0.0, 1.0)
Reader = Callable[..., list[CellRow]]


@dataclass(frozen=True)
class Kind:
    """One kind of formula.

    ``build`` gives the fields of a Definition, ``said`` the formula in words, from parameters of
    the schema. ``display`` is how such a figure is shown unless told otherwise.
    """

    code: str
    name: str | Promise
    explanation: str | Promise
    parameters: type[msgspec.Struct]
    build: Callable[[Any], dict[str, Any]]
    said: Callable[[Any], str]
    display: str = "score"
    better: int = 1


def _listed(titles: list[str]) -> str:
    return _(", ").join(titles)


def _questions(codes: tuple[str, ...]) -> str:
    return _listed([title_of_question(code) for code in codes])


def _aspects(codes: tuple[str, ...]) -> str:
    return _listed([aspect_title(code) for code in codes])


def _of(family: str, codes: tuple[str, ...], how: Formula, **more: Any) -> dict[str, Any]:
    observation = codes[0] if len(codes) == 1 else ""
    return {"family": family, "observation": observation, "pooled": codes, "how": how, **more}


def _customers(how: Formula, reader: Reader) -> Callable[[Customers], dict[str, Any]]:
    """Customers by whether they came again within the days given."""
    return lambda given: _of(
        "event", (given.code,), how, scale=SHARE, reader=partial(reader, days=given.days)
    )


def _answers_mean(given: Questions) -> dict[str, Any]:
    scales = {scale_of(code) for code in given.codes}
    if len(scales) > 1:
        raise InvalidFormula("questions on different scales have no common mean")
    low, high = scales.pop()
    return _of("score", given.codes, MEAN, scale=(low, high), neutral=(low + high) / 2)


def _answers_share(given: QuestionsWithin) -> dict[str, Any]:
    if given.at_least > given.at_most:
        raise InvalidFormula("the stretch ends before it begins")
    hits = between(given.at_least, given.at_most)
    how = share_of(lambda row, _base: hits(row))
    return _of("score", given.codes, how, scale=SHARE)


def _answers_net(given: QuestionsNet) -> dict[str, Any]:
    if given.at_most >= given.at_least:
        raise InvalidFormula("the bottom overlaps the top")
    top, bottom = between(given.at_least, 10), between(0, given.at_most)
    middle = between(given.at_most + 1, given.at_least - 1)
    how = net_of(lambda row: (top(row), middle(row), bottom(row)))
    return _of("score", given.codes, how, scale=(-1.0, 1.0), neutral=0.0)


def _opinions(how: Any, scale: tuple[float, float]) -> Callable[[Aspects], dict[str, Any]]:
    return lambda given: _of("opinion", given.codes, how, scale=scale)


def _per_occasion(given: EventsPerOccasion) -> dict[str, Any]:
    return _of("event", given.codes, RATE, base=Base("event", given.occasions))


def _within(given: EventWithin) -> dict[str, Any]:
    if given.at_least is None and given.at_most is None:
        raise InvalidFormula("a bound is missing")
    reader = partial(within, at_least=given.at_least, at_most=given.at_most)
    return _of("event", (given.code,), POSITIVE, scale=SHARE, reader=reader)


def _said_within(given: EventWithin) -> str:
    if given.at_least is None:
        told = _("at most {high:g}").format(high=given.at_most)
    elif given.at_most is None:
        told = _("at least {low:g}").format(low=given.at_least)
    else:
        told = _("from {low:g} to {high:g}").format(low=given.at_least, high=given.at_most)
    return _("Recorded values of “{event}” of {bounds}, divided by all recorded; Wilson interval.").format(
        event=given.code, bounds=told
    )  # fmt: skip


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "answers_mean",
            gettext_lazy("Mean of answers"),
            gettext_lazy("How people answer one or several questions of the same scale, on average."),
            Questions,
            _answers_mean,
            lambda given: _("Mean of the answers to {questions}; Student's t interval.").format(
                questions=_questions(given.codes)
            ),
        ),
        Kind(
            "answers_share",
            gettext_lazy("Share of answers"),
            gettext_lazy("How many of the answers lie on a stretch of the scale: top two boxes, bottom box."),
            QuestionsWithin,
            _answers_share,
            lambda given: _(
                "Answers {low}–{high} to {questions}, divided by all answers; Wilson interval."
            ).format(low=given.at_least, high=given.at_most, questions=_questions(given.codes)),
            display="percent",
        ),
        Kind(
            "answers_net",
            gettext_lazy("Net score of answers"),
            gettext_lazy("Share at the top of the scale, less the share at the bottom."),
            QuestionsNet,
            _answers_net,
            lambda given: _(
                "Share of answers from {low} up minus share of answers up to {high}, of {questions}; adjusted Wald interval."
            ).format(low=given.at_least, high=given.at_most, questions=_questions(given.codes)),
            display="points",
        ),
        Kind(
            "opinions_net",
            gettext_lazy("Net sentiment of aspects"),
            gettext_lazy("What texts say of one or several aspects: praise less blame."),
            Aspects,
            _opinions(NET, (-1.0, 1.0)),
            lambda given: _(
                "(Positive − negative opinions) ÷ all opinions on {aspects}; adjusted Wald interval."
            ).format(aspects=_aspects(given.codes)),
            display="points",
        ),
        Kind(
            "opinions_negative",
            gettext_lazy("Negative share of aspects"),
            gettext_lazy("How many of the opinions on one or several aspects are complaints."),
            Aspects,
            _opinions(NEGATIVE, SHARE),
            lambda given: _(
                "Negative opinions divided by all opinions on {aspects}; Wilson interval."
            ).format(aspects=_aspects(given.codes)),
            display="percent",
            better=-1,
        ),
        Kind(
            "aspect_mentioned",
            gettext_lazy("Mentions of an aspect"),
            gettext_lazy("How many of all voices speak of one aspect."),
            Aspect,
            lambda given: _of(
                "opinion", (given.code,), MENTIONED, scale=SHARE, base=Base("voice", ("voice",))
            ),
            lambda given: _(
                "Voices that speak of {aspect} divided by all voices; Wilson interval."
            ).format(aspect=aspect_title(given.code)),
            display="percent",
            better=0,
        ),
        Kind(
            "event_mean",
            gettext_lazy("Mean of recorded values"),
            gettext_lazy("What operations recorded: minutes, yuan, seconds."),
            Event,
            lambda given: _of("event", (given.code,), MEAN),
            lambda given: _("Mean of the recorded values of “{event}”; Student's t interval.").format(
                event=given.code
            ),
            display="amount",
        ),
        Kind(
            "event_within",
            gettext_lazy("Share within bounds"),
            gettext_lazy("How many of the recorded values keep a bound: delivered within 30 minutes."),
            EventWithin,
            _within,
            _said_within,
            display="percent",
        ),
        Kind(
            "event_count",
            gettext_lazy("Number of events"),
            gettext_lazy("How often something was recorded."),
            Event,
            lambda given: _of("event", (given.code,), COUNT),
            lambda given: _("Count of “{event}”; no interval, it is a full count.").format(
                event=given.code
            ),
            display="count",
            better=0,
        ),
        Kind(
            "event_rate",
            gettext_lazy("Events per 100 occasions"),
            gettext_lazy("Something recorded, held against the occasions for it: returns per 100 orders."),
            EventsPerOccasion,
            _per_occasion,
            lambda given: _(
                "Recorded {events} divided by recorded {occasions}, times 100; exact Poisson interval."
            ).format(events=_listed(list(given.codes)), occasions=_listed(list(given.occasions))),
            display="per_hundred",
            better=-1,
        ),
        Kind(
            "customers_returning",
            gettext_lazy("Customers who came again"),
            gettext_lazy("Of the customers of a period, how many had come within so many days before."),
            Customers,
            _customers(POSITIVE, returning),
            lambda given: _(
                "Known customers with “{event}” in the period and another within {days} days before it, divided by known customers with one; Wilson interval."
            ).format(event=given.code, days=given.days),
            display="percent",
        ),
        Kind(
            "customers_lost",
            gettext_lazy("Customers who stayed away"),
            gettext_lazy("Of the customers whose days to come back ran out, how many had not."),
            Customers,
            _customers(NEGATIVE, lost),
            lambda given: _(
                "Known customers with “{event}” {days} days before the period's days and none since, divided by all who had one on those days; Wilson interval."
            ).format(event=given.code, days=given.days),
            display="percent",
            better=-1,
        ),
        Kind(
            "index",
            gettext_lazy("Index of other metrics"),
            gettext_lazy("Several metrics in one figure from 0 to 100, each with its weight."),
            Nothing,
            lambda given: {
                "family": "", "observation": "", "how": INDEX, "scale": SHARE, "is_index": True,
            },
            lambda given: _(
                "Weighted mean of its parts, each brought to 0–100; the interval is as wide as if all parts moved together."
            ),
            display="index",
        ),
    )
}  # fmt: skip


def kind_of(code: str) -> Kind:
    """The registered kind of formula.

    Raises:
        UnknownFormula: nothing of this code is registered.
    """
    try:
        return KINDS[code]
    except KeyError:
        raise UnknownFormula(code) from None


def read_formula(kind: str, parameters: Mapping[str, Any]) -> Any:
    """The parameters as the kind's typed struct.

    Raises:
        UnknownFormula, InvalidFormula
    """
    schema = kind_of(kind).parameters
    try:
        return msgspec.convert(dict(parameters), schema, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidFormula(str(error)) from error


def told_lazily(kind: Kind, given: Any) -> str:
    """The formula in the words of whoever reads it."""
    return lazy(kind.said, str)(given)
