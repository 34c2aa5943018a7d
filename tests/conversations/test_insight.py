"""The insight page: what it counts, what it is held against, and where each figure leads."""

import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from peakend.cases.models import Case
from peakend.conversations.models import Conversation, Turn
from peakend.conversations.queries import totals, used_replies, waits
from peakend.conversations.wording import is_greeting, wording_of
from peakend.inbox.signals import Turn as TurnSignal
from peakend.organization.choices import Role
from peakend.voices.models import Source, Voice
from peakend.web.conversations.asked import topics_of
from peakend.web.conversations.remembered import remembered
from peakend.web.conversations.scripts import scripts_of
from peakend.web.conversations.times import seconds_title
from tests.builders import a_unit, a_user, hear

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = datetime(2026, 7, 20, 2, tzinfo=UTC)
HELPS = "实在抱歉，我盯着这单，十分钟内送到，钱先退给您"
SAME = "您好，请您耐心等待哦"


@pytest.fixture(autouse=True)
def _chat(home) -> None:
    Source.objects.create(code="chat", name="在线客服", channel="wechat", taxonomy="restaurant")


def held(number: int, talk, days: int = 0, **changes: object) -> list[TurnSignal]:
    return [
        TurnSignal(
            source="chat", conversation=f"c-{number}", speaker=speaker, text=text,
            time=(START + timedelta(days=days, seconds=at)).isoformat(), id=str(place),
            name="小禾" if speaker == "staff" else "", **changes,
        )
        for place, (speaker, at, text) in enumerate(talk)
    ]  # fmt: skip


def angry(reply: str, end: str, wait: int = 40):
    return (
        ("customer", 0, "外卖送达太慢了，太差了"),
        ("staff", wait, reply),
        ("customer", wait + 30, end),
    )


def a_season() -> None:
    """Thirty conversations: one reply helps, the other does not; a third of them ask about invoices."""
    told = []
    for number in range(30):
        helps = number % 2 == 0
        end = "好的谢谢，服务真好，很满意" if helps else "还是没用，太失望了"
        talk = angry(HELPS if helps else SAME, end, wait=20 + number)
        if number % 3 == 0:
            talk = (*talk, ("customer", 300, "发票怎么开？"))
        told += held(number, talk, days=number % 7, unit="east" if number < 20 else "west")
    hear(*told)


@pytest.fixture
def units():
    group = a_unit(kind="group", code="group")
    return a_unit(group, code="east"), a_unit(group, code="west"), group


def text_of(answer) -> str:
    return unquote(answer.content.decode())


def test_who_answered_and_who_most_is_kept():
    hear(*held(1, angry(SAME, "好的")), *held(2, (("customer", 0, "几点开门？"),)))
    first, second = Conversation.objects.order_by("external_id")
    assert (first.answered_by, first.agent) == ("staff", "小禾")
    assert (second.answered_by, second.agent, second.unanswered) == ("", "", 1)


def test_looking_whether_somebody_is_there_asks_nothing():
    hear(*held(1, (("customer", 0, "你好，在吗？"), ("staff", 9, "在的"), ("customer", 20, "有停车位吗？"))))  # fmt: skip
    conversation = Conversation.objects.get()
    assert (conversation.questions, conversation.unanswered) == (1, 1)
    assert is_greeting("Hello, anyone there?")
    assert not is_greeting("有人吗？我的外卖呢")


def test_replies_share_a_wording_whatever_the_name_and_the_numbers():
    assert wording_of("王女士您好，订单 20481 已退款 30 元") == wording_of(
        "李先生您好，订单 77 已退款 5 元！"
    )
    assert wording_of("订单已退款") != wording_of("订单已补发")
    assert wording_of("好的，12") is None


def test_the_sums_are_those_of_the_conversations(units):
    a_season()
    rows = Conversation.objects.all()
    whole = totals(rows)[()]
    assert (whole.conversations, whole.asked, whole.left_open) == (30, 10, 10)
    assert whole.drift.total == pytest.approx(sum(rows.values_list("drift", flat=True)))
    assert (whole.better, whole.worse) == (
        rows.filter(drift__gte=0.3).count(),
        rows.filter(drift__lte=-0.3).count(),
    )
    assert sorted(waits(rows, "first_reply")[()].elements()) == list(range(20, 50))
    by_unit = totals(rows, "unit_id")
    assert {key[0]: one.conversations for key, one in by_unit.items()} == {
        units[0].pk: 20,
        units[1].pk: 10,
    }


