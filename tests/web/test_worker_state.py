"""Pages say that nothing moves when nobody works in the background."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peakend.cli.worker import PULSE, resolve
from peakend.inbox import open_inbox
from peakend.inbox.signals import encode, key_of
from peakend.jobs.models import Pulse
from peakend.organization.choices import Role, UnitKind
from tests.builders import a_unit, a_user, a_voice_signal
from tests.voices.files import REVIEWS

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(home) -> Client:
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(a_user(Role.ADMINISTRATOR, a_unit(kind=UnitKind.GROUP)))
    return signed_in


def states(client: Client) -> dict[str, tuple[str, str, str]]:
    found = client.get(reverse("administration:index")).context["states"]
    return {state.name: (state.fact, state.tone, state.word) for state in found}


def arrive(count: int) -> None:
    signals = [a_voice_signal() for _ in range(count)]
    open_inbox().append((key_of(signal), encode(signal)) for signal in signals)


def beat() -> None:
    (chore,) = PULSE
    resolve(chore.call)()


def test_without_a_worker_all_is_not_well_and_the_page_says_how_to_start_one(client):
    arrive(18)

    page = client.get(reverse("administration:index")).content.decode()

    assert "Everything is well" not in page
    assert "peakend worker" in page
    assert states(client)["Background worker"][0] == "none has been seen yet"
    assert states(client)["Inbox"] == ("18 signals, 18 waiting", "warn", "waiting for the worker")


def test_a_worker_that_beats_runs_and_what_waits_is_being_taken_in(client):
    beat()
    arrive(18)

    assert states(client)["Background worker"][1:] == ("good", "runs")
    assert states(client)["Inbox"] == ("18 signals, 18 waiting", "good", "being taken in")
    assert "peakend worker" not in client.get(reverse("administration:index")).content.decode()


def test_a_worker_that_fell_silent_is_told_with_when_it_was_last_seen(client):
    beat()
    Pulse.objects.update(at=timezone.now() - timedelta(days=1))

    fact, tone, _ = states(client)["Background worker"]

    assert "none has been seen since yesterday" in fact
    assert tone == "bad"


def test_a_queued_import_says_that_nobody_works_on_it_until_somebody_does(client):
    file = SimpleUploadedFile("r.csv", REVIEWS.encode())
    address = client.post("/imports/", {"file": file})["Location"]
    form = client.get(address).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value()}
    started = client.post(address, {**filled, "start": "1"})["Location"]

    assert "No background worker" in client.get(started).content.decode()
    assert "No background worker" in client.get(f"{started}progress/").content.decode()
    beat()
    assert "No background worker" not in client.get(f"{started}progress/").content.decode()
