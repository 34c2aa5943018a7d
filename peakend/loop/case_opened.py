"""A case was opened: those who must act hear of it, and it is measured like everything else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from peakend.cases.choices import EntryKind, StepKind
from peakend.cases.models import Case, Entry
from peakend.cases.opening import Effect, Outcome
from peakend.cases.services import mark_reported
from peakend.cases.titles import title_of
from peakend.inbox import open_inbox
from peakend.inbox.signals import Event, encode, key_of
from peakend.messages.choices import Topic
from peakend.messages.services import announce, notify
from peakend.messages.templates import in_both_languages
from peakend.organization.choices import Role
from peakend.organization.models import User

# More than this many at once is one message, not a flood: an import may bring hundreds.
_SINGLY = 5
_REPORTED_AT_ONCE = 1_000
_ANSWERERS = (Role.UNIT_OWNER, Role.FRONTLINE)


@transaction.atomic
def tell_about_cases(outcomes: Iterable[Outcome], as_of: datetime) -> None:
    """Tell the people and channels of each unit about its new and returned cases."""
    effects = {
        outcome.case_id: outcome.effect
        for outcome in outcomes
        if outcome.effect in (Effect.OPENED, Effect.REOPENED)
    }
    cases = Case.objects.filter(pk__in=effects).select_related("unit", "owner")
    by_unit: dict[int | None, list[Case]] = defaultdict(list)
    for case in cases.order_by("due_at", "pk"):
        by_unit[case.unit_id].append(case)
    for unit_cases in by_unit.values():
        if len(unit_cases) > _SINGLY:
            _tell_together(unit_cases, as_of)
            continue
        for case in unit_cases:
            came_back = effects[case.pk] == Effect.REOPENED
            tell(case, "case_reopened" if came_back else "case_opened", as_of)


def tell(case: Case, template: str, as_of: datetime, people: Sequence[User] = ()) -> None:
    """Notices to ``people`` (or those who answer for the case), messages to its channels."""
    key = f"{template}:{case.pk}:{case.reopened}:{case.due_at:%Y%m%d%H%M}"
    context, link = context_of(case), f"/cases/{case.pk}/"
    notify(
        people or answerers(case),
        template=template,
        context=context,
        key=key,
        link=link,
        as_of=as_of,
    )
    topic = Topic.CASE_OPENED if template == "case_reopened" else Topic(template)
    announce(
        topic=topic,
        template=template,
        context=context,
        key=key,
        link=link,
        as_of=as_of,
        unit=case.unit,
        severity=case.severity,
    )


def context_of(case: Case) -> dict[str, Any]:
    """The values of the room's templates, in both languages."""
    due = timezone.localtime(case.due_at)
    return {
        "number": case.pk,
        "title": in_both_languages(lambda: title_of(case)),
        "unit": in_both_languages(lambda: case.unit.title if case.unit else "—"),
        "severity": in_both_languages(case.get_severity_display),
        "due": in_both_languages(lambda: date_format(due, "SHORT_DATETIME_FORMAT")),
    }


def answerers(case: Case) -> list[User]:
    """The owner; without one, everybody at the unit who works on cases."""
    if case.owner is not None:
        return [case.owner]
    if case.unit_id is None:
        return []
    people = User.objects.filter(unit_id=case.unit_id, role__in=_ANSWERERS, is_active=True)
    return list(people.order_by("pk"))


def report_cases() -> int:
    """Send what happened to cases through the inbox, exactly once; how many events.

    A line of history is marked only after the inbox holds it; killed in between, it is sent
    again under the same key and counts once.
    """
    inbox = open_inbox()
    reported = 0
    while True:
        entries = list(
            Entry.objects.filter(reported=False)
            .select_related("case__unit", "case__origin")
            .order_by("pk")[:_REPORTED_AT_ONCE]
        )
        if not entries:
            return reported
        events = [event for entry in entries if (event := _event(entry)) is not None]
        if events:
            inbox.append((key_of(event), encode(event)) for event in events)
        mark_reported([entry.pk for entry in entries])
        reported += len(events)


def _event(entry: Entry) -> Event | None:
    """What a line of history measures; ``value`` is minutes since the opening."""
    case = entry.case
    name = _name(entry)
    if name is None:
        return None
    unit = case.origin or case.unit
    minutes = (entry.at - case.opened_at).total_seconds() / 60
    return Event(
        source="cases",
        event=name,
        id=str(entry.pk),
        time=entry.at.isoformat(),
        value=round(minutes, 1),
        unit=unit.code if unit else "",
        attributes={"case": case.pk, "aspect": case.aspect},
    )


def _name(entry: Entry) -> str | None:
    if entry.kind == EntryKind.STEP and entry.details.get("step") == StepKind.REPLIED:
        is_first = entry.case.replied_at == entry.at
        return "case_first_reply" if is_first else None
    return {
        EntryKind.OPENED: "case_opened",
        EntryKind.CLOSED: "case_closed",
        EntryKind.REOPENED: "case_reopened",
        EntryKind.ESCALATED: "case_overdue",
    }.get(EntryKind(entry.kind))


def _tell_together(cases: list[Case], as_of: datetime) -> None:
    first = cases[0]
    context = context_of(first) | {"count": len(cases)}
    people = {person.pk: person for case in cases for person in answerers(case)}
    key = f"cases_opened:{first.unit_id}:{first.pk}:{cases[-1].pk}"
    notify(
        people.values(),
        template="cases_opened",
        context=context,
        key=key,
        link="/cases/",
        as_of=as_of,
    )
    announce(
        topic=Topic.CASE_OPENED,
        template="cases_opened",
        context=context,
        key=key,
        link="/cases/",
        as_of=as_of,
        unit=first.unit,
        severity=max(case.severity for case in cases),
    )
