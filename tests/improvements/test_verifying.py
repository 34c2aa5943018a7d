"""An initiative against the answers themselves: proven, not proven, harmful; through the warehouse."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from peakend.improvements.choices import Finding, State
from peakend.improvements.choices import VerdictValue as V
from peakend.improvements.errors import (
    EndsEarlier,
    InvalidDates,
    InvalidGuardrail,
    InvalidTarget,
    NoPilot,
    NotVerifiable,
)
from peakend.improvements.models import Initiative, Verification
from peakend.improvements.queries import day_of, known_until, under_verification
from peakend.improvements.services import InitiativeDraft, prolong, start_initiative, stop
from peakend.improvements.verification import report, verify
from peakend.inbox import open_inbox
from peakend.inbox.signals import Voice, encode, key_of
from peakend.loop.improvement_verified import verify_due
from peakend.loop.signals_drained import drain
from peakend.messages.models import Notice
from peakend.organization.access import Scope
from peakend.organization.choices import UnitKind
from peakend.voices.models import Source
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db(transaction=True)

START = datetime(2026, 9, 21, 4, tzinfo=UTC)
WEEKS = 8


@pytest.fixture(autouse=True)
def _own_home(home, monkeypatch):
    monkeypatch.setenv("PEAKEND_HOME", str(home))


def a_company(stores=8):
    Source.objects.create(code="dianping", name="大众点评", taxonomy="restaurant")
    group = a_unit(kind=UnitKind.GROUP)
    return [a_unit(group) for _ in range(stores)]


def hear_ratings(stores, lifted, *, lift, after=WEEKS, each=6, seed=1, praise="用餐体验"):
    """Ratings around 3.5 at every store, ``lift`` higher at the ``lifted`` from the start on."""
    rng = np.random.default_rng(seed)
    voices = []
    for week in range(-WEEKS, after):
        for store in stores:
            is_lifted = week >= 0 and store in lifted
            mean = 3.5 + (lift if is_lifted else 0)
            for k in range(each):
                at = START + timedelta(weeks=week, days=k)
                rating = float(np.clip(np.round(rng.normal(mean, 0.7)), 1, 5))
                voices.append(
                    Voice(
                        source="dianping",
                        id=f"{store.code}-{week}-{k}",
                        text=praise if is_lifted and rng.random() < 0.8 else "用餐体验",
                        time=at.isoformat(),
                        rating=rating,
                        unit=store.code,
                    )
                )
    open_inbox().append([(key_of(voice), encode(voice)) for voice in voices])
    drain()


def an_initiative(pilots, **changes) -> Initiative:
    values = {
        "name": "叫号双确认",
        "metric": "rating",
        "target": 0.4,
        "starts_on": START.date(),
        "ends_on": START.date() + timedelta(weeks=WEEKS - 1),
        "pilots": pilots,
        "baseline_weeks": WEEKS,
        **changes,
    }
    by = changes.pop("by", None) or a_user()
    return start_initiative(
        InitiativeDraft(**values), by=by, as_of=START.date() + timedelta(days=1)
    )


END = START + timedelta(weeks=WEEKS)


def test_what_worked_is_proven_with_its_size_and_settled_once():
    # given four of eight stores whose ratings rise by 0.8
    stores = a_company()
    hear_ratings(stores, stores[:4], lift=0.8)
    initiative = an_initiative(stores[:4])
    # when it is judged, twice
    first, second = verify_due(END), verify_due(END)
    # then it is proven, once, with an interval around 0.8, and its owner hears of it
    initiative.refresh_from_db()
    found = Verification.objects.get()
    assert (first.proven, second.verified) == (1, 0)
    assert initiative.state == State.PROVEN
    assert found.is_final
    assert found.low < 0.75 < found.high
    assert found.method == "difference_in_differences_collapsed"
    assert Notice.objects.get().user == initiative.owner


def test_what_did_not_work_comes_back_to_its_owner_and_can_go_on():
    stores = a_company()
    hear_ratings(stores, [], lift=0)
    initiative = an_initiative(stores[:4])
    assert verify_due(END).reopened == 1
    initiative.refresh_from_db()
    assert (initiative.state, initiative.reopened) == (State.REOPENED, 1)
    verdict = verify(initiative, END.date())
    assert verdict.verdict in (V.NO_EFFECT, V.UNDECIDED)
    assert Notice.objects.get().template == "initiative_reopened"
    prolonged = prolong(initiative.pk, END.date() + timedelta(weeks=4))
    assert prolonged.state == State.RUNNING


def test_going_on_never_cuts_a_trial_short_unless_chosen():
    initiative = an_initiative(a_company()[:4])
    sooner = initiative.ends_on - timedelta(weeks=2)
    with pytest.raises(EndsEarlier):
        prolong(initiative.pk, sooner)
    initiative.refresh_from_db()
    assert initiative.ends_on > sooner
    assert prolong(initiative.pk, sooner, may_shorten=True).ends_on == sooner


def test_what_got_worse_is_harmful():
    stores = a_company()
    hear_ratings(stores, stores[:4], lift=-0.9)
    assert verify(an_initiative(stores[:4]), END.date()).verdict == V.HARMFUL


def test_a_change_everywhere_is_not_the_pilots_effect():
    stores = a_company()
    hear_ratings(stores, stores, lift=0.8)
    verdict = verify(an_initiative(stores[:4]), END.date())
    assert verdict.low < 0 < verdict.high


def test_a_guardrail_that_breaks_makes_a_gain_harmful():
    # given pilots whose guests praise the food while they rate lower
    stores = a_company()
    hear_ratings(stores, stores[:4], lift=-0.9, praise="味道非常好，很喜欢")
    values = {"metric": "sentiment", "target": 0.2}
    unguarded = an_initiative(stores[:4], **values)
    guarded = an_initiative(
        stores[:4], **values, guardrails=[{"metric": "rating", "aspect": "", "limit": 0.2}]
    )
    # then the gain alone counts as reached, with the guardrail it is harmful
    assert verify(unguarded, END.date()).verdict == V.REACHED
    found = report(guarded, END.date())
    assert found.guards[0].finding == Finding.FAILED
    assert found.guards[0].limit == -0.2
    assert (found.verdict.verdict, found.verdict.reason) == (V.HARMFUL, "guardrail")


def test_the_report_shows_both_groups_week_by_week_and_what_could_mislead():
    stores = a_company()
    hear_ratings(stores, stores[:4], lift=0.8)
    found = report(an_initiative(stores[:4]), END.date())
    assert found.pilot.after - found.pilot.before > 0.5
    assert abs(found.control.after - found.control.before) < 0.2
    assert len(found.pilot_weeks) == len(found.control_weeks) == 2 * WEEKS
    checks = {check.code: check.finding for check in found.checks}
    assert checks["parallel"] == Finding.PASSED
    assert checks["enough"] == Finding.PASSED
    assert checks["units"] == Finding.PASSED
    assert checks["alone"] == Finding.PASSED
    assert set(checks) == {"parallel", "enough", "placebo", "alike", "units", "alone"}


def test_another_initiative_at_the_same_stores_is_said():
    stores = a_company()
    initiative = an_initiative(stores[:4])
    an_initiative(stores[:2], starts_on=START.date() + timedelta(days=7))
    found = {check.code: check for check in report(initiative, END.date()).checks}
    assert found["alone"].finding == Finding.WATCH


def test_another_initiative_where_the_pilots_are_compared_with_is_said():
    stores = a_company()
    initiative = an_initiative(stores[:4])
    an_initiative(stores[6:], starts_on=START.date() + timedelta(days=7))
    found = {check.code: check for check in report(initiative, END.date()).checks}
    assert found["alone"].finding == Finding.WATCH
    assert found["alone"].figures == {"others": 0, "elsewhere": 1}


def test_boxes_and_checks_count_the_same_stores():
    # given eight stores with answers and four that nobody has answered about
    stores = a_company()
    for _number in range(4):
        a_unit(stores[0].parent)
    hear_ratings(stores, stores[:4], lift=0.8)
    found = report(an_initiative(stores[:4]), END.date())
    units = {check.code: check for check in found.checks}["units"].figures
    assert (units["pilots"], units["controls"], units["left"]) == (4, 4, 4)
    assert (found.pilot.units, found.control.units) == (4, 4)


def test_every_page_speaks_of_the_newest_day_there_is_an_answer_of():
    # given answers that end four weeks after the start, long before today
    stores = a_company()
    hear_ratings(stores, stores[:4], lift=0.8, after=4)
    initiative = an_initiative(stores[:4], ends_on=None)
    last = known_until()
    assert START.date() + timedelta(weeks=3) <= last < START.date() + timedelta(weeks=5)
    [found] = under_verification(Scope(None))
    assert found.verdict == verify(initiative, day_of(initiative, last))
    assert day_of(initiative, last) == last
    initiative.ends_on = last - timedelta(days=3)
    assert day_of(initiative, last) == initiative.ends_on


def test_the_overview_gets_what_is_running_with_its_course():
    stores = a_company()
    hear_ratings(stores, stores[:4], lift=0.8, after=4)
    initiative = an_initiative(stores[:4])
    today = START.date() + timedelta(weeks=4)
    [found] = under_verification(Scope(None), today)
    assert (found.number, found.day, found.days) == (initiative.pk, 29, 49)
    assert [day for day, _verdict in found.course] == [
        today - timedelta(weeks=step) for step in (3, 2, 1, 0)
    ]
    assert under_verification(Scope(frozenset({stores[7].pk})), today) == []
    assert len(under_verification(Scope(frozenset({stores[0].pk})), today)) == 1


def test_an_initiative_must_be_verifiable_by_answers():
    store = a_unit()
    for changes, error in (
        ({"metric": "voices"}, NotVerifiable),
        ({"metric": "negative_share"}, NotVerifiable),
        ({"target": 0}, InvalidTarget),
        ({"target": -3}, InvalidTarget),
        ({"pilots": []}, NoPilot),
        ({"ends_on": START.date()}, InvalidDates),
        ({"guardrails": [{"metric": "rating", "limit": -1}]}, InvalidGuardrail),
        ({"guardrails": [{"limit": 1}]}, InvalidGuardrail),
    ):
        with pytest.raises(error):
            an_initiative(changes.pop("pilots", [store]), **changes)


def test_the_same_form_sent_twice_is_one_initiative():
    draft = InitiativeDraft("叫号", "rating", 0.4, START.date(), [a_unit()])
    first = start_initiative(draft, by=None, as_of=START.date(), token="form")
    second = start_initiative(draft, by=None, as_of=START.date(), token="form")
    assert first == second


def test_a_stopped_initiative_stays_stopped():
    initiative = an_initiative([a_unit()])
    stop(initiative.pk, END)
    stop(initiative.pk, END)
    assert verify_due(END).verified == 0
