"""The verdict of an initiative in words, and what all initiatives say together."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from peakend.improvements.changes_in_words import (
    change_in_words,
    digits_of,
    effect_in_words,
    factor_of,
    metric_title,
    suffix_of,
)
from peakend.improvements.choices import State, VerdictValue
from peakend.improvements.models import Initiative
from peakend.improvements.verdicts import Verdict
from peakend.metrics.definitions import Definition, definition_of
from peakend.web.improvements.effect_strip import Effect, effect_strip
from peakend.web.shell.numbers import number

TONES = {
    VerdictValue.REACHED: "good",
    VerdictValue.EFFECTIVE: "good",
    VerdictValue.NO_EFFECT: "noise",
    VerdictValue.UNDECIDED: "warn",
    VerdictValue.HARMFUL: "bad",
}

ICONS = {
    VerdictValue.REACHED: "circle-check",
    VerdictValue.EFFECTIVE: "circle-check",
    VerdictValue.NO_EFFECT: "equal",
    VerdictValue.UNDECIDED: "clock",
    VerdictValue.HARMFUL: "alert-triangle",
}

METHODS = {
    "difference_in_differences_collapsed": gettext_lazy(
        "pilots' change less the other stores' change, store by store"
    ),
    "difference_in_differences_sandwich": gettext_lazy(
        "pilots' change less the other stores' change, clustered by store"
    ),
    "difference_in_differences": gettext_lazy(
        "pilot's change less the others' change; with so few stores the interval is too hopeful"
    ),
    "welch_t": gettext_lazy("after against before; there is no store to compare with"),
}


@dataclass(frozen=True)
class Missing:
    """What an undecided verdict lacks and when it will be there."""

    share: float
    have: int
    need: int
    words: str


@dataclass(frozen=True)
class Headline:
    """An initiative as a card or a page draws it."""

    initiative: Initiative
    metric: str
    verdict: Verdict
    verdict_words: str
    tone: str
    icon: str
    effect: str
    target: str
    span: str
    strip: SafeString | None
    chance: str
    method: str
    missing: Missing | None
    interim: bool


def headline_of(initiative: Initiative, verdict: Verdict, as_of: date) -> Headline:
    """The verdict in words, with its strip."""
    definition = definition_of(initiative.metric)
    suffix = suffix_of(definition)
    effect = f"{effect_in_words(initiative, verdict)} {suffix}".strip()
    return Headline(
        initiative=initiative,
        metric=metric_title(initiative.metric, initiative.aspect),
        verdict=verdict,
        verdict_words=_verdict_words(verdict, effect),
        tone=TONES[verdict.verdict],
        icon=ICONS[verdict.verdict],
        effect=effect,
        target=f"{change_in_words(definition, initiative.target * initiative.direction)} {suffix}".strip(),
        span=_span(definition, verdict),
        strip=_strip(initiative, definition, verdict, effect),
        chance=f"{verdict.chance:.0%}" if verdict.chance is not None else "",
        method=str(METHODS.get(verdict.method, verdict.method)),
        missing=_missing(definition, verdict, as_of),
        interim=initiative.state == State.RUNNING
        and (initiative.ends_on is None or as_of < initiative.ends_on),
    )


def headline_of_all(stories: list[Headline]) -> str:
    """How many are being verified and what is known of them."""
    running = [story for story in stories if story.initiative.state == State.RUNNING]
    if not stories:
        return _("No improvement yet")
    if not running:
        return ngettext(
            "%(n)d improvement, none being verified",
            "%(n)d improvements, none being verified",
            len(stories),
        ) % {"n": len(stories)}
    worked = sum(
        story.verdict.verdict in (VerdictValue.EFFECTIVE, VerdictValue.REACHED) for story in running
    )
    unclear = sum(story.verdict.verdict == VerdictValue.UNDECIDED for story in running)
    return _("%(all)s being verified: %(worked)s effective, %(unclear)s undecided") % {
        "all": len(running),
        "worked": worked,
        "unclear": unclear,
    }


def _verdict_words(verdict: Verdict, effect: str) -> str:
    """The badge: what was found, with its size; or what is missing."""
    if verdict.reason == "guardrail":
        return _("A guardrail broke")
    if verdict.verdict == VerdictValue.UNDECIDED:
        if verdict.needed_n is not None and verdict.needed_n > verdict.n:
            return _("Not enough evidence, %(n)s more answers") % {
                "n": number(verdict.needed_n - verdict.n)
            }
        return _("Not enough evidence")
    return _("%(verdict)s, %(effect)s") % {"verdict": verdict.verdict.label, "effect": effect}


def _span(definition: Definition, verdict: Verdict) -> str:
    if verdict.low is None or verdict.high is None:
        return ""
    return _("%(low)s to %(high)s") % {
        "low": change_in_words(definition, verdict.low),
        "high": change_in_words(definition, verdict.high),
    }


def _strip(
    initiative: Initiative, definition: Definition, verdict: Verdict, label: str
) -> SafeString | None:
    if verdict.value is None or verdict.low is None or verdict.high is None:
        return None
    target = initiative.target * initiative.direction
    shown = Effect(
        value=verdict.value,
        low=verdict.low,
        high=verdict.high,
        target=target,
        tone=TONES[verdict.verdict],
        flipped=initiative.direction < 0,
        value_words=change_in_words(definition, verdict.value),
        low_words=change_in_words(definition, verdict.low),
        high_words=change_in_words(definition, verdict.high),
        target_words=_("target %(target)s") % {"target": change_in_words(definition, target)},
    )
    return effect_strip(shown, label)


def _missing(definition: Definition, verdict: Verdict, as_of: date) -> Missing | None:
    if verdict.verdict != VerdictValue.UNDECIDED or not verdict.needed_n:
        return None
    parts = []
    if verdict.needed_margin is not None:
        parts.append(
            _(
                "To see the target with four chances in five the interval must narrow to ± %(margin)s."
            )
            % {
                "margin": number(
                    verdict.needed_margin * factor_of(definition), digits_of(definition)
                )
            }
        )
    if verdict.resolves_on is not None and verdict.resolves_on > as_of:
        parts.append(
            _("At the present rate that is on %(day)s.")
            % {"day": date_format(verdict.resolves_on, "DATE_FORMAT")}
        )
    return Missing(
        share=min(1.0, verdict.n / verdict.needed_n),
        have=int(verdict.n),
        need=verdict.needed_n,
        words=" ".join(parts),
    )
