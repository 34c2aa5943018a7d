"""Columns are understood by name and content; dates and ratings in every common form."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from peakend.text import taxonomy_names
from peakend.voices.dates import DateColumn, NotADate, guess_order, parse_date
from peakend.voices.errors import Fault, ImportRefused
from peakend.voices.guesses.columns import (
    Guess,
    correct,
    dump_reading,
    guess_reading,
    load_reading,
)
from peakend.voices.guesses.taxonomies import guess_taxonomy
from peakend.voices.ratings import FRIENDS_AND_FAMILY, guess_scale, parse_rating, scale_named
from peakend.voices.readers import open_table
from tests.voices.files import write

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)


def guess_of(tmp_path: Path, text: str, units: dict[str, str] | None = None) -> Guess:
    return guess_reading(open_table(write(tmp_path / "f.csv", text)), units)


def roles_of(guess: Guess) -> dict[str, str]:
    return {
        column.name: f"{column.role}.{column.detail}" if column.detail else column.role
        for column in guess.reading.columns
    }


CHINESE = (
    "评论ID,会员号,手机号,昵称,门店,平台,品牌,菜品,会员等级,评论时间,星级,评论内容,就餐人数\n"
    + "".join(
        f"R{n:04d},M{n:05d},138{n:08d},客人{n},{n % 2 + 1}号店,大众点评,禾叶,酸菜鱼,{'金卡' if n % 2 else '银卡'},"
        f"2026年7月{n % 28 + 1}日 18:30,{n % 5 + 1},第{n}次来了，上菜有点慢但是味道很好，{n % 4 + 1}\n"
        for n in range(40)
    )
)
ENGLISH = (
    "Review ID,Customer ID,Email,Store,Source,Product,Segment,Created at,Rating,Comment\n"
    + "".join(
        f"a-{n},c{n},guest{n}@example.org,Store {n % 3},app,Laptop X{n % 4},new,"
        f"2026-07-{n % 28 + 1:02d}T18:30:00Z,{n % 5 + 1},The battery lasted {n} hours and then it died on me\n"
        for n in range(40)
    )
)


def test_a_chinese_export_is_understood(tmp_path: Path):
    guess = guess_of(tmp_path, CHINESE, {"1号店": "s1", "2号店": "s2"})

    assert roles_of(guess) == {
        "评论ID": "id",
        "会员号": "customer.member",
        "手机号": "customer.phone",
        "昵称": "customer_name",
        "门店": "unit",
        "平台": "channel",
        "品牌": "brand",
        "菜品": "product",
        "会员等级": "segment",
        "评论时间": "time",
        "星级": "rating",
        "评论内容": "text",
        "就餐人数": "attribute",
    }


def test_an_english_export_is_understood(tmp_path: Path):
    guess = guess_of(tmp_path, ENGLISH)

    assert roles_of(guess) == {
        "Review ID": "id",
        "Customer ID": "customer.customer",
        "Email": "customer.email",
        "Store": "attribute",  # no units of these names exist
        "Source": "channel",
        "Product": "product",
        "Segment": "segment",
        "Created at": "time",
        "Rating": "rating",
        "Comment": "text",
    }
    assert ("no_such_units", "Store") in guess.notes


def test_a_survey_with_several_open_questions_has_several_texts(tmp_path: Path):
    text = "答卷编号,提交时间,您的推荐意愿,最满意的原因,需要改进的意见\n" + "".join(
        f"Q{n},2026-07-{n % 28 + 1},{n % 11},服务热情周到环境很好{n},希望排队时间再短一些{n}\n"
        for n in range(60)
    )

    guess = guess_of(tmp_path, text)

    assert roles_of(guess)["最满意的原因"] == roles_of(guess)["需要改进的意见"] == "text"
    assert roles_of(guess)["您的推荐意愿"] == "rating"
    assert guess.reading.scale.bounds == (0, 10)


def test_the_same_answer_again_and_again_is_still_what_was_said(tmp_path: Path):
    text = "评论,评分\n" + "系统默认好评,5\n" * 80

    assert roles_of(guess_of(tmp_path, text)) == {"评论": "text", "评分": "rating"}


def test_a_label_is_an_attribute_and_never_the_result(tmp_path: Path):
    text = "label,review\n" + "".join(f"{n % 2},这家店的东西真的不错第{n}次买\n" for n in range(50))

    assert roles_of(guess_of(tmp_path, text)) == {"label": "attribute", "review": "text"}


def test_a_row_counter_is_left_out(tmp_path: Path):
    text = "序号,评论\n" + "".join(f"{n},味道不错下次再来看看{n}\n" for n in range(1, 30))

    guess = guess_of(tmp_path, text)

    assert roles_of(guess)["序号"] == "ignore"
    assert ("row_numbers", "序号") in guess.notes


def test_prose_is_found_without_a_telling_name(tmp_path: Path):
    text = "a,b\n" + "".join(
        f"{n},The waiter forgot our order number {n} and nobody said sorry for it\n"
        for n in range(2, 40)
    )

    assert roles_of(guess_of(tmp_path, text))["b"] == "text"


def test_a_correction_takes_a_role_from_where_the_guess_had_put_it(tmp_path: Path):
    guess = guess_of(tmp_path, CHINESE)

    corrected = correct(guess, [("text", "昵称"), ("customer.openid", "评论ID")])

    assert roles_of(corrected)["昵称"] == "text"
    assert roles_of(corrected)["评论内容"] == "attribute"
    assert roles_of(corrected)["评论ID"] == "customer.openid"


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ([("text", "评论")], "column_missing"),
        ([("mood", "评论内容")], "unknown_role"),
        ([("time", "评论时间"), ("time", "昵称")], "role_taken_twice"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(tmp_path: Path, roles, code):
    with pytest.raises(ImportRefused) as caught:
        correct(guess_of(tmp_path, CHINESE), roles)

    assert caught.value.code == code


def test_a_reading_survives_being_remembered(tmp_path: Path):
    reading = guess_of(tmp_path, CHINESE).reading

    assert load_reading(dump_reading(reading)) == reading


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026年7月25日 18:30", (2026, 7, 25, 18, 30)),
        ("2026年7月25日 下午6:30", (2026, 7, 25, 18, 30)),
        ("2026年7月5日", (2026, 7, 5)),
        ("2026-07-25 18:30:05", (2026, 7, 25, 18, 30, 5)),
        ("2026/7/5 8:05", (2026, 7, 5, 8, 5)),
        ("2026.07.25", (2026, 7, 25)),
        ("20260725", (2026, 7, 25)),
        ("25/07/2026", (2026, 7, 25)),
        ("25/07/2026 6:30 PM", (2026, 7, 25, 18, 30)),
        ("12/31/2026 12:05 AM", None),
        ("25 July 2026", (2026, 7, 25)),
        ("Jul 25, 2026 6:30pm", (2026, 7, 25, 18, 30)),
        ("46228.770833333336", (2026, 7, 25, 18, 30)),
    ],
)
def test_dates_are_read_in_their_local_time(cell, moment):
    if moment is None:
        with pytest.raises(NotADate):
            parse_date(cell, "dmy", SHANGHAI)
        assert parse_date(cell, "mdy", SHANGHAI) == datetime(2026, 12, 31, 0, 5, tzinfo=SHANGHAI)
    else:
        assert parse_date(cell, "dmy", SHANGHAI) == datetime(*moment, tzinfo=SHANGHAI)


def test_a_date_with_an_offset_keeps_its_moment():
    assert parse_date("2026-07-25T10:30:00Z", "dmy", SHANGHAI) == parse_date(
        "2026-07-25T18:30:00+08:00", "dmy", UTC
    )
    assert parse_date("1784975400", "dmy", SHANGHAI) == datetime(2026, 7, 25, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30", "impossible_date"),
        ("31/04/2026", "impossible_date"),
        ("2026-07-25 25:00", "impossible_date"),
        ("今年夏天", "unknown_date"),
        ("soon", "unknown_date"),
        ("3", "unknown_date"),
        ("", "no_date"),
        ("2099-01-01", "unlikely_date"),
        ("1066-10-14", "unlikely_date"),
        ("99999999999999999999", "unknown_date"),
    ],
)
def test_dates_that_cannot_be_are_faults(cell, code):
    found = DateColumn("dmy", SHANGHAI, AS_OF)(cell)

    assert isinstance(found, Fault)
    assert found.code == code


def test_the_order_of_day_and_month_follows_from_the_column():
    assert guess_order(["03/04/2026", "25/04/2026"]) == "dmy"
    assert guess_order(["03/04/2026", "04/25/2026"]) == "mdy"


@pytest.mark.parametrize(
    ("name", "values", "bounds"),
    [
        ("star", ["5", "4", "3", "1"], (1, 5)),
        ("评分", ["4.5", "5.0", "3.5"], (1, 5)),
        ("rating", ["0", "5", "3"], (0, 5)),
        ("推荐分", ["9", "10", "0", "6"], (0, 10)),
        ("score", ["87", "100", "3"], (0, 100)),
        ("score", ["8", "10", "1"], (1, 10)),
        ("满意度", ["非常满意", "一般", "不满意"], (1, 5)),
        ("星级", ["5星", "3星", "1星"], (1, 5)),
        ("FFT", ["1", "5", "6", "7", "2"], (5, 1)),
        (
            "How likely are you to recommend?",
            ["Extremely likely", "Unlikely", "Don't know"],
            (1, 5),
        ),
        ("criticality", ["-4", "3", "0"], (-5, 5)),
    ],
)
def test_scales_are_guessed(name, values, bounds):
    scale = guess_scale(name, values)

    assert scale is not None
    assert scale.bounds == bounds


def test_ratings_outside_their_scale_are_faults_and_refusals_are_nothing():
    stars = guess_scale("star", ["5", "4", "1"])

    assert parse_rating("5", stars) == 5.0
    assert parse_rating("N/A", stars) is None
    assert parse_rating("9", stars).code == "rating_out_of_range"
    assert parse_rating("-1", stars).code == "rating_out_of_range"
    assert parse_rating("great", stars).code == "not_a_rating"
    assert parse_rating("7", FRIENDS_AND_FAMILY) is None
    assert parse_rating("Extremely likely", FRIENDS_AND_FAMILY) == 1.0


def test_a_typed_scale_may_run_downwards():
    assert scale_named("10-1").bounds == (10, 1)
    assert scale_named("-5..5").bounds == (-5, 5)
    assert scale_named("ten") is None
    assert scale_named("3-3") is None


def test_the_taxonomy_follows_the_words():
    known = ["health", "restaurant", "retail"]

    assert guess_taxonomy(["上菜太慢", "服务员很好", "味道一般"], known) == "restaurant"
    assert guess_taxonomy(["物流很快", "质量不错", "客服不理人"], known) == "retail"
    assert guess_taxonomy(["The nurse was kind", "waited for the doctor"], known) == "health"
    assert guess_taxonomy(["嗯", "哦"], known) == "retail"


@pytest.mark.parametrize(
    ("texts", "taxonomy"),
    [
        (["前台办理入住很快", "房间隔音太差", "早餐种类少"], "hotel"),
        (["油耗比宣传的高", "变速箱顿挫", "后备箱够大"], "car"),
        (["信用卡提额被拒", "柜台排队太久", "手机银行转账失败"], "bank"),
        (["物业不管事", "小区电梯又坏了", "交房时墙面漏水"], "property"),
        (["宽带老是断", "话费扣得不明不白", "家里信号差"], "telecom"),
        (["航班延误三小时", "行李摔坏了", "登机口临时换"], "airline"),
    ],
)
def test_other_industries_give_themselves_away(texts, taxonomy):
    assert guess_taxonomy(texts, taxonomy_names()) == taxonomy


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("手机尾号", "{n:04d}"),
        ("手机号后四位", "{n:04d}"),
        ("Phone last 4", "{n:04d}"),
        ("联系电话", "{n:04d}"),
        ("手机号", "138****{n:04d}"),
    ],
)
def test_a_part_of_a_telephone_number_identifies_nobody(tmp_path: Path, name: str, cell: str):
    text = f"评论,{name}\n" + "".join(
        f"等位等了快两个小时{n},{cell.format(n=n * 37 % 9973)}\n" for n in range(60)
    )
    assert roles_of(guess_of(tmp_path, text))[name] == "attribute"


@pytest.mark.parametrize("cell", ["1380000{n:04d}", "+86 138-0000-{n:04d}", "028-8555{n:04d}"])
def test_a_whole_telephone_number_does(tmp_path: Path, cell: str):
    text = "评论,联系电话\n" + "".join(
        f"等位等了快两个小时{n},{cell.format(n=n * 37 % 9973)}\n" for n in range(60)
    )
    assert roles_of(guess_of(tmp_path, text))["联系电话"] == "customer.phone"


@pytest.mark.parametrize("name", ["订单号", "编号", "订单编号", "Order No", "单号"])
def test_numbers_that_no_two_rows_share_are_the_id(tmp_path: Path, name: str):
    rows = "".join(f"D20260{n * 7919 % 99991:05d},等位等了快两个小时{n}\n" for n in range(40))
    assert roles_of(guess_of(tmp_path, f"{name},评论\n{rows}"))[name] == "id"
    twice = rows + rows.replace("等位", "上菜")
    assert roles_of(guess_of(tmp_path, f"{name},评论\n{twice}"))[name] != "id"


def test_which_row_names_the_columns_is_said_where_it_is_not_the_first(tmp_path: Path):
    guess = guess_of(tmp_path, "七月点评导出,,\n" + "评论,评分,日期\n" + "好吃,5,2026-07-01\n" * 9)
    assert ("header_row", "2") in guess.notes
