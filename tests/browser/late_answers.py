"""Answers that come weeks late to a company whose figures were told: ``python -m tests.browser.late_answers``.

The demo company is built in one go, so that none of its closed weeks ever reads differently; run in its
environment, this gives it one that does. Run again, it changes nothing.
"""

import os
from datetime import timedelta

LATE = timedelta(weeks=6)
ANSWERS = 15


def main() -> None:
    """Tell every closed period, let the answers arrive, tell what has changed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peakend.config.settings")
    import django

    django.setup()
    from django.utils import timezone

    from peakend.inbox import open_inbox
    from peakend.inbox.signals import Response, encode, key_of
    from peakend.loop.figures_published import publish_figures
    from peakend.loop.signals_drained import drain
    from peakend.warehouse.cells import newest_day

    now, newest = timezone.now(), newest_day()
    assert newest is not None
    publish_figures(now - timedelta(hours=1))
    late = [
        Response(
            survey="after-visit",
            answers={"nps": 0},
            time=f"{newest - LATE}T12:00:00+08:00",
            id=f"late-{n}",
        )
        for n in range(ANSWERS)
    ]
    open_inbox().append((key_of(one), encode(one)) for one in late)
    drain()
    publish_figures(now)


if __name__ == "__main__":
    main()
