"""Reference data that ships with the program, read once and handed to the rules as values."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from zhaohu import paths
from zhaohu.errors import NotFound
from zhaohu.i18n import _

if TYPE_CHECKING:
    from zhaohu.rules.forms.model import Form
    from zhaohu.rules.growth.references import References
    from zhaohu.rules.schedule import Schedule

_SCHEDULE = "national_2017.toml"


@cache
def growth_references() -> References:
    """The tables of the growth standards."""
    from zhaohu.rules.growth.references import load_references

    return load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))


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
