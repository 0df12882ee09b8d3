"""The one family of errors that a person can mend; everything else that is raised is a bug."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - named for what happened, not for a fault
    """Something was refused, and a person can mend it.

    Args:
        message: Translated sentence: what was wrong and what to do.
        code: Stable word for scripts, snake_case; the class's own when not given.
        details: Plain JSON values (field, value, row …) for callers that show more than the sentence.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.details = details


class NotAllowed(Refused):
    """The person who is logged in may not do this."""

    code = "not_allowed"


class NotFound(Refused):
    """What was asked for is not in this profile."""

    code = "not_found"


class BadInput(Refused):
    """A value that was given cannot be right; `field` and `value` are in the details."""

    code = "bad_input"


class Cancelled(Exception):  # noqa: N818 - not an error: the person asked for it
    """Long work was cancelled; everything it had begun is undone."""
