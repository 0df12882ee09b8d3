"""Assessment of whole files: one row of text in, the same row with its scores out.

The z columns are by the standard that was asked for: by WHO with `who`, by the curves of WS/T 423-2022 with `china`, by
INTERGROWTH-21st with `intergrowth`. They have two decimals, rounded to nearest from full precision (an exact tie to the
even digit, as R rounds for WHO's programs), and never show a negative zero. A cell that cannot be read counts as empty
and is named in `flags`. Nothing is assessed here: every score and grade comes from the functions that assess one child.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Protocol

from zhaohu.rules.growth.age import Age, Ages
from zhaohu.rules.growth.assess import SEXES, no_preterm_reference, no_reference
from zhaohu.rules.growth.cells import Places, Row, RowReader, told_months
from zhaohu.rules.growth.china import LEVEL_BY_PERCENTILE, LEVEL_BY_SD, STATUS_BY_SD, Grades, china_grades
from zhaohu.rules.growth.china_places import PERCENTILES_REACHED, SD_REACHED
from zhaohu.rules.growth.doubt import Before, DoubtRules, ordinary, row_flags
from zhaohu.rules.growth.preterm import postmenstrual_days, preterm_scores
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.terms import BOTH, Flag, Indicator, Position, Reason, Standard
from zhaohu.rules.growth.zscore import (
    NO_STANDING_BEFORE_DAY,
    NO_STANDING_BEFORE_MONTHS,
    STANDING_FROM_MM,
    WHO_LAST_DAY,
    WHO_MONTHS,
    ZScores,
    implausible,
    who_scores,
    who_weight_for_length,
)

Z_COLUMNS = ("waz", "haz", "whz", "baz", "hcz")
_LEVEL_COLUMNS = tuple(f"{indicator}_level" for indicator in Indicator)
_LEVEL_PCT_COLUMNS = tuple(f"{indicator}_level_pct" for indicator in Indicator)
_STATUS_COLUMNS = tuple(f"{indicator}_status" for indicator in Indicator if indicator is not Indicator.HCFA)
_SCORE_COLUMNS = ("age_days_used", *Z_COLUMNS, "flags")
_COLUMNS = {
    Standard.WHO: _SCORE_COLUMNS,
    Standard.CHINA: (*_SCORE_COLUMNS, *_LEVEL_COLUMNS, *_LEVEL_PCT_COLUMNS, *_STATUS_COLUMNS),
    Standard.INTERGROWTH: _SCORE_COLUMNS,
}
_Amount = float | None
_Latest = tuple[int, int, int, int, _Amount, _Amount, _Amount, _Amount, _Amount, _Amount, _Amount, _Amount]
"""The fields of an age; weight, length and head; the five scores."""
EXTRA_CELLS = "extra_cells"
"""The flag of a row that has more cells than the file has columns; those are left out."""

_NO_GRADES = ("",) * (len(_COLUMNS[Standard.CHINA]) - len(_SCORE_COLUMNS))
_NO_SCORES: ZScores = (None,) * 5
_SURELY_COVERED = 1800
"""Days of age at term for which both standards have everything; older ones are looked at closely."""
_MOST_CHILDREN = 50_000
_FAR = 6.0
_PREPARED = 60_149.5
_Z_TEXTS: list[str | None] = []
for _hundredths in range(-601, 602):
    _Z_TEXTS += [*[f"{_hundredths / 100:.2f}".replace("-0.00", "0.00")] * 99, None]
"""How a score is written, by ten-thousandths; None round the middle between two, where only all its digits decide."""


class Assessed(Protocol):
    """Somebody who is told of every row as it is assessed."""

    def __call__(self, row: Row, scores: ZScores, grades: Grades | None, flags: Sequence[str]) -> None:
        """Take note of a row: what it says, its scores, its grades by WS/T 423-2022, and its flags."""


def output_columns(input_columns: Sequence[str], standard: Standard) -> list[str]:
    """The columns of the output: those of the input, then ours; an input column named like one of ours gives way."""
    ours = _COLUMNS[standard]
    return [column for column in input_columns if column not in ours] + list(ours)


def assess_rows(
    columns: Sequence[str],
    rows: Iterable[list[str]],
    references: References,
    standard: Standard,
    doubt_rules: DoubtRules | None = None,
    told: Assessed | None = None,
) -> Iterator[list[str]]:
    """Assess rows one by one as they come; one row out for each row in, whatever its cells hold.

    Written out in one piece: a million rows go through here.

    Args:
        columns: The names of the columns; `cells.INPUT_COLUMNS` says which of them are read.
        rows: The cells of each row in the order of `columns`; a row that is too short is filled up with empty cells.
            The lists are used up.
        references: The published tables.
        standard: WS/T 423-2022, WHO or INTERGROWTH-21st.
        doubt_rules: What makes an entry doubtful; None: nothing is doubted.
        told: Called for each row.

    Yields:
        The cells of each row in the order of `output_columns`.
    """
    places = Places(columns)
    read, pick, width = RowReader().read, places.pick, places.width
    score = _SCORE[standard]
    doubter = None if doubt_rules is None else _Doubter(doubt_rules, references, places.child)
    kept = _kept(columns, standard)
    blank = _NO_GRADES if standard is Standard.CHINA else ()
    covered = standard in BOTH
    prepared, middle, words = _Z_TEXTS, _PREPARED, _GradeTexts()
    for cells in rows:
        flags: list[str] = []
        if len(cells) != width:
            _set_width(cells, width, flags)
        cells.append("")  # stands for every column that the file lacks
        texts = pick(cells)
        row = read(texts, flags)
        sex, ages = row[0], row[1]
        scores, grades = _NO_SCORES, None
        if sex not in SEXES:
            flags.append(Reason.SEX_UNKNOWN)
        elif ages is not None and (
            (covered and ages.corrected is None and 0 <= ages.chronological.days < _SURELY_COVERED)
            or not _no_reference(texts, standard, sex, ages, flags)
        ):
            scores, grades = score(references, row, ages, texts, flags)
            if doubter is not None:
                doubter.look(cells, row, ages.used, scores, flags)
        elif ages is None and standard is Standard.WHO:
            scores = _who_without_age(references, row, flags)
        if told is not None:
            told(row, scores, grades, flags)
        if kept is not None:
            cells = kept(cells)
        cells[-1] = "" if ages is None else str((ages.corrected or ages.chronological).days)
        cells += [
            "" if z is None else (-_FAR < z < _FAR and prepared[int(z * 10_000 + middle)]) or score_text(z)
            for z in scores
        ]
        cells.append(";".join(flags) if flags else "")
        cells += blank if grades is None else words[_reached(grades)]
        yield cells


class _Doubter:
    """Adds flags to rows that look mistyped; remembers the latest row of so many children.

    What is remembered are flat tuples of numbers, which the garbage collector need not walk through.
    """

    def __init__(self, rules: DoubtRules, references: References, child: int | None) -> None:
        self._rules, self._references, self._child = rules, references, child
        self._latest: dict[str, _Latest] = {}

    def look(self, cells: list[str], row: Row, age: Age, scores: ZScores, flags: list[str]) -> None:
        """Look at a row that has scores."""
        _sex, _ages, weight_g, length_mm, head_mm, _position, _oedema = row
        former = None
        if self._child is not None and (child := cells[self._child]):
            latest = self._latest
            former = latest.pop(child, None)
            latest[child] = (
                age.days,
                age.months,
                age.day_of_month,
                age.month_days,
                weight_g,
                length_mm,
                head_mm,
                *scores,
            )
            if len(latest) > _MOST_CHILDREN:
                del latest[next(iter(latest))]
        if not ordinary(scores, former and former[7:]):
            before = former and Before(Age(*former[:4]), *former[4:7])
            flags += row_flags(self._rules, self._references, row[0], age, weight_g, length_mm, head_mm, before)


def _set_width(cells: list[str], width: int, flags: list[str]) -> None:
    """Fill up a row that is too short, and cut one that is too long; not unsaid, unless nothing is lost."""
    if any(cells[width:]):
        flags.append(EXTRA_CELLS)
    del cells[width:]
    cells += [""] * (width - len(cells))


def _kept(columns: Sequence[str], standard: Standard) -> Callable[[list[str]], list[str]] | None:
    """Takes the cells that stay out of a row with one more at its end; None when all stay."""
    ours = _COLUMNS[standard]
    stay = [place for place, column in enumerate(columns) if column not in ours]
    if len(stay) == len(columns):
        return None
    if not stay:
        return lambda cells: cells[-1:]
    take = itemgetter(*stay, len(columns))
    return lambda cells: list(take(cells))


def _no_reference(texts: tuple[str, ...], standard: Standard, sex: int, ages: Ages, flags: list[str]) -> bool:
    """Whether the standard has nothing for this row; then the reason is added to `flags`."""
    if standard is Standard.INTERGROWTH:
        reason = no_preterm_reference(ages)
    else:
        reason = no_reference(standard, sex, ages.used, ages.corrected is not None)
        if reason is None and standard is Standard.WHO and ages.chronological.days == WHO_LAST_DAY:
            # Sixty months make 1826 days as well, and sixty months are past WHO's end.
            reason = Reason.AGE_OUT_OF_RANGE if (told_months(texts) or 0) >= WHO_MONTHS else None
    if reason is not None:
        flags.append(reason)
    return reason is not None


def _who(
    references: References, row: Row, ages: Ages, texts: tuple[str, ...], flags: list[str]
) -> tuple[ZScores, Grades | None]:
    sex, _ages, weight_g, length_mm, head_mm, position, oedema = row
    early = False
    if ages.chronological.days == NO_STANDING_BEFORE_DAY and position is Position.STANDING and length_mm is not None:
        # Nine months begin with a part of this day: an age that was told finer lies before or after.
        early = ages.corrected is None and (told_months(texts) or NO_STANDING_BEFORE_MONTHS) < NO_STANDING_BEFORE_MONTHS
        position = None if early else position
    scores, used_mm, notes = who_scores(
        references.who[sex], ages.used.days, weight_g, length_mm, head_mm, position, oedema
    )
    _add_flags(flags, scores, weight_g, used_mm, head_mm)
    flags += (Flag.STANDING_UNDER_9_MONTHS,) if early else notes
    return scores, None


def _who_without_age(references: References, row: Row, flags: list[str]) -> ZScores:
    """Weight for length, the one score that WHO's programs give without an age: by the position, else by the length."""
    sex, _ages, weight_g, length_mm, _head, position, oedema = row
    if weight_g is None or length_mm is None or oedema:
        return _NO_SCORES
    standing = length_mm >= STANDING_FROM_MM if position is None else position is Position.STANDING
    scores = (None, None, who_weight_for_length(references.who[sex], weight_g, length_mm, standing), None, None)
    flags += implausible(scores)
    return scores


