"""Translations without system gettext: ``python -m tools.translations update|check|compile [ROOM…]``.

Message ids are English; every room keeps its Simplified Chinese in
``<room>/locale/zh_Hans/LC_MESSAGES/django.po``. ``update`` adds what the sources say and the
catalogue lacks, ``check`` fails on what is untranslated, fuzzy, malformed or said in two ways,
``compile`` writes the ``.mo`` files that Django reads. A room is its folder (``peakend/web/voices``); without one, all
are meant.
"""

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "peakend"
LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!%)%[sd]|\{(\w*)[^{}]*\}")
# Dates of creation would make every run a change.
NOISE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By'
    r"|Report-Msgid-Bugs-To|Project-Id-Version)[^\n]*\n",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Room:
    """A folder whose strings are translated together."""

    folder: Path
    nested: tuple[Path, ...] = ()

    @property
    def catalogue(self) -> Path:
        return self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def name(self) -> str:
        return self.folder.relative_to(ROOT).as_posix()

    def sources(self) -> Iterator[Path]:
        """Python files and templates of the room, but not those of the rooms inside it."""
        for path in sorted(self.folder.rglob("*")):
            inside = any(path.is_relative_to(folder) for folder in self.nested)
            if path.suffix in {".py", ".html", ".txt"} and not inside:
                yield path


def rooms() -> list[Room]:
    """Every room of the package; the rooms of pages stand beside the shell around them."""
    web = PACKAGE / "web"
    pages = [path for path in sorted(web.iterdir()) if (path / "__init__.py").exists()]
    own = [folder for folder in pages if folder.name not in {"templatetags", "charts", "shell"}]
    domains = [
        path
        for path in sorted(PACKAGE.iterdir())
        if (path / "__init__.py").exists() and path != web
    ]
    return [*(Room(path) for path in domains), Room(web, tuple(own)), *(Room(path) for path in own)]


def extracted(room: Room) -> Catalog:
    """What the room's sources say."""
    catalog = Catalog()
    for path in room.sources():
        source = path.read_text("utf-8")
        if path.suffix != ".py":
            if "{%" not in source:
                continue
            # templatize blanks out the markup; leading blanks would read as indentation.
            source = "\n".join(line.lstrip() for line in templatize(source).splitlines())
        lines = io.BytesIO(source.encode())
        options = {"encoding": "utf-8"}
        for _, messages, _, context in extract(
            "python", lines, keywords=KEYWORDS, comment_tags=(), options=options
        ):
            catalog.add(
                messages, locations=[(path.relative_to(ROOT).as_posix(), 0)], context=context
            )
    return catalog


def stored(room: Room) -> Catalog:
    """The room's catalogue as it is on disk, or an empty one."""
    if not room.catalogue.exists():
        return Catalog(locale=LANGUAGE, domain="django")
    with room.catalogue.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain="django")


def write(room: Room, catalog: Catalog) -> bool:
    """Write the room's catalogue if that changes it, sorted and without dates."""
    catalog.fuzzy = False
    catalog.header_comment = f"# Simplified Chinese of {room.name}."
    written = io.BytesIO()
    write_po(
        written, catalog, sort_output=True, ignore_obsolete=True, include_lineno=False, width=98
    )
    text = NOISE.sub("", written.getvalue().decode())
    if room.catalogue.exists() and room.catalogue.read_text("utf-8") == text:
        return False
    room.catalogue.parent.mkdir(parents=True, exist_ok=True)
    room.catalogue.write_text(text, "utf-8")
    return True


def update(chosen: list[Room]) -> int:
    """Write what is new into each room's catalogue and drop what nobody says any more."""
    for room in chosen:
        said = extracted(room)
        if len(said) == 0:
            continue
        catalog = stored(room)
        catalog.update(said, no_fuzzy_matching=True, update_header_comment=False)
        if write(room, catalog):
            print(f"wrote {room.catalogue.relative_to(ROOT)}")
    return 0


def texts(message: Message) -> list[str]:
    """The translations of a message, one for each plural form of the language."""
    said = message.string
    return [form or "" for form in (said if isinstance(said, tuple | list) else (said,))]


def placeholders(text: str) -> set[str]:
    """The names or kinds of what is filled in."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def fault(said: Message, found: Message | None) -> str:
    """What is wrong with the translation of one message, or nothing."""
    if found is None or not all(texts(found)):
        return "untranslated"
    if found.fuzzy:
        return "fuzzy"
    plural = said.id if isinstance(said.id, str) else said.id[1]
    if placeholders(plural) != placeholders(texts(found)[-1]):
        return "other placeholders"
    return ""


def check(chosen: list[Room]) -> int:
    """Fail when anything said is not translated well; a message has one translation everywhere."""
    faults: list[str] = []
    seen: dict[tuple[str, str | None], tuple[str, str]] = {}
    for room in chosen:
        catalog = stored(room)
        for said in extracted(room):
            if not said.id:
                continue
            key = said.id if isinstance(said.id, str) else said.id[0]
            found = catalog.get(key, said.context)
            wrong = fault(said, found)
            if wrong or found is None:
                faults.append(f"{room.name}: {wrong}: {key!r}")
                continue
            text = texts(found)[0]
            first = seen.setdefault((key, said.context), (text, room.name))
            if first[0] != text:
                faults.append(f"{room.name}: {key!r} is {text!r} here, {first[0]!r} in {first[1]}")
    print("\n".join(faults) or "every string is translated")
    return 1 if faults else 0


def compile_catalogues(chosen: list[Room]) -> int:
    """Write the binary catalogues beside their sources."""
    for room in chosen:
        if room.catalogue.exists():
            with room.catalogue.with_suffix(".mo").open("wb") as file:
                write_mo(file, stored(room))
    return 0


COMMANDS = {"update": update, "check": check, "compile": compile_catalogues}


def main(arguments: list[str]) -> int:
    command, *named = arguments or [""]
    chosen = [room for room in rooms() if not named or room.name in named]
    if command not in COMMANDS or not chosen:
        print(__doc__)
        return 2
    settings.configure(USE_I18N=True)
    return COMMANDS[command](chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
