"""Whole exchanges of a district through real places: nothing twice, nothing lost, nothing of others touched."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from tests.sync.travel.conftest import Served
from tests.sync.work import a_family, child_at

from zhaohu.clock import Clock
from zhaohu.errors import Cancelled, NotFound, Refused
from zhaohu.records.exchange import TravelRun
from zhaohu.records.local import AuditLine, Setting
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, history, questions, quiet, travel
from zhaohu.services.exchange.travel import Login
from zhaohu.services.register import handovers, incoming, releases
from zhaohu.sync.refusals import refusal
from zhaohu.sync.travel import place as place_module
from zhaohu.sync.travel.faults import fault
from zhaohu.sync.travel.folder import FolderPlace


def save(desk: Desk, served: Served, name: str = "网盘") -> None:
    travel.save_place(desk, name, served.url, served.user, served.password, served.fingerprint)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_district_exchanges_through_one_place_until_all_is_confirmed(district, served):
    center, stations = district.center, [district.one]
    if served.password == "":  # with both stations through the folder only: a server makes no difference there
        stations.append(district.two)
    children = [a_family(desk) for desk in stations]
    for desk in (*stations, center):
        save(desk, served)
    for desk in stations:
        report = travel.exchange(desk, "网盘")
        assert [(sent.station, sent.no) for sent in report.sent] == [(desk.site.code, 1)]
    taken = travel.exchange(center, "网盘")
    assert [one.status for one in taken.imports] == ["accepted"] * len(stations)
    assert {desk.site.code for desk in stations} <= {sent.station for sent in taken.sent}
    assert all(child_at(center, child.id) is not None for child in children)
    for desk in stations:
        report = travel.exchange(desk, "网盘")
        assert report.receipt is not None
        assert (report.receipt.status, report.nothing_new, report.sent) == ("accepted", True, [])
        assert bundles.pending(desk).records == 0
    again = travel.exchange(center, "网盘")
    assert (again.imports, again.fetched, again.sent) == ([], [], [])
    assert travel.exchange(district.one, "网盘").fetched == []
    if served.root is not None:
        assert {Path(name).suffix for name in names(served.root)} == {".zhr"}


@pytest.fixture
def share(tmp_path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


def test_what_is_not_confirmed_is_not_sent_twice(district, share):
    a_family(district.one)
    travel.exchange(district.one, share)
    before = names(share)
    report = travel.exchange(district.one, share)
    assert (report.sent, report.waiting, report.nothing_new) == ([], True, False)
    assert names(share) == before


def test_files_of_others_stay_and_do_no_harm(district, share):
    (share / "holiday.jpg").write_bytes(b"x")
    (share / "371103-02-000009.zhb.part").write_bytes(b"half")
    (share / "370000-01-000001.zhb").write_bytes(b"another district")
    (share / "371103-02-000001.zhb").write_bytes(b"no bundle")
    a_family(district.one)
    travel.exchange(district.one, share)
    report = travel.exchange(district.center, share)
    assert sorted(report_.status for report_ in report.imports) == ["accepted", "refused"]
    travel.exchange(district.one, share)
    quiet = travel.exchange(district.center, share, quiet=True)
    assert quiet.imports == []
    assert {"holiday.jpg", "371103-02-000009.zhb.part", "370000-01-000001.zhb", "371103-02-000001.zhb"} <= set(
        names(share)
    )
    assert [one.code for one in travel.exchange(district.center, share).fetched] == ["wrong_kind"]


def test_the_center_answers_again_only_when_there_is_news(district, share):
    a_family(district.one)
    travel.exchange(district.one, share)
    first = travel.exchange(district.center, share)
    assert travel.exchange(district.center, share).sent == []
    (answer,) = [sent for sent in first.sent if sent.station == district.one.site.code]
    (share / answer.name).unlink()
    second = travel.exchange(district.center, share)
    assert [sent.station for sent in second.sent] == [district.one.site.code]
    a_family(district.one, "李小禾", "2号")
    travel.exchange(district.one, share)
    third = travel.exchange(district.center, share)
    assert [sent.station for sent in third.sent] == [district.one.site.code]
    assert [name for name in names(share) if name.startswith("371103-01") and name.endswith(".zhr")] == [
        third.sent[0].name
    ]


def test_what_comes_up_while_an_answer_is_on_its_way_goes_with_the_next_one(district, share):
    """Another program of this PC asks a question, or takes a bundle in, while the packet is being laid down."""
    a_family(district.one)
    travel.exchange(district.one, share)
    asked: list[str] = []

    def meanwhile(_done: int, _total: int) -> None:
        if not asked and any(name.startswith("371103-01") and ".zhr" in name for name in names(share)):
            asked.append(questions.ask(district.center, text="地址对吗？", station="371103-01"))

    travel.exchange(district.center, share, meanwhile)
    assert asked
    travel.exchange(district.one, share)
    assert questions.count_open(district.one) == 0
    travel.exchange(district.center, share)
    travel.exchange(district.one, share)
    assert questions.count_open(district.one) == 1


def test_a_place_that_could_not_be_used_is_not_offered_again(district, share, tmp_path):
    a_family(district.one)
    travel.exchange(district.one, share)
    with pytest.raises(Refused):
        travel.exchange(district.one, tmp_path / "no such folder")
    assert travel.last_place(district.one) == str(share)


def test_a_damaged_packet_is_told_and_the_next_one_is_read(district, share):
    a_family(district.one)
    travel.exchange(district.one, share)
    (answer, *_others) = travel.exchange(district.center, share).sent
    content = (share / answer.name).read_bytes()
    (share / answer.name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    report = travel.exchange(district.one, share)
    assert [(one.result, one.code) for one in report.fetched] == [("refused", "damaged")]
    assert report.receipt is None
    (share / answer.name).write_bytes(content)
    assert travel.exchange(district.one, share).receipt is not None


def test_what_was_spoilt_at_the_place_is_laid_there_once_more(district, share):
    """Without new records: else one says that it is damaged, and the other that it is there."""
    a_family(district.one)
    travel.exchange(district.one, share)
    (bundle,) = share.iterdir()
    good = bundle.read_bytes()
    bundle.write_bytes(good[:-100] + bytes([good[-100] ^ 1]) + good[-99:])
    assert [one.code for one in travel.exchange(district.center, share, quiet=True).fetched] == ["damaged"]
    assert not bundle.exists()
    assert [one.name for one in travel.exchange(district.one, share).sent] == [bundle.name]
    taken = travel.exchange(district.center, share, quiet=True)
    assert [one.status for one in taken.imports] == ["accepted"]
    (answer,) = [share / one.name for one in taken.sent if one.station == district.one.site.code]
    answer.write_bytes(answer.read_bytes()[:-9] + b"something")
    assert [one.code for one in travel.exchange(district.one, share, quiet=True).fetched] == ["damaged"]
    travel.exchange(district.center, share, quiet=True)
    assert travel.exchange(district.one, share, quiet=True).receipt is not None


def test_what_was_fetched_before_the_line_broke_is_taken_in(district, share, monkeypatch):
    for name in ("赵小禾", "李小禾", "王小禾"):
        a_family(district.one, name)
        travel.exchange(district.one, share)
    last = names(share)[-1]
    real = FolderPlace._fetch

    def breaks(self, entry, target, tick):
        if entry.name == last:
            raise fault("place_cut")
        real(self, entry, target, tick)

    with monkeypatch.context() as broken:
        broken.setattr(place_module, "_PAUSES_S", ())
        broken.setattr(FolderPlace, "_fetch", breaks)
        with pytest.raises(Refused) as refused:
            travel.exchange(district.center, share)
        assert refused.value.code == "place_cut"
    assert bundles.status(district.center).stations[0].last_no == 2
    report = travel.exchange(district.center, share)
    assert [one.no for one in report.imports] == [3]


def test_what_only_came_wrong_stays_at_the_place(district, share, monkeypatch):
    a_family(district.one)
    travel.exchange(district.one, share)
    before, real = names(share), FolderPlace._pieces
    with monkeypatch.context() as flaky:
        told = []

        def pieces(self, path, offset, tick):
            wrong = path.endswith(".zhb") and not told
            told.append(path)
            for piece in real(self, path, offset, tick):
                yield piece[:-1] + bytes([piece[-1] ^ 1]) if wrong else piece

        flaky.setattr(FolderPlace, "_pieces", pieces)
        assert [one.code for one in travel.exchange(district.center, share, quiet=True).fetched] == ["damaged"]
    assert set(before) <= set(names(share))
    assert [one.status for one in travel.exchange(district.center, share, quiet=True).imports] == ["accepted"]


def test_a_file_that_somebody_is_still_writing_stays_at_the_place(district, share, monkeypatch):
    a_family(district.one)
    travel.exchange(district.one, share)
    (bundle,) = share.iterdir()
    real = FolderPlace._list
    with monkeypatch.context() as slow:
        slow.setattr(FolderPlace, "_list", lambda self: [replace(entry, size=entry.size - 1) for entry in real(self)])
        assert [one.code for one in travel.exchange(district.center, share, quiet=True).fetched] == ["damaged"]
    assert bundle.exists()
    assert [one.status for one in travel.exchange(district.center, share, quiet=True).imports] == ["accepted"]


def test_what_was_fetched_before_somebody_cancelled_is_not_fetched_again(district, share, monkeypatch):
    for name in ("赵小禾", "李小禾", "王小禾"):
        a_family(district.one, name)
        travel.exchange(district.one, share)
    bundle_names, fetched, real = names(share), [], FolderPlace._fetch

    def fetch(self, entry, target, tick):
        fetched.append(entry.name)
        real(self, entry, target, tick)

    monkeypatch.setattr(FolderPlace, "_fetch", fetch)
    with pytest.raises(Cancelled):
        travel.exchange(district.center, share, cancelled=lambda: len(fetched) == 3)
    assert len(travel.exchange(district.center, share).imports) == 3
    assert fetched == [*bundle_names, bundle_names[-1]]
    assert [one for one in (district.center.profile / "tmp" / "travel").iterdir() if one.suffix == ".zhb"] == []


def test_a_packet_for_a_newer_program_is_read_after_the_update(district, share, monkeypatch):
    a_family(district.one)
    travel.exchange(district.one, share)
    (answer, *_others) = travel.exchange(district.center, share).sent
    with monkeypatch.context() as older:

        def too_new(*_file: object) -> None:
            raise refusal("update_center")

        older.setattr("zhaohu.services.exchange.receipts.import_receipt", too_new)
        older.setattr("zhaohu.services.exchange.trip.TOO_NEW", "older")
        older.setattr("zhaohu.services.exchange.travel_station.TOO_NEW", "older")
        assert [one.code for one in travel.exchange(district.one, share, quiet=True).fetched] == ["update_center"]
        assert travel.exchange(district.one, share, quiet=True).fetched == []
    assert [one.name for one in travel.exchange(district.one, share, quiet=True).fetched] == [answer.name]


def test_passwords_stay_in_the_store(district, sftp):
    desk = district.one
    save(desk, sftp)
    (place,) = travel.list_places(desk)
    assert (place.has_password, place.fingerprint) == (True, sftp.fingerprint)
    travel.save_place(desk, "网盘", sftp.url, sftp.user, None, sftp.fingerprint)
    assert travel.check_place(desk, "网盘").ours == 0
    with pytest.raises(Refused) as refused:
        travel.save_place(desk, "网盘", sftp.url, sftp.user, "wrong-canary", sftp.fingerprint)
    assert "canary" not in f"{refused.value.message}{refused.value.details}"
    travel.check_place(desk, "网盘")
    with desk.read() as session:
        kept = [row.key for row in session.exec(select(Setting)) if "canary" in row.value]
        assert kept == ["travel.places"]
        told = [line.detail for line in session.exec(select(AuditLine))] + [
            str(run) for run in session.exec(select(TravelRun))
        ]
    assert not [line for line in told if "canary" in line]
    assert "canary" not in repr(travel.list_places(desk)) + repr(Login("u", "canary"))
    for file in desk.profile.rglob("*"):
        assert not file.is_file() or b"canary" not in file.read_bytes(), file
    travel.remove_place(desk, "网盘")
    with desk.read() as session:
        assert not [row.key for row in session.exec(select(Setting)) if "canary" in row.value]
    with pytest.raises(NotFound):
        travel.check_place(desk, "网盘")


def test_a_place_that_is_not_there_is_refused_and_written_down(district, tmp_path):
    with pytest.raises(Refused) as refused:
        travel.exchange(district.one, tmp_path / "not" / "mounted")
    assert refused.value.code == "place_missing"
    assert not (tmp_path / "not").exists()
    (line, *_rest) = history.list_history(district.one)
    assert (line.kind, line.state, line.records) == ("run", "failed", 0)


def test_what_happens_by_itself_and_changes_nothing_leaves_one_line(district, share):
    for _time in range(4):
        travel.exchange(district.one, share, quiet=True)
    runs = [line for line in history.list_history(district.one) if line.kind == "run"]
    audits = [line for line in _audit(district.one) if line == "travel.exchange"]
    assert (len(runs), len(audits)) == (1, 1)


def later(desk, start, days: int) -> None:
    desk.clock = Clock(start + timedelta(days=days))


def test_days_without_an_exchange_are_counted_also_when_it_never_worked(district, share):
    desk, start = district.one, district.one.clock.now()
    travel.save_place(desk, "盘", str(share))
    travel.set_quiet_plan(desk, "盘")
    share.rmdir()
    for day in range(12):
        later(desk, start, day)
        with pytest.raises(Refused):
            quiet.exchange_if_due(desk)
    assert not quiet.exchange_if_due(desk)  # it is written down that it was tried
    assert quiet.standing(desk).days_without == 11
    share.mkdir()
    later(desk, start, 12)
    assert quiet.exchange_if_due(desk)
    later(desk, start, 15)
    assert quiet.exchange_if_due(desk)  # nothing new: no line
    share.rmdir()
    later(desk, start, 16)
    with pytest.raises(Refused):
        quiet.exchange_if_due(desk)
    assert quiet.standing(desk).days_without == 1


def test_the_history_keeps_when_something_was_sent(district, share):
    desk, start = district.one, district.one.clock.now()
    travel.save_place(desk, "盘", str(share))
    travel.set_quiet_plan(desk, "盘")
    a_family(desk)
    assert quiet.exchange_if_due(desk)
    (before,) = [line for line in history.list_history(desk) if line.kind == "run"]
    later(desk, start, 3)
    assert quiet.exchange_if_due(desk)
    assert before in history.list_history(desk)


def test_what_happens_by_itself_gives_way_to_another_process_until_that_ends(district, share):
    a_family(district.one)
    travel.save_place(district.one, "盘", str(share))
    travel.set_quiet_plan(district.one, "盘")
    holding = "import sys; from pathlib import Path; from zhaohu.store.lock import one_at_a_time\n"
    holding += "with one_at_a_time(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    lock = str(district.one.profile / "travel.lock")
    with subprocess.Popen(
        [sys.executable, "-c", holding, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline().strip() == b"held"
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            quiet.exchange_if_due(district.one)
        assert (refused.value.code, time.monotonic() - began < 1) == ("busy", True)
        assert names(share) == []
        other.kill()
    assert quiet.exchange_if_due(district.one)  # a process that dies holds nothing
    assert len(names(share)) == 1


def test_the_history_tells_bundles_packets_and_runs(district, share):
    a_family(district.one)
    travel.exchange(district.one, share)
    assert ("bundle", "written") in [(line.kind, line.state) for line in history.list_history(district.one)]
    travel.exchange(district.center, share)
    travel.exchange(district.one, share)
    lines = history.list_history(district.one)
    assert {(line.kind, line.state) for line in lines} == {("bundle", "confirmed"), ("packet", "read"), ("run", "done")}
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert all(line.words and line.state_words for line in lines)


def test_cancelling_leaves_everything_for_the_next_time(district, share):
    a_family(district.one)
    travel.exchange(district.one, share)
    with pytest.raises(Cancelled):
        travel.exchange(district.center, share, cancelled=lambda: True)
    assert [report.status for report in travel.exchange(district.center, share).imports] == ["accepted"]


def test_a_plan_needs_a_saved_place_and_goes_with_it(district, share):
    desk = district.one
    with pytest.raises(NotFound):
        travel.set_quiet_plan(desk, "网盘", 30)
    travel.save_place(desk, "网盘", str(share))
    with pytest.raises(Refused) as refused:
        travel.set_quiet_plan(desk, "网盘", 1)
    assert refused.value.code == "bad_minutes"
    travel.set_quiet_plan(desk, "网盘", 30)
    assert travel.quiet_plan(desk) == travel.QuietPlan("网盘", 30)
    travel.remove_place(desk, "网盘")
    assert travel.quiet_plan(desk).place == ""


def test_the_place_used_last_is_remembered(district, share):
    assert travel.last_place(district.one) == ""
    travel.save_place(district.one, "网盘", str(share))
    travel.exchange(district.one, "网盘")
    assert travel.last_place(district.one) == "网盘"


def test_a_saved_place_takes_another_password_for_once(district, sftp):
    desk = district.one
    save(desk, sftp)
    for wanted in ("网盘", sftp.url):
        with pytest.raises(Refused) as refused:
            travel.exchange(desk, wanted, login=Login(password="not this one"))
        assert refused.value.code == "place_login"
        run = travel.exchange(desk, wanted, login=Login(password=sftp.password))  # user and fingerprint as saved
        assert not run.imports
    with desk.read() as session:
        assert {run.place for run in session.exec(select(TravelRun))} == {"网盘"}


def _audit(desk: Desk) -> list[str]:
    with desk.read() as session:
        lines = list(session.exec(select(AuditLine)))
    assert all(json.loads(line.detail) is not None for line in lines)
    return [line.action for line in lines]


def test_a_release_and_its_withdrawal_reach_both_stations_with_the_next_exchanges(district, share):
    center, giving, taking = district.center, district.one, district.two
    child = a_family(giving)
    for desk in (giving, taking, center, giving, taking):
        travel.exchange(desk, share)
    releases.release(giving, child.id, "02", giving.today, "随父母搬家")
    for desk in (giving, center, taking):
        travel.exchange(desk, share)
    assert [offered.name for offered in incoming.list_offers(taking)] == [child.name]
    assert not releases.cancel_release(giving, child.id, giving.today, "不搬了")
    for desk in (giving, center, taking):
        travel.exchange(desk, share)
    assert incoming.list_offers(taking) == []
    for desk in (center, giving):
        travel.exchange(desk, share)
    assert [row.is_open for row in handovers.handovers(giving)] == [False]
    for desk in (taking, giving, center, taking, giving):
        travel.exchange(desk, share)
    assert all(travel.exchange(desk, share).sent == [] for desk in (center, giving, taking))
