"""Rows become signals: keyed, cleaned, each taken whole or named with its column and reason."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from peakend.inbox.signals import Voice, decode
from peakend.voices.error_files import ErrorFile, neutral
from peakend.voices.errors import RowError
from peakend.voices.guesses.columns import correct, guess_reading
from peakend.voices.ordinals import Ordinals
from peakend.voices.readers import open_table
from peakend.voices.rows import Setting, SignalMaker, Signals
from tests.voices.files import write

AS_OF = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def signals_of(path: Path, roles=(), units=None) -> Signals:
    table = open_table(path)
    guess = correct(guess_reading(table, units), roles)
    maker = SignalMaker(
        guess.reading, Setting("shop", AS_OF, ZoneInfo("Asia/Shanghai"), units or {})
    )
    whole = Signals()
    for batch in table.batches():
        made = maker.make(batch)
        whole.keyed += made.keyed
        whole.errors += made.errors
        whole.empty += made.empty
    return whole


def voices_of(made: Signals) -> list[Voice]:
    return [decode(payload) for _, payload in made.keyed]


def faults_of(made: Signals) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.code) for error in made.errors]


def test_two_customers_who_write_the_same_both_count(tmp_path: Path):
    path = write(tmp_path / "r.csv", "评论,城市\n好吃,上海\n好吃,上海\n难吃,上海\n好吃,上海\n")

    keys = [key for key, _ in signals_of(path).keyed]

    assert len(set(keys)) == 4
    assert [key.rpartition(":")[2] for key in keys] == ["0", "1", "0", "2"]


def test_a_longer_export_keeps_the_keys_of_the_rows_it_repeats(tmp_path: Path):
    first = write(tmp_path / "a.csv", "评论,城市\n好吃,上海\n难吃,上海\n")
    second = write(tmp_path / "b.csv", "评论,城市\n太贵,北京\n难吃,上海\n好吃,上海\n")

    old = {key for key, _ in signals_of(first).keyed}
    new = {key for key, _ in signals_of(second).keyed}

    assert old < new
    assert len(new - old) == 1


def test_bad_cells_name_row_column_and_reason_while_good_rows_go_in(tmp_path: Path):
    path = write(
        tmp_path / "r.csv",
        "评论,评分,时间\n"
        "好吃又便宜,5,2026-07-01\n"
        "评分越界了,9,2026-07-01\n"
        "没有这天的,3,2026-02-30\n"
        "日期在将来,3,2031-01-01\n"
        "没有写日期,3,\n"
        "评分是文字,五颗星,2026-07-01\n"
        "一切都正常,1,2026年7月3日\n",
    )

    made = signals_of(path, [("rating", "评分"), ("time", "时间")])

    assert [voice.text for voice in voices_of(made)] == ["好吃又便宜", "一切都正常"]
    assert faults_of(made) == [
        (3, "评分", "rating_out_of_range"),
        (4, "时间", "impossible_date"),
        (5, "时间", "unlikely_date"),
        (6, "时间", "no_date"),
        (7, "评分", "not_a_rating"),
    ]


def test_nul_characters_are_cleaned_away(tmp_path: Path):
    path = write(tmp_path / "r.csv", "评论,城市\n好\x00吃\x00,上\x00海\n不好吃,北京\n")

    (first, second) = voices_of(signals_of(path))

    assert first.text == "好吃"
    assert first.attributes == {"城市": "上海"}
    assert second.text == "不好吃"


def test_bytes_that_are_no_text_cost_their_row_only(tmp_path: Path):
    path = tmp_path / "r.csv"
    good = "".join(f"{n},这是一条正常的评论内容{n}\n" for n in range(5, 60)).encode()
    path.write_bytes(
        "编号,评论\n".encode() + b"a,\xff\xfe broken\n" + good + b"b,\xed\xa0\x80 surrogate\n"
    )

    made = signals_of(path, [("text", "评论")])

    assert len(made.keyed) == 55
    assert faults_of(made) == [(2, "评论", "undecodable"), (58, "评论", "undecodable")]


def test_an_unknown_unit_is_an_error_that_names_it(tmp_path: Path):
    path = write(
        tmp_path / "r.csv", "评论,门店\n好吃又便宜,一号店\n难吃还很贵,九号店\n没有写门店,\n"
    )

    made = signals_of(path, [("unit", "门店")], {"一号店": "store-1"})

    assert [voice.unit for voice in voices_of(made)] == ["store-1", ""]
    (error,) = made.errors
    assert (error.row, error.column, error.value, error.code) == (
        3,
        "门店",
        "九号店",
        "unknown_unit",
    )


def test_a_row_of_two_answers_is_two_voices_with_one_rating(tmp_path: Path):
    path = write(
        tmp_path / "r.csv",
        "编号,评分,最满意的原因,需要改进的意见\nq1,4,服务热情,排队太久\nq2,5,,环境可以更安静\nq3,2,,\nq4,,,\n",
    )
    roles = [
        ("id", "编号"),
        ("rating", "评分"),
        ("text", "最满意的原因"),
        ("text", "需要改进的意见"),
    ]

    made = signals_of(path, roles)

    assert [
        (key, v.text, v.rating) for (key, _), v in zip(made.keyed, voices_of(made), strict=True)
    ] == [
        ("shop:q1", "服务热情", 4.0),
        ("shop:q1/需要改进的意见", "排队太久", None),
        ("shop:q2/需要改进的意见", "环境可以更安静", 5.0),
        ("shop:q3", "", 2.0),
    ]
    assert made.empty == 1


def test_placeholders_of_exports_are_not_words(tmp_path: Path):
    path = write(tmp_path / "r.csv", "评论,评分\nDid not answer,4\n(空),\n很好很满意,5\n")

    made = signals_of(path, [("text", "评论"), ("rating", "评分")])

    assert [(v.text, v.rating) for v in voices_of(made)] == [("", 4.0), ("很好很满意", 5.0)]
    assert made.empty == 1


def test_the_customer_comes_with_every_identity(tmp_path: Path):
    path = write(
        tmp_path / "r.csv",
        "评论,会员号,邮箱,会员等级\n"
        + "".join(f"味道不错第{n}次,M{n},g{n}@example.org,金卡\n" for n in range(30)),
    )

    voice = voices_of(signals_of(path))[3]

    assert voice.customer is not None
    assert voice.customer.ids == {"member": "M3", "email": "g3@example.org"}
    assert voice.customer.attributes == {"segment": "金卡"}


def test_a_file_without_times_gets_the_time_of_the_import(tmp_path: Path):
    path = write(tmp_path / "r.csv", "评论,城市\n好吃又便宜,上海\n")

    (voice,) = voices_of(signals_of(path))

    assert voice.time == AS_OF.isoformat()


@given(st.lists(st.lists(st.integers(0, 5), max_size=30), max_size=8))
def test_ordinals_count_equal_contents_from_zero(batches):
    ordinals, seen = Ordinals(), {}

    for batch in batches:
        expected = []
        for value in batch:
            expected.append(seen.get(value, 0))
            seen[value] = seen.get(value, 0) + 1
        assert ordinals.take([value.to_bytes(8, "big") for value in batch]) == expected


def test_no_cell_of_the_error_file_is_a_formula(tmp_path: Path):
    assert neutral("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert neutral("@SUM") == "'@SUM"

    file = ErrorFile(tmp_path / "errors.csv")
    file.add([RowError(3, "=column", "not_a_rating", "+1+2")])

    text = (tmp_path / "errors.csv").read_text("utf-8-sig")
    assert text.splitlines()[1].startswith("3,'=column,'+1+2,")


def test_a_resumed_error_file_forgets_what_was_written_after_the_cursor(tmp_path: Path):
    path = tmp_path / "errors.csv"
    first = ErrorFile(path)
    first.add([RowError(2, "a", "no_date")])
    kept = first.length
    first.add([RowError(3, "a", "no_date")])

    resumed = ErrorFile(path, kept)
    resumed.add([RowError(4, "a", "no_date")])

    assert [line.split(",")[0] for line in path.read_text("utf-8-sig").splitlines()[1:]] == [
        "2",
        "4",
    ]


def test_a_file_of_ratings_without_words_is_taken(tmp_path: Path):
    path = write(tmp_path / "r.csv", "评分,城市\n5,上海\n2,北京\n,广州\n")

    made = signals_of(path, [("rating", "评分")])

    assert [(voice.text, voice.rating) for voice in voices_of(made)] == [("", 5.0), ("", 2.0)]
    assert made.empty == 1
