"""The form files: those that ship with the program, and one that a person is writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhaohu import paths
from zhaohu.errors import BadInput
from zhaohu.i18n import _, form_term
from zhaohu.rules.forms.loader import read_form
from zhaohu.rules.forms.model import Form
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.forms.versions import FormBook
from zhaohu.services import reference

_FORMER = "former"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a form file: the field (empty: the form itself) and the reason."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A form file and everything that is wrong with it; `form` and `version` are empty when it cannot be read."""

    file: str
    form: str
    version: str
    ok: bool
    problems: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form as lists show it, in its newest version.

    Args:
        from_days: First day of life at which it is used.
        to_days: Last such day.
        fields: How many fields it has.
        former: Its former versions, the oldest first.
    """

    id: str
    version: str
    title: str
    effective_from: date
    from_days: int
    to_days: int
    fields: int
    former: tuple[str, ...]


def list_forms() -> list[FormRow]:
    """All forms in their newest version, by id."""
    book = reference.form_book()
    return [
        FormRow(
            one.id,
            one.version,
            form_term(one.title),
            one.effective_from,
            one.from_days,
            one.to_days,
            sum(1 for _field in one.fields()),
            tuple(former.version for former in book.versions(one.id)[:-1]),
        )
        for one in book.newest().values()
    ]


def check_files(files: Sequence[Path] = ()) -> list[CheckedFile]:
    """Check form files; all that ship with the program, and how they stand together, when none is named.

    Raises:
        BadInput: A file cannot be read (`unreadable`).
    """
    if files:
        return [_checked(file)[0] for file in files]
    folder = paths.resource("forms")
    found = []
    forms = []
    for file in [*sorted(folder.glob("*.toml")), *sorted(folder.glob(f"{_FORMER}/*.toml"))]:
        checked, form = _checked(file, shipped=True)
        found.append(checked)
        if form is not None:
            forms.append(form)
    return [*found, *_together(forms)]


def _checked(file: Path, *, shipped: bool = False) -> tuple[CheckedFile, Form | None]:
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = _("{file} cannot be read as UTF-8 text. Check the name.")
        raise BadInput(message.format(file=file), code="unreadable", field="file") from error
    form, faults = read_form(text, file.name)
    problems = [Fault(str(fault.details["field"]), str(fault.details["reason"])) for fault in faults]
    if shipped and form is not None and file.stem != (wanted := _stem(form, file)):
        problems.append(Fault("id", _("the file must be called {name}").format(name=f"{wanted}.toml")))
    id_, version = (form.id, form.version) if form is not None else ("", "")
    return CheckedFile(file.name, id_, version, not problems, tuple(problems)), form


def _stem(form: Form, file: Path) -> str:
    return f"{form.id}@{form.version}" if file.parent.name == _FORMER else form.id


def _together(forms: Sequence[Form]) -> list[CheckedFile]:
    """What is wrong between the versions of a form."""
    try:
        FormBook(forms)
    except FormError as fault:
        problem = Fault("version", str(fault.details["reason"]))
        return [CheckedFile(str(fault.details["file"]), str(fault.details["file"]), "", ok=False, problems=(problem,))]
    return []
