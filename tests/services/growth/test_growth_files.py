"""Files of measurements assessed as a whole: any size, any of the known encodings, whole or not at all."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.errors import BadInput, Refused
from zhaohu.rules.growth.terms import Standard
from zhaohu.services import reference
from zhaohu.services.growth import growth_files

HEAD = "姓名,sex,age_days,weight_kg"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def assessed(folder: Path, content: bytes, standard: Standard = Standard.WHO) -> list[dict[str, str]]:
    source, out = folder / "in.csv", folder / "out.csv"
    source.write_bytes(content)
    rows = growth_files.assess_file(source, out, standard)
    with out.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert len(found) == rows
    return found


def test_a_file_is_assessed_whole_or_not_at_all(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes("姓名,sex,age_days,weight_kg\n单芷然,2,8,3.55\n赖,1,,x\n".encode("gb18030"))
    told: list[tuple[int, int]] = []
    assert growth_files.assess_file(source, out, Standard.CHINA, lambda *counts: told.append(counts)) == 2
    header, first, second = out.read_text("utf-8").splitlines()
    assert header.startswith("姓名,sex,age_days,weight_kg,age_days_used,waz")
    assert "中" in first
    assert "bad_weight_kg" in second
    assert told[-1] == (source.stat().st_size, source.stat().st_size)
    for content in (b"", b"\n\r\n", b"\xff\xff\x00"):
        source.write_bytes(content)
        out.unlink(missing_ok=True)
        with pytest.raises(BadInput):
            growth_files.assess_file(source, out, Standard.CHINA)
        assert not out.exists()
    for missing in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(BadInput, match="无法读取"):
            growth_files.assess_file(missing, out, Standard.CHINA)
    assert [file.name for file in tmp_path.iterdir()] == ["in.csv"]


def test_a_quotation_mark_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("sex,age_days,note\n" + "1,10,\n" * 5000 + '1,10,"' + "x" * 200_000, "utf-8")
    with pytest.raises(BadInput) as refused:
        growth_files.assess_file(source, tmp_path / "out.csv", Standard.WHO)
    assert (refused.value.code, "5002" in refused.value.message) == ("not_a_table", True)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end(folder: Path, encoding: str, end: str) -> None:
    text = end.join([HEAD, "张䶮,1,365,9.6", "", '"李,\n二",2,365,8.9', ""])
    found = assessed(folder, text.encode(encoding))
    assert [row["姓名"] for row in found] == ["张䶮", "李,\n二"]
    assert all(row["waz"] for row in found)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tabs_and_semicolons_are_read_as_well(folder: Path, delimiter: str) -> None:
    found = assessed(folder, f"{HEAD}\n张,1,365,9.6\n".replace(",", delimiter).encode())
    assert (found[0]["姓名"], bool(found[0]["waz"])) == ("张", True)


def test_the_encoding_is_right_though_the_first_name_stands_far_down(folder: Path) -> None:
    """A guess from the beginning of the file would be wrong for each of these."""
    plain = HEAD.replace("姓名", "name").encode() + b"\n" + b"x,1,365,9.6\n" * 40_000
    for encoding in ("utf-8", "gb18030"):
        assert assessed(folder, plain + "单芷然,1,365,9.6\n".encode(encoding))[-1]["name"] == "单芷然"
    (folder / "in.csv").write_bytes(plain + b"\xff\xff,1,365,9.6\n")
    with pytest.raises(BadInput) as refused:
        growth_files.assess_file(folder / "in.csv", folder / "new.csv", Standard.WHO)
    assert refused.value.code == "bad_encoding"
    assert not (folder / "new.csv").exists()


def test_an_output_that_cannot_be_written_leaves_what_was_there(folder: Path) -> None:
    (folder / "in.csv").write_text("sex\n1\n", "utf-8")
    with pytest.raises(Refused) as refused:
        growth_files.assess_file(folder / "in.csv", folder / "in.csv" / "out.csv", Standard.WHO)
    assert refused.value.code == "cannot_write"
    assert [file.name for file in folder.iterdir()] == ["in.csv"]


def test_two_columns_of_one_name_are_refused(folder: Path) -> None:
    with pytest.raises(BadInput, match="weight_kg"):
        assessed(folder, b"sex,weight_kg,Weight_KG\n1,2,3\n")
    assert len(assessed(folder, b"note,sex,note\na,1,b\n")) == 1, "other columns may stand there twice"


@pytest.mark.parametrize("content", [b"sex\n" + b"x" * (17 << 20), ",".join(["c"] * 2000).encode()])
def test_what_is_no_table_is_refused(folder: Path, content: bytes) -> None:
    with pytest.raises(BadInput):
        assessed(folder, content)


TEXT = st.text(st.sampled_from("=+-@'\"\t\r\n,; 0159.eEmf男女张"), max_size=6)


@given(rows=st.lists(st.lists(TEXT, min_size=1, max_size=7), max_size=6), standard=st.sampled_from(list(Standard)))
def test_whatever_a_file_holds_its_rows_come_out_in_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], standard: Standard
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with (folder / "in.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["id", "sex", "age_days", "weight_kg", "length_cm"])
        writer.writerows(rows)
    assert growth_files.assess_file(folder / "in.csv", folder / "out.csv", standard) == len(rows)
    with (folder / "out.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.reader(file))[1:]
    for row, out in zip(rows, found, strict=True):
        cells = [cell[1:] if cell.startswith("'") and not row[n].startswith("'") else cell for n, cell in
                 enumerate(out[: min(5, len(row))])]  # fmt: skip
        assert cells == row[:5] or any(cell.startswith("'") for cell in row), (row, out)


def test_memory_does_not_grow_with_the_file(folder: Path) -> None:
    line = "1,300,9.1,73.1," + "x" * 900 + "\n"
    (folder / "in.csv").write_text("sex,age_days,weight_kg,length_cm,note\n" + line * 15_000, "utf-8")
    size = (folder / "in.csv").stat().st_size
    reference.growth_references()
    reference.doubt_rules()
    tracemalloc.start()
    growth_files.assess_file(folder / "in.csv", folder / "out.csv", Standard.CHINA)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < size / 3


def test_a_mark_says_utf_8_and_broken_text_behind_it_is_not_read_as_something_else(folder: Path) -> None:
    (row,) = assessed(folder, b"\xef\xbb\xbf" + f"{HEAD}\n张,2,8,3.55\n".encode())
    assert row["姓名"] == "张"
    broken = b"\xef\xbb\xbfname,sex,age_days,weight_kg\n\xe5\xbc,2,8,3.55\n"
    broken.decode("gb18030")  # which would give other headings and other names
    with pytest.raises(BadInput) as refused:
        assessed(folder, broken)
    assert refused.value.code == "bad_encoding"


def test_a_file_without_a_known_column_is_refused_with_the_names(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("性别,体重\n男,7.5\n", "utf-8")
    with pytest.raises(BadInput, match="weight_kg") as refused:
        growth_files.assess_file(source, out, Standard.CHINA)
    assert refused.value.code == "no_known_column"
    assert not out.exists()


def test_the_file_that_is_read_is_never_written_over(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("sex,age_days,weight_kg\n1,0,3.3\n", "utf-8")
    before = source.read_bytes()
    with pytest.raises(BadInput) as refused:
        growth_files.assess_file(source, tmp_path / "." / "in.csv", Standard.CHINA)
    assert refused.value.code == "same_file"
    assert source.read_bytes() == before
