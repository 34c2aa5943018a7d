"""Reasons are found in more ways than before: what was read before is read again by the worker."""

from typing import Any

from django.db import migrations


def begin_anew(apps: Any, schema_editor: Any) -> None:
    apps.get_model("reasons", "Look").objects.update(newest=0)
    apps.get_model("reasons", "Reason").objects.update(wordings={}, abouts={})


class Migration(migrations.Migration):
    dependencies = [("reasons", "0001_initial")]
    operations = [migrations.RunPython(begin_anew, migrations.RunPython.noop)]
