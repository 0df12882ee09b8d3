"""What every synced record carries, and how row ids are made."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Annotated, Any

import uuid_utils
from pydantic import ConfigDict, StringConstraints
from sqlalchemy import Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from zhaohu.records.codes import as_code

TwoDigits = Annotated[str, StringConstraints(pattern="^[0-9]{2}$")]
ThreeDigits = Annotated[str, StringConstraints(pattern="^[0-9]{3}$")]
ClockTime = Annotated[str, StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""HH:MM."""


def new_id() -> str:
    """A new row id: UUIDv7 text, so ids sort by the time they were made."""
    return str(uuid_utils.uuid7())


def coded(codes: type[IntEnum] | type[StrEnum]) -> type[TypeDecorator[Any]]:
    """A column type that stores a code list's official value.

    A value that this version does not know comes back as a code outside the list: a newer version's is not lost.
    """

    class Coded(TypeDecorator[Any]):
        impl = Integer if issubclass(codes, int) else Text
        cache_ok = True

        def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
            return dialect.type_descriptor(Integer() if issubclass(codes, int) else Text())

        def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
            return value.value if isinstance(value, codes) else value

        def process_result_value(self, value: Any, dialect: Dialect) -> Any:
            return None if value is None else as_code(codes, value)

    return Coded


class Owned(SQLModel):
    """A record that travels: one site owns it and only the owner edits it.

    Amounts are whole grams, millimetres and days, so that nothing is rounded on its way; times are ISO 8601 text
    with offset. `extra` keeps fields of a newer schema, as canonical JSON, to hand them on intact.
    """

    model_config = ConfigDict(hide_input_in_errors=True)  # type: ignore[assignment]  # pydantic's, for our logs

    id: str = Field(default_factory=new_id, primary_key=True, min_length=36, max_length=36)
    owner: str = Field(min_length=6, max_length=12, description="Code of the owning site: 371103-01, or 371103")
    recorded_at: str
    recorded_by: str
    deleted_at: str | None = None
    deleted_by: str | None = None
    deleted_reason: str | None = None
    extra: str | None = None
