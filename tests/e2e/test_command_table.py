"""Each command comes from the one module that is loaded for it."""

from __future__ import annotations

import typer

from zhaohu.cli import app


def commands_of(words: list[str]) -> dict[str, object]:
    return dict(typer.main.get_command(app._make_app(lambda _profile, _user: 0, words)).commands)


def test_the_table_names_every_command_and_its_module() -> None:
    every = commands_of([])
    assert set(every) == set(app._GROUPS)
    for name in every:
        alone = commands_of(["--profile", "station", "--json", name, "--help"])
        assert name in alone
        assert set(alone) == {other for other, module in app._GROUPS.items() if module == app._GROUPS[name]}


def test_what_is_no_command_is_looked_for_among_all() -> None:
    assert list(commands_of(["--user", "due", "nonsense"])) == list(commands_of([]))
