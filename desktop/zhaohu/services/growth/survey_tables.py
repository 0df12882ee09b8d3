"""The tables of a survey summary: some for reading, and some with every numerator and denominator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from zhaohu.exchange.workbooks import Written
from zhaohu.i18n import _, form_term, format_number, ngettext
from zhaohu.rules.growth.survey.counting import LEVELS, Survey
from zhaohu.rules.growth.survey.figures import (
    LevelShare,
    Prevalence,
    ScoreFigures,
    Where,
    level_shares,
    prevalences,
    score_figures,
)
from zhaohu.rules.growth.survey.statistics import Proportion
from zhaohu.rules.growth.terms import Indicator
from zhaohu.rules.growth.words import indicator_title, standard_title
from zhaohu.services.growth.survey_words import (
    age_word,
    flag_word,
    grade_word,
    measure_word,
    notes,
    percent,
    sex_word,
    where_word,
)

MEASURED = ("sex", "age", "weight", "length", "head")
"""What may be missing in a row."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title; cells as shown, or as numbers."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Written]]

    def shown(self) -> list[list[str]]:
        """The cells as text."""
        return [["—" if cell is None else str(cell) for cell in row] for row in self.rows]


def title(survey: Survey) -> str:
    """The heading of a summary."""
    return _("Growth survey summary: {standard}").format(standard=standard_title(survey.standard))


def particulars(survey: Survey, source: Path) -> list[str]:
    """The lines below the heading: which file, and how many rows."""
    scored = survey.rows - survey.unscored.total()
    line = ngettext("{n} row, {scored} with scores", "{n} rows, {scored} with scores", survey.rows)
    return [
        _("File: {file}").format(file=source.name),
        line.format(n=format_number(survey.rows), scored=format_number(scored)),
    ]


def reading_tables(survey: Survey) -> list[Table]:
    """The tables for reading."""
    return [*_prevalence_tables(survey), *_level_tables(survey), _score_table(survey), *_quality_tables(survey)]


