"""Every format and encoding gives the same rows; what cannot be read says why."""

import codecs
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peakend.voices.errors import ImportRefused
from peakend.voices.readers import Form, open_table
from peakend.voices.readers.table import MAX_CELL, MAX_COLUMNS
from tests.voices.files import REVIEWS, lying_bomb, with_sheet, workbook, write

ROWS = [
    ["上菜太慢了，等了一个小时", "2", "2026年7月25日 18:30", "一号店"],
    ["味道很好，\n下次还来", "5", "2026-07-26", "一号店"],
    ["服务员态度很热情", "4", "2026/7/27 12:05", "一号店"],
]


def rows_of(path: Path, form: Form | None = None) -> list[list[str]]:
    return [row for batch in open_table(path, form).batches() for row in batch.rows]


def errors_of(path: Path) -> list[tuple[int, str, str]]:
    table = open_table(path)
    return [(e.row, e.column, e.code) for batch in table.batches() for e in batch.errors]


def refusal(path: Path, form: Form | None = None) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        list(open_table(path, form).batches())
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "mark", "found"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("gb18030", b"", "gb18030"),
    ],
)
def test_every_encoding_gives_the_same_rows(tmp_path: Path, encoding, mark, found):
    path = tmp_path / "reviews.csv"
    path.write_bytes(mark + REVIEWS.encode(encoding))

    table = open_table(path)

    assert table.form.encoding == found
    assert table.columns == ("评论内容", "评分", "评论时间", "门店")
    assert rows_of(path) == ROWS


def test_a_western_file_with_curly_quotes_is_not_taken_for_chinese(tmp_path: Path):
    path = write(tmp_path / "c.csv", "id,comment\n1,It’s the best café in town\n" * 3, "cp1252")

    assert open_table(path).form.encoding == "cp1252"
    assert rows_of(path)[0][1] == "It’s the best café in town"


def test_chinese_after_pages_of_ascii_decides_the_encoding(tmp_path: Path):
    path = tmp_path / "late.csv"
    head = "id,text\n" + "1,plain words here\n" * 40_000
    path.write_bytes(head.encode() + "2,味道不错，就是等太久\n".encode("gb18030"))

    assert open_table(path).form.encoding == "gb18030"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter):
    text = REVIEWS.replace(",", delimiter)

    table = open_table(write(tmp_path / "r.csv", text))

    assert table.form.delimiter == delimiter
    assert len(table.columns) == 4


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path):
    batches = list(open_table(write(tmp_path / "r.csv", REVIEWS)).batches())

    assert [number for batch in batches for number in batch.numbers] == [2, 3, 4]


def test_a_workbook_gives_whole_numbers_and_iso_times(tmp_path: Path):
    path = workbook(
        tmp_path / "r.xlsx",
        [
            ["评论", "评分", "时间", "会员号"],
            ["好吃", 5, datetime(2026, 7, 25, 18, 30, tzinfo=UTC), 10086.0],
        ],
    )

    table = open_table(path)

    assert table.form.format == "xlsx"
    assert rows_of(path) == [["好吃", "5", "2026-07-25 18:30:00", "10086"]]


def test_json_lines_flatten_one_level_and_name_bad_lines(tmp_path: Path):
    lines = [
        json.dumps({"text": "排队太久", "stars": 2.0, "user": {"id": 7}}, ensure_ascii=False),
        "not json",
        '{"text": "\\ud800"}',
        json.dumps({"text": "好", "stars": None}),
    ]
    path = write(tmp_path / "r.jsonl", "\n".join(lines))

    assert open_table(path).columns == ("text", "stars", "user.id")
    assert rows_of(path)[0] == ["排队太久", "2", "7"]
    assert (2, "", "not_an_object") in errors_of(path)


# What cannot be read says why.


def test_one_long_json_list_is_refused(tmp_path: Path):
    path = write(tmp_path / "r.json", '[\n{"text": "好吃"},\n{"text": "难吃"}\n]')

    assert refusal(path).code == "no_objects"


@pytest.mark.parametrize("content", [b"", b"  \n\n", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(tmp_path: Path, content):
    path = tmp_path / "empty.csv"
    path.write_bytes(content)

    assert refusal(path).code == "empty_file"


def test_a_missing_file_is_refused(tmp_path: Path):
    assert refusal(tmp_path / "nowhere.csv").code == "no_file"


def test_a_wrong_encoding_names_the_one_the_bytes_speak_for(tmp_path: Path):
    path = write(tmp_path / "r.csv", REVIEWS, "gb18030")

    error = refusal(path, Form("csv", "utf-8", ","))

    assert error.code == "wrong_encoding"
    assert error.details == {"given": "utf-8", "detected": "gb18030"}


def test_an_unheard_of_encoding_is_refused(tmp_path: Path):
    error = refusal(write(tmp_path / "r.csv", REVIEWS), Form("csv", "klingon", ","))

    assert error.code == "unknown_encoding"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 whatever", "not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not_text"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old_workbook"),
        (b"\x1f\x8b" + bytes(100), "packed_file"),
        (random.Random(1).randbytes(5000) + b"\n", "not_text"),
    ],
)
def test_files_that_are_no_tables_are_refused(tmp_path: Path, content, code):
    path = tmp_path / "what.csv"
    path.write_bytes(content)

    assert refusal(path).code in {code, "unknown_encoding"}


def test_a_header_of_a_million_columns_is_refused_fast(tmp_path: Path):
    path = write(tmp_path / "wide.csv", "a," * 1_000_000 + "\n1,2\n")

    error = refusal(path)

    assert error.code == "too_many_columns"
    assert error.details["limit"] == MAX_COLUMNS


