"""Pages of dashboards: the address is the state, what is kept is found again, files are safe."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peakend.metrics.models import Dashboard
from peakend.metrics.saved_views import DashboardDraft, save_dashboard
from peakend.metrics.services import MetricDraft, save_metric
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from peakend.warehouse import questions
from tests.builders import a_response_signal, a_unit, a_user, hear, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _company(home):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


@pytest.fixture
def root():
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def person(root):
    return a_user(Role.CX_LEAD, root)


@pytest.fixture
def lead(person) -> Client:
    return signed_in(person)


def heard(scores: list[int], code: str = "csat", days_ago: int = 3, **more) -> None:
    day = timezone.now() - timedelta(days=days_ago)
    hear(*[a_response_signal({code: score}, time=day.isoformat(), **more) for score in scores])


def page(client: Client, name: str = "standard", *args, **query) -> str:
    answer = client.get(reverse(f"dashboards:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_there_is_a_dashboard_before_anybody_makes_one(lead):
    heard([5] * 30 + [3] * 30)
    shown = page(lead)
    assert "What your role looks at first" in shown
    assert "n = 60" in shown
    assert "How is this computed?" in shown
    assert "What your role looks at first" in page(lead, "index")


def test_the_headline_names_what_moved_most_and_greys_noise(lead):
    heard([5, 4] * 30, days_ago=33)
    heard([2, 1] * 30)
    shown = page(lead, m=["csat"])
    assert "CSAT −3.00" in shown
    assert "nothing else moved beyond noise" in shown
    heard([4, 5] * 30, "nps")
    heard([4, 5] * 30, "nps", days_ago=33)
    assert "pk-delta-noise" in page(lead, m=["nps"])


def test_figures_are_chosen_ordered_and_kept_with_their_filter(lead, person):
    heard([5] * 30)
    address = reverse("dashboards:keep") + "?m=nps&m=csat&period=90d&by=segment"
    answer = lead.post(address, {"name": "晨会", "sharing": "everyone"})
    row = Dashboard.objects.get()
    assert answer.url == reverse("dashboards:dashboard", args=[row.pk])
    assert (row.metrics, row.by, row.filters) == (["nps", "csat"], "segment", "period=90d")

    shown = page(lead, "dashboard", row.pk)
    assert "Last 90 days" in shown
    assert shown.index(">NPS<") < shown.index(">CSAT<")
    assert "changed, not kept yet" not in shown
    assert "changed, not kept yet" in page(lead, "dashboard", row.pk, period="12m")

    changed = reverse("dashboards:change", args=[row.pk]) + "?m=csat&m=nps&period=4w"
    for _again in range(2):
        lead.post(changed, {"name": "晨会", "sharing": "mine"})
    row.refresh_from_db()
    assert (row.metrics, row.filters, row.sharing) == (["csat", "nps"], "period=4w", "mine")
    assert Dashboard.objects.count() == 1


def test_somebody_elses_dashboard_is_changed_into_ones_own(lead, person, root):
    heard([5] * 30)
    theirs = save_dashboard(
        DashboardDraft("公司", ["csat"], sharing="everyone"), by=a_user(Role.CX_LEAD, root)
    )
    change = reverse("dashboards:change", args=[theirs.pk]) + "?m=nps"
    lead.post(change, {"name": "我的", "sharing": "mine"})
    theirs.refresh_from_db()
    assert theirs.metrics == ["csat"]
    assert Dashboard.objects.get(owner=person).metrics == ["nps"]
    lead.post(reverse("dashboards:remove", args=[theirs.pk]))
    assert Dashboard.objects.filter(pk=theirs.pk).exists()


def test_a_shared_dashboard_shows_each_reader_their_own_units_alone(root):
    for code, score, n in (("east", 5, 40), ("west", 1, 50)):
        a_unit(code=code, kind=UnitKind.STORE, parent=root)
        heard([score] * n, unit=code)
    east = root.children.get(code="east")
    row = save_dashboard(
        DashboardDraft("公司", ["csat"], sharing="everyone"), by=a_user(Role.CX_LEAD, root)
    )
    shown = page(signed_in(a_user(Role.UNIT_OWNER, east)), "dashboard", row.pk)
    assert "n = 40" in shown
    assert "n = 90" not in shown
    asked = page(
        signed_in(a_user(Role.UNIT_OWNER, east)), "dashboard", row.pk, period="4w",
        unit=root.children.get(code="west").pk,
    )  # fmt: skip
    assert "n = 50" not in asked


def test_the_filter_bar_keeps_what_else_the_address_says(lead):
    heard([5] * 30)
    shown = page(lead, m=["csat", "nps"], by="channel", period="90d")
    assert "period=12m" in shown.replace("&amp;", "&")
    link = next(part for part in shown.split('"') if part.startswith("?") and "period=12m" in part)
    assert "m=csat&amp;m=nps" in link
    assert "by=channel" in link


def test_the_file_holds_what_is_seen_and_computes_nothing_in_a_spreadsheet(lead, person):
    heard([5] * 30 + [3] * 30)
    draft = MetricDraft("sly", "=1+1", "answers_share", {"codes": ["csat"]}, display="percent")
    save_metric(draft, by=person)
    answer = lead.get(reverse("dashboards:export_standard"), {"m": ["csat", "sly", "nps"]})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    csat, sly, nps = lines[:3]
    assert (csat["Metric"], csat["Value"], csat["n"], csat["Part"]) == ("CSAT", "4.0", "60", "all")
    assert float(csat["95% interval, low"]) < 4.0 < float(csat["95% interval, high"])
    assert csat["From"] < csat["Until"]
    assert sly["Metric"] == "'=1+1"
    assert (nps["Value"], nps["Finding"]) == ("", "Too few to say")


def test_an_address_that_makes_no_sense_shows_the_standard(lead):
    heard([5] * 30)
    assert "n = 30" in page(lead, m=["gone", "@"], by="rm", of="x", edit="7")
    assert lead.get(reverse("dashboards:dashboard", args=[999])).status_code == 404


def test_a_dashboard_asks_the_warehouse_a_handful_of_questions(lead, monkeypatch):
    asked = []
    read = questions._read
    monkeypatch.setattr(questions, "_read", lambda *a: asked.append(a[0]) or read(*a))
    heard([5] * 30 + [3] * 30)
    heard([4] * 40, "nps")
    figures = ["csat", "nps", "rating", "sentiment", "negative_voices", "voices"]
    page(lead, m=figures, by="channel")
    # Now, before, by week, and the breakdown twice; then what there ever was to choose from.
    menus_and_sources = sum(one.slice.since is None for one in asked)
    assert (len(asked) - menus_and_sources, menus_and_sources) == (5, 6)
    asked.clear()
    page(lead, m=figures, by="channel")
    assert asked == []
    page(lead, m=figures, by="channel", period="90d", compare="none")
    assert len(asked) <= 3 * 3  # each cut by whole months and the days at both ends


def test_an_open_dashboard_is_told_of_a_new_edition_and_of_nothing_else(lead, root):
    heard([5] * 40)
    address = reverse("dashboards:edition")
    told = lead.get(address)
    shown = page(lead)
    assert f'data-pk-edition="{told.content.decode()}"' in shown
    assert f'data-pk-live="{address}"' in shown
    assert "data-pk-live=" not in page(
        lead, edit="1"
    )  # nothing moves under whoever chooses figures
    known = {"If-None-Match": told["ETag"]}
    same = lead.get(address, headers=known)
    assert (same.status_code, same.content) == (304, b"")
    heard([1] * 5)
    moved = lead.get(address, headers=known)
    assert (moved.status_code, moved["ETag"]) != (200, told["ETag"])
    assert "n = 45" in page(lead)
    assert signed_in(a_user(Role.FRONTLINE, root)).get(address).status_code == 403
    assert Client().get(address).status_code == 302
