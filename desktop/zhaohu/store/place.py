"""Where a profile may lie: on this PC's own disk, and not where its database would be damaged or carried off."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

import platformdirs

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _

_NETWORK = frozenset(
    (
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "davfs", "ncpfs", "glusterfs", "ceph", "lustre", "gfs2",
        "ocfs2", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2", "fuse.s3fs", "fuse.glusterfs",
        "fuse.ceph", "fuse.cephfs", "fuse.smbnetfs", "fuse.curlftpfs",
    )
)  # fmt: skip
_OF_THE_HOST = frozenset(("9p", "virtiofs", "vboxsf", "prl_fs", "fuse.vmhgfs-fuse"))
"""Folders that a virtual machine shares with its host; as a root it is the machine's own disk."""
_FAT = frozenset(("vfat", "msdos", "fat", "fat12", "fat16", "fat32", "exfat", "fuse.exfat"))

_CLOUD_NAMES = frozenset(
    (
        "onedrive", "dropbox", "google drive", "googledrive", "my drive", "icloud drive", "iclouddrive",
        "mobile documents", "com~apple~clouddocs", "nutstore", "nutstore files", "baidunetdisk",
        "baidunetdiskworkspace", "baiduyun", "baidusyncdisk", "wpsdrive", "wps cloud files", "weiyun",
        "aliyundrive", "adrive", "nextcloud", "owncloud", "syncthing",
    )
)  # fmt: skip
_CLOUD_BEGINNINGS = ("onedrive - ", "dropbox (")
_CLOUD_BRANDS = ("坚果云", "百度网盘", "百度云", "wps云盘", "wps云文档", "微云", "阿里云盘", "天翼云盘", "移动云盘")
_CLOUD_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")

_WHY = {
    "network": N_(
        "{folder} is on a network drive; a broken connection would damage the data. Put the profile on this PC’s own"
        " disk, for example in {instead}. Exports and backups may go to the network drive."
    ),
    "removable": N_(
        "{folder} is on a USB stick or another disk that can be pulled out; that would damage the data. Put the"
        " profile on this PC’s own disk, for example in {instead}. Exports and backups may go to the stick."
    ),
    "read_only": N_(
        "Nothing can be written in {folder}. Put the profile on this PC’s own disk, in a folder that you may write"
        " to, for example {instead}."
    ),
    "cloud": N_(
        "{folder} is copied to a cloud drive; that would damage the data and carry it out of the house. Put the"
        " profile elsewhere on this PC’s disk, for example in {instead}. Encrypted backups may go to the cloud drive."
    ),
    "fat": N_(
        "The disk of {folder} is formatted as FAT or exFAT, which loses data in a power cut. Put the profile on a disk"
        " formatted as NTFS or ext4, for example in {instead}. Exports and backups may go to the FAT disk."
    ),
}


@dataclass(frozen=True, slots=True)
class Volume:
    """One mounted file system, as `psutil.disk_partitions` tells of it."""

    device: str
    mount: PurePath
    kind: str
    options: frozenset[str] = frozenset()


def check_place(folder: Path, volumes: Iterable[Volume] | None = None) -> None:
    """Go on only if a profile may lie in this folder, which need not be there yet.

    Args:
        folder: The profile's folder.
        volumes: What is mounted; None asks the system.

    Raises:
        Refused: `bad_place`, with `why`: network, removable, read_only, cloud or fat.
    """
    there = folder.absolute().resolve()
    mounted = mounted_volumes() if volumes is None else volumes
    why = reason_against(there, volume_of(there, mounted), os.environ)
    if why is None and not _can_write(there):
        why = "read_only"
    if why is not None:
        instead = platformdirs.user_data_dir("zhaohu", appauthor=False)
        raise Refused(_(_WHY[why]).format(folder=folder, instead=instead), code="bad_place", why=why)


def mounted_volumes() -> list[Volume]:
    """What is mounted now, in the order in which it was mounted."""
    import psutil  # 40 ms, which only whoever opens a profile has to wait

    return [
        Volume(part.device, Path(part.mountpoint), part.fstype.lower(), frozenset(part.opts.lower().split(",")))
        for part in psutil.disk_partitions(all=True)
    ]


def volume_of(folder: PurePath, volumes: Iterable[Volume]) -> Volume | None:
    """The file system that a resolved folder is on: the deepest one, and of several in one place the last."""
    found: Volume | None = None
    for volume in volumes:
        deeper = found is None or len(volume.mount.parts) >= len(found.mount.parts)
        if deeper and folder.is_relative_to(volume.mount):
            found = volume
    return found


def reason_against(folder: PurePath, volume: Volume | None, environment: Mapping[str, str]) -> str | None:
    """Why a profile may not lie in a folder as far as names and the file system tell; None when it may."""
    if _is_unc(folder) or (volume is not None and _is_far(volume)):
        return "network"
    if volume is not None and is_stick(volume):
        return "removable"
    if volume is not None and volume.kind in _FAT:
        return "fat"
    if _is_synced(folder, environment):
        return "cloud"
    return "read_only" if volume is not None and "ro" in volume.options else None


def is_stick(volume: Volume) -> bool:
    """Whether a file system is on a stick or card that is pulled out."""
    return "removable" in volume.options or _is_pulled_out(volume.device)


def _is_unc(folder: PurePath) -> bool:
    drive = folder.drive.replace("/", "\\")
    plain = drive[2:4] not in ("?\\", ".\\")
    return drive.startswith("\\\\") and (plain or drive[4:8].upper() == "UNC\\")


def _is_far(volume: Volume) -> bool:
    shared = volume.kind in _OF_THE_HOST and len(volume.mount.parts) > 1
    return shared or volume.kind in _NETWORK or "remote" in volume.options


def _is_synced(folder: PurePath, environment: Mapping[str, str]) -> bool:
    for variable in _CLOUD_VARIABLES:
        root = environment.get(variable)
        if root and folder.is_relative_to(type(folder)(root)):
            return True
    names = [part.lower() for part in folder.parts]
    return any(
        name in _CLOUD_NAMES or name.startswith(_CLOUD_BEGINNINGS) or any(brand in name for brand in _CLOUD_BRANDS)
        for name in names
    )


def _is_pulled_out(device: str) -> bool:
    if sys.platform != "linux" or not device.startswith("/dev/"):
        return False
    try:
        number = os.stat(device).st_rdev  # noqa: PTH116 - a device, not a file of ours
    except OSError:
        return False
    return is_removable(Path(f"/sys/dev/block/{os.major(number)}:{os.minor(number)}"))


def is_removable(block: Path) -> bool:
    """Whether a block device of Linux, by its folder in /sys, is on a stick or card, be it through encryption."""
    disk = block.resolve()
    slaves = disk / "slaves"
    if slaves.is_dir() and any(slaves.iterdir()):
        return any(is_removable(slave) for slave in slaves.iterdir())
    by_plug = any(part.startswith(("usb", "mmc")) for part in disk.parts)
    return by_plug and any(_reads_one(place / "removable") for place in (disk, disk.parent))


def _reads_one(flag: Path) -> bool:
    try:
        return flag.read_text("ascii").strip() == "1"
    except (OSError, ValueError):
        return False


def _can_write(folder: Path) -> bool:
    """Whether a file can really be made in the folder, or in the nearest one that is there."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    if not there.is_dir():
        return True  # a file is in the way, which is another matter
    if not os.access(there, os.W_OK):
        return False
    try:
        with tempfile.TemporaryFile(prefix=".zhaohu-", dir=there):
            return True
    except OSError:
        return False