def test_a_topic_that_is_asked_more_is_told_from_noise():
    for days, topic in ((0, "q_invoice"), (0, "q_booking"), (40, "q_booking")):
        for number in range(60 if topic == "q_booking" else 25):
            one = Conversation.objects.create(
                source=Source.objects.get(), external_id=f"{days}{topic}{number}", channel="x",
                started_at=START - timedelta(days=days), ended_at=START, questions=1,
            )  # fmt: skip
            Turn.objects.create(
                conversation=one, at=START, speaker="customer", text="？", is_question=True,
                topic=topic, is_unanswered=number == 0,
            )  # fmt: skip
    now = Conversation.objects.filter(started_at=START)
    before = Conversation.objects.exclude(started_at=START)
    booking, invoice = topics_of(now, now.count(), before, before.count())
    assert (invoice.code, invoice.n, invoice.before, invoice.moved) == ("q_invoice", 25, 0, 1)
    assert (booking.moved, booking.left) == (-1, 1)
    # with nothing to compare with, nothing moved
    assert {one.moved for one in topics_of(now, now.count(), None, 0)} == {0}


def test_a_reply_is_held_against_others_in_the_same_mood(units):
    a_season()
    found = scripts_of(Conversation.objects.all())
    (script,) = found.scripts
    assert (script.text, script.uses, script.conversations, script.better) == (HELPS, 15, 15, 15)
    assert script.stands
    assert script.lift.low > 0
    assert (found.wordings, found.replies) == (2, 30)
    # a wording used less often is not compared at all
    assert used_replies(Conversation.objects.all(), 16, 9) == []


def test_every_figure_leads_to_the_conversations_behind_it(client, units):
    a_season()
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    page = text_of(client.get("/conversations/?period=all"))
    assert "n = 30" in page
    expected = {
        "left=open": 10, "topic=q_invoice": 10, "wait=1": 11, "mood=better": 20,
        f"wording={Turn.objects.get(conversation__external_id='c-0', speaker='staff').wording}": 15,
        f"unit={units[1].pk}": 10,
    }  # fmt: skip
    for facet, n in expected.items():
        address = next(
            one.replace("&amp;", "&")
            for one in re.findall(r'href="(/conversations/list/[^"]*)"', page)
            if facet in one.replace("&amp;", "&").split("?")[-1].split("&")
        )
        answer = client.get(address)
        listed = answer.context["n"]
        assert listed == n, address
        assert len(answer.context["lines"]) == min(n, 20)
    # the facet stays when another period is chosen, and a nonsense one is as if not asked
    assert "topic=q_invoice" in text_of(client.get("/conversations/list/?topic=q_invoice"))
    assert client.get("/conversations/list/?period=all&topic=no&wait=x").context["n"] == 30


def test_a_page_follows_the_one_before(client, units):
    a_season()
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    first = client.get("/conversations/list/?period=all")
    more = client.get(first.context["more"], headers={"HX-Request": "true"})
    seen = [line.conversation.pk for one in (first, more) for line in one.context["lines"]]
    assert len(seen) == len(set(seen)) == 30
    assert more.context["more"] == ""


def test_pages_ask_the_database_no_more_for_more_conversations(client, django_assert_max_num_queries, units):  # fmt: skip
    a_season()
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    client.get("/conversations/?period=all")
    with django_assert_max_num_queries(45):
        client.get("/conversations/?period=all")
    with django_assert_max_num_queries(20):
        client.get("/conversations/list/?period=all")


def test_a_conversation_shows_evidence_hides_numbers_and_leads_on(client, units):
    hear(*held(1, (
        ("customer", 0, "外卖太慢了，我电话 13900001234"),
        ("staff", 40, "马上联系您"),
        ("customer", 60 * 30, "谢谢，服务真好"),
    ), unit="east"))  # fmt: skip
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    one = Conversation.objects.get()
    page = text_of(client.get(reverse("conversations:conversation", args=[one.pk])))
    assert "13900001234" not in page
    assert page.count('<mark class="pk-evidence pk-neg">') >= 1
    assert '<mark class="pk-evidence pk-pos">' in page
    voice = Voice.objects.get()
    assert reverse("voices:voice", args=[voice.pk]) in page
    # and the voice leads back
    back = text_of(client.get(reverse("voices:voice", args=[voice.pk])))
    assert reverse("conversations:conversation", args=[one.pk]) in back
    assert client.get(reverse("conversations:conversation", args=[2**63])).status_code == 404


