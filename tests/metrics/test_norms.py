"""The norm library: what finished tests deposit, and where a new one stands."""

from datetime import date

import pytest

from peakend.methods.norms import compare_to_norm
from peakend.metrics.models import NormFigure, NormStudy
from peakend.metrics.norms import (
    DepositedAlready,
    FigureDraft,
    NothingToDeposit,
    StudyDraft,
    UnreadableNorms,
    deposit,
    deposit_lines,
    deposit_survey,
    placements,
    waiting_surveys,
)
from peakend.surveys.services import close_survey, create_survey
from tests.builders import a_response_signal, hear

pytestmark = pytest.mark.django_db

TEA = {"category": "茶饮", "market": "全国", "method": "在线"}


def a_study(
    value: float, number: int, metric: str = "csat_top_two", error: float = 0.03, **where
) -> NormStudy:
    draft = StudyDraft(
        f"测试 {number}", finished_on=date(2025, 1, 1 + number % 28), **{**TEA, **where}
    )
    return deposit(draft, [FigureDraft(metric, value, error, 200)], by=None)


def a_norm(**where) -> None:
    for number in range(10):
        a_study(0.50 + 0.03 * number, number, **where)


def test_a_new_test_is_placed_with_percentile_verdict_and_certainty():
    a_norm()
    study = a_study(0.79, 99)

    (placed,) = placements(study)

    expected = compare_to_norm(0.79, 0.03, [0.50 + 0.03 * number for number in range(10)])
    assert placed.result.verdict == expected.verdict == "winner"
    assert (placed.result.value, placed.result.certainty) == (expected.value, expected.certainty)
    assert placed.result.low <= placed.result.value <= placed.result.high
    assert (len(placed.norm), placed.matched, placed.widened) == (
        10,
        ("category", "market", "method"),
        False,
    )


def test_it_is_not_part_of_its_own_norm():
    a_norm()
    study = NormStudy.objects.get(name="测试 3")
    (placed,) = placements(study)
    assert study.pk not in {one.study_id for one in placed.norm}


def test_where_too_few_share_everything_the_norm_is_taken_from_farther_and_says_so():
    a_norm(method="街访")
    study = a_study(0.6, 99)
    (placed,) = placements(study)
    assert (placed.matched, placed.widened, len(placed.norm)) == (("category", "market"), True, 10)


def test_figures_of_other_categories_serve_only_where_nothing_is_nearer():
    a_norm(category="小吃")
    a_norm(category="茶饮", market="华东")
    study = a_study(0.6, 99)
    (placed,) = placements(study)
    assert {one.study.category for one in placed.norm} == {"茶饮"}


def test_too_few_results_make_no_norm():
    a_study(0.5, 1)
    a_study(0.6, 2)
    (placed,) = placements(a_study(0.7, 3))
    assert (placed.result.verdict, str(placed.result.reason)) == (None, "too_few")


def test_less_is_the_winner_where_less_is_better():
    for number in range(10):
        a_study(0.20 + 0.02 * number, number, "negative_voices")
    (placed,) = placements(a_study(0.12, 99, "negative_voices", 0.01))
    assert placed.result.verdict == "winner"


def test_a_closed_survey_deposits_what_it_found():
    questions = [
        {"code": "csat", "type": "csat", "text": {"zh": "满意吗", "en": "?"}},
        {"code": "taste", "type": "rating", "text": {"zh": "味道", "en": "Taste"}},
        {"code": "price", "type": "rating", "text": {"zh": "价格", "en": "Price"}},
    ]
    survey = create_survey(slug="test", title="新茶", definition={"questions": questions})
    hear(
        *[
            a_response_signal({"csat": 4 + n % 2, "taste": 5 - n % 3}, survey="test")
            for n in range(60)
        ]
    )
    assert waiting_surveys() == []
    close_survey(survey)
    assert waiting_surveys() == [survey]

    study = deposit_survey(survey, StudyDraft("新茶", "茶饮", date(2026, 7, 26)), by=None)

    figures = {one.metric: one for one in study.figures.all()}
    assert set(figures) == {"csat", "csat_top_two", "score:taste"}, "nobody answered on the price"
    assert (figures["csat"].value, figures["csat"].n) == (4.5, 60)
    assert figures["csat"].standard_error > 0
    assert waiting_surveys() == []


def test_a_study_is_deposited_once_and_never_without_figures():
    a_study(0.5, 1)
    with pytest.raises(DepositedAlready):
        a_study(0.6, 1)
    with pytest.raises(NothingToDeposit):
        deposit(StudyDraft("空", "茶饮", date(2025, 1, 1)), [], by=None)


HEADING = "name,category,market,method,finished_on,metric,value,n,standard_error\n"


def test_a_table_of_old_tests_is_read_as_figures_are_shown():
    studies = deposit_lines(
        HEADING
        + "老茶,茶饮,全国,在线,2024-03-01,csat_top_two,62.5,200,\n"
        + "老茶,茶饮,全国,在线,2024-03-01,nps,30,200,5\n"
        + "新茶,茶饮,,,2024/05/01,nps,-10,150,6\n",
        by=None,
    )
    assert [study.name for study in studies] == ["老茶", "新茶"]
    first = {one.metric: one for one in studies[0].figures.all()}
    assert first["csat_top_two"].value == 0.625
    assert first["csat_top_two"].standard_error == pytest.approx((0.625 * 0.375 / 200) ** 0.5)
    assert (first["nps"].value, first["nps"].standard_error) == (0.3, 0.05)


def test_a_table_from_a_spreadsheet_may_be_parted_by_tabs():
    text = (HEADING + "老茶,茶饮,全国,在线,2024-03-01,csat_top_two,62.5,200,\n").replace(",", "\t")
    assert len(deposit_lines(text, by=None)) == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("老茶,茶饮,,,2024-13-01,nps,30,200,5", "finished_on"),
        (",茶饮,,,2024-03-01,nps,30,200,5", "name"),
        ("老茶,茶饮,,,2024-03-01,happiness,30,200,5", "metric"),
        ("老茶,茶饮,,,2024-03-01,nps,nan,200,5", "value"),
        ("老茶,茶饮,,,2024-03-01,csat_top_two,162,200,5", "value"),
        ("老茶,茶饮,,,2024-03-01,nps,30,0,5", "n"),
        ("老茶,茶饮,,,2024-03-01,nps,30,200,", "standard_error"),
        ("老茶,茶饮,,,2024-03-01,nps,30,200,-1", "standard_error"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_kept(line, field):
    good = "好茶,茶饮,,,2024-03-01,nps,30,200,5\n"
    with pytest.raises(UnreadableNorms) as refused:
        deposit_lines(HEADING + good + line + "\n", by=None)
    assert (refused.value.line, refused.value.field) == (3, field)
    assert not NormFigure.objects.exists()


def test_a_table_without_its_heading_is_refused():
    with pytest.raises(UnreadableNorms):
        deposit_lines("老茶,茶饮,,,2024-03-01,nps,30,200,5", by=None)
