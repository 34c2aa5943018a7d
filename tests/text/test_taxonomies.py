"""Taxonomies as data: the shipped ones are whole, a broken one is refused with its place."""

import hashlib
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


# What each version reads by. Readings are kept under the version, so other words need a higher one.
READS_BY = {
    "airline": (2, "d329906016be"),
    "bank": (2, "37a0ead81b5d"),
    "car": (3, "17e0bd2d3b58"),
    "fmcg": (3, "56cc4f0eda83"),
    "health": (2, "3b04ed82cd9d"),
    "hotel": (2, "eab5aa905b8e"),
    "property": (2, "722a96fab1db"),
    "restaurant": (3, "8e23ac12d261"),
    "retail": (2, "fc5a14892dad"),
    "telecom": (2, "1cc3926417c6"),
}


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


def shipped(name):
    """The file itself: what is read from it lets one language stand in for the other."""
    folder = resources.files("peakend.text") / "taxonomies"
    return yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", text.taxonomy_names())
def test_a_shipped_taxonomy_is_whole_in_both_languages(name):
    data = shipped(name)
    assert data["code"] == name
    assert data["version"] >= 1
    assert "overall" in text.load_taxonomy(name).codes
    aspects = [aspect for group in data["groups"] for aspect in group["aspects"]]
    missing = [
        f"{aspect['code']}.{field}.{language}"
        for aspect in aspects
        for field in ("names", "description", "standard", "keywords", "positive", "negative")
        for language in ("zh", "en")
        if not aspect.get(field, {}).get(language)
    ]
    assert missing == []
    assert [aspect["code"] for aspect in aspects if not aspect.get("owner")] == []


@pytest.mark.parametrize("name", text.taxonomy_names())
def test_no_word_of_a_shipped_taxonomy_means_two_things(name):
    taxonomy = text.load_taxonomy(name)
    assert text.taxonomy_warnings(taxonomy) == []
    praise = {phrase.lower() for aspect in taxonomy.aspects for phrase in aspect.positive}
    blame = {phrase.lower() for aspect in taxonomy.aspects for phrase in aspect.negative}
    assert praise & blame == set()


@pytest.mark.parametrize("name", text.taxonomy_names())
def test_a_shipped_taxonomy_follows_the_published_schema(name):
    folder = resources.files("peakend.text") / "taxonomies"
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    data = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    assert not list(jsonschema_rs.validator_for(schema).iter_errors(data))


@pytest.mark.parametrize("name", text.taxonomy_names())
def test_a_shipped_taxonomy_with_other_words_has_a_higher_version(name):
    taxonomy = text.load_taxonomy(name)
    words = hashlib.sha256(repr(taxonomy.aspects).encode()).hexdigest()[:12]
    assert (taxonomy.version, words) == READS_BY[name]


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
