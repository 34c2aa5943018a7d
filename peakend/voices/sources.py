"""What an administrator says about a source: its name, its channel, which taxonomy reads it."""

from collections.abc import Collection

from django.db import transaction

from peakend.voices.models import Source


class SourceError(Exception):
    """A source that cannot be so; ``code`` says why, pages find the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def edit_source(
    source: Source,
    *,
    name: str,
    name_en: str,
    channel: str,
    taxonomy: str,
    taxonomies: Collection[str],
) -> None:
    """Change a source. What was heard from it keeps the channel it had then, and its reading until
    somebody reads it again. ``taxonomies`` are the codes of those there are.

    Raises:
        SourceError: there is no name or channel, or no such taxonomy.
    """
    if not name.strip() or len(name) > 120 or len(name_en) > 120:
        raise SourceError("name_missing")
    if not channel.strip() or len(channel) > 32:
        raise SourceError("channel_missing")
    if taxonomy not in taxonomies:
        raise SourceError("unknown_taxonomy")
    source.name, source.name_en = name.strip(), name_en.strip()
    source.channel, source.taxonomy = channel.strip(), taxonomy
    source.save(update_fields=["name", "name_en", "channel", "taxonomy"])
