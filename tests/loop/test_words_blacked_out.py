"""Of an erased customer the words that tell of them go, and everybody else's stay as they are."""

import pytest
from django.utils import timezone

from peakend.cases.models import Case, Comment
from peakend.customers.models import Customer
from peakend.inbox.signals import Turn, Who
from peakend.jobs.models import Job
from peakend.jobs.runs import work_on
from peakend.journeys.models import Touchpoint
from peakend.loop.customer_erased import start_erasure
from peakend.loop.reasons_found import find_reasons
from peakend.loop.traces import CONDITIONS, black_out_of
from peakend.messages.models import Notice
from peakend.reasons.models import Reason
from peakend.surveys.models import Survey
from peakend.voices.models import Source
from tests.builders import a_response_signal, a_unit, a_user, a_voice_signal, hear

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")


def erase(customer: Customer) -> None:
    done = work_on(start_erasure(customer.pk, queued=False).pk, beat=False)
    assert done
    assert done.state == Job.State.DONE


def test_what_the_company_declares_stays_as_it_is(home) -> None:
    option, stock = "much_too_expensive", "您好，很高兴为您服务，请稍等一下"
    asked = {
        "questions": [
            {
                "code": "why", "type": "choice", "text": {"zh-hans": "为什么"},
                "options": [
                    {"code": option, "text": {"zh-hans": "太贵"}},
                    {"code": "other", "text": {"zh-hans": "其他"}},
                ],
            },
        ]
    }  # fmt: skip
    source = Source.objects.get(code="dianping")
    survey = Survey.objects.create(
        slug="after-visit", title="Annual store review of Ann", definition=asked, source=source
    )
    ann = Who({"member": "MEMBER-90210-QX"}, name="Ann")
    said = ("2026-07-25T18:30:00+08:00", "2026-07-25T18:31:00+08:00")
    hear(
        a_response_signal({"why": option}, customer=ann),
        Turn("dianping", "c", "customer", "在吗", said[0], customer=ann),
        Turn("dianping", "c", "robot", stock, said[1], customer=ann),
    )
    case = Case.objects.create(
        cause="metric:x", severity=1, opened_at=timezone.now(), promised_at=timezone.now(),
        due_at=timezone.now(), unit=a_unit(), facts={"Ann": option},
    )  # fmt: skip
    text = f"Ann 说 Annual 打折，我们答：{stock}"
    Comment.objects.create(case=case, author=a_user(), text=text, written_at=timezone.now())

    erase(Customer.objects.get())

    survey.refresh_from_db()
    case.refresh_from_db()
    assert (survey.title, survey.definition) == ("Annual store review of Ann", asked)
    assert case.facts == {"Ann": option}
    assert Comment.objects.get().text == text.replace("Ann 说", "▇▇▇ 说")


def test_a_name_that_others_bear_is_nobodys_trace(home) -> None:
    hear(
        *[a_response_signal({"nps": 1}, customer=Who({"member": m}, name="微信用户")) for m in "ab"]
    )
    other = Case.objects.create(
        cause="metric:x", severity=1, opened_at=timezone.now(), promised_at=timezone.now(),
        due_at=timezone.now(), unit=a_unit(), root_cause_note="微信用户付不了款",
    )  # fmt: skip
    erase(Customer.objects.get(identities__value="a"))
    other.refresh_from_db()
    assert other.root_cause_note == "微信用户付不了款"


def test_a_reason_that_others_gave_too_stays_as_they_gave_it(home) -> None:
    reason = "等位太久，因为周末下午只开了一半的桌子"
    hear(*[a_voice_signal(reason, customer=Who({"member": m})) for m in "abc"])
    find_reasons(timezone.now())
    before = list(Reason.objects.order_by("pk").values("wording", "words"))
    assert before
    erase(Customer.objects.get(identities__value="a"))
    assert list(Reason.objects.order_by("pk").values("wording", "words")) == before


def test_long_words_and_many_are_found(home) -> None:
    long = "等位两个小时太久了" * 1_000
    many = [f"word-number-{n:04d}" for n in range(2 * CONDITIONS)]
    lead = a_user()
    Notice.objects.create(
        user=lead, key="k", template="case_opened", link="/", created_at=timezone.now(),
        context={"title": f"说：{long}", "other": many[-1]},
    )  # fmt: skip
    assert black_out_of(Notice, [long, *many]) == 1
    assert Notice.objects.get().context == {"title": "说：▇▇▇", "other": "▇▇▇"}
    assert black_out_of(Touchpoint, many) == 0
