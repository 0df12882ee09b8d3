"""Which user names and passwords will do."""

from __future__ import annotations

from zhaohu.errors import BadInput
from zhaohu.i18n import _

SHORTEST_PASSWORD = 8
LONGEST_USER_NAME = 50
_FEWEST_DIFFERENT = 3
_WORST_PASSWORDS = frozenset([
    "12345678", "123456789", "1234567890", "87654321", "987654321", "0123456789", "123123123", "12341234",
    "11223344", "147258369", "5201314520", "password", "password1", "password123", "passw0rd", "qwertyui",
    "qwertyuiop", "qwerty123", "1qaz2wsx", "1q2w3e4r", "asdfghjk", "asdfghjkl", "a1234567", "a12345678",
    "a123456789", "abc12345", "abcd1234", "aa123456", "abcdefgh", "admin123", "admin888", "iloveyou",
    "woaini1314", "woaini520", "zhaohu123",
])  # fmt: skip


def check_password(password: str, name: str) -> None:
    """Accept a new password for the account `name`, or say what is wrong with it.

    Raises:
        BadInput: It is too short, the user name, or one of those that are tried first.
    """
    if len(password) < SHORTEST_PASSWORD:
        message = _("The password is too short: at least {n} characters.").format(n=SHORTEST_PASSWORD)
        raise BadInput(message, field="password")
    if password.casefold() == name.casefold():
        raise BadInput(_("The password must not be the user name."), field="password")
    if len(set(password)) < _FEWEST_DIFFERENT or password.casefold() in _WORST_PASSWORDS:
        message = _("This password is among the first that anybody would try. Choose another one.")
        raise BadInput(message, field="password")


def check_user_name(name: str) -> None:
    """Accept the name of a new account, or say what is wrong with it.

    Raises:
        BadInput: It is empty, too long, or has blanks around it that nobody would type again.
    """
    if not name.strip():
        raise BadInput(_("Enter a user name."), field="name")
    if name != name.strip() or len(name) > LONGEST_USER_NAME:
        message = _("A user name has at most {n} characters and no blanks around it.")
        raise BadInput(message.format(n=LONGEST_USER_NAME), field="name")