def test_a_conversation_becomes_one_case_with_the_customer_s_words(client, units):
    hear(*held(1, angry(SAME, "还是没用，太失望了"), unit="east"))
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    one = Conversation.objects.get()
    address = reverse("conversations:open_case", args=[one.pk])
    assert address in text_of(client.get(reverse("conversations:conversation", args=[one.pk])))
    opened = client.post(address)
    (case,) = Case.objects.all()
    assert opened.url == reverse("cases:case", args=[case.number])
    assert (case.origin, case.evidence.get().voice) == (units[0], Voice.objects.get())
    # once more, there is the same one, and the page leads to it
    client.post(address)
    page = text_of(client.get(reverse("conversations:conversation", args=[one.pk])))
    assert Case.objects.count() == 1
    assert opened.url in page
    assert address not in page


def test_whoever_looks_after_one_store_counts_its_conversations_alone(client, units):
    a_season()
    client.force_login(a_user(Role.UNIT_OWNER, units[0]))
    assert client.get("/conversations/?period=all").context["n"] == 20
    other = Conversation.objects.filter(unit=units[1]).first()
    assert client.get(reverse("conversations:conversation", args=[other.pk])).status_code == 404


def test_what_is_remembered_of_a_page_is_forgotten_when_somebody_speaks_or_is_erased(client, units):
    a_season()
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    address = "/conversations/?period=all"
    first, again = client.get(address), client.get(address)
    assert again.context["topics"] is first.context["topics"]
    hear(*held(99, angry(SAME, "好的")))
    assert client.get(address).context["n"] == 31
    Conversation.objects.filter(external_id="c-3").delete()
    assert client.get(address).context["n"] == 30


def test_conversations_read_before_it_was_kept_tell_who_answered(units):
    a_season()
    hear(*held(90, [("customer", 0, "几点开门？"), ("robot", 9, "十点")]))
    hear(*held(91, [("customer", 0, "几点开门？")]))
    told = list(Conversation.objects.order_by("pk").values_list("pk", "answered_by", "agent"))
    assert {who for _, who, _ in told} == {"staff", "robot", ""}
    Conversation.objects.update(answered_by="", agent="")
    migration = import_module("peakend.conversations.migrations.0003_answered_by")
    migration.tell_who_answered(apps, SimpleNamespace(connection=connection))
    assert told == list(
        Conversation.objects.order_by("pk").values_list("pk", "answered_by", "agent")
    )


@pytest.mark.parametrize(
    "asked", ["after=0001-01-01T00:00:00%2B14:00~1", "agent=%00", "agent=a%00", "channel=a%00b"]
)
def test_an_address_that_nobody_gave_breaks_nothing(client, units, asked):
    a_season()
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    assert client.get(f"/conversations/list/?period=all&{asked}").status_code == 200


def test_an_answer_forgotten_at_once_is_still_given(monkeypatch):
    monkeypatch.setattr("peakend.web.conversations.remembered.KEPT", 0)
    assert remembered((0,), "sums", (Conversation.objects.all(),), lambda: 7) == 7


def test_without_a_conversation_the_page_offers_the_import(client, units):
    client.force_login(a_user(Role.CX_LEAD, units[2]))
    assert "/imports/" in text_of(client.get("/conversations/"))


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59.6, "1 min"), (72, "1 min 12 s"), (1_800, "30 min"), (3_600, "1 h"),
     (7_500, "2 h 5 min"), (86_399, "24 h"), (200_000, "2 days"), (None, "–")],
)  # fmt: skip
def test_times_are_told_as_people_tell_them(seconds, told):
    from django.utils import translation

    with translation.override("en"):
        assert seconds_title(seconds) == told


def test_the_day_of_the_demo_s_chats_is_within_its_year():
    from peakend.demo.chats import OPEN_WEEKS, chats_of
    from peakend.demo.guests import invite_guests
    from peakend.demo.stories import draw_plan

    plan = draw_plan(1, date(2026, 11, 22))
    said = chats_of(plan, invite_guests(plan))
    days = {time[:10] for time, _turn in said}
    assert min(days) >= str(plan.until - timedelta(weeks=OPEN_WEEKS))
    assert max(days) < str(plan.until)
    assert said == chats_of(plan, invite_guests(plan))


def test_replies_read_before_their_wording_was_kept_are_told(units):
    a_season()
    told = list(Turn.objects.order_by("pk").values_list("pk", "felt", "wording"))
    assert {felt for _, felt, _ in told} > {None}
    Turn.objects.update(felt=None, wording=None)
    migration = import_module("peakend.conversations.migrations.0004_reply_wordings")
    migration.tell_wordings(apps, SimpleNamespace(connection=connection))
    assert told == list(Turn.objects.order_by("pk").values_list("pk", "felt", "wording"))
