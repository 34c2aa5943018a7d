"""Which encoding a file is written in, judged from its bytes."""

import codecs
from pathlib import Path

from peakend.voices.errors import ImportRefused
from peakend.voices.readers.table import HEAD

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252")
# Control characters that no text holds: a file with them is something else (a picture, a PDF).
_BINARY = frozenset(range(9)) - {0} | frozenset(range(14, 32)) - {26, 27}


def detect_encoding(path: Path) -> str:
    """The encoding of a text file.

    Raises:
        ImportRefused: ``not_text`` or ``unknown_encoding``.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        for mark, encoding in BYTE_ORDER_MARKS:
            if head.startswith(mark):
                return encoding
        if wide := _wide_encoding(head):
            return wide
        # A file may begin with pages of plain ASCII: the first other byte decides.
        while head.isascii() and (more := file.read(HEAD)):
            head = head[-8:] + more
    if sum(head.count(byte) for byte in _BINARY) > len(head) // 200:
        raise ImportRefused("not_text")
    for encoding, accepts in _CANDIDATES:
        if accepts(head):
            return encoding
    raise ImportRefused("unknown_encoding", known=", ".join(ENCODINGS))


def known_encoding(name: str) -> str:
    """The canonical name of an encoding somebody typed.

    Raises:
        ImportRefused: ``unknown_encoding``.
    """
    alias = {"gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8"}.get(name.lower(), name.lower())
    if alias not in ENCODINGS:
        raise ImportRefused("unknown_encoding", known=", ".join(ENCODINGS), given=name)
    return alias


def check_encoding(path: Path, encoding: str) -> None:
    """Refuse an encoding in which the beginning of the file makes no sense.

    Raises:
        ImportRefused: ``wrong_encoding``, with the encoding the bytes speak for.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if _decodes(head, encoding):
        return
    raise ImportRefused("wrong_encoding", given=encoding, detected=detect_encoding(path))


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head, final=False)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


def _mostly_utf8(head: bytes) -> bool:
    """UTF-8, but for a few damaged places, which cost their rows and not the file."""
    if _decodes(head, "utf-8"):
        return True
    text = head.decode("utf-8", "replace")
    whole = sum(1 for sign in text if sign > "\x7f" and sign != "\ufffd")
    return text.count("\ufffd") * 20 < whole


def _plausible_gb18030(head: bytes) -> bool:
    """GB18030 decodes almost anything; only text that reads like Chinese speaks for it."""
    text = head.decode("gb18030", "replace")
    wide = [sign for sign in text if sign > "\x7f"]
    likely = sum(
        1
        for sign in wide
        if "\u4e00" <= sign <= "\u9fff" or sign in "，。！？、；：“”‘’（）《》…—·￥％～　"
    )
    return bool(wide) and likely > 0.85 * len(wide) and text.count("\ufffd") * 50 <= len(wide)


def _plausible_western(head: bytes) -> bool:
    """Windows-1252: bytes above ASCII stand alone between letters."""
    high = sum(byte > 127 for byte in head)
    return high * 10 < len(head) and _decodes(head, "cp1252")


_CANDIDATES = (
    ("utf-8", _mostly_utf8),
    ("gb18030", _plausible_gb18030),
    ("cp1252", _plausible_western),
)


def _wide_encoding(head: bytes) -> str:
    """UTF-16 without a mark: its ASCII (delimiters, line ends) has a zero in every second byte."""
    sample = head[: len(head) // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 50 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    # Stray zeros in other text do not stand beside its line ends.
    line_end = "\n".encode(encoding)
    return encoding if line_end in sample and _decodes(sample, encoding) else ""
