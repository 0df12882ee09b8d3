"""Reference data that ships with the program, read once and handed to the rules as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

from zhaohu import paths
from zhaohu.errors import NotFound
from zhaohu.i18n import _, form_term

if TYPE_CHECKING:
    from zhaohu.rules.curriculum import Topic
    from zhaohu.rules.forms.model import Answer, Form
    from zhaohu.rules.forms.versions import FormBook
    from zhaohu.rules.growth.doubt import DoubtRules
    from zhaohu.rules.growth.references import References
    from zhaohu.rules.growth.trend.rules import TrendRules
    from zhaohu.rules.guidance.library import Library
    from zhaohu.rules.roster_columns import RosterColumns
    from zhaohu.rules.schedule import Schedule
    from zhaohu.rules.targets import Target
    from zhaohu.rules.vaccine_editions import Edition
    from zhaohu.rules.visit_table.columns import OtherHeadings
    from zhaohu.store.session import Store

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


def read_forms(folder: Path) -> FormBook:
    """The form files of a folder, and the former versions beside them in `former/`."""
    from zhaohu.rules.forms.loader import parse_form
    from zhaohu.rules.forms.versions import FormBook

    files = [*sorted(folder.glob("*.toml")), *sorted(folder.glob("former/*.toml"))]
    return FormBook(parse_form(file.read_text("utf-8"), file.name) for file in files)


@cache
def shipped_forms() -> FormBook:
    """All versions of all official forms that ship with the program."""
    return read_forms(paths.resource("forms"))


class _Published:
    """What the districts of the open profiles published, and the book that holds it beside what ships.

    A version is identified by form and version, so that it does no harm when profiles of one process share the book.
    """

    by_profile: ClassVar[WeakKeyDictionary[Store, tuple[Form, ...]]] = WeakKeyDictionary()
    book: FormBook | None = None
    lock = Lock()


def form_book() -> FormBook:
    """All versions of all official forms: those that ship, and those that the district published."""
    return _Published.book or shipped_forms()


def publish(store: Store, forms: Sequence[Form]) -> None:
    """Let the book hold what the district of an open profile published, in place of what it held of it before."""
    with _Published.lock:
        before = _Published.by_profile.pop(store, ())
        if forms:
            _Published.by_profile[store] = tuple(forms)
        if forms or before:
            every = [form for some in _Published.by_profile.values() for form in some]
            _Published.book = shipped_forms().joined(every) if every else None


@cache
def form_ids() -> frozenset[str]:
    """Which official forms there are: their files are called by their ids, so that none has to be read for it."""
    return frozenset(file.stem for file in paths.resource("forms").glob("*.toml"))


def forms() -> dict[str, Form]:
    """All official forms in their newest version, by id."""
    return form_book().newest()


def forms_in_use(on: date) -> dict[str, Form]:
    """The forms that a new record of a day may use, each in the newest version in effect, by id."""
    return form_book().newest(on)


def form(form_id: str, on: date | None = None) -> Form:
    """One official form in its newest version; with a day, in the newest one in effect on it.

    Raises:
        NotFound: There is no form of that id.
    """
    known = forms() if on is None else forms_in_use(on)
    found = known.get(form_id)
    if found is None:
        raise NotFound(
            _("There is no form “{form}”. Known forms: {known}.").format(form=form_id, known=", ".join(known)),
            code="no_such_form",
        )
    return found


@cache
def measurement_form() -> Form:
    """What a table of plain measurements has in its columns, in the form language."""
    from zhaohu.rules.forms.loader import parse_form

    name = "measurements.toml"
    return parse_form(paths.resource(f"tables/{name}").read_text("utf-8"), name)


@cache
def other_headings() -> OtherHeadings:
    """Headings under which people keep in tables what forms ask."""
    from zhaohu.rules.visit_table.columns import parse_other_headings

    name = "headings.toml"
    return parse_other_headings(paths.resource(f"tables/{name}").read_text("utf-8"), name)


def recorded_form(form_id: str, version: str, answers: Mapping[str, Answer]) -> Form:
    """The form that a record was made with, in its version.

    A newer program's form is not known here, nor an edition published after what this center was restored to: then one
    that shows the answers in the words of the nearest known version, or by their names, with `is_known` false.
    """
    from zhaohu.rules.forms.versions import unknown_form

    book = form_book()
    known = book.version(form_id, version)
    return known or unknown_form(form_id, version, _chinese_title(form_id), answers, book.nearest(form_id, version))


def form_title(form_id: str) -> str:
    """A form's title in the language in use; its id when this program does not know it."""
    return form_term(_chinese_title(form_id))


def _chinese_title(form_id: str) -> str:
    known = forms().get(form_id)
    return known.title if known is not None else form_id


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
def guidance_library() -> Library:
    """The texts of guidance that ship with the program."""
    from zhaohu.rules.guidance.library import parse_library

    name = "texts.toml"
    return parse_library(paths.resource(f"guidance/{name}").read_text("utf-8"), name)


@cache
def curriculum() -> tuple[Topic, ...]:
    """The topics of parenting classes that ship with the program."""
    from zhaohu.rules.curriculum import parse_curriculum

    name = "curriculum.toml"
    return parse_curriculum(paths.resource(f"guidance/{name}").read_text("utf-8"), name)


@cache
def targets() -> tuple[Target, ...]:
    """The targets of indicators that ship with the program."""
    from zhaohu.rules.targets import parse_targets

    name = "targets.toml"
    return parse_targets(paths.resource(f"rules/{name}").read_text("utf-8"), name)


@cache
def roster_columns() -> RosterColumns:
    """Which headings of a roster mean what."""
    from zhaohu.rules.roster_columns import parse_columns

    name = "roster.toml"
    official = {field: code_list(field) for field in ("ethnicity", "education", "relation")}
    return parse_columns(paths.resource(f"codes/{name}").read_text("utf-8"), name, official)


@cache
def vaccine_editions() -> tuple[Edition, ...]:
    """The editions of the immunization schedule, by their days of effect."""
    from zhaohu.rules.vaccine_editions import parse_edition

    files = paths.resource("vaccination").glob("*.toml")
    editions = [parse_edition(file.read_text("utf-8"), file.name) for file in files]
    return tuple(sorted(editions, key=lambda one: one.effective_from))


@cache
def code_list(name: str) -> Mapping[str, str]:
    """An official code list: Chinese terms by code."""
    from zhaohu.records.code_lists import parse_codes

    return parse_codes(paths.resource(f"codes/{name}.csv").read_text("utf-8"), f"{name}.csv")


def code_name(name: str, code: str | None) -> str:
    """A code's term in the language in use; the code itself when the list lacks it, nothing for none."""
    return form_term(code_list(name).get(code, code)) if code else ""