def test_a_first_line_without_end_is_refused(tmp_path: Path):
    path = write(tmp_path / "long.csv", "x" * 3_000_000)

    assert refusal(path).code == "header_too_long"


def test_a_cell_of_ten_megabytes_costs_its_row_only(tmp_path: Path):
    giant = "啊" * (10 * 1024 * 1024 // 3)
    path = write(tmp_path / "g.csv", f'id,text\n1,好\n2,"{giant}"\n3,不错\n')

    assert [row[0] for row in rows_of(path)] == ["1", "3"]
    assert errors_of(path) == [(3, "text", "cell_too_large")]
    assert len(giant) > MAX_CELL


@pytest.mark.parametrize("lines_after", [3, 3_000_000])
def test_an_open_quotation_ends_the_reading_with_its_row(tmp_path: Path, lines_after):
    text = 'id,text\n1,好\n2,"没有结尾\n' + "3,好好好好好\n" * lines_after
    path = write(tmp_path / "q.csv", text)

    error = refusal(path)

    assert error.code == "open_quotation"
    assert error.details["row"] == 3


def test_a_row_with_a_stray_delimiter_is_an_error(tmp_path: Path):
    path = write(tmp_path / "s.csv", "id,text\n1,好\n2,贵,而且慢\n3,不错\n")

    assert [row[0] for row in rows_of(path)] == ["1", "3"]
    assert errors_of(path) == [(3, "", "too_many_cells")]


def test_a_short_row_is_filled_up(tmp_path: Path):
    assert rows_of(write(tmp_path / "s.csv", "id,text,note\n1,好\n2,差,x\n")) == [
        ["1", "好", ""],
        ["2", "差", "x"],
    ]


def test_a_broken_workbook_is_refused(tmp_path: Path):
    path = workbook(tmp_path / "r.xlsx", [["评论"], ["好吃"]])
    path.write_bytes(path.read_bytes()[:-200])

    assert refusal(path).code == "broken_workbook"


def test_a_workbook_of_rubbish_sheets_is_refused(tmp_path: Path):
    path = with_sheet(tmp_path / "r.xlsx", b"<not a sheet")

    assert refusal(path).code in {"broken_workbook", "empty_file"}


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path):
    path = with_sheet(tmp_path / "bomb.xlsx", b" " * 60_000_000)

    error = refusal(path)

    assert error.code == "archive_bomb"
    assert path.stat().st_size < 200_000


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path):
    assert refusal(lying_bomb(tmp_path / "liar.xlsx", 60_000_000)).code == "archive_bomb"


def test_two_cells_in_far_corners_do_not_fill_the_memory(tmp_path: Path):
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>'
    )

    assert refusal(with_sheet(tmp_path / "far.xlsx", sheet)).code == "too_many_columns"


def test_nul_characters_do_not_stop_the_reading(tmp_path: Path):
    path = tmp_path / "nul.csv"
    path.write_bytes("id,text\n1,好\x00吃\n2,不错\n".encode())

    assert [row[0] for row in rows_of(path)] == ["1", "2"]


TABLE = [
    ["评论内容", "评分", "评论时间", "门店"],
    ["上菜太慢了，等了一个小时", "2", "2026-07-25", "一号店"],
    ["味道很好下次还来", "5", "2026-07-26", "一号店"],
    ["服务员态度很热情", "4", "2026-07-27", "一号店"],
]
ABOVE = {
    "a title": [["2026年7月点评导出", "", "", ""]],
    "a title and a period": [["点评导出", "", "", ""], ["导出时间", "2026-07-31", "", ""]],
    "a blank line": [["", "", "", ""]],
    "groups of columns": [["顾客说的", "", "其他", ""]],
}


@pytest.mark.parametrize("above", list(ABOVE.values()), ids=list(ABOVE))
@pytest.mark.parametrize("kind", ["csv", "short.csv", "tsv", "xlsx"])
def test_the_header_is_found_below_what_exports_put_above_it(tmp_path: Path, kind: str, above):
    rows = [*above, *TABLE]
    path = tmp_path / f"f.{kind}"
    if kind == "xlsx":
        workbook(path, [[cell or None for cell in row] for row in rows])
    else:
        # Some exports fill the title's line with empty cells, others end it.
        spare = kind == "short.csv"
        lines = [[c for c in row if c] if spare and row in above else row for row in rows]
        write(path, "\n".join(("\t" if kind == "tsv" else ",").join(row) for row in lines))

    table = open_table(path)

    assert table.columns == tuple(TABLE[0])
    assert table.form.header_row == len(above) + 1
    assert rows_of(path) == TABLE[1:]
    assert next(iter(table.batches())).numbers == [len(above) + 2 + n for n in range(3)]


def test_another_row_can_be_said_to_be_the_header(tmp_path: Path):
    rows = [["a", "b", "c", "d"], *TABLE]
    path = write(tmp_path / "f.csv", "\n".join(map(",".join, rows)))
    book = workbook(tmp_path / "f.xlsx", rows)

    for each in (path, book):
        assert open_table(each).form.header_row == 1
        assert open_table(each, Form("", header_row=2)).columns == tuple(TABLE[0])
        assert rows_of(each, Form("", header_row=2)) == TABLE[1:]
        assert refusal(each, Form("", header_row=40)).code == "no_such_row"


def test_prose_of_one_column_is_no_table_below_a_title(tmp_path: Path):
    text = "".join(f"上菜太慢,等了{n}个小时\n" if n % 2 else f"味道不错{n}\n" for n in range(30))
    assert open_table(write(tmp_path / "f.csv", "评论\n" + text)).form.header_row == 1
