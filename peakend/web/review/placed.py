"""A customer's words in which every piece knows where it stands, so that words can be chosen."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from peakend.opinions.models import Opinion
from peakend.text import find_personal_data, mask
from peakend.web.shell.evidence import TONES


def placed(text: str, spans: Iterable[Opinion], active: int | None = None) -> SafeString:
    """The text, escaped and masked, in pieces with their offsets (code points, end excluded).

    Overlapping spans are cut as on other pages: the earlier (then the longer) keeps its place,
    except that the active opinion keeps all its words.
    """
    shown: list[str] = []
    at = 0
    for start, end, opinion in _cut(text, spans, active):
        shown += _pieces(text, at, start)
        tone = TONES[opinion.polarity] + (" pk-active" if opinion.pk == active else "")
        words = "".join(_pieces(text, start, end))
        shown.append(
            f'<mark class="pk-evidence {tone}" data-pk-opinion="{opinion.pk}">{words}</mark>'
        )
        at = end
    shown += _pieces(text, at, len(text))
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


def _pieces(text: str, start: int, end: int) -> list[str]:
    """Pieces of ``text[start:end]``; personal data is one piece, shown where it begins."""
    found = []
    at = start
    for piece in find_personal_data(text):
        if piece.end <= start or piece.start >= end:
            continue
        if piece.start > at:
            found.append(_piece(text[at : piece.start], at, piece.start))
        if piece.start >= start:
            found.append(_piece(mask(text[piece.start : piece.end]), piece.start, piece.end))
        at = min(end, piece.end)
    if at < end:
        found.append(_piece(text[at:end], at, end))
    return found


def _piece(words: str, start: int, end: int) -> str:
    return f'<span data-pk-at="{start}" data-pk-to="{end}">{escape(words)}</span>'
