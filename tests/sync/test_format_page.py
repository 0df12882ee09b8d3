"""docs/exchange-format.md is enough to read what the program writes, and says what the program does."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import asdict

import pytest
from tests.sync import format_reader as page
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, rename, save

from zhaohu.records import CENTER_TABLES, STATION_TABLES, Child
from zhaohu.records.base import Owned
from zhaohu.records.exchange import OwnKey
from zhaohu.services import district as district_settings
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import bundles
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync import canonical, container, enrolment, key_change, keys, manifest
from zhaohu.sync.packets import packet_name

KINDS = {"AutoString": "t", "Date": "d", "Integer": "i", "Boolean": "b", "Coded": "c"}


def private(desk: Desk) -> str:
    with desk.read() as session:
        return session.get_one(OwnKey, "receive").private


def public(desk: Desk) -> tuple[str, str]:
    with desk.read() as session:
        own = keys.own_public(session)
    return own.sign, own.receive


def read(file, reader: Desk, sender: Desk) -> page.Read:
    return page.read_sealed(file.read_bytes(), private(reader), public(reader), public(sender), reader.site.code)


@pytest.fixture
def worked(district):
    """A station after a little work of every kind."""
    child = a_family(district.one, "欧阳\u0001\u2028𠮷")
    first = a_visit(district.one, child)
    save(district.one, first, a_measurement(district.one, child))
    save(district.one, a_visit(district.one, child, 2, replaces=first))
    gone = a_family(district.one, "走了")
    with district.one.write("test.delete") as work:
        work.session.delete(work.session.get_one(Child, gone.id))
    return child


def test_a_bundle_is_read_by_the_page(district, worked):
    file = bundles.export_bundle(district.one, district.stick).file
    got = read(file, district.center, district.one)
    assert {line["fields"].get("name") for line in got.lines if line["table"] == "child"} == {worked.name, None}
    assert [line["deleted"] for line in got.lines if line["table"] == "child"].count(True) == 1
    assert got.manifest["digest"] == {table: page.digest(table, got.lines) for table in page.UP}
    assert (got.manifest["kind"], got.manifest["base"]) == ("full", {"no": 0, "hash": ""})


def test_deltas_and_packets_are_read_by_the_page(district, worked):
    first = read(bundles.export_bundle(district.one, district.stick).file, district.center, district.one)
    rename(district.one, worked, "赵大禾")
    file = bundles.export_bundle(district.one, district.stick).file
    assert read(file, district.center, district.one).manifest["chain"] == [{"no": 1, "hash": first.id}]
    bundles.import_bundles(district.center, [file])
    bring_down(district.center, district.one, district.stick)
    packet = read(district.stick / packet_name("371103-01", 1), district.one, district.center)
    (receipt,) = [line for line in packet.lines if line["table"] == "=receipt"]
    assert (receipt["no"], receipt["result"]["differs"], packet.manifest["last"]["no"]) == (2, False, 2)
    assert {line["fields"]["code"] for line in packet.lines if line["table"] == "station"} == {"01", "02"}
    rename(district.one, worked, "赵又禾")
    delta = read(bundles.export_bundle(district.one, district.stick).file, district.center, district.one)
    (line,) = delta.lines
    before = next(line for line in read(file, district.center, district.one).lines if line["id"] == worked.id)
    assert (delta.manifest["kind"], delta.manifest["base"]["hash"]) == ("delta", receipt["hash"])
    assert (line["was"], line["rev"]) == (page.record_hash(before), 3)
    assert delta.manifest["receipts_seen"] == packet.manifest["no"] == 1


def test_what_the_center_sets_is_read_by_the_page(district):
    form = {"text": "name = 1", "note": "改", "at": "2026-11-20T08:00:00+08:00", "by": "王敏"}
    content = {"files": {"newborn_visit@2": form}}
    district_settings.write(district.center, "forms", content, "请照此办")
    bring_down(district.center, district.one, district.stick)
    packet = read(district.stick / packet_name("371103-01", 1), district.one, district.center)
    (line,) = [line for line in packet.lines if line["table"] == "district_data"]
    assert line["fields"]["key"] == "forms"
    assert page.parsed(line["fields"]["content"].encode()) == {**content, "note": "请照此办"}
    assert set(page.SETTINGS) == set(district_settings.Key)
    assert set(re.findall("`([a-z]+)`", page.SETTINGS["forms"])) >= {"files", *form}


def test_enrolment_files_are_read_by_the_page(district_template, district):
    invitation = page.read_enrolment((district_template / "01.zhe").read_bytes())
    reply = page.read_enrolment((district_template / "371103-01-reply.zhe").read_bytes())
    assert page.answers(reply, invitation["secret"])
    assert not page.answers(reply, "0" * 64)
    assert (invitation["sign"], invitation["receive"]) == public(district.center)
    assert (reply["sign"], reply["receive"]) == public(district.one)
    assert {json.loads(row)["table"] for row in invitation["rows"]} == {"station", "population"}
    with district.one.read() as session:
        own = keys.own_public(session).fingerprint
    assert page.fingerprint(*public(district.one)) == own
    assert page.digits(own) == keys.digits(own)


def test_the_reader_refuses_what_was_changed(district, worked):
    data = bundles.export_bundle(district.one, district.stick).file.read_bytes()
    who = (private(district.center), public(district.center), public(district.one), "371103")
    assert page.read_sealed(data, *who)
    for place in (0, 5, 40, 80, 200, 300, 1000, len(data) - 1):
        with pytest.raises(page.NotReadable):
            page.read_sealed(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], *who)
    with pytest.raises(page.NotReadable):
        page.read_sealed(data, *who[:2], public(district.two), "371103")


def test_the_reader_uses_nothing_of_the_program():
    names = set()
    for node in ast.walk(ast.parse(page.__loader__.get_source(page.__name__))):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    assert not [name for name in names if name.startswith(("zhaohu", "tests"))]


def test_the_page_names_every_table_and_field():
    for said, records in ((page.UP, STATION_TABLES), (page.DOWN, CENTER_TABLES)):
        assert list(said) == [record.__tablename__ for record in records]
        for record in records:
            columns = [c for c in record.__table__.columns if c.name not in Owned.model_fields]
            assert said[record.__tablename__] == {
                c.name: {
                    "kind": KINDS[type(c.type).__name__],
                    "needed": not c.nullable,
                    "unique": bool(c.unique),
                    "refers": next((key.column.table.name for key in c.foreign_keys), None),
                }
                for c in columns
            }, record.__tablename__
    assert page.EVERY | {"id"} == set(Owned.model_fields)


def test_the_constants_of_the_page_are_those_of_the_program():
    said = page.SAID
    assert (said["format"], said["schema"]) == (manifest.FORMAT, SCHEMA)
    assert (said["suite"], said["codec"]) == (container.SUITE, container.CODEC)
    inner = {"magic": container.MAGIC.decode(), "signature_bytes": container.SIGNATURE, "length_bytes": 4}
    assert said["inner"] == {**inner, "padding_bytes": container.PAD}
    contexts = {
        "bundle": container.CONTEXTS["B"],
        "packet": container.CONTEXTS["R"],
        "invitation": enrolment._CONTEXTS["invitation"],
        "reply": enrolment._CONTEXTS["reply"],
        "next_keys": key_change._PROOF,
    }
    assert said["signed_as"] == {name: context.decode() for name, context in contexts.items()}
    limits = {**asdict(container.Limits()), "enrolment_bytes": enrolment.LARGEST}
    limits |= {"json_depth": canonical._DEEPEST, "largest_integer": canonical.LARGEST}
    limits.pop("free_factor")
    assert said["limits"] == limits


def in_tables(start: str, end: str) -> set[str]:
    """The names in the first column of the tables in a part of the page."""
    part = page.PAGE.partition(start)[2].partition(end)[0]
    return {name for row in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE) for name in re.findall(r"`(\S+?)`", row)}


def aliases(model) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def test_the_page_names_every_key_of_a_manifest():
    both = aliases(manifest._Manifest) | {"from", "direction", "kind"}
    assert in_tables("Both directions:", "Bundles also:") == both
    assert in_tables("Bundles also:", "Packets also:") == aliases(manifest.BundleManifest) - both
    assert (
        in_tables("Packets also:", "Keys that may be missing") | {"next_keys"}
        == aliases(manifest.PacketManifest) - both
    )


def test_the_page_names_every_key_of_an_enrolment_file():
    said = in_tables("**Enrolment files**", "**Change of keys**")
    assert said == aliases(enrolment.Invitation) | aliases(enrolment.Reply)


def test_the_page_names_every_kind_of_line():
    said = in_tables("### Lines that are no records", "## 6.")
    assert said - {"table"} == {kind for kind in manifest.PACKET_TABLES_SINCE if kind[0] == "="} | {"=receipt", "=held"}
