"""Where a profile may lie: given volumes of Linux and Windows, a made-up /sys, and real mounts where allowed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from zhaohu.errors import Refused
from zhaohu.store.place import Volume, check_place, is_removable, mounted_volumes, reason_against, volume_of

ROOT = Volume("/dev/sda2", PurePosixPath("/"), "ext4", frozenset(("rw",)))
DRIVE_C = Volume("C:\\", PureWindowsPath("C:\\"), "ntfs", frozenset(("rw", "fixed")))


def linux(mount: str, kind: str, *options: str, device: str = "none") -> Volume:
    return Volume(device, PurePosixPath(mount), kind, frozenset(options or ("rw",)))


def windows(drive: str, kind: str, *options: str) -> Volume:
    return Volume(drive, PureWindowsPath(drive), kind, frozenset(options))


def why(folder: PurePath, *volumes: Volume, **environment: str) -> str | None:
    return reason_against(folder, volume_of(folder, volumes), environment)


@pytest.mark.parametrize(
    ("volume", "reason"),
    [
        (linux("/data", "ext4"), None),
        (linux("/data", "xfs"), None),
        (linux("/data", "btrfs"), None),
        (linux("/data", "tmpfs"), None),
        (linux("/data", "overlay"), None),
        (linux("/data", "fuseblk"), None),
        (linux("/data", "nfs4"), "network"),
        (linux("/data", "cifs"), "network"),
        (linux("/data", "smb3"), "network"),
        (linux("/data", "fuse.sshfs"), "network"),
        (linux("/data", "fuse.rclone"), "network"),
        (linux("/data", "9p"), "network"),
        (linux("/data", "vfat"), "fat"),
        (linux("/data", "exfat"), "fat"),
        (linux("/data", "ext4", "ro", "relatime"), "read_only"),
        (linux("/data", "ext4", "rw", "errors=remount-ro"), None),
    ],
    ids=lambda value: f"{value.kind}-{'-'.join(sorted(value.options))}" if isinstance(value, Volume) else str(value),
)
def test_file_systems_of_linux(volume: Volume, reason: str | None) -> None:
    assert why(PurePosixPath("/data/station"), ROOT, volume) == reason
    assert why(PurePosixPath("/database/station"), ROOT, volume) is None  # not inside /data


def test_the_whole_disk_of_a_virtual_machine_is_its_own() -> None:
    assert why(PurePosixPath("/home/w"), linux("/", "9p")) is None


def test_the_deepest_volume_counts_and_of_two_in_one_place_the_last() -> None:
    inner, over = linux("/data/disk", "ext4"), linux("/data", "ext4")
    assert why(PurePosixPath("/data/disk/x"), inner, linux("/data", "nfs"), ROOT) is None
    assert why(PurePosixPath("/data/x"), linux("/data", "nfs"), over) is None
    assert why(PurePosixPath("/data/x"), over, linux("/data", "nfs")) == "network"


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("C:\\Users\\w\\AppData\\Local\\zhaohu", None),
        ("\\\\?\\C:\\data", None),
        ("\\\\server\\share\\zhaohu", "network"),
        ("\\\\?\\UNC\\server\\share\\zhaohu", "network"),
        ("Z:\\zhaohu", "network"),
        ("E:\\zhaohu", "removable"),
        ("F:\\zhaohu", "fat"),
        ("G:\\zhaohu", "read_only"),
        ("C:\\Users\\w\\OneDrive\\zhaohu", "cloud"),
        ("C:\\Users\\w\\OneDrive - 岚山区卫健局\\zhaohu", "cloud"),
        ("C:\\Users\\w\\Nutstore\\1\\我的坚果云", "cloud"),
        ("D:\\BaiduNetdisk\\zhaohu", "cloud"),
        ("D:\\百度云同步盘\\zhaohu", "cloud"),
        ("D:\\WPS云盘\\zhaohu", "cloud"),
        ("D:\\我的腾讯微云\\zhaohu", "cloud"),
        ("D:\\Dropbox (个人)\\zhaohu", "cloud"),
        ("D:\\云山镇\\zhaohu", None),
        ("C:\\Cloud\\Documents\\zhaohu", "cloud"),
    ],
)
def test_drives_of_windows(folder: str, reason: str | None) -> None:
    volumes = (
        DRIVE_C,
        windows("D:\\", "ntfs", "rw", "fixed"),
        windows("E:\\", "ntfs", "rw", "removable"),
        windows("F:\\", "exfat", "rw", "fixed"),
        windows("G:\\", "cdfs", "ro", "cdrom"),
        windows("Z:\\", "ntfs", "rw", "remote"),
    )
    assert why(PureWindowsPath(folder), *volumes, OneDriveCommercial="c:\\cloud") == reason


def a_disk(sys_folder: Path, *parts: str, removable: str, partition: str = "") -> Path:
    """A folder as Linux has one for each block device."""
    disk = sys_folder.joinpath(*parts)
    (disk / partition).mkdir(parents=True)
    (disk / "removable").write_text(f"{removable}\n")
    return disk / partition


def test_sticks_and_cards_are_known_by_their_plug(tmp_path: Path) -> None:
    stick = a_disk(tmp_path, "usb1", "1-1", "block", "sdb", removable="1", partition="sdb1")
    assert is_removable(stick)
    assert is_removable(stick.parent)
    assert is_removable(a_disk(tmp_path, "mmc0", "block", "mmcblk0", removable="1", partition="mmcblk0p1"))
    assert not is_removable(a_disk(tmp_path, "usb2", "block", "sdc", removable="0", partition="sdc1"))
    assert not is_removable(a_disk(tmp_path, "ata1", "block", "sda", removable="1"))
    assert not is_removable(tmp_path / "missing")


def test_an_encrypted_stick_is_a_stick(tmp_path: Path) -> None:
    stick = a_disk(tmp_path, "usb1", "block", "sdb", removable="1", partition="sdb1")
    slaves = tmp_path / "virtual" / "block" / "dm-0" / "slaves"
    slaves.mkdir(parents=True)
    (slaves / "sdb1").symlink_to(stick)
    assert is_removable(slaves.parent)


def test_the_refusal_says_why_and_where_instead(tmp_path: Path) -> None:
    for kind, reason in (("nfs", "network"), ("vfat", "fat")):
        with pytest.raises(Refused) as refused:
            check_place(tmp_path / "station", [Volume("x", tmp_path, kind)])
        assert (refused.value.code, refused.value.details) == ("bad_place", {"why": reason})
        assert str(tmp_path / "station") in refused.value.message
        assert "zhaohu" in refused.value.message.split("例如")[1]


def test_a_link_does_not_hide_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    with pytest.raises(Refused):
        check_place(tmp_path / "near" / "station", [Volume("x", tmp_path / "far", "nfs")])


def test_this_disk_will_do_and_nothing_is_left(tmp_path: Path) -> None:
    check_place(tmp_path)
    check_place(tmp_path / "not" / "there" / "yet")
    assert list(tmp_path.iterdir()) == []
    assert volume_of(tmp_path.resolve(), mounted_volumes()) is not None


def test_the_check_takes_no_time_worth_waiting_for(tmp_path: Path) -> None:
    check_place(tmp_path)
    taken = []
    for _time in range(20):
        begun = time.perf_counter()
        check_place(tmp_path)
        taken.append(time.perf_counter() - begun)
    assert sorted(taken)[5] < 0.010  # the quarter that nothing else disturbed; 1.5 ms were measured


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own."""
    folder = tmp_path / "mounted"
    folder.mkdir()
    yield folder
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)


def mount(*words: str) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("SKIPPED: only root on Linux may mount; the real file systems were NOT tried")
    done = subprocess.run(["mount", *words], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"SKIPPED: mounting is not allowed here, the real file system was NOT tried: {done.stderr.strip()}")


def test_a_real_read_only_disk_is_refused(mounted: Path) -> None:
    mount("-t", "tmpfs", "-o", "size=1m", "none", str(mounted))
    check_place(mounted / "station")
    mount("-o", "remount,ro", str(mounted))
    with pytest.raises(Refused) as refused:
        check_place(mounted / "station")
    assert refused.value.details == {"why": "read_only"}


def test_a_real_fat_disk_is_refused(mounted: Path, tmp_path: Path) -> None:
    image = tmp_path / "stick.img"
    image.write_bytes(bytes(4 << 20))
    try:
        subprocess.run(["mkfs.vfat", str(image)], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("SKIPPED: mkfs.vfat is missing; a real FAT disk was NOT tried")
    mount("-o", "loop", str(image), str(mounted))
    with pytest.raises(Refused) as refused:
        check_place(mounted)
    assert refused.value.details == {"why": "fat"}
