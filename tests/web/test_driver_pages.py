"""The drivers' page: where to start, what nobody asks about, weights into an index."""

from datetime import timedelta
from itertools import chain
from types import SimpleNamespace

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from peakend.inbox.signals import Response
from peakend.methods.drivers import diminishing_returns
from peakend.methods.moments import Moments
from peakend.metrics.definitions import definition_of
from peakend.organization.choices import Role, UnitKind
from peakend.surveys.services import create_survey
from peakend.voices.models import Source
from peakend.web.drivers.lines import _stairs
from tests.builders import a_response_signal, a_unit, a_user, hear, signed_in

pytestmark = pytest.mark.django_db

PARTS = {"room": "Room", "staff": "Staff"}


def a_question(code: str, kind: str, title: str) -> dict:
    return {
        "code": code,
        "type": kind,
        "text": {"zh": title, "en": title},
        "name": {"zh": title, "en": title},
    }


@pytest.fixture(autouse=True)
def _company(home):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


@pytest.fixture
def root():
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def survey():
    questions = [
        a_question("csat", "csat", "Overall"),
        *(a_question(code, "rating", title) for code, title in PARTS.items()),
        {"code": "reason", "type": "text", "text": {"zh": "为什么", "en": "Why?"}},
    ]
    return create_survey(slug="after-visit", title="回访", definition={"questions": questions})


def answered(n: int, seed: int, **more) -> None:
    hear(*answers(n, seed, **more))


def answers(n: int, seed: int, *, shift: float = 0.0, reason: str = "", **more) -> list[Response]:
    """The room decides much and is rated badly; the staff decide little and are rated well."""
    rng = np.random.default_rng(seed)
    room, staff = rng.integers(1, 5, n), rng.integers(3, 6, n)
    whole = 0.9 * room + 0.2 * staff + shift + rng.normal(0, 0.4, n)
    csat = np.clip(np.round(whole), 1, 5).astype(int)
    day = (timezone.now() - timedelta(days=5)).isoformat()
    return [
        a_response_signal(
            {"csat": int(csat[row]), "room": int(room[row]), "staff": int(staff[row])}
            | ({"reason": reason} if reason else {}),
            time=day,
            **more,
        )
        for row in range(n)
    ]


def test_the_headline_says_where_to_start_and_the_table_how_sure(root, survey):
    answered(200, 1)
    page = signed_in(a_user(Role.CX_LEAD, root)).get(reverse("drivers:index")).content.decode()
    assert "Start with Room" in page
    assert "Start here" in page
    assert "200 people answered all of it" in page


def test_too_few_answers_are_said_instead_of_shares(root, survey):
    answered(20, 1)
    page = signed_in(a_user(Role.CX_LEAD, root)).get(reverse("drivers:index")).content.decode()
    assert "cannot be told" in page
    assert "Take these weights" not in page


def test_without_a_fitting_survey_the_next_step_is_offered(root):
    answered(5, 1)
    page = signed_in(a_user(Role.CX_LEAD, root)).get(reverse("drivers:index")).content.decode()
    assert reverse("surveys:new") in page


def test_weights_are_taken_into_a_new_index_and_say_where_they_come_from(root, survey):
    answered(200, 1)
    lead = signed_in(a_user(Role.CX_LEAD, root))

    answer = lead.post(
        reverse("drivers:take"), {"t-index": "+", "t-name": "服务指数", "t-code": "service_index"}
    )

    assert answer.url == reverse("metrics:metric", args=["service_index"])
    index = definition_of("service_index")
    assert {part.code for part in index.parts} == {"score:room", "score:staff"}
    assert index.parts[0].origin["n"] == 200
    page = lead.get(reverse("metrics:metric", args=["service_index"])).content.decode()
    assert "from 200 answers, everybody" in page


def test_a_new_index_without_a_name_is_not_made(root, survey):
    answered(200, 1)
    lead = signed_in(a_user(Role.CX_LEAD, root))
    answer = lead.post(reverse("drivers:take"), {"t-index": "+"}, follow=True)
    assert "needs a name and a code" in answer.content.decode()


def test_units_below_their_parts_are_listed_with_words_that_may_say_why(root, survey):
    for number in range(12):
        a_unit(root, code=f"s{number}")
    bad = a_unit(root, code="bad")
    ordinary = [answers(40, number, unit=f"s{number}") for number in range(12)]
    reason = "那杯桂花茶换掉了，没有人告诉我"
    hear(*chain(*ordinary), *answers(60, 99, shift=-1.5, unit="bad", reason=reason))

    page = signed_in(a_user(Role.CX_LEAD, root)).get(reverse("drivers:index")).content.decode()

    assert bad.title in page
    assert "没有人告诉我" in page


def test_a_store_sees_its_own_answers_only(root, survey):
    east, west = a_unit(root, code="east"), a_unit(root, code="west")
    answered(200, 1, unit="east", reason="东店的话")
    answered(200, 2, unit="west", reason="西店的话")
    page = signed_in(a_user(Role.UNIT_OWNER, west)).get(reverse("drivers:index")).content.decode()
    assert "200 people answered all of it" in page
    assert "东店的话" not in page
    assert east.title not in page


def test_each_step_and_a_kind_that_cannot_be_told_are_said(root, survey):
    answered(400, 1)

    page = signed_in(a_user(Role.CX_LEAD, root)).get(reverse("drivers:index")).content.decode()

    assert "Hardly anybody rated it badly" in page  # the staff: nobody below three
    assert "step by step 1→2 +" in page
    assert "an end needs ten answers" in page


@pytest.mark.parametrize(
    ("means", "said"),
    [
        ((1.0, 2.6, 3.6, 4.1), "each step up adds less"),
        ((1.0, 2.6, 3.4, 4.8), ""),
        ((1.0, 2.6, 3.6, 3.6), "from 3 on no step adds beyond noise"),
    ],
)
def test_steps_are_said_to_add_less_only_where_each_does(means, said):
    rng = np.random.default_rng(5)
    whole = [Moments.from_values(rng.normal(mean, 0.2, 300)) for mean in means]
    driver = SimpleNamespace(
        scores=(1.0, 2.0, 3.0, 4.0), steps=diminishing_returns((1, 2, 3, 4), whole)
    )

    with translation.override("en"):
        assert _stairs(driver) == said
