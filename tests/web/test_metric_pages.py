"""Pages of metrics: the tree, defining one with a preview, what is set, what happened."""

from datetime import date, timedelta
from itertools import chain

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peakend.inbox.signals import Response
from peakend.loop.figures_published import publish_figures
from peakend.metrics.definitions import definition_of
from peakend.metrics.models import Annotation, Metric
from peakend.metrics.services import MetricDraft, Settings, save_metric, set_metric
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source
from tests.builders import (
    a_response_signal,
    a_unit,
    a_user,
    a_voice_signal,
    an_event_signal,
    hear,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company(home):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")


@pytest.fixture
def root():
    return a_unit(code="group", kind=UnitKind.GROUP)


@pytest.fixture
def lead(root) -> Client:
    return signed_in(a_user(Role.CX_LEAD, root))


def heard(scores: list[int], code: str = "csat", days_ago: int = 3, **more) -> None:
    hear(*said(scores, code, days_ago, **more))


def said(scores: list[int], code: str = "csat", days_ago: int = 3, **more) -> list[Response]:
    day = timezone.now() - timedelta(days=days_ago)
    return [a_response_signal({code: score}, time=day.isoformat(), **more) for score in scores]


def text_of(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


FORM = {
    "f-codes": ["csat"], "f-at_least": 5, "f-at_most": 5,
    "m-name": "惊喜率", "m-name_en": "Delighted", "m-code": "delighted", "m-level": "result",
    "m-better": 1, "s-period": "week", "s-minimum_n": 30,
}  # fmt: skip


def test_the_preview_says_what_the_metric_would_say_and_keeps_nothing(lead):
    heard([5] * 30 + [3] * 30)
    unnamed = {name: value for name, value in FORM.items() if not name.startswith("m-name")}

    shown = lead.post(reverse("metrics:preview", args=["answers-share"]), unnamed).content.decode()

    assert "50.0" in shown
    assert "n = 60" in shown
    assert not Metric.objects.exists()


def test_the_preview_asks_for_what_is_missing_and_names_what_contradicts_itself(lead):
    address = reverse("metrics:preview", args=["answers-share"])
    assert "Choose what it is computed from" in lead.post(address, {}).content.decode()
    contradiction = {**FORM, "f-at_least": 5, "f-at_most": 2}
    assert "contradict" in lead.post(address, contradiction).content.decode()


def test_a_defined_metric_has_a_page_of_its_own_and_can_be_changed(lead):
    heard([5] * 30 + [3] * 30)
    answer = lead.post(reverse("metrics:new", args=["answers-share"]), FORM)
    assert answer.url == reverse("metrics:metric", args=["delighted"])
    assert "Delighted" in text_of(lead, "metrics:metric", "delighted")

    lead.post(reverse("metrics:edit", args=["delighted"]), {**FORM, "f-at_least": 3})

    assert "100.0" in text_of(lead, "metrics:metric", "delighted")


def test_a_code_that_is_taken_is_said_at_its_field(lead):
    page = lead.post(reverse("metrics:new", args=["answers-share"]), {**FORM, "m-code": "nps"})
    assert "There is a metric of this code already." in page.content.decode()


def test_bounds_are_typed_as_they_are_shown(lead):
    heard([10] * 40 + [0] * 20, "nps")
    settings = {"s-standard": 20, "s-target": 60, "s-period": "week", "s-minimum_n": 30}

    lead.post(reverse("metrics:edit", args=["nps"]), settings)

    assert (definition_of("nps").standard, definition_of("nps").target) == (0.2, 0.6)
    page = text_of(lead, "metrics:metric", "nps")
    assert "not sure yet" in page  # 33 ± 25 holds the standard of 20
    assert "missed" in page


def test_an_index_shows_its_parts_their_weights_and_what_each_moved(lead):
    for days_ago, good in ((3, 50), (33, 20)):
        scores = [5] * good + [1] * (60 - good)
        hear(*said(scores, days_ago=days_ago), *said([8] * 60, "nps", days_ago=days_ago))
    parts = {"f-weight_csat": 3, "f-weight_nps": 1}
    form = {**{k: v for k, v in FORM.items() if not k.startswith("f-")}, **parts}

    lead.post(reverse("metrics:new", args=["index"]), form)

    page = text_of(lead, "metrics:metric", "delighted")
    assert "75%" in page
    assert "+37.5" in page  # 0.75 × 50 points
    assert "set by hand" in page


def test_a_missing_part_is_said_instead_of_a_sum(lead):
    heard([5] * 60)
    page = text_of(lead, "metrics:index")
    assert "so there is no sum" in page


def test_roles_that_may_not_see_a_metric_find_none(root, lead):
    heard([10] * 60, "nps")
    set_metric("nps", Settings(roles=[Role.CX_LEAD]))
    viewer = signed_in(a_user(Role.VIEWER, root))

    assert viewer.get(reverse("metrics:metric", args=["nps"])).status_code == 404
    assert reverse("metrics:metric", args=["nps"]) not in text_of(viewer, "metrics:index")
    assert reverse("metrics:metric", args=["nps"]) in text_of(lead, "metrics:index")


def test_a_metric_in_use_by_an_index_is_not_taken_out_of_use(lead):
    save_metric(MetricDraft("delighted", "惊喜率", "answers_share", {"codes": ["csat"]}), by=None)
    save_metric(MetricDraft("whole", "总", "index", {}, parts=[("delighted", 1)]), by=None)

    lead.post(reverse("metrics:remove", args=["delighted"]))
    assert Metric.objects.get(code="delighted").is_active

    lead.post(reverse("metrics:remove", args=["whole"]))
    assert not Metric.objects.get(code="whole").is_active


def test_a_note_stands_on_the_chart_until_it_is_taken_away(lead):
    for weeks in range(3):
        heard([5] * 40, days_ago=3 + 7 * weeks)
    when = timezone.localdate() - timedelta(days=5)
    note = {"a-on": when, "a-title": "新菜单上线", "a-title_en": "New menu", "a-kind": "launch"}

    lead.post(reverse("metrics:note", args=["csat"]), note)

    page = text_of(lead, "metrics:metric", "csat")
    assert page.count("New menu") >= 2  # in the list and on the chart
    assert "New menu" not in text_of(lead, "metrics:metric", "nps")
    lead.post(reverse("metrics:unnote", args=[Annotation.objects.get().pk]))
    assert "New menu" not in text_of(lead, "metrics:metric", "csat")


def test_a_store_notes_what_happened_there_and_the_company_sees_it(root, lead):
    store = a_unit(root, code="s1")
    heard([5] * 40, unit="s1")
    analyst = signed_in(a_user(Role.ANALYST, store))
    note = {"a-on": date.today(), "a-title": "停电", "a-kind": "incident"}  # noqa: DTZ011

    analyst.post(reverse("metrics:note", args=["csat"]), note)
    assert not Annotation.objects.exists(), "without a unit it would speak for the company"
    analyst.post(reverse("metrics:note", args=["csat"]), {**note, "a-unit": store.pk})

    assert "停电" in text_of(lead, "metrics:metric", "csat")


def test_control_limits_come_from_the_weeks_before_and_mark_what_lies_beyond(lead):
    usual = [
        said([5] * 30 + [1] * (8 + weeks % 3), days_ago=7 * weeks + 28) for weeks in range(1, 16)
    ]
    hear(*chain(*usual), *said([5] * 5 + [1] * 35, days_ago=2))

    page = text_of(lead, "metrics:metric", "csat_top_two", limits=1)

    assert "lies below its lower control limit" in page
    assert "the band is what its own history calls usual" in page


def test_a_metric_of_recorded_values_leads_to_no_words(lead):
    day = (timezone.now() - timedelta(days=2)).isoformat()
    hear(*[an_event_signal("delivery", 30.0 + n % 3, time=day) for n in range(40)])
    page = text_of(lead, "metrics:metric", "on_time_rate")
    assert "Read the words behind it" not in page
    assert "Shown from" in page


def test_a_figure_of_answers_leads_to_the_words_of_those_answers(lead):
    hear(a_voice_signal())  # of another source, on the same days
    answer = {"nps": 2, "why": "等位两个小时，太久了"}
    day = (timezone.now() - timedelta(days=3)).isoformat()
    hear(*[a_response_signal(answer, time=day) for __ in range(30)])

    words = lead.get(reverse("metrics:metric", args=["nps"]), {"channel": ""}).context["words"]
    found = lead.get(words).context["lines"]

    assert "source=survey-after-visit" in words
    assert {line.voice.source.code for line in found} == {"survey-after-visit"}


def test_a_cell_of_the_map_leads_to_the_words_of_its_store_and_week(lead, root):
    stores = [a_unit(root, code=f"cell-{number}") for number in range(2)]
    answer = {"nps": 2, "why": "等位两个小时，太久了"}
    day = (timezone.now() - timedelta(days=3)).isoformat()
    hear(a_voice_signal(time=day, unit="cell-0"))
    hear(*[a_response_signal(answer, time=day, unit=s.code) for s in stores for __ in range(40)])

    heat = lead.get(reverse("metrics:metric", args=["nps"])).context["heat"]
    address = next(cell.url for __, cells in heat.rows for cell in cells if cell.url)
    lines = lead.get(address).context["lines"]

    assert lines
    assert {line.voice.source.code for line in lines} == {"survey-after-visit"}
    assert len({line.voice.unit_id for line in lines}) == 1


def test_a_cell_of_too_few_answers_is_blank_and_says_how_many_on_hover(lead, root):
    for number, count in enumerate((40, 12)):
        unit = a_unit(root, code=f"few-{number}")
        heard([9] * count, "nps", unit=unit.code)

    page = text_of(lead, "metrics:metric", "nps")
    heat = lead.get(reverse("metrics:metric", args=["nps"])).context["heat"]
    filled = [cell for __, cells in heat.rows for cell in cells if cell.label]

    assert [bool(cell.value) for cell in filled] == [True, False]
    assert filled[1].label.endswith("too few, n = 12")
    assert f'title="{filled[1].label}"' in page


def test_a_week_that_changed_after_it_was_told_says_what_it_was_and_why(lead):
    heard([5] * 40, "csat", days_ago=10)
    heard([4] * 40, "csat", days_ago=17)
    publish_figures(timezone.now())
    assert "all still read as they were told" in text_of(lead, "metrics:metric", "csat")
    heard([1] * 10, "csat", days_ago=10)
    publish_figures(timezone.now())

    page = text_of(lead, "metrics:metric", "csat", period="12m")

    assert "Changed since it was told" in page
    assert "10 late answers" in page
    assert "first told as 5.00" in page
    header, *lines = text_of(lead, "metrics:export", "csat", period="12m").strip().splitlines()
    assert "Computed at" in header
    _steady, line = [one.split(",") for one in lines]
    assert (float(line[3]), float(line[8]), float(line[9]), line[12]) == (4.2, 5.0, 40, "10")


def test_what_was_told_of_one_store_is_not_told_of_another(root):
    mine, other = a_unit(root, "mine"), a_unit(root, "other")
    heard([5] * 40, "csat", days_ago=10, unit="other")
    publish_figures(timezone.now())
    heard([1] * 10, "csat", days_ago=10, unit="other")
    heard([4] * 40, "csat", days_ago=10, unit="mine")
    publish_figures(timezone.now())

    owner = signed_in(a_user(Role.UNIT_OWNER, mine))

    assert "Changed since it was told" not in text_of(owner, "metrics:metric", "csat")
    assert ",5.0," not in text_of(owner, "metrics:export", "csat")
    theirs = signed_in(a_user(Role.UNIT_OWNER, other))
    assert "Changed since it was told" in text_of(theirs, "metrics:metric", "csat")
