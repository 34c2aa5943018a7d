"""Personal data is found with its place, and masked."""

import pytest

import peakend.text as text

FOUND = [
    ("请打13812345678找我", "mobile", "13812345678"),
    ("电话+86 138-1234-5678", "mobile", "+86 138-1234-5678"),
    ("身份证11010519491231002X", "id_card", "11010519491231002X"),
    ("卡号4111 1111 1111 1111", "bank_card", "4111 1111 1111 1111"),
    ("写信到 li.lei@example.com 吧", "email", "li.lei@example.com"),
    ("车牌京A12345挡住了", "plate", "京A12345"),
    ("住在中山路88号3栋2单元501室", "address", "中山路88号3栋2单元501室"),
]


@pytest.mark.parametrize(("body", "kind", "value"), FOUND)
def test_personal_data_is_found_where_it_stands(body, kind, value):
    pieces = text.find_personal_data(body)
    assert [piece.kind for piece in pieces] == [kind]
    assert body[pieces[0].start : pieces[0].end].endswith(value)
    assert value not in text.mask(body)


@pytest.mark.parametrize(
    "body",
    [
        "订单号110105194912310021",  # fails the checksum of an identity card
        "编号4111111111111112",  # fails Luhn
        "等了12345678901分钟",
        "价格是128元",
        "2024年10月1日",
    ],
)
def test_numbers_that_only_look_alike_are_left(body):
    assert text.find_personal_data(body) == ()
    assert text.mask(body) == body


def test_a_text_without_personal_data_is_unchanged():
    assert text.mask("服务很好，下次再来") == "服务很好，下次再来"


def test_offsets_count_code_points_after_emoji():
    body = "😀😀13812345678"
    (piece,) = text.find_personal_data(body)
    assert (piece.start, piece.end) == (2, 13)
