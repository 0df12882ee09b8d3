"""The assessment of files of measurements, of any size: rows stream in, and out to a file that appears whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from zhaohu.errors import BadInput
from zhaohu.exchange.csv_files import CsvFile, open_csv
from zhaohu.exchange.csv_text import write_csv
from zhaohu.i18n import _
from zhaohu.rules.growth.batch import Assessed, assess_rows, output_columns
from zhaohu.rules.growth.cells import Places
from zhaohu.rules.growth.terms import Standard
from zhaohu.services import reference
from zhaohu.services.files import new_file

_ROWS_AT_ONCE = 1000


def assess_file(
    source: Path,
    out: Path,
    standard: Standard,
    progress: Callable[[int, int], None] | None = None,
    told: Assessed | None = None,
) -> int:
    """Assess a CSV file of measurements; returns how many rows were written.

    Columns as in the contract: the input columns in their order, then scores, flags and grades. A bad cell never
    stops a run; its row says why it has no score.

    Args:
        source: CSV in UTF-8 (with or without BOM) or GB 18030, with a header line.
        out: Where to write, in UTF-8; appears whole or not at all. Never the source: what was measured stays.
        standard: WS/T 423-2022, WHO or INTERGROWTH-21st.
        progress: Told bytes done and bytes in all.
        told: Called for each row.

    Raises:
        BadInput: The file cannot be read as a table with a header, or the output is the source.
        Refused: The output cannot be written, or the disk is full.
    """
    if out.exists() and source.exists() and out.samefile(source):
        message = _("{file} is the file that is read. Give the result another name.")
        raise BadInput(message.format(file=out), code="same_file", field="out")
    with new_file(out) as file:
        with open_csv(source) as table:
            text = io.TextIOWrapper(file, "utf-8", newline="")
            done = _assess(source, table, text, standard, progress, told)
            text.detach()  # writes what is left, and leaves the file open
        return done


def _assess(
    source: Path,
    table: CsvFile,
    text: io.TextIOWrapper,
    standard: Standard,
    progress: Callable[[int, int], None] | None,
    told: Assessed | None,
) -> int:
    doubled = Places.doubled(table.columns)
    if doubled is not None:
        message = _("{file} has two columns “{column}”. Rename or remove one of them.")
        raise BadInput(message.format(file=source, column=doubled), code="doubled_column", field=doubled)
    if not Places(table.columns).present:
        message = _(
            "{file}: no column name in the first line is known. They are sex, age_days (or birth_date and date), "
            "weight_kg, length_cm, head_cm."
        )
        raise BadInput(message.format(file=source), code="no_known_column")
    names = output_columns(table.columns, standard)
    foreign = len(names) - len(output_columns([], standard))
    write_csv(text, [names])
    rows = assess_rows(
        table.columns, table.rows, reference.growth_references(), standard, reference.doubt_rules(), told
    )
    done = 0
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        write_csv(text, batch, foreign)
        done += len(batch)
        if progress:
            progress(table.done, table.size)
    return done
