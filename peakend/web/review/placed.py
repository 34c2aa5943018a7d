"""A customer's words in which every piece knows where it stands, so that words can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from peakend.opinions.models import Opinion
from peakend.text import find_personal_data, mask
from peakend.web.shell.evidence import TONES

Reasons = Sequence[tuple[int, int]]  # where the words stand that say why


def placed(
    text: str, spans: Iterable[Opinion], active: int | None = None, why: Reasons = ()
) -> SafeString:
    """The text, escaped and masked, in pieces with their offsets (code points, end excluded).

    Overlapping spans are cut as on other pages: the earlier (then the longer) keeps its place,
    except that the active opinion keeps all its words. Words that say ``why`` are marked beside
    the evidence, not instead of it: what explains one opinion may be the evidence of another.
    """
    shown: list[str] = []
    at = 0
    for start, end, opinion in _cut(text, spans, active):
        shown += _pieces(text, at, start, why)
        tone = TONES[opinion.polarity] + (" pk-active" if opinion.pk == active else "")
        words = "".join(_pieces(text, start, end, why))
        shown.append(
            f'<mark class="pk-evidence {tone}" data-pk-opinion="{opinion.pk}">{words}</mark>'
        )
        at = end
    shown += _pieces(text, at, len(text), why)
    return mark_safe("".join(shown))


def _cut(
    text: str, spans: Iterable[Opinion], active: int | None
) -> Iterable[tuple[int, int, Opinion]]:
    edges = [(o.start, min(len(text), o.end), o) for o in spans]
    chosen = next((edge for edge in edges if edge[2].pk == active), None)
    if chosen is not None:
        first, last, _ = chosen
        others = [edge for edge in edges if edge is not chosen]
        before = [(start, min(end, first), o) for start, end, o in others]
        after = [(max(start, last), end, o) for start, end, o in others]
        edges = [chosen, *(edge for edge in (*before, *after) if edge[0] < edge[1])]
    at = 0
    for start, end, opinion in sorted(edges, key=lambda edge: (edge[0], -edge[1])):
        if max(at, start) < end:
            yield max(at, start), end, opinion
            at = end


def _pieces(text: str, start: int, end: int, why: Reasons) -> list[str]:
    """Pieces of ``text[start:end]``; personal data is one piece, shown where it begins."""
    found: list[str] = []
    at = start
    for piece in find_personal_data(text):
        if piece.end <= start or piece.start >= end:
            continue
        if piece.start > at:
            found += _plain(text, at, piece.start, why)
        if piece.start >= start:
            masked = mask(text[piece.start : piece.end])
            found.append(_piece(masked, piece.start, piece.end, why))
        at = min(end, piece.end)
    if at < end:
        found += _plain(text, at, end, why)
    return found


def _plain(text: str, start: int, end: int, why: Reasons) -> Iterable[str]:
    """Pieces of words without personal data, cut where reasons begin and end."""
    edges = {edge for reason in why for edge in reason if start < edge < end}
    for first, last in pairwise((start, *sorted(edges), end)):
        yield _piece(text[first:last], first, last, why)


def _piece(words: str, start: int, end: int, why: Reasons) -> str:
    says_why = next((reason for reason in why if reason[0] <= start < reason[1]), None)
    mark = ""
    if says_why is not None:
        # The sign is drawn by the style sheet: letters here would count as the customer's.
        sign = pgettext("words of a customer", "why")
        mark = (
            f' class="pk-why" data-pk-why="{escape(sign)}"'
            if start == says_why[0]
            else ' class="pk-why"'
        )
    return f'<span data-pk-at="{start}" data-pk-to="{end}"{mark}>{escape(words)}</span>'
