"""What customers feel, said before it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.metrics.queries import reading
from peakend.opinions.queries import aspect_title
from peakend.web.filters import ViewFilter
from peakend.web.shell import figures, names, numbers
from peakend.web.voices.rivals import Rivalry, widest_gap
from peakend.web.voices.tree import Group
from peakend.web.voices.verbatims import matching


@dataclass(frozen=True)
class Headline:
    """Headline and lede."""

    headline: str
    lede: str


def headline_of(view: ViewFilter, groups: list[Group], rivalry: Rivalry | None) -> Headline:
    """The words searched for, else the selected aspect, else the aspect that hurts most."""
    found = _told(view, groups, rivalry)
    return Headline(numbers.kept_together(found.headline), numbers.kept_together(found.lede))


def _told(view: ViewFilter, groups: list[Group], rivalry: Rivalry | None) -> Headline:
    if view.q:
        return _of_words(view)
    if view.aspect:
        return _of_aspect(view, rivalry)
    heard = [branch for group in groups for branch in group.aspects if branch.net is not None]
    if not heard:
        return Headline(
            _("Too little was said to tell what customers feel"),
            _("Widen the period or the filter."),
        )
    named = [branch for branch in heard if branch.code != "overall"] or heard
    falling = [branch for branch in named if branch.trend_tone == "bad"]
    lede = rival_line(view, rivalry)
    if falling:
        worst = min(falling, key=lambda branch: (branch.net or 0, branch.code))
        headline = _("{aspect} is getting worse: net sentiment {net} ± {margin} over {n} opinions")
    else:
        worst = min(named, key=lambda branch: (branch.net or 0, branch.code))
        headline = _(
            "Customers are least happy with {aspect}: net sentiment {net} ± {margin} over {n} opinions"
        )
    best = max(named, key=lambda branch: (branch.net or 0, branch.code))
    said = headline.format(
        aspect=worst.title, net=numbers.signed(worst.net), margin=numbers.number(worst.margin),
        n=numbers.number(worst.opinions),
    )  # fmt: skip
    praise = _("{aspect} pleases most ({net}).").format(
        aspect=best.title, net=numbers.signed(best.net)
    )
    return Headline(said, f"{praise} {lede}".strip())


def _of_words(view: ViewFilter) -> Headline:
    count = matching(view).count()
    said = ngettext("{n} voice says “{words}”", "{n} voices say “{words}”", count)
    lede = _("The figures below are of all voices of the filter, whatever words they use.")
    return Headline(said.format(n=numbers.number(count), words=view.q), lede)


def _of_aspect(view: ViewFilter, rivalry: Rivalry | None) -> Headline:
    now = reading("net_sentiment", view.slice, aspect=view.aspect, compare=view.compare_slice)
    title = aspect_title(view.aspect)
    if not now.enough or now.value is None:
        return Headline(
            _("{aspect}: too few opinions to say").format(aspect=title),
            _("{n} opinions; a figure is shown from {needed}.").format(
                n=numbers.number(now.n), needed=now.metric.minimum_n
            ),
        )
    value = f"{figures.written(now.value, now.metric)} ± {figures.half_width(now)}"
    change = figures.change_view(now.change, now.metric, 0)
    said = _("{aspect}: net sentiment {value} over {n} opinions").format(
        aspect=title, value=value, n=numbers.number(now.n)
    )
    moved = ""
    if change is not None:
        moved = _("Change {change}, {word}.").format(change=change.text, word=change.word)
    return Headline(said, f"{moved} {rival_line(view, rivalry)}".strip())


def rival_line(view: ViewFilter, rivalry: Rivalry | None) -> str:
    """Where we stand below a rival beyond noise, in one sentence; nothing where we do not."""
    if rivalry is None:
        return ""
    rows = (
        [row for row in rivalry.rows if row.aspect == view.aspect] if view.aspect else rivalry.rows
    )
    row = widest_gap(rows)
    brands = names.brand_titles()
    if row is not None:
        said = _("On {aspect} we stand {gap} ± {margin} below {rival}.")
        gap = numbers.number(abs(row.gap or 0))
    elif view.aspect and rows and rows[0].gap is not None:
        row = rows[0]
        said = (
            _("On {aspect} we and {rival} do not differ beyond noise ({gap} ± {margin}).")
            if row.gap_is_noise
            else _("On {aspect} we stand {gap} ± {margin} above {rival}.")
        )
        gap = numbers.signed(row.gap) if row.gap_is_noise else numbers.number(row.gap)
    else:
        return ""
    return said.format(
        aspect=row.title, gap=gap, margin=numbers.number(row.gap_margin),
        rival=brands.get(row.rivals[0].brand, row.rivals[0].brand),
    )  # fmt: skip
