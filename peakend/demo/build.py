"""Build the demo company in a data folder: found it, let its year be heard, prove what it did."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from peakend.demo.casework import work_cases
from peakend.demo.company import found_company
from peakend.demo.initiatives import try_improvements
from peakend.demo.products import fill_library
from peakend.demo.stories import Key, Plan, draw_plan
from peakend.demo.views import keep_views
from peakend.demo.year import year_of
from peakend.inbox import open_inbox
from peakend.loop.alerts_raised import evaluate
from peakend.loop.conversations_ended import send_ended
from peakend.loop.reasons_found import find_reasons
from peakend.loop.signals_drained import drain
from peakend.loop.themes_found import find_themes
from peakend.organization.models import Unit

Tell = Callable[[str, int, int], None]  # step, done, total


class AnotherDemoError(Exception):
    """The folder holds a demo of another seed or with other stories."""

    def __init__(self, held: dict[str, object]) -> None:
        super().__init__(f"the folder holds another demo: {held}")
        self.held = held


class NotADemoError(Exception):
    """The folder holds a company's own data."""


@dataclass(frozen=True)
class Recipe:
    """What a folder's demo was made from."""

    seed: int
    omitted: tuple[str, ...]
    until: date

    def as_json(self) -> dict[str, object]:
        return {"seed": self.seed, "omit": list(self.omitted), "until": self.until.isoformat()}


def build(seed: int, omit: frozenset[Key], today: date, tell: Tell | None = None) -> Plan:
    """Make the demo in the current data folder; a second time, only what is missing is added.

    Raises:
        AnotherDemoError: the folder holds a demo of another seed or with other omissions.
        NotADemoError: the folder holds something else.
    """
    plan = listen(seed, omit, today, tell)
    act(plan)
    if tell:
        tell("acted", 1, 1)
    prove(plan)
    if tell:
        tell("proved", 1, 1)
    return plan


def listen(seed: int, omit: frozenset[Key], today: date, tell: Tell | None = None) -> Plan:
    """Found the company and let its year be heard and understood. Raises as :func:`build`."""
    note = tell or (lambda _step, _done, _total: None)
    recipe = _recipe(seed, omit, today)
    plan = draw_plan(recipe.seed, recipe.until, omit)
    found_company()
    note("founded", 1, 1)
    open_inbox().append(year_of(plan))
    note("heard", 1, 1)
    drain(progress=lambda done, total: note("understood", done, total))
    # Every chat of the year has ended, whatever this machine's clock says.
    if send_ended(_as_of(plan)):
        drain()
    return plan


def act(plan: Plan) -> None:
    """Raise cases by the rules, and let the demo's people work them."""
    evaluate(_as_of(plan), from_occurrence=True, tell=False)
    work_cases(plan.seed, _as_of(plan))
    drain()  # cases are measured like everything else: what they did came back as events
    find_themes(_as_of(plan), at_once=True)
    find_reasons(_as_of(plan))


def prove(plan: Plan) -> None:
    """Put the initiatives on record and judge those whose day has come; tests go on their norms."""
    try_improvements(plan, _as_of(plan))
    keep_views()
    fill_library(plan)


def _as_of(plan: Plan) -> datetime:
    """The midnight that ends the year."""
    return datetime.combine(plan.until, time(), ZoneInfo(settings.TIME_ZONE))


def _recipe(seed: int, omit: frozenset[Key], today: date) -> Recipe:
    """The folder's own recipe, or a new one: a demo made last week keeps its last day."""
    place = Path(settings.HOME) / "demo.json"
    wanted = Recipe(seed, tuple(sorted(omit)), today)
    if place.exists():
        held = json.loads(place.read_text())
        if (held["seed"], held["omit"]) != (seed, list(wanted.omitted)):
            raise AnotherDemoError(held)
        return Recipe(seed, wanted.omitted, date.fromisoformat(held["until"]))
    if open_inbox().last() or Unit.objects.exists():
        raise NotADemoError
    place.write_text(json.dumps(wanted.as_json()))
    return wanted
