"""Accounts: who may come in, and as what."""

from __future__ import annotations

import pytest

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records.codes import Role
from zhaohu.services import accounts
from zhaohu.services.desk import Desk
from zhaohu.services.profile import open_desk
from zhaohu.store.envelope import Strength, WrongPassword

QUICK = Strength(memory_kib=19 * 1024, passes=2, lanes=1)


def add(desk: Desk, name: str = "wangmin", role: Role = Role.TEACHER, password: str = "long enough") -> None:
    accounts.add_account(desk, name=name, display_name="王敏", role=role, password=password, strength=QUICK)


def test_an_added_person_logs_in_as_what_they_are(station_desk: Desk) -> None:
    add(station_desk)
    other = open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock)
    assert (other.person.display_name, other.person.role) == ("王敏", Role.TEACHER)
    with pytest.raises(NotAllowed):
        accounts.list_accounts(other)
    other.close()


def test_a_disabled_person_stays_out_and_in_the_list(station_desk: Desk) -> None:
    add(station_desk)
    accounts.disable_account(station_desk, "wangmin")
    with pytest.raises(WrongPassword):
        open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock)
    assert {row.name: row.disabled for row in accounts.list_accounts(station_desk)}["wangmin"]
    with pytest.raises(NotFound):
        accounts.change_password(station_desk, "wangmin", "another one", QUICK)


def test_the_last_administrator_is_kept(station_desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        accounts.disable_account(station_desk, "admin")
    assert refused.value.code == "last_admin"
    add(station_desk, "boss", Role.ADMIN)
    accounts.disable_account(station_desk, "admin")


def test_passwords_change_for_oneself_and_by_an_administrator(station_desk: Desk) -> None:
    add(station_desk)
    me = open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock)
    accounts.change_password(me, "wangmin", "my own choice", QUICK)
    with pytest.raises(NotAllowed):
        accounts.change_password(me, "admin", "not yours!", QUICK)
    me.close()
    accounts.change_password(station_desk, "wangmin", "given anew", QUICK)
    with pytest.raises(WrongPassword):
        open_desk(station_desk.profile, "wangmin", "my own choice", station_desk.clock)
    open_desk(station_desk.profile, "wangmin", "given anew", station_desk.clock).close()


@pytest.mark.parametrize(
    "bad", [{"password": "short"}, {"name": ""}, {"name": "admin"}, {"role": Role.AUDITOR}], ids=str
)
def test_bad_particulars_are_refused(station_desk: Desk, bad: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        add(station_desk, **bad)
    assert [row.name for row in accounts.list_accounts(station_desk)] == ["admin"]


def test_a_first_password_is_long_enough_and_never_the_same() -> None:
    made = {accounts.random_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 14 for password in made)


@pytest.mark.parametrize("name", ["x" * 51, " wangmin", "  "])
def test_a_name_that_nobody_can_type_again_is_refused(station_desk: Desk, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        add(station_desk, name)
    assert refused.value.details["field"] == "name"


def test_a_signature_that_is_too_long_leaves_no_key(station_desk: Desk) -> None:
    with pytest.raises(BadInput):
        accounts.add_account(
            station_desk, name="wang", display_name="王" * 51, role=Role.TEACHER, password="long enough", strength=QUICK
        )
    with pytest.raises(WrongPassword):
        open_desk(station_desk.profile, "wang", "long enough", station_desk.clock)
