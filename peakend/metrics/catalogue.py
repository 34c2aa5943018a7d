"""The metrics every company starts with: entries of data, no branch anywhere else."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from peakend.metrics.definition import Base, By, Definition, Part
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
)
from peakend.warehouse.answers import read_lost, read_returning, read_within
from peakend.warehouse.cells import CellRow, Slice, newest_day

VOICES = Base("voice", ("voice",))
# What a customer comes for: the occasions that complaints are held against.
OCCASIONS = Base("event", ("visit", "purchase", "delivery"))
REPURCHASE_DAYS = 180
CHURN_DAYS = 90
ON_TIME_MINUTES = 45.0


def within(
    definition: Definition,
    slice: Slice,
    by: By,
    codes: tuple[str, ...],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> list[CellRow]:
    """Recorded values within bounds, among all recorded."""
    return read_within(slice, by, definition.family, codes, at_least=at_least, at_most=at_most)


def returning(
    definition: Definition, slice: Slice, by: By, codes: tuple[str, ...], *, days: int
) -> list[CellRow]:
    """Customers who came and had come within so many days before."""
    return read_returning(slice, by, codes, days)


def lost(
    definition: Definition, slice: Slice, by: By, codes: tuple[str, ...], *, days: int
) -> list[CellRow]:
    """Customers whose days to come again ran out: lost ones are the negatives."""
    newest = newest_day()
    return read_lost(slice, by, codes, days, newest) if newest else []


_SAME_SURVEY = _(
    "When the way of asking changed between the periods compared: channel, moment, wording and who is asked move it more than most improvements do."
)
_SOLICITED = _(
    "When staff are judged by it and can choose whom to ask: a perfect score is a fault of the measurement."
)

RESULTS = (
    Definition(
        "nps",
        _("NPS"),
        _("How many would recommend us, less how many would not."),
        _("Share of answers 9–10 minus share of answers 0–6; adjusted Wald interval."),
        "score",
        "nps",
        NPS,
        display="points",
        scale=(-1, 1),
        neutral=0,
        doubt=_(
            "When n is small: with 100 answers it is known to about ± 16 points. When compared across countries or trades, which answer the scale differently."
        ),
    ),
    Definition(
        "recommendation",
        _("Would recommend"),
        _("Share of customers who answer 9 or 10 of ten to the recommendation question."),
        _("Answers 9–10 divided by all answers; Wilson interval."),
        "score",
        "nps",
        POSITIVE,
        display="percent",
        scale=(0, 1),
        doubt=_(
            "When it is read as behaviour: it says what customers intend. What they did stands under repurchase."
        ),
    ),
    Definition(
        "csat",
        _("CSAT"),
        _("How satisfied customers say they are, on a scale of five."),
        _("Mean of the answers 1–5; Student's t interval."),
        "score",
        "csat",
        MEAN,
        scale=(1, 5),
        neutral=3,
        doubt=_SAME_SURVEY,
    ),
    Definition(
        "csat_top_two",
        _("Satisfied share"),
        _("Share of customers who answer 4 or 5 of five."),
        _("Answers 4–5 divided by all answers; Wilson interval."),
        "score",
        "csat",
        POSITIVE,
        display="percent",
        scale=(0, 1),
        doubt=_SOLICITED,
    ),
    Definition(
        "ces",
        _("Ease (CES)"),
        _("How easy customers found it to get what they came for, on a scale of seven."),
        _("Mean of the answers 1–7 to “they made it easy for me”; Student's t interval."),
        "score",
        "ces",
        MEAN,
        scale=(1, 7),
        neutral=4,
        doubt=_(
            "When it is asked of everything: effort says most about service and errands, little about a meal or a gift."
        ),
    ),
    Definition(
        "easy_share",
        _("Found it easy"),
        _("Share of customers who agree that it was made easy for them."),
        _("Answers 5–7 of seven divided by all answers; Wilson interval."),
        "score",
        "ces",
        POSITIVE,
        display="percent",
        scale=(0, 1),
        doubt=_SOLICITED,
    ),
    Definition(
        "rating",
        _("Average rating"),
        _("Stars and marks customers gave on any platform, brought to a scale of five."),
        _(
            "Mean of the ratings after 1 + 4 × (rating − worst) ÷ (best − worst); Student's t interval."
        ),
        "score",
        "rating",
        MEAN,
        scale=(1, 5),
        neutral=3,
        doubt=_(
            "When the platforms in the mix changed: each has its own temper. Choose one source to see what moved."
        ),
    ),
    Definition(
        "sentiment",
        _("Net sentiment of voices"),
        _("How many voices are positive as a whole, less how many are negative."),
        _("(Positive voices − negative voices) ÷ all voices; adjusted Wald interval."),
        "voice",
        "voice",
        NET,
        display="points",
        scale=(-1, 1),
        neutral=0,
        doubt=_(
            "As a level: who writes has a reason to, and the reading errs in some texts. As a change within one source it holds."
        ),
    ),
    Definition(
        "negative_voices",
        _("Negative voices"),
        _("Share of voices that are negative as a whole."),
        _("Negative voices divided by all voices; Wilson interval."),
        "voice",
        "voice",
        NEGATIVE_OF_ALL,
        better=-1,
        display="percent",
        scale=(0, 1),
        doubt=_(
            "As a level: who writes has a reason to, and the reading errs in some texts. As a change within one source it holds."
        ),
    ),
    Definition(
        "repurchase",
        _("Repurchase"),
        _("Share of buyers who had bought from us in the half year before."),
        _(
            "Known customers with a purchase in the period and another within 180 days before it, divided by known customers with a purchase; Wilson interval."
        ),
        "event",
        "purchase",
        POSITIVE,
        display="percent",
        scale=(0, 1),
        reader=partial(returning, days=REPURCHASE_DAYS),
        period="month",
        doubt=_(
            "When few purchases carry a member number: who buys without one is not counted. When records reach back less than half a year."
        ),
    ),
    Definition(
        "churn",
        _("Churn"),
        _("Share of buyers whose 90 days to come back ran out without another purchase."),
        _(
            "Known customers with a purchase 90 days before the period's days and none since, divided by all who had a purchase on those days; Wilson interval."
        ),
        "event",
        "purchase",
        NEGATIVE,
        better=-1,
        display="percent",
        scale=(0, 1),
        reader=partial(lost, days=CHURN_DAYS),
        period="month",
        doubt=_(
            "When customers buy by nature less often than every 90 days: define one of your own with more days."
        ),
    ),
    Definition(
        "complaint_rate",
        _("Negative voices per 100 occasions"),
        _("How many negative voices there are for every hundred visits, purchases and deliveries."),
        _(
            "Negative voices divided by recorded visits, purchases and deliveries, times 100; exact Poisson interval."
        ),
        "voice",
        "voice",
        NEGATIVE_RATE,
        better=-1,
        display="per_hundred",
        base=OCCASIONS,
        doubt=_(
            "When only some tills or platforms report: voices without recorded occasions make it look worse than it is. Compare units of the same kind."
        ),
    ),
)

PROCESSES = (
    Definition(
        "voices",
        _("Voices"),
        _("How many texts customers left."),
        _("Count of voices; no interval, it is a full count."),
        "voice",
        "voice",
        COUNT,
        better=0,
        display="count",
        minimum_n=0,
        level="process",
        doubt=_("As praise or blame: more voices may mean more guests, or one import."),
    ),
    Definition(
        "net_sentiment",
        _("Net sentiment"),
        _("How many opinions on this aspect are positive, less how many are negative."),
        _("(Positive − negative opinions) ÷ all opinions on the aspect; adjusted Wald interval."),
        "opinion",
        "",
        NET,
        display="points",
        scale=(-1, 1),
        of_aspect=True,
        neutral=0,
        level="process",
        doubt=_(
            "For an aspect people mention only when it fails, such as hygiene: silence is the good news there, so look at the mention share too."
        ),
    ),
    Definition(
        "mention_share",
        _("Mention share"),
        _("Share of voices that speak of this aspect."),
        _("Voices with an opinion on the aspect divided by all voices; Wilson interval."),
        "opinion",
        "",
        MENTIONED,
        better=0,
        display="percent",
        scale=(0, 1),
        of_aspect=True,
        base=VOICES,
        level="process",
        doubt=_("As importance: what is spoken of most is not what decides most. See the drivers."),
    ),
    Definition(
        "negative_share",
        _("Negative share"),
        _("Among voices that speak of this aspect, the share that complain about it."),
        _(
            "Voices with a negative opinion on the aspect divided by voices that speak of it; Wilson interval."
        ),
        "opinion",
        "",
        NEGATIVE_OF_ALL,
        better=-1,
        display="percent",
        scale=(0, 1),
        of_aspect=True,
        level="process",
        doubt=_("Without the number of mentions beside it: half of six voices is three people."),
    ),
    Definition(
        "response_time",
        _("First reply"),
        _("How long customers wait for the first reply to what became a case."),
        _("Mean minutes from a case's opening to its first reply; Student's t interval."),
        "event",
        "case_first_reply",
        MEAN,
        better=-1,
        display="amount",
        unit=_("minutes"),
        level="process",
        doubt=_("When cases still wait for a reply: those who wait longest are not in it yet."),
    ),
    Definition(
        "resolution_time",
        _("Time to solution"),
        _("How long a case takes from opening to closing."),
        _("Mean minutes from a case's opening to its closing; Student's t interval."),
        "event",
        "case_closed",
        MEAN,
        better=-1,
        display="amount",
        unit=_("minutes"),
        level="process",
        doubt=_("When the hard cases are still open: they are not in it yet."),
    ),
    Definition(
        "first_contact_resolution",
        _("Solved the first time"),
        _("Share of closed cases that did not have to be opened again."),
        _("(Closings − reopenings) ÷ closings of the period; Wilson interval."),
        "event",
        "case_reopened",
        SPARED,
        display="percent",
        scale=(0, 1),
        base=Base("event", ("case_closed",)),
        level="process",
        doubt=_(
            "In the newest days: customers who will say that it is not solved have not said so yet."
        ),
    ),
    Definition(
        "on_time_rate",
        _("Delivered on time"),
        _("Share of deliveries that took no more than 45 minutes."),
        _("Deliveries of at most 45 minutes divided by all recorded deliveries; Wilson interval."),
        "event",
        "delivery",
        POSITIVE,
        display="percent",
        scale=(0, 1),
        reader=partial(within, at_most=ON_TIME_MINUTES),
        level="process",
        doubt=_(
            "When the clock is stopped by whom it judges: compare it with what customers say about the speed."
        ),
    ),
    Definition(
        "queue_time",
        _("Waiting for a table"),
        _("How long guests wait from drawing a number to being called."),
        _("Mean minutes of recorded calls; Student's t interval."),
        "event",
        "queue_call",
        MEAN,
        better=-1,
        display="amount",
        unit=_("minutes"),
        level="process",
        doubt=_("Who gave up and left was never called, and is not in it."),
    ),
    Definition(
        "page_load",
        _("Page load time"),
        _("How long website and app pages take to show."),
        _("Mean seconds of recorded page loads; Student's t interval."),
        "event",
        "page_load",
        MEAN,
        better=-1,
        display="amount",
        unit=_("seconds"),
        level="process",
        doubt=_("As a mean of very uneven times: define the share under three seconds beside it."),
    ),
    Definition(
        "page_errors",
        _("Errors per 100 pages"),
        _("How many errors website and app users meet for every hundred pages."),
        _("Recorded errors divided by recorded page loads, times 100; exact Poisson interval."),
        "event",
        "page_error",
        RATE,
        better=-1,
        display="per_hundred",
        base=Base("event", ("page_load",)),
        level="process",
        doubt=_("When a page that fails does not report: no news is no proof."),
    ),
)

INDEXES = (
    Definition(
        "experience_index",
        _("Experience index"),
        _(
            "One figure for the whole: what customers would recommend, how satisfied they are, what they say."
        ),
        _(
            "Weighted mean of its parts, each brought to 0–100; the interval is as wide as if all parts moved together."
        ),
        "",
        "",
        INDEX,
        display="index",
        scale=(0, 1),
        is_index=True,
        parts=(Part("nps", 0.4), Part("csat_top_two", 0.3), Part("sentiment", 0.3)),
        doubt=_(
            "When only the sum is looked at: a part that falls can hide behind one that rises. Open the tree."
        ),
    ),
)

CATALOGUE: dict[str, Definition] = {
    metric.code: metric for metric in (*RESULTS, *PROCESSES, *INDEXES)
}
