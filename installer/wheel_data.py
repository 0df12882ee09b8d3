"""Puts resources and catalogs into the wheel; an editable install reads them from the checkout."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the two folders beside the package, for a real wheel only."""
        if version == "standard":
            build_data["force_include"] |= {"resources": "zhaohu/resources", "i18n": "zhaohu/i18n_catalogs"}
