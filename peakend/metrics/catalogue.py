"""The metrics every company starts with: entries of data, no branch anywhere else."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from peakend.metrics.definition import Base, Definition, Part
from peakend.metrics.formulas import (
    COUNT,
    INDEX,
    MEAN,
    MENTIONED,
    NEGATIVE,
    NEGATIVE_OF_ALL,
    NEGATIVE_RATE,
    NET,
    NPS,
    POSITIVE,
    RATE,
    SPARED,
    Formula,
)
from peakend.metrics.readers import lost, returning, within

VOICES = Base("voice", ("voice",))
# What a customer comes for: the occasions that complaints are held against.
OCCASIONS = Base("event", ("visit", "purchase", "delivery"))
REPURCHASE_DAYS = 180
CHURN_DAYS = 90
ON_TIME_MINUTES = 45.0

Shape = dict[str, Any]


# What several metrics have in common: how they are shown, on which scale, which side is better.
SHARE: Shape = {"display": "percent", "scale": (0, 1)}
BAD_SHARE: Shape = {**SHARE, "better": -1}
NET_SHARE: Shape = {"display": "points", "scale": (-1, 1), "neutral": 0}
OF_FIVE: Shape = {"scale": (1, 5), "neutral": 3}
OF_SEVEN: Shape = {"scale": (1, 7), "neutral": 4}
MINUTES: Shape = {"display": "amount", "unit": _("minutes"), "better": -1}
SECONDS: Shape = {"display": "amount", "unit": _("seconds"), "better": -1}
BAD_RATE: Shape = {"display": "per_hundred", "better": -1}
COUNTED: Shape = {"display": "count", "better": 0, "minimum_n": 0}
ONE_FIGURE: Shape = {"display": "index", "scale": (0, 1), "is_index": True}


def _metric(
    code: str,
    name: Promise,
    definition: Promise,
    formula: Promise,
    doubt: Promise,
    measured: tuple[str, str, Formula],
    shape: Shape,
    **more: Any,
) -> Definition:
    """An entry; ``measured`` are the family and code of its observations and how they are computed."""
    family, observation, how = measured
    return Definition(
        code, name, definition, formula, family, observation, how, doubt=doubt, **shape, **more
    )


_WHO_WRITES = _(
    "As a level: who writes has a reason to, and the reading errs in some texts. As a change within one source it holds."
)
_SAME_SURVEY = _(
    "When the way of asking changed between the periods compared: channel, moment, wording and who is asked move it more than most improvements do."
)
_SOLICITED = _(
    "When staff are judged by it and can choose whom to ask: a perfect score is a fault of the measurement."
)

RESULTS = (
    _metric(
        "nps",
        _("NPS"),
        _("How many would recommend us, less how many would not."),
        _("Share of answers 9–10 minus share of answers 0–6; adjusted Wald interval."),
        _(
            "When n is small: with 100 answers it is known to about ± 16 points. When compared across countries or trades, which answer the scale differently."
        ),
        ("score", "nps", NPS),
        NET_SHARE,
    ),
    _metric(
        "recommendation",
        _("Would recommend"),
        _("Share of customers who answer 9 or 10 of ten to the recommendation question."),
        _("Answers 9–10 divided by all answers; Wilson interval."),
        _(
            "When it is read as behaviour: it says what customers intend. What they did stands under repurchase."
        ),
        ("score", "nps", POSITIVE),
        SHARE,
    ),
    _metric(
        "csat",
        _("CSAT"),
        _("How satisfied customers say they are, on a scale of five."),
        _("Mean of the answers 1–5; Student's t interval."),
        _SAME_SURVEY,
        ("score", "csat", MEAN),
        OF_FIVE,
    ),
    _metric(
        "csat_top_two",
        _("Satisfied share"),
        _("Share of customers who answer 4 or 5 of five."),
        _("Answers 4–5 divided by all answers; Wilson interval."),
        _SOLICITED,
        ("score", "csat", POSITIVE),
        SHARE,
    ),
    _metric(
        "ces",
        _("Ease (CES)"),
        _("How easy customers found it to get what they came for, on a scale of seven."),
        _("Mean of the answers 1–7 to “they made it easy for me”; Student's t interval."),
        _(
            "When it is asked of everything: effort says most about service and errands, little about a meal or a gift."
        ),
        ("score", "ces", MEAN),
        OF_SEVEN,
    ),
    _metric(
        "easy_share",
        _("Found it easy"),
        _("Share of customers who agree that it was made easy for them."),
        _("Answers 5–7 of seven divided by all answers; Wilson interval."),
        _SOLICITED,
        ("score", "ces", POSITIVE),
        SHARE,
    ),
    _metric(
        "rating",
        _("Average rating"),
        _("Stars and marks customers gave on any platform, brought to a scale of five."),
        _(
            "Mean of the ratings after 1 + 4 × (rating − worst) ÷ (best − worst); Student's t interval."
        ),
        _(
            "When the platforms in the mix changed: each has its own temper. Choose one source to see what moved."
        ),
        ("score", "rating", MEAN),
        OF_FIVE,
    ),
    _metric(
        "sentiment",
        _("Net sentiment of voices"),
        _("How many voices are positive as a whole, less how many are negative."),
        _("(Positive voices − negative voices) ÷ all voices; adjusted Wald interval."),
        _WHO_WRITES,
        ("voice", "voice", NET),
        NET_SHARE,
    ),
    _metric(
        "negative_voices",
        _("Negative voices"),
        _("Share of voices that are negative as a whole."),
        _("Negative voices divided by all voices; Wilson interval."),
        _WHO_WRITES,
        ("voice", "voice", NEGATIVE_OF_ALL),
        BAD_SHARE,
    ),
    _metric(
        "repurchase",
        _("Repurchase"),
        _("Share of buyers who had bought from us in the half year before."),
        _(
            "Known customers with a purchase in the period and another within 180 days before it, divided by known customers with a purchase; Wilson interval."
        ),
        _(
            "When few purchases carry a member number: who buys without one is not counted. When records reach back less than half a year."
        ),
        ("event", "purchase", POSITIVE),
        SHARE,
        reader=partial(returning, days=REPURCHASE_DAYS),
        period="month",
    ),
    _metric(
        "churn",
        _("Churn"),
        _("Share of buyers whose 90 days to come back ran out without another purchase."),
        _(
            "Known customers with a purchase 90 days before the period's days and none since, divided by all who had a purchase on those days; Wilson interval."
        ),
        _(
            "When customers buy by nature less often than every 90 days: define one of your own with more days."
        ),
        ("event", "purchase", NEGATIVE),
        BAD_SHARE,
        reader=partial(lost, days=CHURN_DAYS),
        period="month",
    ),
    _metric(
        "complaint_rate",
        _("Negative voices per 100 occasions"),
        _("How many negative voices there are for every hundred visits, purchases and deliveries."),
        _(
            "Negative voices divided by recorded visits, purchases and deliveries, times 100; exact Poisson interval."
        ),
        _(
            "When only some tills or platforms report: voices without recorded occasions make it look worse than it is. Compare units of the same kind."
        ),
        ("voice", "voice", NEGATIVE_RATE),
        BAD_RATE,
        base=OCCASIONS,
    ),
)

PROCESSES = tuple(
    replace(metric, level="process")
    for metric in (
        _metric(
            "voices",
            _("Voices"),
            _("How many texts customers left."),
            _("Count of voices; no interval, it is a full count."),
            _("As praise or blame: more voices may mean more guests, or one import."),
            ("voice", "voice", COUNT),
            COUNTED,
        ),
        _metric(
            "net_sentiment",
            _("Net sentiment"),
            _("How many opinions on this aspect are positive, less how many are negative."),
            _(
                "(Positive − negative opinions) ÷ all opinions on the aspect; adjusted Wald interval."
            ),
            _(
                "For an aspect people mention only when it fails, such as hygiene: silence is the good news there, so look at the mention share too."
            ),
            ("opinion", "", NET),
            NET_SHARE,
            of_aspect=True,
        ),
        _metric(
            "mention_share",
            _("Mention share"),
            _("Share of voices that speak of this aspect."),
            _("Voices with an opinion on the aspect divided by all voices; Wilson interval."),
            _("As importance: what is spoken of most is not what decides most. See the drivers."),
            ("opinion", "", MENTIONED),
            SHARE,
            better=0,
            of_aspect=True,
            base=VOICES,
        ),
        _metric(
            "negative_share",
            _("Negative share"),
            _("Among voices that speak of this aspect, the share that complain about it."),
            _(
                "Voices with a negative opinion on the aspect divided by voices that speak of it; Wilson interval."
            ),
            _("Without the number of mentions beside it: half of six voices is three people."),
            ("opinion", "", NEGATIVE_OF_ALL),
            BAD_SHARE,
            of_aspect=True,
        ),
        _metric(
            "response_time",
            _("First reply"),
            _("How long customers wait for the first reply to what became a case."),
            _("Mean minutes from a case's opening to its first reply; Student's t interval."),
            _("When cases still wait for a reply: those who wait longest are not in it yet."),
            ("event", "case_first_reply", MEAN),
            MINUTES,
        ),
        _metric(
            "resolution_time",
            _("Time to solution"),
            _("How long a case takes from opening to closing."),
            _("Mean minutes from a case's opening to its closing; Student's t interval."),
            _("When the hard cases are still open: they are not in it yet."),
            ("event", "case_closed", MEAN),
            MINUTES,
        ),
        _metric(
            "first_contact_resolution",
            _("Solved the first time"),
            _("Share of closed cases that did not have to be opened again."),
            _("(Closings − reopenings) ÷ closings of the period; Wilson interval."),
            _(
                "In the newest days: customers who will say that it is not solved have not said so yet."
            ),
            ("event", "case_reopened", SPARED),
            SHARE,
            base=Base("event", ("case_closed",)),
        ),
        _metric(
            "on_time_rate",
            _("Delivered on time"),
            _("Share of deliveries that took no more than 45 minutes."),
            _(
                "Deliveries of at most 45 minutes divided by all recorded deliveries; Wilson interval."
            ),
            _(
                "When the clock is stopped by whom it judges: compare it with what customers say about the speed."
            ),
            ("event", "delivery", POSITIVE),
            SHARE,
            reader=partial(within, at_most=ON_TIME_MINUTES),
        ),
        _metric(
            "queue_time",
            _("Waiting for a table"),
            _("How long guests wait from drawing a number to being called."),
            _("Mean minutes of recorded calls; Student's t interval."),
            _("Who gave up and left was never called, and is not in it."),
            ("event", "queue_call", MEAN),
            MINUTES,
        ),
        _metric(
            "page_load",
            _("Page load time"),
            _("How long website and app pages take to show."),
            _("Mean seconds of recorded page loads; Student's t interval."),
            _("As a mean of very uneven times: define the share under three seconds beside it."),
            ("event", "page_load", MEAN),
            SECONDS,
        ),
        _metric(
            "page_errors",
            _("Errors per 100 pages"),
            _("How many errors website and app users meet for every hundred pages."),
            _("Recorded errors divided by recorded page loads, times 100; exact Poisson interval."),
            _("When a page that fails does not report: no news is no proof."),
            ("event", "page_error", RATE),
            BAD_RATE,
            base=Base("event", ("page_load",)),
        ),
    )
)

INDEXES = (
    _metric(
        "experience_index",
        _("Experience index"),
        _(
            "One figure for the whole: what customers would recommend, how satisfied they are, what they say."
        ),
        _(
            "Weighted mean of its parts, each brought to 0–100; the interval is as wide as if all parts moved together."
        ),
        _(
            "When only the sum is looked at: a part that falls can hide behind one that rises. Open the tree."
        ),
        ("", "", INDEX),
        ONE_FIGURE,
        parts=(Part("nps", 0.4), Part("csat_top_two", 0.3), Part("sentiment", 0.3)),
    ),
)

CATALOGUE: dict[str, Definition] = {
    metric.code: metric for metric in (*RESULTS, *PROCESSES, *INDEXES)
}
