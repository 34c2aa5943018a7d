"""Is this ZIP what it says it is? Asked before a library unpacks it.

An XLSX file is a ZIP of XML. One of a few kilobytes can unpack to gigabytes, and a sheet with two
cells in far corners makes a reader allocate everything between them.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from peakend.voices.errors import ImportRefused

MAX_UNPACKED = 1024**3
MAX_ENTRIES = 5_000
MAX_RATIO = 200
RATIO_FROM = 10 * 1024**2  # small files may compress as well as they like
MAX_COLUMN_LETTERS = "ALL"  # the 1,000th column
_STEP = 1024 * 1024

# Only columns of two letters and more: of the others there is no end, and they do no harm.
_FAR_CELL = re.compile(rb"""\br=["']([A-Z]{2,3})[0-9]{1,7}["']""")


def check_workbook(path: Path) -> None:
    """Refuse a workbook that would fill the memory.

    Raises:
        ImportRefused: ``broken_workbook``, ``archive_bomb`` or ``too_many_columns``.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            check_directory(entries)
            for entry in entries:
                _check_entry(file, entry)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, NotImplementedError) as error:
        raise ImportRefused("broken_workbook") from error


def check_directory(entries: list[zipfile.ZipInfo]) -> None:
    """Compare the sizes the directory declares with the limits."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED
        or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1))
    ):
        raise ImportRefused("archive_bomb", unpacked=unpacked, packed=packed, limit=MAX_UNPACKED)


def _check_entry(file: BinaryIO, entry: zipfile.ZipInfo) -> None:
    """Unpack an entry piece by piece, without keeping it: a directory can lie."""
    if entry.is_dir():
        return
    if entry.flag_bits & 1:
        raise ImportRefused("encrypted_workbook")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ImportRefused("broken_workbook")
    is_sheet = entry.filename.startswith("xl/worksheets/")
    unpacked, tail = 0, b""
    for piece in _unpack(file, entry):
        unpacked += len(piece)
        if unpacked > entry.file_size:
            raise ImportRefused(
                "archive_bomb", unpacked=unpacked, packed=entry.compress_size, limit=MAX_UNPACKED
            )
        if is_sheet:
            _check_columns(tail + piece)
            tail = piece[-16:]


def _unpack(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(30)
    name, extra = struct.unpack("<26xHH", header)
    file.seek(entry.header_offset + 30 + name + extra)
    left = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (piece := file.read(min(left, _STEP))):
            left -= len(piece)
            yield piece
        return
    inflate = zlib.decompressobj(-15)
    while left > 0 and not inflate.eof:
        packed = file.read(min(left, _STEP // 4))
        if not packed:
            break
        left -= len(packed)
        while packed:
            yield inflate.decompress(packed, _STEP)
            packed = inflate.unconsumed_tail


def _check_columns(xml: bytes) -> None:
    for letters in set(_FAR_CELL.findall(xml)):
        column = letters.decode()
        if (len(column), column) > (len(MAX_COLUMN_LETTERS), MAX_COLUMN_LETTERS):
            raise ImportRefused("too_many_columns", columns=column, limit=MAX_COLUMN_LETTERS)
