"""The competitor page in words: where we lose, where we win."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peakend.web.competitors.table import Row, Table
from peakend.web.shell import numbers


def told(table: Table) -> tuple[str, str]:
    """Headline and lede."""
    behind, ahead = table.widest(-1), table.widest(1)
    rivals = numbers.number(len(table.brands) - 1)
    lede = ngettext(
        "{n} aspect beside {rivals} competitors, compared within the sources both are heard on; "
        "differences stand after Holm's correction at 5%.",
        "{n} aspects beside {rivals} competitors, compared within the sources both are heard on; "
        "differences stand after Holm's correction at 5%.",
        len(table.rows),
    ).format(n=numbers.number(len(table.rows)), rivals=rivals)
    if behind and ahead:
        headline = _("We lose on {worst} and win on {best}").format(
            worst=gap_title(behind[0], table, -1), best=gap_title(ahead[0], table, 1)
        )
    elif behind:
        headline = _("We lose on {worst}, and win nowhere beyond noise").format(
            worst=gap_title(behind[0], table, -1)
        )
    elif ahead:
        headline = _("We win on {best}, and lose nowhere beyond noise").format(
            best=gap_title(ahead[0], table, 1)
        )
    else:
        headline = _("No competitor differs from us beyond noise")
    return numbers.kept_together(headline), lede


def gap_title(row: Row, table: Table, sign: int) -> str:
    """``Price level (−21 ± 9 to Grain Rain)``: the widest gap that stands."""
    stand = {code: gap for code, gap in row.league.gaps.items() if gap.verdict == sign}
    code, gap = max(stand.items(), key=lambda item: abs(item[1].difference.value or 0.0))
    name = next((brand.name for brand in table.brands if brand.code == code), code)
    difference = gap.difference
    size = numbers.plus_minus(
        100 * (difference.value or 0.0), 50 * ((difference.high or 0.0) - (difference.low or 0.0))
    )
    return _("{aspect} ({gap} to {rival})").format(aspect=row.title, gap=size, rival=name)
