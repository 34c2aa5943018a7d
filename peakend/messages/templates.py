"""Words of messages, by code. A room registers the templates of what it has to say.

Words stand in both languages in the translations; a value of the context may itself be told in
both, as ``{"zh-hans": …, "en": …}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from peakend.messages.errors import UnknownTemplate


@dataclass(frozen=True)
class Template:
    """A subject and a body with ``%(name)s`` places."""

    code: str
    subject: str | Promise
    body: str | Promise


@dataclass(frozen=True)
class Words:
    """A message as it will be read."""

    subject: str
    body: str


_templates: dict[str, Template] = {}


def register(template: Template) -> None:
    """Make a template known."""
    _templates[template.code] = template


def in_both_languages(say: Any) -> dict[str, str]:
    """What ``say()`` returns in each language of the product."""
    told = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            told[code] = str(say())
    return told


def render(code: str, context: Mapping[str, Any], language: str | None = None) -> Words:
    """The words in ``language``, or in the reader's.

    Raises:
        UnknownTemplate
    """
    template = _templates.get(code)
    if template is None:
        raise UnknownTemplate(code)
    spoken = language or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(spoken):
        values = {name: _in_language(value, spoken) for name, value in context.items()}
        return Words(str(template.subject) % values, str(template.body) % values)


def _in_language(value: Any, language: str) -> Any:
    if isinstance(value, dict):
        return value.get(language) or next(iter(value.values()), "")
    return value
