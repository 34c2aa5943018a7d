"""Who a case is about, masked, and what happened with them before."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peakend.cases.models import Case
from peakend.cases.titles import title_of
from peakend.customers.queries import ShownIdentity, shown_identities
from peakend.organization.access import Scope
from peakend.voices.models import Voice
from peakend.web.shell.names import segment_title
from peakend.web.shell.times import moment

POLARITIES = {
    -1: gettext_lazy("negative"),
    0: gettext_lazy("neutral"),
    1: gettext_lazy("positive"),
}
TONES = {-1: "bad", 0: "", 1: "good"}


@dataclass(frozen=True)
class Past:
    """Something this customer did or said before."""

    when: str
    text: str
    outcome: str
    tone: str
    number: int | None


@dataclass(frozen=True)
class CustomerCard:
    """Who it is about, masked, and what happened before."""

    id: int
    name: str
    identities: tuple[ShownIdentity, ...]
    segment: str
    tags: tuple[str, ...]
    past: tuple[Past, ...]


def customer_card(case: Case, scope: Scope, now: datetime) -> CustomerCard | None:
    """The card of the case's customer; nothing where nobody is known."""
    customer = case.customer
    if customer is None:
        return None
    identities = shown_identities(customer, unmask=False)
    segment = customer.attributes.filter(name="segment").order_by("-valid_from").first()
    return CustomerCard(
        id=customer.pk,
        name=customer.name or _("Customer %(number)s") % {"number": customer.pk},
        identities=tuple(identities),
        segment=segment_title(segment.value) if segment else "",
        tags=tuple(str(tag) for tag in customer.tags),
        past=_past(case, scope, now),
    )


def _past(case: Case, scope: Scope, now: datetime) -> tuple[Past, ...]:
    """What this customer said and the cases they had, newest first, within the reader's scope."""
    voices = scope.filter(Voice.objects.filter(customer=case.customer)).order_by(
        "-occurred_at", "-pk"
    )[:6]
    cases = scope.filter(Case.objects.filter(customer=case.customer).exclude(pk=case.pk)).order_by(
        "-opened_at", "-pk"
    )[:4]
    found = [
        (
            voice.occurred_at,
            Past(
                moment(voice.occurred_at, now),
                voice.text[:40],
                str(POLARITIES[voice.polarity]) if voice.polarity else "",
                TONES[voice.polarity],
                None,
            ),
        )
        for voice in voices
    ]
    found += [
        (
            old.opened_at,
            Past(
                moment(old.opened_at, now),
                title_of(old),
                str(old.get_step_display()),
                "" if old.is_open else "good",
                old.pk,
            ),
        )
        for old in cases
    ]
    return tuple(past for _at, past in sorted(found, key=lambda pair: pair[0], reverse=True)[:7])
