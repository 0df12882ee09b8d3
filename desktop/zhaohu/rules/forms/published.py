"""What a center may set of forms: the files of editions that it published, by id and version. Pure.

`forms`: `{"files": {"newborn_visit@2027.1": {"text": "…", "note": "…", "at": "…", "by": "…"}}}`: the form file as it
was taken in, why it came, and when and by whom it was published. What a newer program adds beside is let be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zhaohu.errors import BadInput
from zhaohu.i18n import _

LONGEST_VERSION = 20
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,39}}@[A-Za-z0-9._-]{{1,{LONGEST_VERSION}}}", re.ASCII)


def edition_name(form_id: str, version: str) -> str:
    """What an edition is called: no two editions share it."""
    return f"{form_id}@{version}"


def is_name(name: str) -> bool:
    """Whether an edition can be called so."""
    return _NAME.fullmatch(name) is not None


def check(content: Mapping[str, Any]) -> None:
    """Refuse published forms of another shape; whether a file can be read is looked at file by file.

    Raises:
        BadInput: It is no table of files by name.
    """
    files = content.get("files")
    if not isinstance(files, Mapping) or not all(is_name(name) and _is_file(one) for name, one in files.items()):
        raise BadInput(_("The published forms are not in order."), code="bad_value", field="files")


def _is_file(one: object) -> bool:
    return isinstance(one, Mapping) and all(isinstance(one.get(key, ""), str) for key in ("text", "note", "at", "by"))
