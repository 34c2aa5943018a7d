"""The voices page: what is listed, in which order, and what leaves the house."""

import csv
import io
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from peakend.alerts.services import ensure_standard_rules
from peakend.cases.models import Case
from peakend.inbox import open_inbox
from peakend.inbox.signals import Voice as VoiceSignal
from peakend.inbox.signals import encode, key_of
from peakend.loop.signals_drained import drain
from peakend.metrics.definitions import definition_of
from peakend.opinions.models import Opinion
from peakend.organization.choices import Role, UnitKind
from peakend.voices.models import Source, Voice
from peakend.web.voices.export import neutral
from tests.builders import a_unit, a_user, a_voice_signal, hear

AT = datetime(2026, 7, 20, 4, tzinfo=UTC)
TEXTS = [
    "等了快两个小时，孩子饿哭了，味道还行",
    "等位太久了，服务员态度差，我的电话13912345678",
    "味道很好，服务热情，下次还来",
    "=1+1 味道一般，上菜很慢",
    "The soup was delicious but we waited an hour",
]


@pytest.fixture
def heard(home):
    """A group with two stores and sixty voices, understood and counted."""
    group = a_unit(kind=UnitKind.GROUP, code="group")
    stores = [a_unit(group, code="store-1"), a_unit(group, code="store-2")]
    Source.objects.create(code="dianping", name="点评", channel="dianping", taxonomy="restaurant")
    signals = []
    for number in range(60):
        signal = VoiceSignal(
            source="dianping", id=str(number), text=TEXTS[number % len(TEXTS)],
            time=(AT + timedelta(minutes=number)).isoformat(), unit=stores[number % 2].code,
            channel="dianping",
        )  # fmt: skip
        signals.append((key_of(signal), encode(signal)))
    open_inbox().append(signals)
    drain()
    return group, stores


def client_of(role: str, unit) -> Client:
    client = Client()
    client.force_login(a_user(role, unit))
    return client


@pytest.mark.parametrize("sort", ["newest", "strongest", "representative"])
def test_turning_pages_shows_every_voice_once(heard, sort: str):
    group, __ = heard
    client = client_of(Role.CX_LEAD, group)
    seen: list[int] = []
    address = f"/voices/?sort={sort}"
    for __ in range(6):
        answer = client.get(address)
        assert answer.status_code == 200
        seen += [line.voice.pk for line in answer.context["lines"]]
        if not answer.context["after"]:
            break
        address = f"/voices/?sort={sort}&after={answer.context['after']}"
    assert sorted(seen) == sorted(Voice.objects.order_by("pk").values_list("pk", flat=True))


def test_newest_first_is_by_time(heard):
    group, __ = heard
    lines = client_of(Role.VIEWER, group).get("/voices/?sort=newest").context["lines"]
    times = [line.voice.occurred_at for line in lines]
    assert len(times) > 1
    assert times == sorted(times, reverse=True)


def test_an_aspect_shows_the_voices_that_speak_of_it_with_evidence(heard):
    group, __ = heard
    answer = client_of(Role.VIEWER, group).get("/voices/?aspect=wait_time&polarity=-1")
    lines = answer.context["lines"]
    found = Opinion.objects.filter(aspect="wait_time", polarity=-1).order_by("pk")
    assert lines
    assert {line.voice.pk for line in lines} <= set(found.values_list("voice", flat=True))
    assert 'class="pk-evidence pk-neg"' in answer.content.decode()


def test_personal_data_is_masked_on_the_page_and_in_the_file(heard):
    group, __ = heard
    client = client_of(Role.CX_LEAD, group)
    page = client.get("/voices/?sort=newest&q=电话").content.decode()
    file = b"".join(client.get("/voices/export/").streaming_content).decode()
    assert "139******78" in page
    assert "139******78" in file
    assert "13912345678" not in page
    assert "13912345678" not in file


def test_the_file_holds_every_voice_and_no_formula(heard):
    group, __ = heard
    answer = client_of(Role.CX_LEAD, group).get("/voices/export/")
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert len(rows) == 61
    assert any(cell.startswith("'=1+1") for row in rows for cell in row)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows[1:] for cell in row)


@pytest.mark.pure
@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_compute_is_written_as_text(text: str):
    assert neutral(text) == f"'{text}"


def test_a_store_sees_its_own_voices_only(heard):
    __, (mine, theirs) = heard
    client = client_of(Role.UNIT_OWNER, mine)
    other = Voice.objects.filter(unit=theirs).order_by("pk").first()
    own = Voice.objects.filter(unit=mine).order_by("pk").first()
    assert client.get(f"/voices/?unit={theirs.pk}").context["lines"] == []
    assert {line.voice.unit_id for line in client.get("/voices/").context["lines"]} == {mine.pk}
    assert client.get(f"/voices/{other.pk}/").status_code == 404
    assert client.get(f"/voices/{own.pk}/").status_code == 200
    file = b"".join(client.get("/voices/export/").streaming_content).decode()
    assert file.count("\r\n") == 31


def test_a_viewer_may_not_take_the_voices_away(heard):
    group, __ = heard
    assert client_of(Role.VIEWER, group).get("/voices/export/").status_code == 403


def test_a_key_nobody_gave_is_no_error(heard):
    group, __ = heard
    client = client_of(Role.VIEWER, group)
    for after in (
        "x",
        "1",
        "1~2~3",
        "-~-",
        "9" * 18 + "~1",
        "9" * 30 + "~1",
        "0~0",
        "²~1",
        "--1~2",
    ):
        for sort in ("newest", "strongest", "representative"):
            answer = client.get("/voices/", {"sort": sort, "after": after})
            assert answer.status_code == 200, (sort, after)


