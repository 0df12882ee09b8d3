"""Python, packages and libraries under the program."""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.installer.conftest import ROOT

PINNED_FOR = [
    {"sys_platform": "linux", "platform_machine": "x86_64"},
    {"sys_platform": "linux", "platform_machine": "aarch64"},
    {"sys_platform": "win32", "platform_machine": "AMD64"},
]


def pins(machine: dict[str, str], *names: str) -> dict[str, str]:
    """Package and version of every line that is meant for a machine."""
    found = {}
    for name in names:
        for line in (ROOT / "installer" / name).read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "-r")):
                one = Requirement(line)
                if one.marker is None or one.marker.evaluate(machine):
                    key = canonicalize_name(one.name)
                    assert key not in found, f"{line}: pinned twice"
                    assert re.fullmatch(r"==[\w.]+", str(one.specifier)), f"{line}: not an exact pin"
                    found[key] = str(one.specifier).removeprefix("==")
    return found


@pytest.mark.parametrize("machine", PINNED_FOR, ids=lambda m: f"{m['sys_platform']}-{m['platform_machine']}")
def test_pins_are_exact_and_within_the_ranges_of_the_project(machine):
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    runtime = pins(machine, "requirements.txt")
    everything = pins(machine, "requirements.txt", "requirements-dev.txt")
    wanted = about["project"]["dependencies"]
    for line in [*wanted, *about["project"]["optional-dependencies"]["dev"], *about["build-system"]["requires"]]:
        one = Requirement(line)
        have = runtime if line in wanted else everything
        assert have[canonicalize_name(one.name)] in one.specifier, line


def test_whatever_the_pinned_packages_need_is_pinned_too():
    machine = {"sys_platform": "linux", "platform_machine": "x86_64"}
    everything = pins(machine, "requirements.txt", "requirements-dev.txt")
    for name in everything:
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # build tools and Windows' own are not always installed beside the tests
        for line in needs:
            one = Requirement(line)
            if one.marker is None or one.marker.evaluate({"extra": ""}):
                assert canonicalize_name(one.name) in everything, f"{name} needs {one.name}"


def test_the_oldest_arm_wheel_is_pinned_for_arm():
    versions = [pins(machine, "requirements.txt")["pyside6-essentials"] for machine in PINNED_FOR]
    assert versions == ["6.9.3", "6.8.0.2", "6.9.3"]


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 5)])
def test_a_python_with_wheels_is_taken(environment, version):
    environment.check_python(version)


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0)])
def test_a_python_without_wheels_is_refused(environment, version):
    with pytest.raises(environment.Stop, match=r"3\.11 to 3\.13"):
        environment.check_python(version)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries come with the packages elsewhere")
def test_libraries_that_are_not_there_are_named_by_package(environment):
    table = {"libc.so.6": "libc6", "libnobody-has-this.so.7": "libnobody7"}
    assert environment.missing_libraries(table) == ["libnobody7"]
    assert environment.apt_command(["libegl1"]) == "sudo apt-get install -y --no-install-recommends libegl1"


@pytest.fixture
def checkout(tmp_path: Path, environment):
    (tmp_path / "installer").mkdir()
    for name in ("installer/requirements.txt", "installer/requirements-dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text("one==1\n", "utf-8")
    made = environment.Environment(tmp_path)
    made.scripts.mkdir(parents=True)
    made.python.write_bytes(b"")
    return made


def test_the_stamp_says_whether_the_pins_are_installed(checkout):
    assert not checkout.is_current()
    checkout.stamp.write_text(checkout.fingerprint(), "utf-8")
    assert checkout.is_current()
    assert checkout.ensure() == "ready"


@pytest.mark.parametrize("name", ["installer/requirements.txt", "installer/requirements-dev.txt", "pyproject.toml"])
def test_a_changed_pin_is_noticed_but_not_changed_line_endings(checkout, name):
    checkout.stamp.write_text(checkout.fingerprint(), "utf-8")
    (checkout.root / name).write_bytes(b"one==1\r\n")
    assert checkout.is_current()
    (checkout.root / name).write_text("one==2\n", "utf-8")
    assert not checkout.is_current()


def test_an_environment_without_python_is_not_current(checkout):
    checkout.stamp.write_text(checkout.fingerprint(), "utf-8")
    checkout.python.unlink()
    assert not checkout.is_current()
