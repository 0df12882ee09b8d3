"""The summary of a survey: as data, as text, as a spreadsheet and on paper, all from the same figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from zhaohu.clock import Clock
from zhaohu.errors import BadInput
from zhaohu.exchange.workbooks import write_tables
from zhaohu.i18n import _
from zhaohu.paper.survey import PaperTable, SurveyPaper, survey_paper
from zhaohu.rules.growth.survey.counting import Survey
from zhaohu.rules.growth.survey.figures import Where, level_shares, prevalences, score_figures
from zhaohu.rules.growth.survey.statistics import Proportion
from zhaohu.services.files import write_file
from zhaohu.services.growth import text_tables
from zhaohu.services.growth.survey_tables import (
    MEASURED,
    doubts,
    full_tables,
    in_percent,
    particulars,
    reading_tables,
    title,
)
from zhaohu.services.growth.survey_words import notes

SUFFIXES = (".txt", ".xlsx", ".pdf")


def check_place(place: Path) -> None:
    """Refuse a file whose name does not say what it shall be.

    Raises:
        BadInput: The name ends in none of `SUFFIXES`.
    """
    if place.suffix.lower() not in SUFFIXES:
        message = _("{file}: a survey summary is written as .txt, .xlsx or .pdf. Let the name end in one of these.")
        raise BadInput(message.format(file=place), code="bad_suffix", field="summary_out")


def save(survey: Survey, source: Path, clock: Clock, place: Path) -> Path:
    """Write the summary as its name says; the file appears whole or not at all.

    Args:
        survey: What was counted.
        source: The file that was assessed.
        clock: For the date on paper.
        place: A name that `check_place` takes.

    Raises:
        Refused: It cannot be written there, or the fonts have not been fetched.
    """
    match place.suffix.lower():
        case ".txt":
            return write_file(place, (text(survey, source) + "\n").encode("utf-8"))
        case ".xlsx":
            sheets = [(table.title, table.headings, table.rows) for table in full_tables(survey)]
            return write_file(place, write_tables(sheets))
    tables = tuple(PaperTable(t.title, tuple(t.headings), tuple(map(tuple, t.shown()))) for t in reading_tables(survey))
    values = SurveyPaper(
        title(survey), tuple(particulars(survey, source)), tables, tuple(notes(survey.standard)), clock.now()
    )
    return write_file(place, survey_paper(values))


def text(survey: Survey, source: Path) -> str:
    """The summary as text for a person."""
    parts = [title(survey), *particulars(survey, source)]
    for table in reading_tables(survey):
        parts += ["", table.title, text_tables.table(table.headings, table.shown())]
    return "\n".join([*parts, "", *(f"* {note}" for note in notes(survey.standard))])


def document(survey: Survey) -> dict[str, Any]:
    """The summary as data: shares in percent, each with numerator and denominator."""
    return {
        "standard": survey.standard,
        "rows": survey.rows,
        "prevalence": [
            {"indicator": p.grade.indicator, "grade": p.grade.name, **_where(p.where), **_share(p.of)}
            for p in prevalences(survey)
        ],
        "levels": [
            {"indicator": s.indicator, "by": s.by, "level": s.level, **_where(s.where), **_share(s.of)}
            for s in level_shares(survey)
        ],
        "scores": [
            {
                "indicator": s.indicator,
                **_where(s.where),
                "n": s.n,
                "mean": s.mean,
                "sd": s.sd,
                "flagged": s.flagged.count,
                "flagged_percent": in_percent(s.flagged.share),
            }
            for s in score_figures(survey)
        ],
        "digits": {name: survey.heaping(name) for name in survey.digits},
        "missing": {name: _share(Proportion.of(survey.missing[name], survey.rows)) for name in MEASURED},
        "unscored": dict(survey.unscored),
        "doubts": dict(doubts(survey)),
        "flags": dict(survey.flags),
    }


def _where(where: Where) -> dict[str, object]:
    return {"age_months": where.age_months, "sex": where.sex or "all"}


def _share(of: Proportion) -> dict[str, object]:
    return {
        "count": of.count,
        "n": of.n,
        "percent": in_percent(of.share),
        "low": in_percent(of.low),
        "high": in_percent(of.high),
    }
