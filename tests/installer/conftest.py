"""The installer's modules, loaded from their files: they are scripts, not part of the package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load(name: str) -> ModuleType:
    """One module of the installer."""
    spec = importlib.util.spec_from_file_location(f"installer_{name}", ROOT / "installer" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def environment() -> ModuleType:
    return load("environment")


@pytest.fixture(scope="session")
def fonts() -> ModuleType:
    return load("fonts")


@pytest.fixture(scope="session")
def catalogs() -> ModuleType:
    return load("catalogs")
