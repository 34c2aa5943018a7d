"""Personal data in a text: where it stands, so that callers can mask it.

Kinds: mobile, id_card (checksum of GB 11643), bank_card (Luhn), email, plate, address.
"""

from __future__ import annotations

import re

from peakend.text.results import PersonalData

_DIGITS = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])")
_ID_CARD = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_BANK_CARD = re.compile(r"(?<![0-9])[1-9][0-9]{3}(?:[ -]?[0-9]{4}){2}[ -]?[0-9]{1,7}(?![0-9])")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]"
    r"[·•. ]?[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
)
# A road and a house number, or a building and a room: what an address in a complaint looks like.
_ADDRESS = re.compile(
    r"[\u4e00-\u9fa5]{2,8}(?:路|街|大道|巷|弄|胡同)[0-9]{1,5}号(?:[0-9]{1,4}(?:栋|幢|座|号楼))?"
    r"(?:[0-9]{1,2}单元)?(?:[0-9]{1,5}(?:室|房|户))?"
    r"|[0-9]{1,4}(?:栋|幢|号楼)(?:[0-9]{1,2}单元)?[0-9]{1,5}(?:室|房|户)?"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_HINT = re.compile(r"[0-9@]")
_MASKS = {"email": "***@***", "address": "***"}


def find_personal_data(text: str) -> tuple[PersonalData, ...]:
    """Personal data in the text, by place; pieces do not overlap."""
    if not _HINT.search(text):
        return ()
    found: list[PersonalData] = []
    for kind, pattern, valid in _KINDS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if valid(match.group()) and all(end <= f.start or start >= f.end for f in found[-64:]):
                found.append(PersonalData(kind, start, end))
    return tuple(sorted(found, key=lambda piece: piece.start))


def mask(text: str) -> str:
    """The text with personal data replaced by stars; digits keep their first three and last two."""
    pieces: list[str] = []
    at = 0
    for piece in find_personal_data(text):
        pieces += [text[at : piece.start], _masked(piece.kind, text[piece.start : piece.end])]
        at = piece.end
    return "".join([*pieces, text[at:]])


def _masked(kind: str, value: str) -> str:
    if kind in _MASKS:
        return _MASKS[kind]
    keep = 2 if kind == "plate" else 3
    return value[:keep] + "*" * (len(value) - keep - 2) + value[-2:]


def _is_id_card(value: str) -> bool:
    total = sum(int(d) * w for d, w in zip(value[:17], _ID_WEIGHTS, strict=True))
    month, day = int(value[10:12]), int(value[12:14])
    return _ID_CHECK[total % 11] == value[17].upper() and 1 <= month <= 12 and 1 <= day <= 31


def _is_bank_card(value: str) -> bool:
    digits = [int(c) for c in value if c.isdigit()]
    if not 15 <= len(digits) <= 19:
        return False
    doubled = sum(
        d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(digits[::-1])
    )
    return doubled % 10 == 0


def _always(value: str) -> bool:
    return True


_KINDS = (
    ("id_card", _ID_CARD, _is_id_card),
    ("bank_card", _BANK_CARD, _is_bank_card),
    ("mobile", _DIGITS, _always),
    ("email", _EMAIL, _always),
    ("plate", _PLATE, _always),
    ("address", _ADDRESS, _always),
)
