"""Where a table's files are: a folder, or an object store whose files are mirrored when read.

Files of a table never change once written, so a mirror needs no freshness: a file is fetched once
and kept until no snapshot names it. Engines then read local files whatever the address is.
"""

import hashlib
import os
import shutil
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from peakend.warehouse.schema import DIMENSIONS

# Row groups are what a reader can skip: small enough to skip most, large enough to read fast.
ROW_GROUP = 65_536
# Columns in which hardly a value repeats: a dictionary of them is given up halfway.
_UNIQUE = {"id", "signal", "voice", "time", "customer"}
# Columns whose bounds let a reader skip a row group; others are only ever added up.
ASKED_BY = {"signal", *DIMENSIONS}


class Place(Protocol):
    """The files of one table, by their path within it."""

    is_local: bool

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        ...

    def write(self, path: str, rows: pa.Table, compression: str = "zstd") -> int:
        """Write a Parquet file; its size in bytes."""
        ...

    def local(self, path: str) -> str:
        """A local file with the content of ``path``."""
        ...

    def forget(self, kept: Iterable[str]) -> None:
        """Drop mirrored files except those ``kept``."""
        ...

    def drop(self) -> None:
        """Remove everything."""
        ...


class Folder:
    """A folder of this machine, or one that all machines mount."""

    is_local = True

    def __init__(self, root: str) -> None:
        self.root = Path(root)

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    def write(self, path: str, rows: pa.Table, compression: str = "zstd") -> int:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        _write(rows, str(place), compression)
        return place.stat().st_size

    def local(self, path: str) -> str:
        return str(self.root / path)

    def forget(self, kept: Iterable[str]) -> None:
        """Nothing is mirrored."""

    def drop(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


class ObjectStore:
    """An address such as ``s3://bucket/prefix``; credentials come from its own environment variables."""

    is_local = False

    def __init__(self, uri: str, mirror: Path) -> None:
        self.files = opened_store(uri)
        self.mirror = mirror / hashlib.sha256(uri.encode()).hexdigest()[:16]

    def has(self, path: str) -> bool:
        return bool(self.files.get_file_info(path).is_file)

    def write(self, path: str, rows: pa.Table, compression: str = "zstd") -> int:
        kept = self.mirror / path
        kept.parent.mkdir(parents=True, exist_ok=True)
        leaving = _on_its_way(kept)
        _write(rows, str(leaving), compression)
        with leaving.open("rb") as source, self.files.open_output_stream(path) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        size = leaving.stat().st_size
        leaving.replace(kept)  # from now on whoever tidies the mirror may remove it
        return size

    def local(self, path: str) -> str:
        kept = self.mirror / path
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            arriving = _on_its_way(kept)
            with self.files.open_input_stream(path) as source, arriving.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            arriving.replace(kept)  # whole or not at all, whoever else fetches it too
        return str(kept)

    def forget(self, kept: Iterable[str]) -> None:
        names = set(kept)
        for file in self.mirror.rglob("*"):
            if file.suffix == ".parquet" and str(file.relative_to(self.mirror)) not in names:
                file.unlink(missing_ok=True)

    def drop(self) -> None:
        from pyarrow.fs import FileSelector

        everything = FileSelector("", recursive=True, allow_not_found=True)
        paths = [info.path for info in self.files.get_file_info(everything) if info.is_file]
        # The newest of the log first: whoever looks meanwhile finds an older table, or none.
        for path in sorted(paths, key=lambda path: (path.startswith("_delta_log"), path))[::-1]:
            self.files.delete_file(path)
        shutil.rmtree(self.mirror, ignore_errors=True)


def opened_store(uri: str) -> Any:
    """The file system below an address, with the credentials of this process's environment."""
    from deltalake.fs import DeltaStorageHandler
    from pyarrow.fs import PyFileSystem

    class Handler(DeltaStorageHandler):
        """Arrow hands buffers on, where the store takes nothing but bytes."""

        def open_output_stream(self, path: str, metadata: Any = None) -> pa.PythonFile:
            return pa.PythonFile(_TakesBuffers(self._handler.open_output_stream(path, metadata)))

    return PyFileSystem(Handler(uri))


class _TakesBuffers:
    """A stream of bytes."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, data: Any) -> int:
        return int(self.stream.write(bytes(data)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _on_its_way(kept: Path) -> Path:
    """A name that nobody else takes for a file of the mirror, nor uses."""
    return kept.with_name(f"{kept.name}.{os.getpid()}.{threading.get_ident()}.moving")


@lru_cache(maxsize=16)
def place_of(uri: str, mirror: Path) -> Place:
    """The place behind an address; ``mirror`` is a local folder for what must be fetched."""
    if uri.startswith("file://"):
        return Folder(uri.removeprefix("file://"))
    return ObjectStore(uri, mirror) if "://" in uri else Folder(uri)


def _write(rows: pa.Table, target: str, compression: str) -> None:
    repeated = [name for name in rows.schema.names if name not in _UNIQUE]
    pq.write_table(
        rows,
        target,
        compression=compression,
        compression_level=1 if compression == "zstd" else None,
        row_group_size=ROW_GROUP,
        use_dictionary=repeated,
        write_statistics=[name for name in rows.schema.names if name in ASKED_BY],
        store_schema=False,  # which would tell of dictionaries where a text is meant
    )
