"""Learning from labels: what is fitted, kept, measured and refused."""

import json

import numpy as np
import pytest

import peakend.text as text

SAYINGS = {
    ("service", "negative"): ["服务员态度很差", "服务太差了", "态度恶劣，没人理"],
    ("service", "positive"): ["服务员很热情", "服务周到", "态度特别好"],
    ("taste", "negative"): ["菜太咸了", "味道很难吃", "肉不新鲜"],
    ("taste", "positive"): ["味道很好", "菜很好吃", "肉很新鲜"],
    ("taste", "neutral"): ["点了一份鱼和两碗饭", "菜就是普通的家常菜"],
    ("price", "negative"): ["价格太贵", "卖得好贵"],
    ("price", "positive"): ["价格实惠", "很便宜"],
}


def reviews(n, seed):
    rng = np.random.default_rng(seed)
    keys = list(SAYINGS)
    texts, labels = [], []
    for _ in range(n):
        chosen = {}
        for i in rng.permutation(len(keys))[: rng.integers(1, 4)]:
            aspect, polarity = keys[i]
            chosen.setdefault(aspect, (polarity, rng.choice(SAYINGS[keys[i]])))
        texts.append("，".join(saying for _, saying in chosen.values()) + "。")
        labels.append({aspect: polarity for aspect, (polarity, _) in chosen.items()})
    return texts, labels


@pytest.fixture(scope="module")
def model():
    return text.OpinionModel(seed=1).fit(*reviews(240, 1))


def test_fit_returns_self_and_learns_what_ends_in_an_underscore(model):
    assert isinstance(model, text.OpinionModel)
    assert set(model.aspects_) == {"service", "taste", "price"}
    assert sum(model.counts_.values()) > 240
    assert model.out_of_fold_["detection_micro_f1"] > 0.9


def test_new_reviews_are_read_as_labelled(model):
    texts, labels = reviews(120, 2)
    figures = text.evaluate(model.analyzer_, texts, labels)
    assert figures.detection_f1 > 0.95
    assert figures.pair_f1 > 0.9
    assert figures.negative_f1 > 0.9
    assert figures.interval[0] <= figures.pair_f1 <= figures.interval[1]
    assert sum(n for *_, n in figures.reliability) > 0


def test_labels_that_are_missing_or_wrong_are_doubted():
    texts, labels = reviews(400, 4)
    missing = next(i for i, label in enumerate(labels) if len(label) > 1 and "price" in label)
    wrong = next(i for i, label in enumerate(labels) if label.get("service") == "negative")
    labels[missing] = {a: p for a, p in labels[missing].items() if a != "price"}
    labels[wrong] = {**labels[wrong], "service": "positive"}
    doubted = text.OpinionModel(seed=1).fit(texts, labels).doubtful_
    assert (missing, "price", None) in [(one.row, one.aspect, one.labelled) for one in doubted]
    assert (wrong, "service", "negative") in [(o.row, o.aspect, o.suggested) for o in doubted]
    assert len(doubted) < 20


def test_figures_of_texts_held_out_carry_intervals_and_calibration(model):
    held_out = model.held_out_
    assert held_out.texts == 240
    assert held_out.calibration_error < 0.1
    for row in held_out.aspects:
        assert row.interval[0] <= row.f1 <= row.interval[1]
        assert row.pair_interval[0] <= row.pair_f1 <= row.pair_interval[1]


def test_a_text_that_nearly_named_an_aspect_is_near(model):
    texts = ["今天星期三", "肉", "新鲜", "贵", "人", "", "普通"]
    misses = model.analyzer_.near_misses(texts)
    assert ((misses >= 0) & (misses <= 1)).all()
    silent = [i for i, one in enumerate(model.predict(texts)) if not one.opinions]
    assert silent
    assert misses[silent].max() > misses[0]


def test_the_polarity_of_a_given_aspect_needs_no_detection(model):
    where = model.analyzer_.aspects.index("price")
    signs = model.analyzer_.polarities(
        ["味道很好", "太差了"], np.array([0, 1]), np.array([where] * 2)
    )
    assert signs.tolist() == [1, -1]


def test_evidence_is_the_clause_that_says_it(model):
    body = "味道很好，但是服务员态度很差。"
    (analysis,) = model.predict([body])
    evidence = {o.aspect: body[o.start : o.end] for o in analysis.opinions}
    assert "味道" in evidence["taste"]
    assert "态度" in evidence["service"]


def test_a_saved_model_reads_the_same(model, tmp_path):
    texts, _ = reviews(30, 3)
    model.save(tmp_path)
    loaded = text.load(tmp_path)
    assert loaded.aspects == model.analyzer_.aspects
    before, after = model.predict(texts), loaded.analyze(texts)
    assert [[(o.aspect, o.polarity) for o in a.opinions] for a in before] == [
        [(o.aspect, o.polarity) for o in a.opinions] for a in after
    ]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 10_000_000
    assert json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["texts"] == 240


def test_the_same_seed_gives_the_same_model(model):
    again = text.OpinionModel(seed=1).fit(*reviews(240, 1))
    assert np.array_equal(again.thresholds_, model.thresholds_)


def test_a_cold_start_is_saved_and_loaded(tmp_path):
    analyzer = text.for_taxonomy("restaurant")
    text.save(analyzer, tmp_path)
    loaded = text.load(tmp_path)
    assert loaded.taxonomy == analyzer.taxonomy
    assert loaded.analyze(["服务很差"]) == analyzer.analyze(["服务很差"])


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["好"], []),
        (["好"], [{}]),
        (["好"], [{"taste": "great"}]),
    ],
)
def test_labels_that_cannot_be_learned_from_are_refused(texts, labels):
    with pytest.raises(text.LabelError):
        text.OpinionModel().fit(texts, labels)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(text.ModelError):
        text.load(tmp_path)


def test_an_empty_batch_and_strange_texts_are_read_by_a_trained_model(model):
    assert model.predict([]) == []
    for strange in ("", "\x00", "\ud800", "👍" * 50, "。" * 50):
        (analysis,) = model.predict([strange])
        assert all(0 <= o.start < o.end <= len(strange) for o in analysis.opinions)
