"""A bundle of a million records each way, with the memory that it takes, and what sixty stations bring in a day.

Each way runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.benchmarks.test_import_ratio import VISITS, records
from tests.sync.district import ADMIN, CLOCK, WEAK, make_district, open_copy

from zhaohu.records import Child, Household, Measurement, Village, Visit
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, setup
from zhaohu.services.safety.profile import open_desk

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="a figure: run by `dev.py bench`"),
    pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak memory"),
]
RECORDS = int(os.environ.get("ZHAOHU_BENCH_RECORDS", "1000000"))
STATIONS, CHANGES = int(os.environ.get("ZHAOHU_BENCH_STATIONS", "60")), 10_000
_PER_FAMILY = 2 + 2 * VISITS
_AT_ONCE = 2_000
_MIB = 1 << 20


def filled(template: Path, folder: Path, count: int) -> Path:
    """A copy of station 01 with so many records that its center has not seen."""
    desk = open_copy(template, "01", folder)
    add(desk, count)
    desk.close()
    return folder


def add(desk: Desk, count: int) -> None:
    """Record so much more at a station: some families, and copies of them under other ids."""
    at_once = min(count, _AT_ONCE)
    with desk.write("bench", grade=False) as work:
        for rows in records(desk, at_once // _PER_FAMILY):
            work.session.add_all(rows)
            work.session.flush()
    for copy in range(1, count // at_once):
        with desk.write("bench", grade=False) as work:
            for record in (Village, Household, Child, Visit, Measurement):
                names = [column.name for column in record.__table__.columns]
                values = [_copied(name) if name == "id" or name.endswith("_id") else name for name in names]
                work.session.connection().exec_driver_sql(
                    f"INSERT INTO {record.__tablename__} ({', '.join(names)}) "
                    f"SELECT {', '.join(values)} FROM {record.__tablename__} WHERE id > '01'",
                    {"copy": copy},
                )


def _copied(name: str) -> str:
    return f"printf('%08x', :copy) || substr({name}, 9)"


def in_a_process_of_its_own(way: str, profile: Path, file: Path) -> tuple[Path, float, float]:
    """The file that came or was read, the seconds, and the peak memory in MiB."""
    command = [sys.executable, "-m", "tests.benchmarks.test_exchange_size", way, str(profile), str(file)]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=3600)
    name, seconds, peak = done.stdout.splitlines()[-1].split("\t")
    return Path(name), float(seconds), float(peak)


def test_a_large_bundle_in_constant_memory(tmp_path, capsys):
    template = make_district(tmp_path / "template")
    found = []
    for count in (RECORDS // 20, RECORDS):
        folder = tmp_path / str(count)
        station = filled(template, folder / "station", count)
        center = open_copy(template, "center", folder / "center")
        center.close()
        file, out_s, out_mib = in_a_process_of_its_own("export", station, folder / "stick")
        _file, in_s, in_mib = in_a_process_of_its_own("import", folder / "center", file)
        found.append((out_mib, in_mib))
        with capsys.disabled():
            sys.stdout.write(
                f"\n{count:,} records, {file.stat().st_size / _MIB:.0f} MiB: export {count / out_s:,.0f} a second, "
                f"{out_mib:.0f} MiB; import {count / in_s:,.0f} a second, {in_mib:.0f} MiB\n"
            )
    assert max(map(max, found)) < 300


def test_what_sixty_stations_bring(tmp_path, capsys):
    center = open_copy(make_district(tmp_path / "template"), "center", tmp_path / "center")
    files = []
    for number in range(STATIONS):
        code, folder = f"{number + 10}", tmp_path / f"{number}"
        setup.add_station(center, code=code, name=f"{code}站", township="镇", population=1000, out=folder / "k.zhe")
        made = setup.init_station(
            folder / "station", enrolment=folder / "k.zhe", admin=ADMIN, clock=CLOCK, strength=WEAK
        )
        setup.accept_station(center, made.reply)
        add(made.desk, CHANGES)
        files.append(bundles.export_bundle(made.desk, folder).file)
        made.desk.close()
        shutil.rmtree(folder / "station")
    start, worked = time.perf_counter(), time.process_time()
    reports = bundles.import_bundles(center, files)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    assert {report.status for report in reports} == {"accepted"}
    with capsys.disabled():
        records = sum(report.new for report in reports)
        sys.stdout.write(
            f"\n{STATIONS} stations with {CHANGES:,} changes each: {seconds:.0f} s ({worked:.0f} s of CPU), "
            f"{records / seconds:,.0f} a second\n"
        )
    center.close()


def main(way: str, profile: Path, file: Path) -> None:
    """One way, in this process; prints the file, the seconds and the peak memory in MiB."""
    desk = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    start = time.perf_counter()
    if way == "export":
        file = bundles.export_bundle(desk, file).file
    else:
        (report,) = bundles.import_bundles(desk, [file])
        assert (report.status, report.differs) == ("accepted", False)
    seconds = time.perf_counter() - start
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert peak is not None
    desk.close()
    sys.stdout.write(f"{file}\t{seconds}\t{int(peak[1]) / 1024}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
