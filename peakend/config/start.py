"""Bring Django up for a data folder; what commands and servers call first."""

import os
from pathlib import Path


def start_django(data: str | Path | None = None) -> None:
    """Configure Django, optionally for the data folder ``data``."""
    if data is not None:
        os.environ["PEAKEND_HOME"] = str(Path(data).expanduser().resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peakend.config.settings")
    import django

    django.setup()


def prepare_database() -> None:
    """Create or bring up to date every table; safe to call at each start."""
    from django.conf import settings
    from django.core.management import call_command

    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
