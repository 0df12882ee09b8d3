"""`zhaohu sync` and `zhaohu place`: one exchange, the station through a server, the center in its folder."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.commands import Person
from tests.sync.travel.servers import PASSWORD, USER, webdav_server


def test_a_whole_exchange_by_command(district: tuple[Person, Person, Path], tmp_path: Path) -> None:
    center, station, secret, folder = district[0], district[1], tmp_path / "secret", tmp_path / "dav"
    secret.write_text(f"{PASSWORD}\n", "utf-8")
    folder.mkdir()
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名,性别,出生日期,村\n林晓雨,女,2026-05-02,山河村\n", "utf-8")
    station.json("children", "import", roster)
    with webdav_server(folder) as url:
        with_user = url.replace("http://", f"http://{USER}@")
        assert station.json("sync", "--to", with_user, code=1)["error"]["code"] == "place_login"
        saved = station.json("place", "save", "share", "--to", with_user, "--place-password-file", secret)
        assert (saved["user"], saved["has_password"], saved["url"]) == (USER, True, url)
        (sent,) = station.json("sync", "--to", "share")["sent"]
        assert (sent["no"], (folder / sent["name"]).is_file()) == (1, True)
        (folder / "371103-01-000077.zhb").write_bytes(b"no bundle")
        taken = center.json("sync", "--to", folder, code=1)
        assert [one["status"] for one in taken["imports"]] == ["accepted", "refused"]
        assert station.run("sync").returncode == 0  # the place used last
        assert station.json("bundle", "status")["pending"]["records"] == 0
        assert station.json("place", "check", "share") == {"files": 2, "ours": 2}
    told = station.run("place", "list").stdout
    assert url in told
    assert PASSWORD not in told
    assert station.json("place", "remove", "share") == {"removed": "share"}
