"""Reference data that ships with the program, read once and handed to the rules as values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from zhaohu import paths
from zhaohu.errors import NotFound
from zhaohu.i18n import _, form_term

if TYPE_CHECKING:
    from zhaohu.rules.forms.model import Form
    from zhaohu.rules.growth.doubt import DoubtRules
    from zhaohu.rules.growth.references import References
    from zhaohu.rules.growth.trend.rules import TrendRules
    from zhaohu.rules.roster_columns import RosterColumns
    from zhaohu.rules.schedule import Schedule

_SCHEDULE = "national_2017.toml"


@cache
def growth_references() -> References:
    """The tables of the growth standards."""
    from zhaohu.rules.growth.loading import load_references

    return load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))


@cache
def doubt_rules() -> DoubtRules:
    """What doubtful measurements are judged by."""
    from zhaohu.rules.growth.doubt import parse_doubts

    return parse_doubts(paths.resource("growth/doubts.toml").read_text("utf-8"))


@cache
def forms() -> dict[str, Form]:
    """All official forms, by id."""
    from zhaohu.rules.forms.loader import parse_form

    files = sorted(paths.resource("forms").glob("*.toml"))
    return {form.id: form for form in (parse_form(file.read_text("utf-8"), file.name) for file in files)}


def form(form_id: str) -> Form:
    """One official form.

    Raises:
        NotFound: There is no form of that id.
    """
    found = forms().get(form_id)
    if found is None:
        known = ", ".join(forms())
        raise NotFound(
            _("There is no form “{form}”. Known forms: {known}.").format(form=form_id, known=known), code="no_such_form"
        )
    return found


@cache
def schedule() -> Schedule:
    """The national schedule of visits and checks."""
    from zhaohu.rules.schedule import parse_schedule

    return parse_schedule(paths.resource(f"schedules/{_SCHEDULE}").read_text("utf-8"), _SCHEDULE)


@cache
def trend_rules() -> TrendRules:
    """The rules by which growth over time is judged."""
    from zhaohu.rules.growth.trend.loading import parse_trend

    name = "trend.toml"
    return parse_trend(paths.resource(f"growth/{name}").read_text("utf-8"), name, schedule())


@cache
def roster_columns() -> RosterColumns:
    """Which headings of a roster mean what."""
    from zhaohu.rules.roster_columns import parse_columns

    name = "roster.toml"
    official = {field: code_list(field) for field in ("ethnicity", "education", "relation")}
    return parse_columns(paths.resource(f"codes/{name}").read_text("utf-8"), name, official)


@cache
def code_list(name: str) -> Mapping[str, str]:
    """An official code list: Chinese terms by code."""
    from zhaohu.records.code_lists import parse_codes

    return parse_codes(paths.resource(f"codes/{name}.csv").read_text("utf-8"), f"{name}.csv")


def code_name(name: str, code: str | None) -> str:
    """A code's term in the language in use; the code itself when the list lacks it, nothing for none."""
    return form_term(code_list(name).get(code, code)) if code else ""
