"""Quality control (质控): the center asks about a record, its station answers; each owns its own row."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from zhaohu.records.base import Owned, TwoDigits


class Question(Owned, table=True):
    """The center asks one station about a child, a record, or its work."""

    station: TwoDigits = Field(index=True)
    child_id: str | None = Field(default=None, min_length=36, max_length=36, index=True)
    table_name: str | None = Field(default=None, max_length=40)
    row_id: str | None = Field(default=None, min_length=36, max_length=36)
    text: str = Field(min_length=1, max_length=1000)
    asked_on: date
    closed_on: date | None = None
    closing_note: str | None = Field(default=None, max_length=200)


class Answer(Owned, table=True):
    """The station answers; a second answer is a row of its own."""

    question_id: str = Field(min_length=36, max_length=36, index=True)
    text: str = Field(min_length=1, max_length=1000)
    answered_on: date
