"""Files of feedback as tests need them."""

import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

REVIEWS = (
    "评论内容,评分,评论时间,门店\n"
    '"上菜太慢了，等了一个小时",2,2026年7月25日 18:30,一号店\n'
    '"味道很好，\n下次还来",5,2026-07-26,一号店\n'
    "服务员态度很热情,4,2026/7/27 12:05,一号店\n"
)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """The text in a file."""
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """An XLSX file with one sheet."""
    with xlsxwriter.Workbook(str(path), {"remove_timezone": True}) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                if hasattr(cell, "isoformat"):
                    sheet.write_datetime(place, column, cell, date)
                else:
                    sheet.write(place, column, cell)
    return path


def with_sheet(path: Path, xml: bytes, compress: int = zipfile.ZIP_DEFLATED) -> Path:
    """A small true workbook whose sheet is replaced by other XML."""
    source = workbook(path.with_suffix(".tmp.xlsx"), [["评论", "评分"], ["好吃", 5]])
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", compress) as new:
        for entry in old.infolist():
            data = xml if entry.filename == "xl/worksheets/sheet1.xml" else old.read(entry)
            new.writestr(entry.filename, data)
    return path


def lying_bomb(path: Path, unpacked: int) -> Path:
    """A workbook whose directory declares far less than its sheet unpacks to."""
    with_sheet(path, b" " * unpacked)
    data = bytearray(path.read_bytes())
    crc = zlib.crc32(b" " * unpacked)
    for signature, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            if struct.unpack_from("<I", data, at + size_at)[0] == unpacked:
                struct.pack_into("<I", data, at + size_at, 1000)
    assert crc
    path.write_bytes(bytes(data))
    return path
