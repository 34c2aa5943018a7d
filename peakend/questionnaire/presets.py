"""Ready questionnaires: a recommendation or a satisfaction question, each with its reason."""

from typing import Any

REASON_VARIANTS = {
    "negative": {"zh": "最让您失望的是什么？", "en": "What disappointed you most?"},
    "neutral": {"zh": "我们差在哪里？", "en": "What kept us from doing better?"},
    "positive": {"zh": "最让您满意的是什么？", "en": "What did you like most?"},
}


def recommendation(name_zh: str, name_en: str) -> dict[str, Any]:
    """The question how likely people are to recommend ``name``."""
    return {
        "code": "nps",
        "type": "nps",
        "required": True,
        "text": {
            "zh": f"您有多愿意把{name_zh}推荐给朋友或家人？",
            "en": f"How likely are you to recommend {name_en} to friends or family?",
        },
        "low": {"zh": "完全不愿意", "en": "Not at all likely"},
        "high": {"zh": "非常愿意", "en": "Extremely likely"},
    }


def reason_after(after: str) -> dict[str, Any]:
    """The question why, in words that follow from the answer to the one before."""
    return {
        "code": "reason",
        "type": "text",
        "text": {"zh": "愿意说说原因吗？", "en": "Would you tell us why?"},
        "after": after,
        "variants": REASON_VARIANTS,
    }


def nps_survey(name_zh: str, name_en: str) -> dict[str, Any]:
    """How likely people are to recommend ``name``, and why."""
    return {"questions": [recommendation(name_zh, name_en), reason_after("nps")]}


def csat_survey(name_zh: str, name_en: str) -> dict[str, Any]:
    """How satisfied people are with ``name``, and why."""
    return {
        "questions": [
            {
                "code": "csat",
                "type": "csat",
                "required": True,
                "text": {
                    "zh": f"您对{name_zh}这次的体验满意吗？",
                    "en": f"How satisfied are you with your experience at {name_en}?",
                },
                "low": {"zh": "很不满意", "en": "Very dissatisfied"},
                "high": {"zh": "很满意", "en": "Very satisfied"},
            },
            reason_after("csat"),
        ]
    }


PRESETS = {"nps": nps_survey, "csat": csat_survey}
