"""What the demo company tested: years of finished product tests, and a new tea with its answers."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np

from peakend.demo.calendar import moments
from peakend.demo.cast import SHOP
from peakend.demo.stories import Plan
from peakend.inbox.signals import Response
from peakend.metrics.models import NormStudy
from peakend.metrics.norms import FigureDraft, StudyDraft, deposit, deposit_survey
from peakend.organization.models import User
from peakend.surveys.models import Survey
from peakend.surveys.services import close_survey

TEST = "product-test"
TESTED = 240
NAME, NAME_EN = "桂花冷泡乌龙", "Osmanthus cold-brew oolong"
CATEGORY, MARKET, METHOD = "即饮茶", "华东", "在线"
DAYS = 9  # the test was in the field
QUESTIONS = ("liking", "taste", "look", "price", "newness")
_MEANS = np.array([4.25, 4.3, 4.1, 3.2, 4.4])
_EARLIER = (
    "茉莉绿茶", "青柑普洱", "蜜桃乌龙", "白桃红茶", "焙火铁观音", "柠檬红茶", "大麦茶", "陈皮白茶", "荔枝红茶",
    "葡萄乌龙", "桂圆红枣茶", "薄荷绿茶", "菊花普洱", "凤凰单丛", "玄米茶", "金桔柠檬茶", "山楂乌梅饮", "竹蔗茅根饮",
)  # fmt: skip


def _question(code: str, zh: str, en: str, name: str, name_en: str) -> dict[str, Any]:
    return {
        "code": code,
        "type": "rating",
        "name": {"zh": name, "en": name_en},
        "text": {"zh": zh, "en": en},
        "low": {"zh": "很低", "en": "Very low"},
        "high": {"zh": "很高", "en": "Very high"},
    }


PRODUCT_QUESTIONS = {
    "questions": [
        _question("liking", "总的来说，您有多喜欢这款茶？", "Overall, how do you like this tea?", "喜欢程度", "Liking"),
        _question("taste", "味道怎么样？", "How does it taste?", "味道", "Taste"),
        _question("look", "包装好看吗？", "How do you like the bottle?", "包装", "Bottle"),
        _question("price", "价格合适吗？", "How fair is the price?", "价格", "Price"),
        _question("newness", "和喝过的比，有多新鲜？", "How new is it to you?", "新鲜感", "Newness"),
        _question("taste_expected", "喝之前，您期待它有多好喝？", "Before the first sip, how good did you expect it to be?", "味道期待", "Expected taste"),
        _question("price_expected", "看到价格之前，您期待它有多划算？", "Before you saw the price, how fair did you expect it to be?", "价格期待", "Expected price"),
    ]
}  # fmt: skip


def tests_of(plan: Plan) -> Iterator[tuple[str, Response]]:
    """Answers to the test of the new tea as (moment, signal), in the last weeks but two."""
    rng = np.random.default_rng([plan.seed, 40])
    common = rng.normal(0, 0.5, TESTED)[:, None]
    felt = _MEANS + common + rng.normal(0, 0.6, (TESTED, len(QUESTIONS)))
    felt[:, 0] = 0.45 * felt[:, 1] + 0.2 * felt[:, 2] + 0.15 * felt[:, 3] + 0.2 * felt[:, 4]
    felt[:, 0] += 0.22 + rng.normal(0, 0.35, TESTED)
    expected = np.column_stack(
        [felt[:, 1] - 0.3 + rng.normal(0, 0.5, TESTED), felt[:, 3] + 0.6 + rng.normal(0, 0.5, TESTED)]
    )  # fmt: skip
    marks = np.clip(np.round(np.column_stack([felt, expected])), 1, 5).astype(np.int64)
    last = (plan.until - plan.since).days
    day = np.sort(rng.integers(last - 14 - DAYS, last - 14, TESTED))
    times = moments(plan.since, day, rng.integers(9 * 60, 21 * 60, TESTED))
    codes = (*QUESTIONS, "taste_expected", "price_expected")
    for row in range(TESTED):
        answers = dict(zip(codes, marks[row].tolist(), strict=True))
        yield (
            times[row],
            Response(
                survey=TEST, time=times[row], answers=answers, id=f"{row:05}", brand=SHOP[0],
                channel="link", product=NAME,
            ),
        )  # fmt: skip


def fill_library(plan: Plan) -> None:
    """Deposit the tests of earlier years, close the new one and deposit it too; nothing twice."""
    if NormStudy.objects.exists():
        return
    lead = User.objects.get(username="lead")
    rng = np.random.default_rng([plan.seed, 41])
    for number, name in enumerate(_EARLIER):
        n = int(rng.integers(160, 320))
        means = 3.55 + rng.normal(0, 0.28) + rng.normal(0, 0.16, len(QUESTIONS))
        deposit(
            StudyDraft(
                name=name,
                category=CATEGORY,
                market=MARKET if number % 3 else "华南",
                method=METHOD if number % 4 else "入户",
                finished_on=plan.since - timedelta(days=30 * number - 300),
            ),
            [
                FigureDraft(
                    f"score:{code}", round(float(np.clip(mean, 1, 5)), 3), 0.95 / float(np.sqrt(n)), n
                )
                for code, mean in zip(QUESTIONS, means, strict=True)
            ],
            by=lead,
        )  # fmt: skip
    survey = Survey.objects.get(slug=TEST)
    close_survey(survey)
    draft = StudyDraft(
        name=NAME,
        name_en=NAME_EN,
        category=CATEGORY,
        market=MARKET,
        method=METHOD,
        finished_on=plan.until - timedelta(days=14),
    )
    deposit_survey(survey, draft, by=lead)