def test_overview_and_metrics_open_for_who_may(heard):
    group, __ = heard
    client = client_of(Role.CX_LEAD, group)
    for address in ("/", "/metrics/", "/metrics/sentiment/", "/metrics/nps/?by=week",
                    "/metrics/negative_share/?aspect=wait_time", "/metrics/score:place/",
                    "/?period=all&compare=none"):  # fmt: skip
        assert client.get(address).status_code == 200, address
    assert client.get("/metrics/nothing/").status_code == 404
    assert client_of(Role.FRONTLINE, group).get("/metrics/").status_code == 403


def test_a_first_visit_without_data_offers_demo_or_import_and_nothing_else(home):
    page = client_of(Role.CX_LEAD, a_unit(kind=UnitKind.GROUP)).get("/")
    assert page.status_code == 200
    assert "overview/first_visit.html" in [template.name for template in page.templates]
    assert "/imports/" in page.content.decode()
    assert "make demo" in page.content.decode()


def test_a_chip_leads_to_voices_that_say_the_same_of_the_same(heard):
    group, __ = heard
    client = client_of(Role.CX_LEAD, group)
    # The page shows praise: a chip of a complaint must not keep that.
    lines = client.get("/voices/?polarity=1&period=all").context["lines"]
    links = [pair for line in lines for pair in line.reading.first_chips]
    assert links
    for chip, address in links:
        asked = parse_qs(urlsplit(address).query)
        assert asked["aspect"] == [chip.aspect]
        assert asked["polarity"] == [str(chip.sign)]
        assert asked["period"] == ["all"]
        for line in client.get(address).context["lines"]:
            said = Opinion.objects.filter(voice=line.voice, aspect=chip.aspect, polarity=chip.sign)
            assert said.exists()


def test_a_group_of_too_few_opinions_says_so_like_its_aspects(heard):
    group, stores = heard
    client = client_of(Role.CX_LEAD, group)

    seen = set()
    for address in ("/voices/?period=all", f"/voices/?period=all&unit={stores[0].pk}"):
        for found in client.get(address).context["groups"]:
            few = found.branch.opinions < definition_of("net_sentiment").minimum_n
            assert (found.branch.net is None) == few
            assert (found.branch.margin is None) == few
            seen.add(few)
    assert seen == {True, False}


def test_intent_and_emotion_choose_the_verbatims_and_their_file(heard):
    group, (store, __) = heard
    signal = VoiceSignal(
        source="dianping", id="angry", text="太气人了，我要投诉你们，再也不来了", unit=store.code,
        time=AT.isoformat(), channel="dianping",
    )  # fmt: skip
    open_inbox().append([(key_of(signal), encode(signal))])
    drain()
    client = client_of(Role.CX_LEAD, group)
    voice = Voice.objects.get(external_id="angry")
    assert voice.intents
    for address in ("/voices/?intent=complaint", "/voices/?intent=leave&sort=newest"):
        answer = client.get(address)
        assert voice.pk in {line.voice.pk for line in answer.context["lines"]}
        assert answer.context["narrowed"][0] == len(answer.context["lines"])
    file = b"".join(client.get("/voices/export/?intent=leave").streaming_content).decode()
    assert "再也不来了" in file
    assert "下次还来" not in file
    quiet = client.get("/voices/?intent=suggestion").context["lines"]
    assert voice.pk not in {line.voice.pk for line in quiet}
    assert client.get("/voices/?intent=nonsense").context["narrowed"] is None
    one = client.get(f"/voices/{voice.pk}/").content.decode()
    assert "<dt>Intent</dt>" in one or "意图" in one


def test_a_voice_becomes_a_case_once_as_the_rule_that_would_have_found_it_says(home):
    Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    group = a_unit(kind=UnitKind.GROUP)
    store = a_unit(group, "store")
    other = a_unit(group, "other")
    rule = next(r for r in ensure_standard_rules() if r.kind == "low_rating_with_aspect")
    hear(
        a_voice_signal(rating=1, scale=(1, 5), unit="store"),
        a_voice_signal("上菜太慢", unit="store", id="plain"),
    )
    low, plain = Voice.objects.order_by("pk")
    client = Client()
    client.force_login(a_user(Role.CX_LEAD, group))
    for _ in range(2):
        answer = client.post(f"/voices/{low.pk}/case/", follow=True)
    case = Case.objects.get()
    assert (case.rule, case.unit_id) == (rule, store.pk)
    assert case.due_at - case.opened_at == timedelta(hours=rule.promise_hours)
    assert f"/cases/{case.pk}/" in answer.content.decode()
    # without a rule: the unit it speaks of, within a day
    client.post(f"/voices/{plain.pk}/case/")
    case = Case.objects.latest("pk")
    assert (case.rule, case.unit_id, case.aspect) == (None, store.pk, "serving_speed")
    # nobody of another store, and nobody who may not hand work out
    stranger = Client()
    stranger.force_login(a_user(Role.UNIT_OWNER, other))
    assert stranger.post(f"/voices/{plain.pk}/case/").status_code == 404
    stranger.force_login(a_user(Role.FRONTLINE, store))
    assert stranger.post(f"/voices/{plain.pk}/case/").status_code == 403
    assert "Open a case" not in stranger.get("/voices/").content.decode()
