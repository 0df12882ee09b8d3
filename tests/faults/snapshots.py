"""The whole content of a profile as text that can be compared."""

from __future__ import annotations

import json
from pathlib import Path

from sqlmodel import SQLModel
from tests.sync.forging import dump as tables

from zhaohu.services.desk import Desk

_OF_THE_MOMENT = ("setting", "draft")
"""Tables that say when something was done, not what."""
_OF_THE_IMPORT = ("batch", "before")
"""Columns that say with which others a bundle came."""


def dump(desk: Desk, file: Path | None = None) -> str:
    """Everything but the audit log; also into a file when one is named."""
    content = {name: rows for name, rows in tables(desk).items() if name not in _OF_THE_MOMENT}
    columns = SQLModel.metadata.tables["received_bundle"].columns.keys()
    content["received_bundle"] = [
        tuple(value for name, value in zip(columns, row, strict=True) if name not in _OF_THE_IMPORT)
        for row in content["received_bundle"]
    ]
    text = json.dumps(content, ensure_ascii=False, default=repr, sort_keys=True)
    if file is not None:
        file.write_text(text, "utf-8")
    return text
