"""The page of pain and delight points: ranking, reasons, levers, and the next step."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from peakend.cases.models import Case, Evidence
from peakend.loop.reasons_found import find_reasons
from peakend.organization.choices import Role, UnitKind
from peakend.reasons.models import Reason
from peakend.voices.models import Source
from tests.builders import a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db


@pytest.fixture
def stores(home):
    """Two stores: in the first the kitchen is slow for want of hands, in the second all is well."""
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    group = a_unit(kind=UnitKind.GROUP)
    slow, good = a_unit(group, "slow"), a_unit(group, "good")
    now = timezone.now()
    at = [(now - timedelta(days=1, minutes=n)).isoformat() for n in range(60)]
    hear(
        *(a_voice_signal("上菜太慢，因为后厨人手不够", time=at[n], unit="slow") for n in range(25)),
        *(a_voice_signal("上菜太慢，服务员态度很差", time=at[n], unit="slow") for n in range(10)),
        *(a_voice_signal("味道很好，因为都是现点现做", time=at[n], unit="good") for n in range(40)),
    )
    find_reasons(now)
    return group, slow, good


def client_of(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    client.cookies["django_language"] = "en"
    return client


def test_a_pain_is_told_with_its_reason_its_share_and_who_holds_the_lever(stores):
    page = client_of(Role.CX_LEAD, stores[0]).get("/pains/").content.decode()
    assert "Serving speed hurts most: 35 voices complain" in page
    assert "后厨人手不够" in page
    assert "25 of 35 voices say why (71.4%)" in page
    assert "54.9–83.7" in page
    assert "Owned by" in page
    assert "How is this computed?" in page


def test_the_other_side_ranks_delights(stores):
    page = client_of(Role.CX_LEAD, stores[0]).get("/pains/?side=delight").content.decode()
    assert "Taste delights most: 40 voices praise it" in page
    assert "现点现做" in page
    assert "Open a case" not in page


def test_another_store_sees_nothing_of_it(stores):
    page = client_of(Role.UNIT_OWNER, stores[2]).get("/pains/").content.decode()
    assert "后厨人手不够" not in page
    assert "Serving speed" not in page


def test_a_store_reads_a_reason_in_its_own_customers_words(stores):
    # given: the other store's customers say the same in words of their own
    hear(*(a_voice_signal("上菜太慢，因为后厨缺人手", unit="good") for _ in range(3)))
    find_reasons(timezone.now())
    reason = Reason.objects.get(aspect="serving_speed")
    assert reason.wordings == {"后厨人手不够": 25, "后厨缺人手": 3}
    # then
    client, asked = client_of(Role.UNIT_OWNER, stores[2]), {"reason": reason.pk}
    client.post("/pains/case/?period=all", {"aspect": "serving_speed", **asked})
    pages = [
        client.get("/pains/?period=all"),
        client.get(f"/voices/?period=all&aspect=serving_speed&cause={reason.pk}"),
        client.get("/initiatives/new/", {"aspect": "serving_speed", **asked}),
        client.get(f"/cases/{Case.objects.get().pk}/"),
    ]
    for page in pages:
        assert "后厨缺人手" in page.content.decode()
        assert "后厨人手不够" not in page.content.decode()
    whole = client_of(Role.CX_LEAD, stores[0]).get("/pains/?period=all").content.decode()
    assert "后厨缺人手" in whole
    assert "后厨人手不够" in whole


def test_a_case_from_a_reason_holds_its_voices_and_a_second_click_opens_no_other(stores):
    client = client_of(Role.CX_LEAD, stores[0])
    reason = Reason.objects.get(aspect="serving_speed")
    for _ in range(2):
        client.post("/pains/case/", {"aspect": "serving_speed", "reason": reason.pk})
    case = Case.objects.get()
    assert case.aspect == "serving_speed"
    assert case.title.endswith(reason.words)
    assert Evidence.objects.filter(case=case).count() == 25
    assert not case.answers_somebody


def test_a_case_of_a_store_is_made_of_its_own_voices_only(stores):
    client = client_of(Role.UNIT_OWNER, stores[2])
    client.post("/pains/case/", {"aspect": "serving_speed"})
    assert not Case.objects.exists()


def test_frontline_staff_read_the_page_but_open_no_case(stores):
    client = client_of(Role.FRONTLINE, stores[1])
    assert "Open a case" not in client.get("/pains/").content.decode()
    assert client.post("/pains/case/", {"aspect": "serving_speed"}).status_code == 403


def test_an_improvement_begins_with_the_pain_as_its_metric_and_the_reason_in_its_hypothesis(stores):
    client = client_of(Role.CX_LEAD, stores[0])
    reason = Reason.objects.get(aspect="serving_speed")
    asked = {"aspect": "serving_speed", "metric": "negative_share", "reason": reason.pk}
    form = client.get("/initiatives/new/", asked).context["form"]
    assert form["metric"].value() == "negative_share"
    assert form["aspect"].value() == "serving_speed"
    assert reason.words in form["hypothesis"].value()
    elsewhere = client_of(Role.UNIT_OWNER, stores[2]).get("/initiatives/new/", asked)
    assert reason.words not in elsewhere.context["form"]["hypothesis"].value()


def test_voices_are_narrowed_to_those_that_give_a_reason(stores):
    client = client_of(Role.CX_LEAD, stores[0])
    reason = Reason.objects.get(aspect="serving_speed")
    page = client.get(f"/voices/?aspect=serving_speed&cause={reason.pk}").content.decode()
    assert "25 voices match" in page
    assert "态度很差" not in page
    # a reader of another store learns nothing from the number of a reason
    page = client_of(Role.UNIT_OWNER, stores[2]).get(f"/voices/?cause={reason.pk}")
    assert reason.words not in page.content.decode()


def test_the_ranking_asks_no_question_a_row(stores, django_assert_max_num_queries):
    client = client_of(Role.CX_LEAD, stores[0])
    client.get("/pains/")
    with django_assert_max_num_queries(60):
        client.get("/pains/")


def test_the_words_that_give_the_reason_are_marked_where_voices_are_narrowed_to_it(stores):
    client = client_of(Role.CX_LEAD, stores[0])
    reason = Reason.objects.get(aspect="serving_speed")
    marked = (
        '<span data-pk-at="7" data-pk-to="13" class="pk-why" data-pk-why="why">后厨人手不够</span>'
    )
    page = client.get(f"/voices/?aspect=serving_speed&cause={reason.pk}").content.decode()
    assert page.count(marked) == 20  # every voice of the page
    assert marked not in client.get("/voices/?aspect=serving_speed").content.decode()
    # on its own page a voice shows every reason it gives
    voice = reason.explained.order_by("pk").first().voice_id
    assert marked in client.get(f"/voices/{voice}/").content.decode()


def test_the_overview_leads_to_the_pains_with_their_reasons(stores):
    page = client_of(Role.CX_LEAD, stores[0]).get("/").content.decode()
    assert 'href="/pains/"' in page
    assert 'href="/pains/?side=delight"' in page