def _prevalence_tables(survey: Survey) -> list[Table]:
    by_indicator: dict[Indicator, list[Prevalence]] = {}
    for found in prevalences(survey):
        by_indicator.setdefault(found.grade.indicator, []).append(found)
    tables = []
    for indicator, all_found in by_indicator.items():
        rows = []
        for where, here in groupby(all_found, key=lambda found: found.where):
            shares = [found.of for found in here]
            rows.append((where_word(where), format_number(shares[0].n), *map(_counted, shares)))
        names = [grade_word(found.grade.name) for found in all_found[: len(all_found) // len(rows)]]
        title = _("Prevalence: {indicator}").format(indicator=indicator_title(indicator))
        tables.append(Table(title, [_("Group"), _("Children"), *names], rows))
    return tables


def _counted(of: Proportion) -> str:
    return f"{format_number(of.count)}  {percent(of)}"


def _level_tables(survey: Survey) -> list[Table]:
    titles = {"sd": _("Growth level by SD"), "percentile": _("Growth level by percentile")}
    tables = []
    for by, title in titles.items():
        found = [share for share in level_shares(survey) if share.by == by and share.where.band is None]
        rows = []
        for (indicator, where), here in groupby(sorted(found, key=_level_order), key=lambda s: (s.indicator, s.where)):
            shares = [share.of for share in here]
            rows.append(
                (indicator_title(indicator), sex_word(where.sex), format_number(shares[0].n), *map(percent, shares))
            )
        if rows:
            headings = [_("Indicator"), _("Sex"), _("Children"), *map(form_term, LEVELS)]
            tables.append(Table(title, headings, rows))
    return tables


def _level_order(share: LevelShare) -> tuple[int, int, int]:
    return list(Indicator).index(share.indicator), share.where.sex or 0, LEVELS.index(share.level)


def _score_table(survey: Survey) -> Table:
    rows = [
        (
            indicator_title(s.indicator),
            where_word(s.where),
            format_number(s.n),
            _score(s.mean),
            _score(s.sd),
            _counted(s.flagged),
        )
        for s in sorted(score_figures(survey), key=_score_order)
        if s.where.sex is None or s.where.band is None
    ]
    headings = [_("Indicator"), _("Group"), _("Scores"), _("Mean z"), _("SD of z"), _("Implausible")]
    return Table(_("z-scores"), headings, rows)


def _score_order(figures: ScoreFigures) -> tuple[int, bool, int]:
    return list(Indicator).index(figures.indicator), figures.where.band is not None, figures.where.band or 0


def _score(z: float | None) -> str:
    return "—" if z is None else f"{round(z, 2) + 0.0:.2f}"


def _quality_tables(survey: Survey) -> list[Table]:
    digits = []
    for name in survey.digits:
        heaping = survey.heaping(name)
        shares = [_percent_of(count, heaping.n) for count in heaping.counts]
        off = "—" if heaping.dissimilarity is None else f"{format_number(100 * heaping.dissimilarity, 1)}%"
        digits.append((measure_word(name), format_number(heaping.n), *shares, off, _chance(heaping.p)))
    headings = [_("Measurement"), _("Values"), *map(str, range(10)), _("Dissimilarity"), "p"]
    tables = [Table(_("Last digits (expected: 10 % each)"), headings, digits)]
    missing = [
        (measure_word(name), format_number(survey.missing[name]), _percent_of(survey.missing[name], survey.rows))
        for name in MEASURED
    ]
    tables.append(Table(_("Empty or not readable"), [_("Item"), _("Rows"), _("Share")], missing))
    for title, counts in (
        (_("Rows without any score, by reason"), survey.unscored),
        (_("Doubtful entries, by cause"), doubts(survey)),
    ):
        rows = [(flag_word(name), format_number(n), _percent_of(n, survey.rows)) for name, n in counts.most_common()]
        if rows:
            tables.append(Table(title, [_("Reason"), _("Rows"), _("Share")], rows))
    return tables


def doubts(survey: Survey) -> Counter[str]:
    """How often each flag of a doubtful entry stands."""
    prefixes = ("doubt_", "impossible_")
    return Counter({flag: n for flag, n in survey.flags.items() if flag.startswith(prefixes)})


def _percent_of(part: int, whole: int) -> str:
    return f"{format_number(100 * part / whole, 1)}%" if whole else "—"


def _chance(p: float | None) -> str:
    if p is None:
        return "—"
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def full_tables(survey: Survey) -> list[Table]:
    """Every figure with its numerator and denominator, as numbers."""
    group = [_("Age"), _("Sex")]
    share = [_("Numerator"), _("Denominator"), _("Percent"), _("95 % from"), _("95 % to")]
    found = [
        Table(
            _("Prevalence"),
            [_("Indicator"), _("Grade"), *group, *share],
            [
                (indicator_title(p.grade.indicator), grade_word(p.grade.name), *_group(p.where), *_numbers(p.of))
                for p in prevalences(survey)
            ],
        ),
        Table(
            _("z-scores"),
            [_("Indicator"), *group, _("Scores"), _("Mean z"), _("SD of z"), _("Implausible"), *share[1:]],
            [
                (
                    indicator_title(s.indicator),
                    *_group(s.where),
                    s.n,
                    _rounded(s.mean),
                    _rounded(s.sd),
                    *_numbers(s.flagged),
                )
                for s in score_figures(survey)
            ],
        ),
        *_full_quality_tables(survey),
        Table(_("How it was counted"), [title(survey)], [(note,) for note in notes(survey.standard)]),
    ]
    levels = [
        (indicator_title(s.indicator), by[s.by], form_term(s.level), *_group(s.where), *_numbers(s.of))
        for by in [{"sd": _("by SD"), "percentile": _("by percentile")}]
        for s in level_shares(survey)
    ]
    if levels:
        found.insert(1, Table(_("Levels"), [_("Indicator"), _("By"), _("Level"), *group, *share], levels))
    return found


def _full_quality_tables(survey: Survey) -> list[Table]:
    digits = [
        (measure_word(name), h.n, *h.counts, _rounded(h.dissimilarity), _rounded(h.chi_square), h.p)
        for name in survey.digits
        for h in [survey.heaping(name)]
    ]
    headings = [_("Measurement"), _("Values"), *map(str, range(10)), _("Dissimilarity"), _("Chi-square"), "p"]
    missing = [(measure_word(name), survey.missing[name], survey.rows) for name in MEASURED]
    flags = [(flag, flag_word(flag), n, survey.rows) for flag, n in survey.flags.most_common()]
    unscored = [(flag, flag_word(flag), n, survey.rows) for flag, n in survey.unscored.most_common()]
    named = [_("Word in the file"), _("Meaning"), _("Rows"), _("Rows in all")]
    return [
        Table(_("Last digits"), headings, digits),
        Table(_("Empty or not readable"), [_("Item"), _("Rows"), _("Rows in all")], missing),
        Table(_("Rows without any score"), named, unscored),
        Table(_("Flags"), named, flags),
    ]


def _group(where: Where) -> tuple[str, str]:
    return age_word(where.band), sex_word(where.sex)


def _numbers(of: Proportion) -> tuple[Written, ...]:
    return of.count, of.n, *(_rounded(in_percent(share)) for share in (of.share, of.low, of.high))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def in_percent(share: float | None) -> float | None:
    """A share from 0 to 1 as percent."""
    return None if share is None else 100 * share
