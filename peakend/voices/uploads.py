"""Files that were uploaded and wait for their columns to be confirmed."""

import json
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from peakend.organization.models import User
from peakend.voices.errors import ImportRefused

MAX_GIGABYTES = 2
MAX_SIZE = MAX_GIGABYTES * 1024**3
# A file nobody confirmed is forgotten; one whose job failed can be looked into until then.
KEPT_FOR = timedelta(days=14)
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Upload:
    """One uploaded file: ``token`` names it in addresses, ``name`` is what its owner calls it."""

    token: str
    name: str
    path: Path
    owner: int


def keep_upload(name: str, chunks: Iterable[bytes], owner: User) -> Upload:
    """Write an upload to the data folder.

    Raises:
        ImportRefused: ``too_large``; nothing is kept.
    """
    token = secrets.token_hex(16)
    folder = _folder() / token
    folder.mkdir(parents=True)
    # The name only serves to show and to tell the format; it never becomes a path.
    name = re.sub(r"[\x00-\x1f/\\]", "_", name)[-120:] or "upload"
    suffix = Path(name).suffix.lower()
    path = folder / f"file{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"
    size = 0
    with path.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_SIZE:
                file.close()
                shutil.rmtree(folder)
                raise ImportRefused("too_large", limit=MAX_GIGABYTES)
            file.write(chunk)
    (folder / "upload.json").write_text(json.dumps({"name": name, "owner": owner.pk}))
    return Upload(token, name, path, owner.pk)


def find_upload(token: str, owner: User) -> Upload | None:
    """The upload of this person, or nothing: nobody sees another's."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _folder() / token
    try:
        about = json.loads((folder / "upload.json").read_text())
    except (OSError, ValueError):
        return None
    if about["owner"] != owner.pk:
        return None
    path = next((path for path in folder.glob("file*")), None)
    return Upload(token, about["name"], path, owner.pk) if path else None


def prune_uploads(as_of: datetime | None = None) -> int:
    """Forget uploads that are older than they are kept; how many."""
    limit = (as_of or datetime.now(UTC)) - KEPT_FOR
    forgotten = 0
    for folder in _folder().glob("*"):
        if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < limit:
            shutil.rmtree(folder, ignore_errors=True)
            forgotten += 1
    return forgotten


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "uploads"
