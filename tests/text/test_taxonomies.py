"""Taxonomies as data: the shipped ones are whole, a broken one is refused with its place."""

import json
from importlib import resources

import jsonschema_rs
import pytest
import yaml

import peakend.text as text

ASAP = {
    "traffic", "distance", "easy_to_find", "wait_time", "waiters_attitude", "parking",
    "serving_speed", "price_level", "value_for_money", "discount", "decoration", "noise", "space",
    "cleanliness", "portion", "taste", "look", "recommendation",
}  # fmt: skip


def test_every_industry_has_a_taxonomy():
    assert set(text.taxonomy_names()) == {
        "restaurant", "retail", "fmcg", "hotel", "car", "bank", "property", "telecom", "airline",
        "health",
    }  # fmt: skip


def test_restaurants_cover_the_known_eighteen_and_more():
    codes = set(text.load_taxonomy("restaurant").codes)
    assert codes >= ASAP | {
        "delivery_time",
        "order_accuracy",
        "packaging",
        "queue_calling",
        "proactive_care",
    }


@pytest.mark.parametrize("name", text.taxonomy_names())
def test_a_shipped_taxonomy_is_whole(name):
    taxonomy = text.load_taxonomy(name)
    assert "overall" in taxonomy.codes
    for aspect in taxonomy.aspects:
        assert aspect.names["zh"]
        assert aspect.names["en"]
        assert aspect.description["zh"]
        assert aspect.standard["en"]
        assert aspect.owner
        assert aspect.positive
        assert aspect.negative


@pytest.mark.parametrize("name", text.taxonomy_names())
def test_a_shipped_taxonomy_follows_the_published_schema(name):
    folder = resources.files("peakend.text") / "taxonomies"
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    data = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    assert not list(jsonschema_rs.validator_for(schema).iter_errors(data))


@pytest.mark.parametrize("name", text.taxonomy_names())
def test_a_taxonomy_written_out_reads_back_the_same(name):
    taxonomy = text.load_taxonomy(name)
    assert text.parse_taxonomy(text.write_taxonomy(taxonomy)) == taxonomy


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "mapping"),
        ("- 1", "mapping"),
        ("code: [", "YAML"),
        ("code: a\nnames: a\ngroups: 3", "groups"),
        ("code: a\nnames: a\ngroups: []", "at least one"),
        ("code: a\nnames: a\ngroups: [{code: g, names: g, aspects: [{names: x}]}]", "code"),
        ("code: a\nnames: a\ngroups: [{code: g, names: g, aspects: [{code: x, names: x},"
         " {code: x, names: x}]}]", "twice"),
        ("code: a\nnames: a\ngroups: [{code: g, names: g, aspects: [{code: x, names: x,"
         " keywords: word}]}]", "keywords"),
    ],
)  # fmt: skip
def test_a_broken_taxonomy_is_refused_with_its_place(content, named):
    with pytest.raises(text.TaxonomyError, match=named):
        text.parse_taxonomy(content)


def test_words_of_two_aspects_and_aspects_without_words_are_warned_of():
    taxonomy = text.parse_taxonomy(
        "code: a\nnames: a\ngroups: [{code: g, names: g, aspects: [{code: x, names: x, owner: o,"
        " keywords: [味道]}, {code: y, names: y, owner: o, keywords: [味道]}, {code: z, names: z}]}]"
    )
    warnings = text.taxonomy_warnings(taxonomy)
    assert any("味道 names x and y" in warning for warning in warnings)
    assert any("z has no words" in warning for warning in warnings)


def test_a_taxonomy_of_ones_own_is_used():
    taxonomy = text.parse_taxonomy(
        "code: gym\nnames: {zh: 健身房, en: Gym}\ngroups: [{code: g, names: g, aspects:"
        " [{code: coach, names: {zh: 教练, en: Coach}, keywords: {zh: [教练], en: [coach]}}]}]"
    )
    (analysis,) = text.for_taxonomy(taxonomy).analyze(["教练很专业，器械太旧"])
    assert [(o.aspect, o.polarity) for o in analysis.opinions] == [("coach", "positive")]