def _china(
    references: References, row: Row, ages: Ages, _texts: tuple[str, ...], flags: list[str]
) -> tuple[ZScores, Grades | None]:
    sex, _ages, weight_g, length_mm, head_mm, position, oedema = row
    grades, used_mm, notes = china_grades(
        references.china[sex], ages.used, weight_g, length_mm, head_mm, position, oedema
    )
    wfa, lhfa, wfl, bfa, hcfa = grades
    scores = (wfa and wfa[0], lhfa and lhfa[0], wfl and wfl[0], bfa and bfa[0], hcfa and hcfa[0])
    _add_flags(flags, scores, weight_g, used_mm, head_mm)
    flags += notes
    return scores, grades


def _preterm(
    references: References, row: Row, ages: Ages, _texts: tuple[str, ...], flags: list[str]
) -> tuple[ZScores, Grades | None]:
    sex, _ages, weight_g, length_mm, head_mm, position, oedema = row
    pma_days = postmenstrual_days(ages.used)  # by `_no_reference` there is a corrected age
    scores, notes = preterm_scores(
        references.intergrowth[sex], pma_days, weight_g, length_mm, head_mm, position, oedema
    )
    flags += implausible(scores)
    if weight_g is not None and scores[0] is None:
        flags.append(Reason.OEDEMA)
    flags += notes
    return scores, None


