"""The machine under the program: the virtual environment with pinned packages, and the libraries that Qt loads."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = {"encoding": "utf-8", "errors": "replace"}
OLDEST, NEWEST = (3, 11), (3, 13)  # Qt's pinned wheels exist for these

# Debian package of every library that the Qt wheels load and a fresh system lacks.
WINDOWLESS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}
WINDOWS_ON_SCREEN = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libcups.so.2": "libcups2",
}


class Stop(Exception):  # noqa: N818 - not a fault of the program
    """Something that a person has to mend first; the message says what and how."""


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    """Refuse a Python for which the pinned packages do not exist.

    Raises:
        Stop: It is too old or too new.
    """
    if not OLDEST <= version[:2] <= NEWEST:
        have, oldest, newest = (".".join(map(str, v)) for v in (version, OLDEST, NEWEST))
        raise Stop(f"Python {have} cannot be used: install Python {oldest} to {newest} and start this with it.")


def is_debian() -> bool:
    """Whether packages are installed by apt-get here."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def is_root() -> bool:
    """Whether this runs with the right to install packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_command(packages: list[str]) -> str:
    """The one command that a person types to install Debian packages."""
    return "sudo apt-get install -y --no-install-recommends " + " ".join(packages)


def apt_install(packages: list[str]) -> None:
    """Install Debian packages; only as root.

    Raises:
        Stop: apt-get failed; the message has its last words.
    """
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=env, capture_output=True, check=False, **TEXT)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Stop(f"apt-get could not install {' '.join(packages)}: {last}")


def missing_libraries(table: dict[str, str]) -> list[str]:
    """The Debian packages of those libraries that the system's loader does not find."""
    missing = []
    for library, package in table.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def ensure_libraries() -> str:
    """See that the libraries Qt loads are there; install them where that is allowed. Returns what was found.

    Raises:
        Stop: Qt cannot start without what is missing, and it may not be installed from here.
    """
    if not sys.platform.startswith("linux"):
        return "come with the packages"
    needed, wanted = missing_libraries(WINDOWLESS), missing_libraries(WINDOWS_ON_SCREEN)
    if not needed and not wanted:
        return "all there"
    if is_debian() and is_root():
        try:
            apt_install(needed + wanted)
        except Stop:
            if needed:
                raise
        else:
            return f"installed {len(needed + wanted)}"
    advice = (
        f"run: {apt_command(needed + wanted)}"
        if is_debian()
        else f"install, by your system's names: {' '.join(needed + wanted)}"
    )
    if needed:
        raise Stop(f"Libraries that Qt needs are missing; {advice}")
    return f"enough for tests, but to open windows {advice}"


class Environment:
    """The virtual environment in a checkout's `.venv`."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.scripts = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.scripts / ("python.exe" if os.name == "nt" else "python")
        self.stamp = self.folder / "zhaohu-packages"

    def fingerprint(self) -> str:
        """What the installed packages depend on: pins, metadata, Python and place, as one hash."""
        digest = hashlib.sha256(f"{sys.version_info[:2]} {self.root}".encode())
        for name in ("installer/requirements.txt", "installer/requirements-dev.txt", "pyproject.toml"):
            digest.update((self.root / name).read_text("utf-8").encode())
        return digest.hexdigest()

    def is_current(self) -> bool:
        """Whether everything was installed as it is pinned now."""
        try:
            return self.python.exists() and self.stamp.read_text("utf-8") == self.fingerprint()
        except OSError:
            return False

    def ensure(self) -> str:
        """Make the environment and install the pins unless that is done. Returns what was done.

        Raises:
            Stop: venv is not installed, or a package could not be fetched.
        """
        if self.is_current():
            return "ready"
        self._make()
        pip = [
            str(self.python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        self._run([*pip, "-r", str(self.root / "installer" / "requirements-dev.txt")], "The packages")
        self._run([*pip, "--no-build-isolation", "--editable", str(self.root)], "The program itself")
        self.stamp.write_text(self.fingerprint(), "utf-8")
        return "packages installed"

    def _make(self) -> None:
        if importlib.util.find_spec("ensurepip") is None:
            package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            if not is_debian():
                raise Stop("This Python has no venv module with pip: install your system's package for it.")
            if not is_root():
                raise Stop(f"Python's venv is not installed; run: {apt_command([package])}")
            apt_install([package])
        self.stamp.unlink(missing_ok=True)
        if not self._starts():
            self._run([sys.executable, "-m", "venv", "--clear", str(self.folder)], "The virtual environment")

    def _starts(self) -> bool:
        """Whether the environment's Python runs and is the version of this one; a moved one does not."""
        ask = "import pip, sys; print(sys.version_info[:2])"
        try:
            done = subprocess.run([self.python, "-c", ask], capture_output=True, check=False, **TEXT)
        except OSError:
            return False
        return done.returncode == 0 and done.stdout.strip() == str(sys.version_info[:2])

    def _run(self, command: list[str], what: str) -> None:
        done = subprocess.run(command, cwd=self.root, capture_output=True, check=False, **TEXT)
        if done.returncode:
            self.folder.mkdir(parents=True, exist_ok=True)
            log = self.folder / "install.log"
            log.write_text(done.stdout + done.stderr, "utf-8")
            reasons = [line.strip() for line in done.stderr.splitlines() if "Error" in line or "ERROR" in line]
            raise Stop(
                f"{what} could not be installed: {reasons[-1] if reasons else 'no reason given'}\n"
                f"Check the network, the free disk space and pip's index setting (all that was said: {log}), "
                "then run the same command again."
            )
