"""Who answered the conversations that were read before this was kept."""

from collections import Counter, defaultdict
from typing import Any

from django.db import migrations

BATCH = 1_000  # conversations


def tell_who_answered(apps: Any, schema_editor: Any) -> None:
    """As ``conversations.reading`` tells: a person where one replied, else a robot, else nobody."""
    alias = schema_editor.connection.alias
    conversations = apps.get_model("conversations", "Conversation").objects.using(alias)
    turns = apps.get_model("conversations", "Turn").objects.using(alias)
    untold = conversations.filter(answered_by="").only("pk").order_by("pk")
    after = 0
    while rows := list(untold.filter(pk__gt=after)[:BATCH]):
        after = rows[-1].pk
        names: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        replies = turns.filter(conversation__in=rows, speaker__in=("staff", "robot"))
        for key, speaker, name in replies.order_by("at", "id").values_list(
            "conversation_id", "speaker", "name"
        ):
            names[key, speaker][name] += 1
        for row in rows:
            who = (one for one in ("staff", "robot") if (row.pk, one) in names)
            row.answered_by = next(who, "")
            named = Counter({name: n for name, n in names[row.pk, "staff"].items() if name})
            row.agent = named.most_common(1)[0][0] if named else ""
        conversations.bulk_update(rows, ["answered_by", "agent"], batch_size=200)


class Migration(migrations.Migration):
    atomic = False  # each batch stands; running it again goes on with what is left

    dependencies = [("conversations", "0002_insight")]

    operations = [migrations.RunPython(tell_who_answered, migrations.RunPython.noop)]
