"""Ratings: on which scale they stand, and which words or numbers mean no answer.

A scale runs from ``worst`` to ``best``; one that runs downwards (1 is best) is as good as any.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from peakend.voices.errors import Fault


@dataclass(frozen=True)
class Scale:
    """How a column's cells become numbers.

    ``words`` map answers in words; ``blanks`` are cells that mean 'no answer'.
    """

    worst: float = 1.0
    best: float = 5.0
    words: Mapping[str, float] = field(default_factory=dict)
    blanks: frozenset[str] = frozenset()
    name: str = ""

    @property
    def bounds(self) -> tuple[float, float]:
        return (self.worst, self.best)


# Answers in words, worst to best on 1..5.
WORDS: dict[str, float] = {
    **dict.fromkeys(
        ("extremely unlikely", "very poor", "very dissatisfied", "strongly disagree", "very bad",
         "terrible", "非常不满意", "很不满意", "极不满意", "非常差", "很差", "非常不同意", "一星", "1星", "★"), 1.0),
    **dict.fromkeys(
        ("unlikely", "poor", "dissatisfied", "disagree", "bad", "不满意", "较差", "差", "不同意",
         "比较不满意", "二星", "两星", "2星", "★★"), 2.0),
    **dict.fromkeys(
        ("neither likely nor unlikely", "neither good nor poor", "neutral", "average", "ok", "okay",
         "neither", "fair", "neither satisfied nor dissatisfied", "一般", "中立", "普通", "还行",
         "三星", "3星", "★★★"), 3.0),
    **dict.fromkeys(
        ("likely", "good", "satisfied", "agree", "满意", "比较满意", "较好", "好", "同意", "四星", "4星",
         "★★★★"), 4.0),
    **dict.fromkeys(
        ("extremely likely", "very good", "very satisfied", "strongly agree", "excellent",
         "非常满意", "很满意", "极满意", "非常好", "很好", "非常同意", "五星", "5星", "★★★★★"), 5.0),
}  # fmt: skip

NO_ANSWER = frozenset(
    {"", "don't know", "dont know", "do not know", "not sure", "not applicable", "n/a", "na", "-",
     "did not answer", "not answered", "no answer", "none", "null", "nan", "不知道", "不清楚", "未评",
     "未评分", "未填写", "未作答", "不适用", "无", "(空)", "(跳过)", "跳过"}
)  # fmt: skip

# Published code books: a column with such a name is coded so, whatever values the sample shows.
FRIENDS_AND_FAMILY = Scale(5, 1, WORDS, NO_ANSWER | {"6", "7"}, "fft")
CRITICALITY = Scale(-5, 5, {}, NO_ANSWER, "criticality")
NAMED: tuple[tuple[re.Pattern[str], Scale], ...] = (
    (re.compile(r"\bfft\b(?!.*(question|why|answer text))|friends (and|&) family", re.I), FRIENDS_AND_FAMILY),
    (re.compile(r"\bcriticality\b", re.I), CRITICALITY),
)  # fmt: skip

# Scales in use, narrowest first: the first that holds nearly all values is taken.
COMMON = ((1.0, 5.0), (0.0, 5.0), (1.0, 7.0), (1.0, 10.0), (0.0, 10.0), (0.0, 100.0))
TEN_POINT = re.compile(r"nps|推荐|recommend|10\s*分|十分制", re.I)

_NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(?:分|星|stars?|points?|/\s*(\d+))?", re.I)
SPEC = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|\.\.|:|到|至)\s*(-?\d+(?:\.\d+)?)\s*")


def parse_rating(cell: str, scale: Scale) -> float | Fault | None:
    """A cell as a number on the scale, ``None`` where nothing was answered, or what is wrong."""
    text = cell.strip().lower()
    if text in scale.blanks:
        return None
    if text in scale.words:
        # Words are kept on 1..5; here they become a number of the column's scale.
        return scale.worst + (scale.words[text] - 1.0) / 4.0 * (scale.best - scale.worst)
    match = _NUMBER.fullmatch(text)
    if not match:
        return Fault("not_a_rating", cell)
    number = float(match[1])
    low, high = sorted(scale.bounds)
    if not low <= number <= high:
        return Fault("rating_out_of_range", cell, {"low": low, "high": high})
    return number


def guess_scale(name: str, values: Sequence[str]) -> Scale | None:
    """The scale of a column, or ``None`` when its cells are no ratings.

    ``values`` are the non-empty cells of the sample. A few stray values (typing errors) do not
    change the scale: they will be row errors.
    """
    for pattern, scale in NAMED:
        if pattern.search(name) and _share(values, scale) >= 0.9:
            return scale
    lowered = [value.strip().lower() for value in values]
    answered = [value for value in lowered if value not in NO_ANSWER]
    if not answered:
        return None
    worded = sum(value in WORDS for value in answered)
    if worded >= 0.9 * len(answered):
        return Scale(1, 5, WORDS, NO_ANSWER)
    numbers = [float(match[1]) for value in answered if (match := _NUMBER.fullmatch(value))]
    if len(numbers) < 0.9 * len(answered):
        return None
    counts = Counter(numbers)
    if TEN_POINT.search(name) and min(counts) >= 0 and 5 < max(counts) <= 10:
        return Scale(0, 10, WORDS, NO_ANSWER)
    for worst, best in COMMON:
        inside = sum(times for number, times in counts.items() if worst <= number <= best)
        if inside >= 0.98 * len(numbers):
            return Scale(worst, best, WORDS, NO_ANSWER)
    reach = max(map(abs, counts))
    if min(counts) < 0 and reach <= 10:
        edge = next(edge for edge in (1, 2, 3, 5, 10) if reach <= edge)
        return Scale(-edge, edge, WORDS, NO_ANSWER)
    return None


def scale_named(text: str) -> Scale | None:
    """The scale somebody typed as '1-10' or '5-1'."""
    match = SPEC.fullmatch(text)
    if not match or float(match[1]) == float(match[2]):
        return None
    return Scale(float(match[1]), float(match[2]), WORDS, NO_ANSWER)


def _share(values: Sequence[str], scale: Scale) -> float:
    good = sum(not isinstance(parse_rating(value, scale), Fault) for value in values)
    return good / len(values) if values else 0.0
