"""A new password in a form: typed twice, because nobody sees it."""

from __future__ import annotations

from collections.abc import Mapping

from zhaohu.errors import BadInput
from zhaohu.i18n import _, ngettext
from zhaohu.services.safety.profile import SHORTEST_PASSWORD
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form

_LONGEST = 256


def secret_field() -> TextField:
    """For a password."""
    return TextField(max_length=_LONGEST, secret=True)


def add_passwords(form: Form, words: str = "") -> None:
    """Add the two fields, `password` and `again`."""
    hint = ngettext("At least {n} character.", "At least {n} characters.", SHORTEST_PASSWORD)
    form.add("password", words or _("Password"), secret_field(), required=True, hint=hint.format(n=SHORTEST_PASSWORD))
    form.add("again", _("Password again"), secret_field(), required=True)


def agreed(values: Mapping[str, object]) -> str:
    """The password that both fields have.

    Raises:
        BadInput: They differ.
    """
    if values["password"] != values["again"]:
        raise BadInput(_("The two passwords differ. Type them again."), field="again")
    return str(values["password"])
