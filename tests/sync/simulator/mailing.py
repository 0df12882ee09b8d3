"""Bundles and packets on their way: lost, doubled, late, cut, flipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sync.simulator.scene import Mail, Scene
from tests.sync.simulator.sites import Seat

from zhaohu.errors import Refused
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles, receipts
from zhaohu.services.exchange.bundles import ImportReport
from zhaohu.sync.packets import packet_name


class Mailing(Scene):
    """Files go up and down."""

    def export(self) -> None:
        self.send_up(self.station())

    def send_up(self, seat: Seat) -> Path | None:
        """A bundle, if there is anything to send."""
        with seat.pc.used():
            try:
                made = bundles.export_bundle(seat.at, self.folder / "stick")
            except Refused as refused:
                if refused.code not in ("nothing_new", "no_space", "cannot_write", "not_enrolled"):
                    raise
                self.say(seat.name, seat.profile.name, "exports nothing:", refused.code)
                return None
        file = self.mailed(made.file)
        self.up.append(Mail(seat, file))
        self.say(seat.name, seat.profile.name, "exports", made.no, made.kind, made.bundle_id[:6])
        return file

    def mailed(self, file: Path) -> Path:
        """Under a name of its own, so that later ones do not replace it."""
        self.files += 1
        return file.rename(self.folder / "stick" / f"{self.files:04d}-{file.name}")

    def deliver_up(self) -> None:
        if not self.up:
            return
        mail = self.throw.choice(self.up)
        fault = self.throw.randrange(8) if "mail" in self.faults else 7
        if fault == 0:
            self.up.remove(mail)
            self.say("lost", mail.file.name)
            return
        if fault == 1:
            (report, *_more) = self.take_in(self._damaged(mail.file))
            assert report.status == "refused" or report.reason == "update_center", report  # which cannot read it yet
            return
        self.take_in(mail.file)
        if self.throw.random() < 0.7:
            self.up.remove(mail)

    def take_in(self, *files: Path) -> list[ImportReport]:
        """The center takes files in."""
        with self.center.pc.used():
            reports = bundles.import_bundles(self.center.at, files)
        assert all(one.reason != "failed" for one in reports), reports
        for one in reports:
            self.say("center takes in", one.file.name, one.status, one.reason or "", "DIFFERS" if one.differs else "")
        return reports

    def answer(self) -> None:
        self.send_down(self.throw.choice(self.mains))

    def send_down(self, seat: Seat) -> Mail:
        """A packet for a station."""
        with self.center.pc.used():
            packet = receipts.export_receipt(self.center.at, seat.name, self.folder / "stick")
        assert packet.file.name == packet_name(packet.station, packet.no)
        file = self.mailed(packet.file)
        self.down.append(Mail(seat, file, self.losses))
        self.say("center answers", seat.name, packet.no)
        return self.down[-1]

    def exchange(self) -> None:
        """A station goes up and down at once, as on a good day."""
        seat = self.throw.choice(self.mains)
        file = self.send_up(seat)
        if file is not None:
            self.take_in(file)
            self.up.pop()
        self.read_packet(seat, self.send_down(seat))
        self.down.pop()

    def deliver_down(self) -> None:
        if not self.down:
            return
        mail = self.throw.choice(self.down)
        fault = self.throw.randrange(8) if "mail" in self.faults else 7
        if fault == 0:
            self.down.remove(mail)
            self.say("lost", mail.file.name)
            return
        seats = [seat for seat in (*self.mains, *self.copies) if seat.name == mail.seat.name]
        seat = self.throw.choice(seats)
        if fault == 1:
            with pytest.raises(Refused):
                receipts.import_receipt(seat.at, self._damaged(mail.file))
            return
        self.read_packet(seat, mail)
        if self.throw.random() < 0.7:
            self.down.remove(mail)

    def read_packet(self, seat: Seat, mail: Mail) -> None:
        """A station reads a packet; what it takes for confirmed by it is noted, unless the center has lost it since."""
        file, before = mail.file, self._waiting(seat.at)
        with seat.pc.used():
            try:
                receipts.import_receipt(seat.at, file)
            except Refused as refused:
                if refused.code not in ("superseded", "forked", "update_center", "no_space", "cannot_write"):
                    raise
                self.say(seat.name, seat.profile.name, "does not read", file.name, refused.code)
                return
        left = self._waiting(seat.at)
        if seat in self.mains and mail.losses == self.losses:
            self.confirmed[seat.name] |= {row for bundle, rows in before.items() if bundle not in left for row in rows}
        self.say(seat.name, seat.profile.name, "reads", file.name)

    @staticmethod
    def _waiting(desk: Desk) -> dict[str, list[tuple[str, str, str]]]:
        """The rows of each bundle that is not confirmed."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        with desk.read() as session:
            for bundle, *row in session.connection().exec_driver_sql(
                "SELECT b.bundle_id, r.table_name, r.row_id, r.digest FROM sent_bundle b "
                "LEFT JOIN sent_row r USING (bundle_id) WHERE b.receipted_at IS NULL"
            ):
                rows = found.setdefault(bundle, [])
                if row[0] is not None:
                    rows.append(tuple(row))
        return found

    def _damaged(self, file: Path) -> Path:
        data = bytearray(file.read_bytes())
        place = self.throw.randrange(len(data))
        if self.throw.random() < 0.5:
            data[place] ^= self.throw.randint(1, 255)
        else:
            del data[place:]
        bad = file.with_name(f"bad{file.suffix}")
        bad.write_bytes(data)
        return bad
