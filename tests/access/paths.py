"""Every path into the product, who may take it, and how another unit is kept out.

A new page, operation, kind of job or background task is one line here; a path that is missing
fails ``test_every_path.py``. ``of`` says what the path is about:

- ``ROW``: the address names a row of the eastern store. Another unit gets 403 or 404.
- ``LIST``: it shows what lies in the reader's scope. Another unit sees none of the marks;
  the ``marks`` named must be there for whoever sees the whole company.
- ``WHOLE``: it changes or shows the whole company at once. Another unit gets 403.
- ``COMMON``: common knowledge or an empty form; no unit's data is on it.
- ``SELF``: it is about the reader alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.access.world import CASE, CUSTOMER, INITIATIVE, NOTE, QUESTION, THEME, UNIT, WORDS, World

PUBLIC = "public"
SIGNED_IN = "signed-in"

ROW, LIST, WHOLE, COMMON, SELF = "row", "list", "whole", "common", "self"


@dataclass(frozen=True)
class Path:
    """One path: its permission, what it is about, and how to take it in the world."""

    access: str
    of: str
    arguments: Callable[[World], dict[str, Any]] = lambda world: {}
    method: str = "get"
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    marks: tuple[str, ...] = ()


def post(access: str, of: str, arguments=lambda world: {}, data=lambda world: {}) -> Path:
    return Path(access, of, arguments, "post", data)


def case(world: World) -> dict[str, Any]:
    return {"number": world.case_number}


def voice(world: World) -> dict[str, Any]:
    return {"voice_id": world.voice.pk}


def taxonomy(world: World) -> dict[str, Any]:
    return {"code": "restaurant"}


def aspect(world: World) -> dict[str, Any]:
    return {"code": "restaurant", "aspect": "noise"}


def version(world: World) -> dict[str, Any]:
    return {"code": "restaurant", "number": world.version.version}


ASPECT = {"name_zh": "标记", "group": "service", "keywords": "快一个小时"}


def customer(world: World) -> dict[str, Any]:
    return {"number": world.customer.pk}


def initiative(world: World) -> dict[str, Any]:
    return {"number": world.initiative.pk}


def journey(world: World) -> dict[str, Any]:
    return {"code": "dining"}


def point(world: World, **more: Any) -> dict[str, Any]:
    return {"code": "dining", "pk": world.touchpoint, **more}


def job(world: World) -> dict[str, Any]:
    return {"job_id": world.job.pk}


def theme(world: World) -> dict[str, Any]:
    return {"number": world.theme.pk}


def dashboard(world: World) -> dict[str, Any]:
    return {"number": world.dashboard.pk}


def kept(world: World) -> dict[str, Any]:
    return {"name": "晨会", "sharing": "mine"}


def survey(world: World) -> dict[str, Any]:
    return {"slug": "after-visit"}


PAGES: dict[str, Path] = {
    # Signing in
    "account_login": Path(PUBLIC, COMMON),
    "account_logout": Path(SIGNED_IN, SELF),
    "account_change_password": Path(SIGNED_IN, SELF),
    "account_reauthenticate": Path(SIGNED_IN, SELF),
    "set_language": post(PUBLIC, COMMON),
    # Overview, voices, metrics
    "overview:index": Path("overview.read", LIST, marks=(CASE,)),
    "voices:index": Path("voices.read", LIST, marks=("东店标记：",)),
    "voices:export": Path("voices.export", LIST, marks=(WORDS,)),
    "voices:voice": Path("voices.read", ROW, lambda world: {"voice_id": world.voice.pk}),
    "voices:take_up": post("cases.assign", ROW, voice),
    "pains:index": Path("voices.read", LIST, marks=("排队等位",)),
    "pains:case": post("cases.assign", ROW, data=lambda world: {"aspect": "wait_time"}),
    "conversations:index": Path("voices.read", LIST, marks=(UNIT,)),
    "conversations:list": Path("voices.read", LIST, marks=(QUESTION,)),
    "conversations:conversation": Path(
        "voices.read", ROW, lambda world: {"number": world.conversation.pk}
    ),
    "conversations:open_case": post(
        "cases.assign", ROW, lambda world: {"number": world.conversation.pk}
    ),
    # Themes are found in the whole company's voices; what is counted and quoted is of the scope
    "themes:index": Path("voices.read", LIST, marks=(THEME,)),
    "themes:theme": Path("voices.read", ROW, theme),
    "themes:words": Path("voices.read", LIST, lambda world: {}, marks=(UNIT,)),
    "competitors:index": Path("voices.read", LIST),
    "themes:name": Path("voices.correct", WHOLE, theme),
    "themes:dismiss": post("voices.correct", WHOLE, theme),
    "themes:restore": post("voices.correct", WHOLE, theme),
    "metrics:index": Path("metrics.read", LIST),
    "metrics:metric": Path(
        "metrics.read", LIST, lambda world: {"code": "rating"}, marks=(UNIT, NOTE)
    ),
    "metrics:export": Path("metrics.read", LIST, lambda world: {"code": "rating"}),
    "metrics:choose": Path("metrics.write", COMMON),
    "metrics:new": Path("metrics.write", WHOLE, lambda world: {"kind": "answers-mean"}),
    "metrics:preview": post("metrics.write", WHOLE, lambda world: {"kind": "answers-mean"}),
    "metrics:edit": Path("metrics.write", WHOLE, lambda world: {"code": "nps"}),
    "metrics:remove": post("metrics.write", WHOLE, lambda world: {"code": world.metric}),
    "metrics:note": post(
        "metrics.write",
        ROW,
        lambda world: {"code": "rating"},
        lambda world: {"a-on": "2026-07-01", "a-title": "停电", "a-unit": world.east.pk},
    ),
    "metrics:unnote": post("metrics.write", ROW, lambda world: {"number": world.annotation.pk}),
    # A dashboard is a view: those it is shared with see it, each with the figures of their scope
    "crosstabs:index": Path("metrics.read", LIST),
    "crosstabs:export": Path("metrics.read", LIST),
    "crosstabs:start": post("metrics.read", SELF),
    "crosstabs:stop": post("metrics.read", ROW, lambda world: {"job_id": world.crosstab.pk}),
    "dashboards:index": Path("metrics.read", LIST),
    # Whether anything changed anywhere, as a number
    "dashboards:edition": Path("metrics.read", COMMON),
    "dashboards:standard": Path("metrics.read", LIST),
    "dashboards:export_standard": Path("metrics.read", LIST),
    "dashboards:keep": post("metrics.read", SELF, data=kept),
    "dashboards:dashboard": Path("metrics.read", ROW, dashboard),
    "dashboards:export": Path("metrics.read", ROW, dashboard),
    "dashboards:change": post("metrics.read", ROW, dashboard, kept),
    "dashboards:remove": post("metrics.read", ROW, dashboard),
    # Corrections belong to the voice; what reads for the company is the whole company's
    "review:index": Path("voices.correct", LIST),
    "review:confirm": post("voices.correct", ROW, voice),
    "review:learning": Path("voices.correct", LIST),
    "review:labels": Path("voices.correct", LIST, marks=(WORDS,)),
    "review:work": Path("voices.correct", LIST),
    "review:train": post("voices.correct", WHOLE, data=lambda world: {"taxonomy": "restaurant"}),
    "review:rule": post("voices.correct", WHOLE, data=lambda world: {"below": "0.5"}),
    "review:activate": post(
        "voices.correct",
        WHOLE,
        lambda world: {"model_id": world.model.pk},
        lambda world: {"off": "1"},
    ),
    "review:reading": Path("voices.correct", ROW, voice),
    "review:correct": post("voices.correct", ROW, voice, lambda world: {"deed": "reviewed"}),
    "review:undo": post(
        "voices.correct", ROW, lambda world: {**voice(world), "correction_id": world.correction.pk}
    ),
    # Taxonomies read for the whole company; what they would change is shown within the scope
    "taxonomies:index": Path("voices.correct", COMMON),
    "taxonomies:taxonomy": Path("voices.correct", COMMON, taxonomy),
    "taxonomies:export": Path("voices.correct", COMMON, taxonomy),
    "taxonomies:version": Path("voices.correct", LIST, version, marks=("东店标记",)),
    "taxonomies:preview": Path(
        "voices.correct", LIST, taxonomy, "post", lambda world: ASPECT, marks=("东店标记",)
    ),
    "taxonomies:copy": Path("voices.correct", WHOLE),
    "taxonomies:new": Path("voices.correct", WHOLE, taxonomy),
    "taxonomies:aspect": Path("voices.correct", WHOLE, aspect),
    "taxonomies:remove": post("voices.correct", WHOLE, aspect),
    "taxonomies:apply": post("voices.correct", WHOLE, version),
    "taxonomies:discard": post("voices.correct", WHOLE, version),
    "taxonomies:shipped": post("voices.correct", WHOLE, taxonomy),
    "norms:index": Path("metrics.read", COMMON),
    "norms:add": post("metrics.write", WHOLE),
    "norms:deposit": post("metrics.write", WHOLE, survey),
    "norms:remove": post("metrics.write", WHOLE, lambda world: {"number": world.study}),
    "drivers:index": Path("metrics.read", LIST),
    "drivers:take": post("metrics.write", WHOLE),
    # Journeys: maps are common knowledge, figures and words on them are of the scope
    "journeys:index": Path("journeys.read", COMMON),
    "journeys:new": Path("journeys.write", COMMON),
    "journeys:journey": Path("journeys.read", LIST, journey),
    "journeys:assign": post(
        "cases.assign", ROW, point, lambda world: {"unit": world.east.pk, "promise": 24}
    ),
    "journeys:rename": post("journeys.write", ROW, journey, lambda world: {"name": "新名"}),
    "journeys:remove": post("journeys.write", ROW, journey),
    "journeys:cell": Path("journeys.write", ROW, lambda world: point(world, field="behaviour")),
    "journeys:stage_added": post("journeys.write", ROW, journey),
    "journeys:stage_changed": post(
        "journeys.write",
        ROW,
        lambda world: {"code": "dining", "pk": world.stage, "change": "left"},
    ),
    "journeys:touchpoint_added": post(
        "journeys.write", ROW, lambda world: {"code": "dining", "stage": world.stage}
    ),
    "journeys:touchpoint_changed": post(
        "journeys.write", ROW, lambda world: point(world, change="left")
    ),
    # Cases
    "cases:index": Path("cases.read", LIST, data=lambda world: {"box": "unit"}, marks=(CASE,)),
    "cases:case": Path("cases.read", ROW, case),
    "cases:step": post("cases.work", ROW, case, lambda world: {"kind": "acknowledged"}),
    "cases:take": post("cases.work", ROW, case),
    "cases:assign": post(
        "cases.assign", ROW, case, lambda world: {"owner": world.owner.pk, "person": world.owner.pk}
    ),
    "cases:hand_over": post("cases.assign", ROW, case, lambda world: {"unit": world.east.pk}),
    "cases:comment": post("cases.work", ROW, case, lambda world: {"text": "问过了"}),
    "cases:guidance": post("cases.work", ROW, case, lambda world: {"code": "apologise"}),
    "cases:close": post("cases.work", ROW, case),
    "cases:reopen": post("cases.work", ROW, case),
    "cases:rename": post("cases.work", ROW, case, lambda world: {"title": "新名"}),
    # Alert rules hold for the whole company
    "alerts:index": Path("cases.read", COMMON),
    "alerts:choose": Path("alerts.write", COMMON),
    "alerts:new": Path("alerts.write", WHOLE, lambda world: {"kind": "low-score"}),
    "alerts:rule": Path("alerts.write", WHOLE, lambda world: {"number": world.rule_number}),
    "alerts:switch": post("alerts.write", WHOLE, lambda world: {"number": world.rule_number}),
    # Notices and message channels
    "notices:index": Path(SIGNED_IN, SELF),
    "notices:read": post(SIGNED_IN, SELF),
    "notices:channels": Path("messages.write", WHOLE),
    "notices:new_channel": Path("messages.write", WHOLE),
    "notices:channel": Path("messages.write", WHOLE, lambda world: {"number": world.channel.pk}),
    "notices:try_channel": post(
        "messages.write", WHOLE, lambda world: {"number": world.channel.pk}
    ),
    # Improvements
    "improvements:index": Path("improvements.read", LIST, marks=(INITIATIVE,)),
    "improvements:new": Path("improvements.write", LIST, marks=(UNIT,)),
    "improvements:initiative": Path("improvements.read", ROW, initiative),
    "improvements:prolong": post("improvements.write", ROW, initiative),
    "improvements:stop": post("improvements.write", ROW, initiative),
    # Customers
    "customers:index": Path("customers.read", LIST, marks=(CUSTOMER,)),
    "customers:customer": Path("customers.read", ROW, customer),
    "customers:unmask": post("customers.unmask", ROW, customer),
    "customers:erase": post("customers.erase", ROW, customer),
    # Surveys are asked of everybody; answers are of the scope
    "surveys:index": Path("surveys.read", LIST),
    "surveys:new": Path("surveys.write", COMMON),
    "surveys:survey": Path("surveys.read", LIST, survey, marks=(UNIT,)),
    "surveys:qr_code": Path("surveys.read", COMMON, survey),
    "surveys:switch": post("surveys.write", COMMON, survey),
    "respond:survey": Path(PUBLIC, COMMON, survey),
    "respond:thanks": Path(PUBLIC, COMMON, survey),
    # Imports are their owner's
    "imports:index": Path("voices.import", LIST, marks=("东店标记",)),
    "imports:plan": Path("voices.import", ROW, lambda world: {"token": world.upload.token}),
    "imports:recording": Path("voices.import", ROW, lambda world: {"token": world.call.token}),
    "imports:import": Path("voices.import", ROW, job),
    "imports:progress": Path("voices.import", ROW, job),
    "imports:cancel": post("voices.import", ROW, job),
    "imports:errors": Path("voices.import", ROW, job),
    # Long work is its starter's, and everybody's who looks after the whole company
    "jobs:index": Path("jobs.read", LIST, marks=("东店标记",)),
    "jobs:cancel": post("jobs.read", ROW, job),
    # Administration
    "administration:index": Path("organization.write", COMMON),
    "administration:units": Path("organization.write", LIST, marks=(UNIT,)),
    "administration:unit_new": Path("organization.write", LIST, marks=(UNIT,)),
    "administration:unit": Path("organization.write", ROW, lambda world: {"pk": world.east.pk}),
    "administration:unit_open": post(
        "organization.write", ROW, lambda world: {"pk": world.east.pk}
    ),
    "administration:people": Path("organization.write", LIST, marks=(UNIT,)),
    "administration:person_new": Path("organization.write", LIST, marks=(UNIT,)),
    "administration:person": Path("organization.write", ROW, lambda world: {"pk": world.owner.pk}),
    "administration:password": Path(
        "organization.write", ROW, lambda world: {"pk": world.owner.pk}
    ),
    "administration:person_open": post(
        "organization.write", ROW, lambda world: {"pk": world.owner.pk}
    ),
    "administration:sources": Path("organization.write", COMMON),
    "administration:source": Path(
        "organization.write", WHOLE, lambda world: {"pk": world.source.pk}
    ),
    "administration:brands": Path("organization.write", COMMON),
    "administration:brand_new": Path("organization.write", WHOLE),
    "administration:brand": Path("organization.write", WHOLE, lambda world: {"pk": world.brand.pk}),
    "administration:tokens": Path("tokens.write", LIST, marks=("东店标记令牌",)),
    "administration:token_new": Path("tokens.write", SELF),
    "administration:token_revoke": post("tokens.write", ROW, lambda world: {"pk": world.token.pk}),
    "administration:audit": Path("audit.read", LIST, marks=(UNIT,)),
    # The API's document; its operations are below
    "api:openapi": Path(SIGNED_IN, COMMON),
}

# Views that answer with a file: what leaves the product in bulk. They are pages above, too.
EXPORTS = {
    "crosstabs:export",
    "dashboards:export",
    "dashboards:export_standard",
    "metrics:export",
    "voices:export",
    "review:labels",
    "taxonomies:export",
    "imports:errors",
    "surveys:qr_code",
}

# (method, path): permission, and whether another unit sees less. Feedback is told, not read.
OPERATIONS: dict[tuple[str, str], Path] = {
    ("post", "/api/v1/feedback"): Path("voices.import", WHOLE),
    ("post", "/api/v1/events"): Path("voices.import", WHOLE),
    ("get", "/api/v1/voices"): Path("voices.read", LIST, marks=("东店标记：",)),
    ("get", "/api/v1/metrics"): Path("metrics.read", COMMON),
    ("get", "/api/v1/metrics/{code}"): Path("metrics.read", LIST, marks=('"n": 1',)),
    ("get", "/api/v1/cases"): Path("cases.read", LIST, marks=(CASE,)),
    ("get", "/api/v1/health"): Path(PUBLIC, COMMON),
}

# Kinds of long work, and the page that starts them.
JOBS = {
    "recordings.transcribe": "imports:recording",
    "voices.import": "imports:plan",
    "metrics.crosstab": "crosstabs:start",
    "opinions.reread": "taxonomies:apply",
    "opinions.train": "review:train",
    "customers.erase": "customers:erase",
    "warehouse.rebuild": "",  # at the terminal alone
}

# Background tasks, and what queues them; nobody queues one from outside.
TASKS = {
    "peakend.loop.tasks.follow_corrections": "a correction that a page kept",
    "peakend.loop.tasks.follow_units": "a unit that a person made or renamed",
    "peakend.jobs.tasks.run_job": "a job that a page started",
    "peakend.messages.tasks.deliver": "a message the product wrote",
}
