"""The wording of replies, and the mood before them, of turns that were read before these were kept."""

from typing import Any

from django.db import migrations

BATCH = 500  # conversations


def tell_wordings(apps: Any, schema_editor: Any) -> None:
    """As ``conversations.reading`` tells of a reply over which the mood turned."""
    # Wordings read today must share their numbers with these, so it is today's function.
    from peakend.conversations.reading import side_of
    from peakend.conversations.wording import wording_of

    alias = schema_editor.connection.alias
    turns = apps.get_model("conversations", "Turn").objects.using(alias)
    untold = turns.filter(gain__isnull=False, felt__isnull=True)
    after = 0
    while rows := list(
        untold.filter(conversation__gt=after)
        .order_by("conversation_id")
        .values_list("conversation_id", flat=True)
        .distinct()[:BATCH]
    ):
        after = rows[-1]
        told, mood, of = [], None, 0
        said = turns.filter(conversation__in=rows).order_by("conversation_id", "at", "id")
        for turn in said.iterator(2_000):
            if turn.conversation_id != of:
                mood, of = None, turn.conversation_id
            if turn.speaker == "customer":
                mood = turn.mood
            elif turn.gain is not None and turn.felt is None and mood is not None:
                turn.felt, turn.wording = side_of(mood), wording_of(turn.text)
                told.append(turn)
        turns.bulk_update(told, ["felt", "wording"], batch_size=200)


class Migration(migrations.Migration):
    atomic = False  # each batch stands; running it again goes on with what is left

    dependencies = [("conversations", "0003_answered_by")]

    operations = [migrations.RunPython(tell_wordings, migrations.RunPython.noop)]
