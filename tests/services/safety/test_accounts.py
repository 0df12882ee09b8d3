"""Accounts: who may come in, and as what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records.codes import Role
from zhaohu.records.local import Account, AuditLine
from zhaohu.services.desk import Desk
from zhaohu.services.safety import accounts
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import Envelope, Strength, WrongPassword

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


def test_whoever_was_disabled_while_logged_in_writes_nothing_any_more(station_desk: Desk) -> None:
    add(station_desk)
    other = open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock)
    accounts.disable_account(station_desk, "wangmin")
    with pytest.raises(NotAllowed) as refused, other.write("visit.record"):
        pytest.fail("the work was begun")
    assert refused.value.code == "account_changed"
    other.close()


def test_the_last_administrator_is_kept(station_desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        accounts.disable_account(station_desk, "admin")
    assert refused.value.code == "last_admin"
    add(station_desk, "boss", Role.ADMIN)
    accounts.disable_account(station_desk, "admin")


def test_passwords_change_for_oneself_and_by_an_administrator(station_desk: Desk) -> None:
    add(station_desk)
    me = open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock)
    accounts.change_password(me, "wangmin", "my own choice", QUICK, current="long enough")
    with pytest.raises(NotAllowed):
        accounts.change_password(me, "admin", "not yours!", QUICK)
    me.close()
    accounts.change_password(station_desk, "wangmin", "given anew", QUICK)
    with pytest.raises(WrongPassword):
        open_desk(station_desk.profile, "wangmin", "my own choice", station_desk.clock)
    open_desk(station_desk.profile, "wangmin", "given anew", station_desk.clock).close()


@pytest.mark.parametrize(
    "bad",
    [
        {"password": "short"},
        {"password": "12345678"},
        {"password": "88888888"},
        {"password": "Password1"},
        {"name": "wangminmin", "password": "WangMinMin"},
        {"name": ""},
        {"name": "admin"},
        {"role": Role.AUDITOR},
    ],
    ids=str,
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


def test_ones_own_password_needs_the_current_one(station_desk: Desk) -> None:
    for current in (None, ""):
        with pytest.raises(BadInput) as refused:
            accounts.change_password(station_desk, "admin", "a new choice", QUICK, current=current)
        assert refused.value.details["field"] == "current"
    with pytest.raises(WrongPassword):
        accounts.change_password(station_desk, "admin", "a new choice", QUICK, current="not mine at all")
    with pytest.raises(BadInput) as same:
        accounts.change_password(station_desk, "admin", "correct horse", QUICK, current="correct horse")
    assert same.value.details["field"] == "password"
    accounts.change_password(station_desk, "admin", "a new choice", QUICK, current="correct horse")
    open_desk(station_desk.profile, "admin", "a new choice", station_desk.clock).close()


def test_wrong_current_passwords_slow_down_and_are_told(station_desk: Desk) -> None:
    for _try in range(3):
        with pytest.raises(WrongPassword):
            accounts.change_password(station_desk, "admin", "a new choice", QUICK, current="not mine at all")
    with pytest.raises(Refused) as refused:
        accounts.change_password(station_desk, "admin", "a new choice", QUICK, current="correct horse")
    assert (refused.value.code, refused.value.details["seconds"]) == ("wait", 5)


def test_an_enabled_person_comes_in_with_the_new_password_only(station_desk: Desk) -> None:
    add(station_desk)
    with pytest.raises(Refused) as refused:
        accounts.enable_account(station_desk, "wangmin", "another one", QUICK)
    assert refused.value.code == "not_disabled"
    accounts.disable_account(station_desk, "wangmin")
    accounts.enable_account(station_desk, "wangmin", "another one", QUICK)
    with pytest.raises(WrongPassword):
        open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock)
    open_desk(station_desk.profile, "wangmin", "another one", station_desk.clock).close()


def test_a_role_holds_from_the_next_log_in(station_desk: Desk, center_desk: Desk) -> None:
    add(station_desk)
    accounts.change_role(station_desk, "wangmin", Role.ADMIN)
    other = open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock)
    assert other.person.role is Role.ADMIN
    accounts.change_role(other, "admin", Role.VIEWER)
    with pytest.raises(Refused) as refused:
        accounts.change_role(other, "wangmin", Role.TEACHER)
    assert refused.value.code == "last_admin"
    with pytest.raises(BadInput):
        accounts.change_role(other, "admin", Role.AUDITOR)
    other.close()
    add(center_desk)
    accounts.change_role(center_desk, "wangmin", Role.AUDITOR)
    auditor = open_desk(center_desk.profile, "wangmin", "long enough", center_desk.clock)
    assert accounts.list_accounts(auditor)
    with pytest.raises(NotAllowed):
        accounts.change_role(auditor, "wangmin", Role.ADMIN)
    auditor.close()


def who_may(desk: Desk) -> set[str]:
    with desk.read() as session:
        return {account.name for account in session.exec(select(Account)) if account.disabled_at is None}


def test_who_has_a_key_is_who_may_log_in(station_desk: Desk) -> None:
    envelope = Envelope(station_desk.profile)
    acts: list[Callable[[], None]] = [
        lambda: add(station_desk),
        lambda: add(station_desk, "lixm"),
        lambda: accounts.disable_account(station_desk, "wangmin"),
        lambda: accounts.disable_account(station_desk, "wangmin"),
        lambda: accounts.enable_account(station_desk, "wangmin", "another one", QUICK),
        lambda: accounts.change_role(station_desk, "lixm", Role.VIEWER),
        lambda: accounts.change_password(station_desk, "lixm", "given anew", QUICK),
        lambda: accounts.disable_account(station_desk, "lixm"),
    ]
    for act in acts:
        act()
        assert envelope.names() == who_may(station_desk)


@contextmanager
def commits_fail() -> Iterator[None]:
    def fail(_session: Session) -> None:
        raise OSError(28, "No space left on device")

    event.listen(Session, "before_commit", fail)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", fail)


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: add(desk, "lixm"),
        lambda desk: accounts.disable_account(desk, "wangmin"),
        lambda desk: accounts.enable_account(desk, "former", "another one", QUICK),
        lambda desk: accounts.change_password(desk, "wangmin", "another one", QUICK),
    ],
    ids=["add", "disable", "enable", "password"],
)
def test_what_could_not_be_kept_leaves_the_keys_as_they_were(station_desk: Desk, act: Callable[[Desk], None]) -> None:
    add(station_desk)
    add(station_desk, "former")
    accounts.disable_account(station_desk, "former")
    files = [station_desk.profile / name for name in ("keys.json", "keys.copy.json")]
    before = [file.read_bytes() for file in files]
    with commits_fail(), pytest.raises(OSError, match="No space"):
        act(station_desk)
    assert [file.read_bytes() for file in files] == before
    assert who_may(station_desk) == {"admin", "wangmin"}
    open_desk(station_desk.profile, "wangmin", "long enough", station_desk.clock).close()
    act(station_desk)
    assert [file.read_bytes() for file in files] != before


@pytest.mark.parametrize("stray", ["ghost", "former"])
def test_a_key_that_a_crash_left_opens_no_desk_and_goes_at_the_next_try(station_desk: Desk, stray: str) -> None:
    add(station_desk, "former")
    accounts.disable_account(station_desk, "former")
    envelope = Envelope(station_desk.profile, QUICK)
    for opener in (("admin", "correct horse"), (stray, "left behind")):
        envelope.add(station_desk.store.key, "user", stray, "left behind")
        if opener[0] == "admin":
            open_desk(station_desk.profile, *opener, station_desk.clock).close()
        else:
            with pytest.raises(WrongPassword):
                open_desk(station_desk.profile, *opener, station_desk.clock)
        assert envelope.names() == {"admin"}


def test_every_act_on_accounts_is_in_the_log(station_desk: Desk) -> None:
    add(station_desk)
    accounts.change_role(station_desk, "wangmin", Role.VIEWER)
    accounts.change_password(station_desk, "wangmin", "given anew", QUICK)
    accounts.disable_account(station_desk, "wangmin")
    accounts.enable_account(station_desk, "wangmin", "another one", QUICK)
    with station_desk.read() as session:
        lines = session.exec(select(AuditLine).order_by(AuditLine.no.desc()).limit(5)).all()
    acts = ["account.add", "account.role", "account.password", "account.disable", "account.enable"]
    assert [line.action for line in reversed(lines)] == acts
    assert all('"account":"wangmin"' in line.detail for line in lines)
