"""Taxonomies edited: what would change is seen before, and read after it is applied."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.utils.translation import override

from peakend.jobs.runs import work_on
from peakend.loop.voices_reread import start_rereading
from peakend.opinions import corrections, preview
from peakend.opinions.corrections import Hand
from peakend.opinions.editing import (
    clashes_of,
    copy_as,
    free_code,
    put_aspect,
    split_words,
    take_aspect,
)
from peakend.opinions.errors import TaxonomyRefused
from peakend.opinions.models import Opinion, TaxonomyVersion
from peakend.opinions.owners import FUNCTIONS, owner_title
from peakend.opinions.queries import aspect_title, forget_aspects
from peakend.opinions.taxonomies import (
    apply_version,
    discard_version,
    edited,
    held,
    pending_version,
    save_version,
    taxonomy_choices,
    taxonomy_codes,
)
from peakend.organization.access import Scope
from peakend.text import Aspect, load_taxonomy, taxonomy_names
from peakend.voices.models import Source, Voice
from peakend.warehouse.cells import Slice, read_cells
from tests.builders import a_unit, a_user, a_voice_signal, hear

AT = datetime(2026, 8, 1, 9, tzinfo=UTC)
ALL = Scope(None)

ROBOT = Aspect(
    code="robot",
    group="service",
    names={"zh": "送餐机器人", "en": "Robot"},
    group_names={"zh": "服务", "en": "Service"},
    description={"zh": "", "en": ""},
    keywords=("小熊", "机器人"),
    owner="digital",
    standard={"zh": "", "en": ""},
    negative=("小熊卡住",),
)


@pytest.fixture
def restaurant(home) -> None:
    Source.objects.create(code="dianping", name="点评", channel="reviews", taxonomy="restaurant")


def applied(taxonomy, author=None) -> TaxonomyVersion:
    version = save_version(taxonomy, author=author, at=AT)
    apply_version(version, at=AT)
    forget_aspects()
    return version


@pytest.mark.django_db
def test_a_saved_version_reads_nothing_until_it_is_applied(restaurant):
    drafted = put_aspect(edited("restaurant"), ROBOT)
    version = save_version(drafted, author=a_user(username="ana"), at=AT, note="robot")
    assert held("restaurant").taxonomy == load_taxonomy("restaurant")
    assert pending_version("restaurant") == version
    assert "robot" in edited("restaurant").codes
    hear(a_voice_signal("小熊很好"))
    assert not Opinion.objects.filter(aspect="robot").exists()

    apply_version(version, at=AT)
    forget_aspects()

    assert held("restaurant").label == f"own-{version.version}"
    assert aspect_title("robot") in {"Robot", "送餐机器人"}
    hear(a_voice_signal("小熊很好，下次再来"))
    found = Opinion.objects.get(aspect="robot")
    assert found.reader.code == f"restaurant@own-{version.version}"


@pytest.mark.django_db
def test_applying_reads_again_what_was_heard_and_figures_follow(restaurant):
    hear(a_voice_signal("小熊卡住了，等半天"), a_voice_signal("味道很好"))
    applied(put_aspect(edited("restaurant"), ROBOT))
    job = work_on(start_rereading("restaurant", queued=False).pk)
    assert (job.state, job.result["changed"]) == ("done", 1)
    (row,) = read_cells(Slice(), ("code",), ("opinion",), ("robot",))
    assert row.negatives == 1


@pytest.mark.django_db
def test_an_aspect_taken_out_is_no_longer_read_but_stays_where_people_said_it(restaurant):
    hear(a_voice_signal("等位太久"), a_voice_signal("排队排了两小时"))
    first, second = Voice.objects.order_by("pk")
    kept = Opinion.objects.get(voice=first, aspect="wait_time")
    corrections.confirm(kept.pk, Hand(a_user(), AT))
    applied(take_aspect(edited("restaurant"), "wait_time"))
    work_on(start_rereading("restaurant", queued=False).pk)
    assert [o.voice for o in Opinion.objects.filter(aspect="wait_time")] == [first]
    assert second.opinions.exclude(aspect="wait_time").count() == second.opinions.count()
    # What it was called is still known.
    assert aspect_title("wait_time") != "wait_time"


@pytest.mark.django_db
def test_an_older_version_can_read_again(restaurant):
    first = applied(put_aspect(edited("restaurant"), ROBOT))
    second = applied(take_aspect(edited("restaurant"), "robot"))
    assert held("restaurant").taxonomy.version == second.version == first.version + 1
    apply_version(first, at=datetime(2026, 8, 2, tzinfo=UTC))
    assert held("restaurant").taxonomy.version == first.version
    with pytest.raises(TaxonomyRefused) as refusal:
        discard_version(second)
    assert refusal.value.code == "was_applied"


@pytest.mark.django_db
def test_saving_what_changes_nothing_is_refused(restaurant):
    with pytest.raises(TaxonomyRefused) as refusal:
        save_version(edited("restaurant"), author=None, at=AT)
    assert refusal.value.code == "nothing_new"
    assert not TaxonomyVersion.objects.exists()


@pytest.mark.django_db
def test_a_preview_counts_gains_losses_and_turns_with_examples_and_keeps_to_the_scope(restaurant):
    east, west = a_unit(code="east"), a_unit(code="west")
    hear(
        *(a_voice_signal(f"小熊卡住了，第{i}桌", unit="east") for i in range(6)),
        *(a_voice_signal(f"味道很好，第{i}次", unit="west") for i in range(4)),
    )
    drafted = take_aspect(put_aspect(edited("restaurant"), ROBOT), "taste")
    shown = preview.preview(drafted, ALL)
    changes = {one.aspect: one for one in shown.changes}
    assert (shown.n, shown.voices) == (10, 10)
    robot = changes["robot"]
    assert (robot.before, robot.after, robot.gained.n) == (0, 6, 10)
    assert robot.gained.value == 0.6
    assert robot.gained.low < 0.6 < robot.gained.high
    example = robot.gains[0]
    assert "小熊" in example.text[example.spans[0].start : example.spans[0].end]
    assert changes["taste"].lost.value == 0.4
    assert {one.text for one in changes["taste"].losses} <= {f"味道很好，第{i}次" for i in range(4)}
    # What a preview shows is what applying does.
    applied(drafted)
    work_on(start_rereading("restaurant", queued=False).pk)
    assert Opinion.objects.filter(aspect="robot").count() == 6
    assert not Opinion.objects.filter(aspect="taste").exists()
    only_west = preview.preview(
        put_aspect(edited("restaurant"), ROBOT, "robot"), Scope(frozenset({west.pk}))
    )
    assert (only_west.n, only_west.is_same) == (4, True)
    assert east != west


@pytest.mark.django_db
def test_a_preview_samples_evenly_when_there_are_many(restaurant, monkeypatch):
    monkeypatch.setattr(preview, "SAMPLE", 10)
    hear(*(a_voice_signal(f"味道很好，第{i}次") for i in range(40)))
    sample, voices = preview.sample_of("restaurant", ALL)
    numbers = sorted(int(text.split("第")[1].rstrip("次")) for _, text in sample)
    assert (len(sample), voices) == (10, 40)
    assert {b - a for a, b in pairwise(numbers)} == {4}


@pytest.mark.django_db
def test_a_copy_under_a_new_code_reads_for_the_sources_that_choose_it(restaurant):
    own = applied(copy_as(edited("restaurant"), "our_canteen", {"zh": "我们的食堂", "en": ""}))
    assert own.version == 1
    assert "our_canteen" in taxonomy_codes()
    Source.objects.create(code="canteen", name="食堂", taxonomy="our_canteen")
    hear(a_voice_signal("等位太久了", source="canteen"))
    assert Opinion.objects.get(aspect="wait_time").reader.code == "our_canteen@own-1"


@pytest.mark.pure
def test_words_are_split_by_line_and_comma_and_kept_once():
    assert split_words("等位, 排队、等位\n\n take a seat；") == ("等位", "排队", "take a seat")
    with pytest.raises(TaxonomyRefused):
        split_words("长" * 41)


@pytest.mark.pure
def test_an_aspect_keeps_its_place_and_moves_with_its_group():
    taxonomy = load_taxonomy("restaurant")
    noise = taxonomy.aspect("noise")
    same = put_aspect(taxonomy, replace(noise, keywords=("吵",)), "noise")
    assert same.codes == taxonomy.codes
    assert same.aspect("noise").keywords == ("吵",)
    moved = put_aspect(taxonomy, replace(noise, group="service"), "noise")
    service = [a.code for a in moved.aspects if a.group == "service"]
    assert service[-1] == "noise"


@pytest.mark.pure
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: put_aspect(t, replace(ROBOT, code="taste")), "code_taken"),
        (lambda t: put_aspect(t, replace(ROBOT, code="Ro bot")), "bad_code"),
        (lambda t: put_aspect(t, replace(ROBOT, names={"zh": "", "en": ""})), "no_name"),
        (lambda t: put_aspect(t, ROBOT, "nothing"), "no_such_aspect"),
        (lambda t: take_aspect(t, "overall"), "needed_aspect"),
        (lambda t: take_aspect(t, "nothing"), "no_such_aspect"),
        (lambda t: copy_as(t, "1x", {"zh": "x", "en": ""}), "bad_code"),
    ],
)
def test_what_a_taxonomy_cannot_be_is_refused(change, code):
    with pytest.raises(TaxonomyRefused) as refusal:
        change(load_taxonomy("restaurant"))
    assert refusal.value.code == code


@pytest.mark.pure
def test_a_code_is_made_of_the_english_name_or_a_number():
    assert free_code({"zh": "机器人", "en": "Delivery robot"}, {"x"}) == "delivery_robot"
    assert free_code({"zh": "机器人", "en": "Robot"}, {"robot"}) == "robot_2"
    assert free_code({"zh": "机器人", "en": ""}, {"aspect_1"}) == "aspect_2"


@pytest.mark.pure
def test_a_word_of_two_aspects_is_told():
    taxonomy = put_aspect(load_taxonomy("restaurant"), replace(ROBOT, keywords=("排队", "小熊")))
    (clash,) = clashes_of(taxonomy, "robot")
    assert (clash.word, clash.aspect) == ("排队", "wait_time")


@pytest.mark.django_db
def test_every_shipped_owner_has_a_name():
    named = {a.owner for name in taxonomy_names() for a in load_taxonomy(name).aspects if a.owner}
    assert named <= set(FUNCTIONS)
    unit = a_unit(code="east")
    assert owner_title("unit:east") == unit.title


def test_forms_offer_the_company_s_own_taxonomies_and_say_which_it_has_edited(home):
    shipped = dict(taxonomy_choices())
    author = a_user()
    edit = replace(edited("restaurant"), names={"zh": "我们的餐饮", "en": "Our kitchen"})
    version = save_version(edit, author=author, at=AT)
    mine = save_version(replace(edit, code="canteen"), author=author, at=AT)
    for one in (version, mine):
        one.applied_at = AT
        one.save()
    with override("en"):
        offered = dict(taxonomy_choices())
    assert set(offered) == {*shipped, "canteen"}
    assert offered["restaurant"] == f"Our kitchen (own version {version.version})"