_SCORE = {Standard.WHO: _who, Standard.CHINA: _china, Standard.INTERGROWTH: _preterm}


def _add_flags(
    flags: list[str], scores: ZScores, weight_g: float | None, length_mm: float | None, head_mm: float | None
) -> None:
    """The flags of scores by WHO or WS/T 423-2022 that are implausible, and of what was measured and has none."""
    if not ordinary(scores):
        flags += implausible(scores)
    if weight_g is not None:
        if scores[0] is None:
            flags.append(Reason.OEDEMA)
        elif scores[2] is None and length_mm is not None:
            flags.append(Reason.LENGTH_OUT_OF_RANGE)
    if head_mm is not None and scores[4] is None:
        flags.append(Reason.HEAD_AGE_OUT_OF_RANGE)


def score_text(z: float) -> str:
    """A score with two decimals, as Python rounds it, and never a negative zero."""
    return f"{z:.2f}".replace("-0.00", "0.00")


def _reached(grades: Grades) -> tuple[int, ...]:
    """How many bounds each of the five grades reaches; −1 for none."""
    wfa, lhfa, wfl, bfa, hcfa = grades
    return (
        -1 if wfa is None else wfa[1],
        -1 if lhfa is None else lhfa[1],
        -1 if wfl is None else wfl[1],
        -1 if bfa is None else bfa[1],
        -1 if hcfa is None else hcfa[1],
    )


class _GradeTexts(dict[tuple[int, ...], tuple[str, ...]]):
    """The words of grades by what `_reached` says of them; most rows share a few."""

    def __missing__(self, reached: tuple[int, ...]) -> tuple[str, ...]:
        by_sd = [None if n < 0 else SD_REACHED[n] for n in reached]
        by_percentile = [None if n < 0 else PERCENTILES_REACHED[n] for n in reached]
        words = self[reached] = (
            *("" if n is None else str(LEVEL_BY_SD[n]) for n in by_sd),
            *("" if n is None else str(LEVEL_BY_PERCENTILE[n]) for n in by_percentile),
            *(
                "" if n is None else str(STATUS_BY_SD[indicator][n] or "")
                for indicator, n in zip(Indicator, by_sd, strict=True)
                if indicator is not Indicator.HCFA
            ),
        )
        return words
