"""What the fields of a record from outside must hold, beyond what its table's type says.

Lists of codes are left open, so that what a newer version adds to one is kept. Days, times and JSON are closed: whoever
shows or counts them later parses them, and one record that cannot be parsed would keep a whole page from opening.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic import Field as Limited
from pydantic.fields import FieldInfo

from zhaohu.sync import canonical

OBJECTS = frozenset({"answers", "changed", "changes", "moved"})
"""Fields that hold a JSON object as text; what the center sets for the district is carried whatever it is."""

FIRST_YEAR, LAST_YEAR = 1900, 2999
JSON_TEXT = "application/json"
_STAMPS = frozenset({"recorded_at", "deleted_at", "undone_at"})
_LEAP = r"19(7[26]|8[048]|9[26])|2[0-9](0[48]|[2468][048]|[13579][26])|2[048]00"
_MONTHS = r"(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])"
STAMP = (
    rf"^((19[7-9][0-9]|2[0-9]{{3}})-({_MONTHS})|({_LEAP})-02-29)"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?([+-]([01][0-9]|2[0-3]):[0-5][0-9])?$"
)
"""A moment, ISO 8601; only days that there are."""


def is_object(text: str) -> bool:
    """Whether a text is a JSON object, with numbers and depths that every reader can take."""
    try:
        return isinstance(canonical.loads(text), dict)
    except ValueError:
        return False


def _object(text: str) -> str:
    if not is_object(text):
        raise ValueError("no object")
    return text


def is_day(day: date) -> bool:
    """Whether people live on a day: ages and plans are reckoned from it, and must stay within the calendar."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _day(value: object) -> date:
    """Only `2026-03-05`: a number as text would be taken for seconds since 1970."""
    if not isinstance(value, str) or len(value) != len("2026-03-05") or value[4::3] != "--":
        raise ValueError("no day")
    day = date.fromisoformat(value)
    if not is_day(day):
        raise ValueError("no day")
    return day


_NUMBER_CODE = Annotated[int, Limited(ge=0, le=999)]
_TEXT_CODE = Annotated[str, Limited(pattern="^[A-Za-z0-9_.-]{1,40}$")]
_DAY = Annotated[date, BeforeValidator(_day, json_schema_input_type=date)]
_STAMP = Annotated[str, Limited(pattern=STAMP)]
_OBJECT = Annotated[str, AfterValidator(_object), WithJsonSchema({"type": "string", "contentMediaType": JSON_TEXT})]


def incoming(name: str, field: FieldInfo, *, nullable: bool) -> tuple[Any, Any]:
    """Type and default of a field of a record from outside; a default for one that must be there would be made up."""
    kind = _opened(_OBJECT if name in OBJECTS else _STAMP if name in _STAMPS else field.annotation)
    if nullable:
        return (kind | None if name in _STAMPS else kind), field
    return (Annotated[(kind, *field.metadata)] if field.metadata else kind), ...


def _opened(kind: Any) -> Any:
    """The type of a field, with lists of codes open and days closed."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _NUMBER_CODE if issubclass(kind, int) else _TEXT_CODE
    if kind is date:
        return _DAY
    parts = get_args(kind)
    return Union[tuple(map(_opened, parts))] if get_origin(kind) in (Union, UnionType) else kind  # noqa: UP007
