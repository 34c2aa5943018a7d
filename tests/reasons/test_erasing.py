"""A reason keeps the wordings that somebody else used."""

import pytest

from peakend.inbox.signals import Who
from peakend.reasons.erasing import keep_what_others_said, reasons_with
from peakend.reasons.models import Explained, Reason
from peakend.voices.models import Source, Voice
from tests.builders import a_voice_signal, hear

pytestmark = pytest.mark.django_db


def test_wordings_of_the_erased_go_and_those_of_others_stay(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")
    hear(
        a_voice_signal("等位太久，因为只开了一半的桌子", customer=Who({"member": "a"})),
        a_voice_signal("等位太久，因为人手不够", customer=Who({"member": "b"})),
    )
    first, second = Voice.objects.order_by("pk")
    shared = Reason.objects.create(
        aspect="wait_time", polarity=-1, wording="只开了一半的桌子", words="只开了一半的桌子",
        wordings={"只开了一半的桌子": 1, "人手不够": 1},
    )  # fmt: skip
    alone = Reason.objects.create(
        aspect="wait_time", polarity=-1, wording="只开了一半", words="只开了一半"
    )
    Explained.objects.all().delete()
    for number, (voice, reason) in enumerate(((first, shared), (second, shared), (first, alone))):
        Explained.objects.create(
            opinion_id=number + 1, voice=voice, reason=reason, start=0, end=1, construction=0
        )
    touched = reasons_with([first.pk])
    first.delete()

    assert keep_what_others_said(touched) == 1

    shared.refresh_from_db()
    assert (shared.wording, shared.words, shared.wordings) == (
        "人手不够",
        "人手不够",
        {"人手不够": 1},
    )
    assert not Reason.objects.filter(pk=alone.pk).exists()
