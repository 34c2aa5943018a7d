"""A small company in which one of everything belongs to the eastern store, nothing to the western."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from peakend.alerts.causes import Cause, Evidence
from peakend.alerts.services import ensure_standard_rules
from peakend.cases.opening import open_for_causes
from peakend.cases.services import Deed
from peakend.cases.services import rename as rename_case
from peakend.conversations.models import Conversation, Turn
from peakend.customers.models import Customer
from peakend.improvements.models import Initiative
from peakend.improvements.services import InitiativeDraft, start_initiative
from peakend.inbox import open_inbox
from peakend.inbox.signals import Voice as VoiceSignal
from peakend.inbox.signals import Who, encode, key_of
from peakend.jobs.models import Job
from peakend.jobs.runs import work_on
from peakend.journeys.models import Journey
from peakend.journeys.services import StagePlan, TouchpointPlan, draw_journey
from peakend.loop.signals_drained import drain
from peakend.messages.models import Channel
from peakend.metrics.annotations import AnnotationDraft, annotate
from peakend.metrics.models import Annotation, Dashboard
from peakend.metrics.norms import FigureDraft, StudyDraft, deposit
from peakend.metrics.services import MetricDraft, save_metric
from peakend.offerings.models import Brand
from peakend.opinions.corrections import Hand, confirm
from peakend.opinions.editing import put_aspect
from peakend.opinions.models import Correction, Opinion, TaxonomyVersion, TextModel
from peakend.opinions.taxonomies import edited, save_version
from peakend.organization.access import Scope
from peakend.organization.choices import Role, UnitKind
from peakend.organization.models import ApiToken, Unit, User
from peakend.organization.services import create_unit
from peakend.organization.tokens import issue_token
from peakend.surveys.models import Survey
from peakend.text import taxonomy_names
from peakend.themes.models import Mention, Theme
from peakend.voices.imports import Choices, plan_import, start_import
from peakend.voices.models import Source, Voice
from peakend.voices.uploads import Upload, keep_upload
from tests.builders import a_user

WORDS = "东店标记：排队等了快一个小时"
CUSTOMER = "东店标记客人"
CASE = "东店标记工单"
INITIATIVE = "东店标记改进"
UNIT = "东店标记门店"
THEME = "东店标记：排队"
NOTE = "东店标记停电"
QUESTION = "东店标记：几点开门？"


@dataclass(frozen=True)
class World:
    """Rows of the eastern store, and the people who try to reach them."""

    east: Unit
    west: Unit
    voice: Voice
    customer: Customer
    case_number: int
    initiative: Initiative
    journey: Journey
    survey: Survey
    source: Source
    brand: Brand
    channel: Channel
    rule_number: int
    theme: Theme
    conversation: Conversation
    correction: Correction
    model: TextModel
    version: TaxonomyVersion
    token: ApiToken
    annotation: Annotation
    metric: str  # a metric of the company's own
    study: int  # of the norm library
    dashboard: Dashboard  # shared with the eastern store
    job: Job
    crosstab: Job  # a table the owner has read
    upload: Upload
    call: Upload  # a recording
    owner: User  # administrator of the eastern store
    chief: User  # administrator of the whole company
    neighbour: User  # administrator of the western store: every permission, another unit
    people: dict[str, User]  # one of each role, in the eastern store
    secrets: dict[str, str]  # API tokens of chief and neighbour with everything they may

    @property
    def stage(self) -> int:
        return self.journey.stages.get().pk

    @property
    def touchpoint(self) -> int:
        return self.journey.stages.get().touchpoints.get().pk

    def client(self, person: User | None) -> Client:
        """A browser in which the person, or nobody, is signed in."""
        client = Client(raise_request_exception=False)
        if person is not None:
            client.force_login(person)
        return client


def build_world() -> World:
    """Found the company and let the eastern store be heard, through the inbox as in life."""
    group = create_unit(code="group", name="集团", kind=UnitKind.GROUP)
    east = create_unit(code="east", name=UNIT, name_en=UNIT, kind=UnitKind.STORE, parent=group)
    west = create_unit(code="west", name="西店", kind=UnitKind.STORE, parent=group)
    chief = a_user(Role.ADMINISTRATOR, group)
    owner = a_user(Role.ADMINISTRATOR, east)
    neighbour = a_user(Role.ADMINISTRATOR, west)
    brand = Brand.objects.create(code="own", name="自有")
    source = Source.objects.create(code="dianping", name="点评", taxonomy="restaurant")
    ensure_standard_rules()
    _hear(source)
    voice = Voice.objects.get(text=WORDS)
    case_number = _open_case(voice, east)
    points = (TouchpointPlan("到店等位", codes=("wait_time",)),)
    survey = Survey.objects.create(
        slug="after-visit",
        title="回访",
        source=source,
        definition={
            "questions": [
                {"code": code, "type": kind, "text": {"zh": code, "en": code}}
                for code, kind in (
                    ("nps", "nps"),
                    ("csat", "csat"),
                    ("a", "rating"),
                    ("b", "rating"),
                )
            ]
        },
    )
    return World(
        east=east,
        west=west,
        voice=voice,
        customer=Customer.objects.get(name=CUSTOMER),
        case_number=case_number,
        initiative=_start_initiative(east, owner),
        journey=draw_journey(
            name="到店", code="dining", unit=east, stages=[StagePlan("售中", touchpoints=points)]
        ),
        survey=survey,
        source=source,
        brand=brand,
        channel=Channel.objects.create(
            kind="webhook", name="东店标记通道", address="https://example.com/x", unit=east
        ),
        rule_number=_a_rule(),
        theme=_a_theme(voice),
        conversation=_conversations(voice),
        correction=_a_correction(voice, owner),
        model=_a_model(),
        version=_a_version(),
        token=issue_token(owner=owner, name="东店标记令牌", permissions=["voices.read"])[0],
        annotation=annotate(
            AnnotationDraft(on=timezone.localdate(), title=NOTE, unit=east),
            by=owner,
            scope=Scope(None),
        ),
        metric=_define_a_metric(chief),
        study=deposit(
            StudyDraft("新茶", "茶饮", timezone.localdate()),
            [FigureDraft("nps", 0.3, 0.05, 100)],
            by=chief,
        ).pk,
        dashboard=Dashboard.objects.create(
            name="东店标记看板", metrics=["rating"], owner=chief, sharing="unit", unit=east
        ),
        job=_import_a_file(owner),
        crosstab=Job.objects.create(kind="metrics.crosstab", started_by=owner, state="done"),
        upload=_upload(owner),
        call=keep_upload("东店标记.wav", [b"RIFF"], owner),
        owner=owner,
        chief=chief,
        neighbour=neighbour,
        people={role: a_user(role, east) for role in Role.values},
        secrets={
            name: issue_token(owner=person, name=name, permissions=_everything(person))[1]
            for name, person in (("chief", chief), ("neighbour", neighbour))
        },
    )


def _conversations(voice: Voice) -> Conversation:
    """As many as a page tells a unit from, held when the voice was heard."""
    now = voice.occurred_at
    for number in range(10):
        held = Conversation.objects.create(
            source=voice.source, external_id=str(number), started_at=now, ended_at=now,
            unit=voice.unit,
            channel="web", turns_count=1, questions=1, unanswered=1,
        )  # fmt: skip
        Turn.objects.create(
            conversation=held, at=now, speaker="customer", text=QUESTION, is_question=True,
            is_unanswered=True, topic="q_opening_hours",
        )  # fmt: skip
    return held


def _a_theme(voice: Voice) -> Theme:
    today = timezone.localdate()
    theme = Theme.objects.create(
        taxonomy="restaurant", kind="rising", phrases=[THEME], z=5.0, found_on=today, seen_on=today
    )
    Mention.objects.create(theme=theme, voice=voice, start=0, end=len(THEME))
    return theme


def _everything(person: User) -> list[str]:
    from peakend.organization.access import permissions_of

    return sorted(permissions_of(person))


def _hear(source: Source) -> None:
    signal = VoiceSignal(
        source=source.code,
        id="1",
        text=WORDS,
        time=(timezone.now() - timedelta(days=1)).isoformat(),
        rating=1,
        scale=(1, 5),
        unit="east",
        brand="own",
        channel="dianping",
        customer=Who(ids={"member": "M-EAST"}, name=CUSTOMER, attributes={"segment": "new"}),
    )
    open_inbox().append([(key_of(signal), encode(signal))])
    drain()


def _open_case(voice: Voice, east: Unit) -> int:
    now = timezone.now()
    cause = Cause(
        key=f"voice:{voice.pk}",
        occurred_at=voice.occurred_at,
        evidence=(Evidence(f"voice:{voice.pk}", voice_id=voice.pk),),
        unit_id=east.pk,
        aspect="wait_time",
        customer_id=voice.customer_id,
    )
    [outcome] = open_for_causes([cause], rule=None, as_of=now)
    rename_case(outcome.case_id, CASE, Deed(None, now))
    return outcome.case_id


def _start_initiative(east: Unit, owner: User) -> Initiative:
    today = timezone.localdate()
    draft = InitiativeDraft(
        name=INITIATIVE, metric="rating", target=0.2, starts_on=today, pilots=[east],
        unit=east, owner=owner, ends_on=today + timedelta(weeks=4),
    )  # fmt: skip
    return start_initiative(draft, by=owner, as_of=today)


def _define_a_metric(chief: User) -> str:
    parameters = {"codes": ["csat"], "at_least": 5, "at_most": 5}
    draft = MetricDraft("delighted", "惊喜率", "answers_share", parameters, display="percent")
    return save_metric(draft, by=chief).code


def _upload(owner: User) -> Upload:
    rows = "评论,评分\n等位太久了,1\n味道很好,九颗星\n"
    return keep_upload("东店标记.csv", [rows.encode()], owner)


def _import_a_file(owner: User) -> Job:
    """An import of the eastern store that took one row and refused the other."""
    upload = _upload(owner)
    plan = plan_import(upload.path, Choices(unit="east"), taxonomy_names(), upload.name)
    job = start_import(plan, started_by=owner, queued=False)
    work_on(job.pk)
    job.refresh_from_db()
    return job


def _a_correction(voice: Voice, owner: User) -> Correction:
    opinion = Opinion.objects.filter(voice=voice).order_by("pk").first()
    return confirm(opinion.pk, Hand(owner, timezone.now()))


def _a_model() -> TextModel:
    figures = {"taxonomy": 0.5, "model": 0.6, "low": 0.0, "high": 0.2, "aspects": []}
    return TextModel.objects.create(
        taxonomy="restaurant", number=1, folder="models/x", texts=60, figures=figures,
        made_at=timezone.now(),
    )  # fmt: skip


def _a_version() -> TaxonomyVersion:
    """A saved version in which one aspect also hears of the mark."""
    taxonomy = edited("restaurant")
    noise = replace(taxonomy.aspect("noise"), keywords=("东店标记",))
    return save_version(put_aspect(taxonomy, noise, "noise"), author=None, at=timezone.now())


def _a_rule() -> int:
    from peakend.alerts.models import Rule

    return Rule.objects.order_by("pk").first().pk
