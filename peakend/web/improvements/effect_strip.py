"""The effect on one strip with its numbers: no change, target, interval, dot. Left is worse."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_WIDTH, _MIDDLE, _ARM = 380.0, 190.0, 150.0
_APART = 46.0  # pixels two labels need to stand beside each other


@dataclass(frozen=True)
class Effect:
    """What the strip shows, in display units, with ready words for its ends."""

    value: float
    low: float
    high: float
    target: float
    tone: str
    flipped: bool
    value_words: str
    low_words: str
    high_words: str
    target_words: str


def effect_strip(effect: Effect, label: str) -> SafeString:
    """The strip as SVG: labels above for what is given, below for what was found."""
    reach = max(abs(effect.low), abs(effect.high), abs(effect.target)) or 1.0
    side = -1 if effect.flipped else 1

    def x(of: float) -> float:
        return _MIDDLE + side * _ARM * of / reach

    zero, target = x(0.0), x(effect.target)
    low, high, dot = x(effect.low), x(effect.high), x(effect.value)
    zero_words = _("no change")
    # Two labels above that would run into each other lean away from one another.
    near = abs(target - zero) < 2 * _APART
    right = target >= zero
    zero_anchor = ("end" if right else "start") if near else "middle"
    target_anchor = ("start" if right else "end") if near else "middle"
    ends = [(low, effect.low_words), (high, effect.high_words)]
    shown = [(at, words) for at, words in ends if abs(at - dot) >= _APART]
    below = format_html_join(
        "",
        '<text class="pk-effect-end" x="{}" y="56" text-anchor="middle">{}</text>',
        ((f"{min(max(at, 24.0), _WIDTH - 24.0):.1f}", words) for at, words in shown),
    )
    return format_html(
        '<svg class="pk-effect-strip pk-effect-{tone}" viewBox="0 0 380 64" role="img" aria-label="{label}">'
        '<text class="pk-effect-zero" x="{zero}" y="12" text-anchor="{zero_anchor}">{zero_words}</text>'
        '<text class="pk-effect-goal" x="{target}" y="12" text-anchor="{target_anchor}">{target_words}</text>'
        '<line class="pk-strip-line" x1="16" x2="364" y1="32" y2="32"/>'
        '<line class="pk-strip-zero" x1="{zero}" x2="{zero}" y1="18" y2="42"/>'
        '<line class="pk-strip-target" x1="{target}" x2="{target}" y1="18" y2="42"/>'
        '<line class="pk-strip-range" x1="{low}" x2="{high}" y1="32" y2="32"/>'
        '<circle class="pk-strip-dot" cx="{dot}" cy="32" r="6"/>{below}'
        '<text class="pk-effect-value" x="{dot}" y="56" text-anchor="middle">{value_words}</text></svg>',
        tone=effect.tone,
        label=label,
        zero=f"{zero:.1f}",
        target=f"{target:.1f}",
        low=f"{low:.1f}",
        high=f"{high:.1f}",
        dot=f"{dot:.1f}",
        zero_anchor=zero_anchor,
        target_anchor=target_anchor,
        zero_words=zero_words,
        target_words=effect.target_words,
        value_words=effect.value_words,
        below=below,
    )
