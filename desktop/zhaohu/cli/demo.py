"""`zhaohu demo`: a made-up district to try everything on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from zhaohu.cli.context import Context, table
from zhaohu.cli.progress import progress_bar
from zhaohu.i18n import _
from zhaohu.paths import default_profile
from zhaohu.records.codes import label
from zhaohu.services.demo import CHILDREN, Demo, build_demo

OpenWindow = Callable[[Path | None, str | None], int]


def add_to(app: typer.Typer, open_window: OpenWindow) -> None:
    """Add this command; the window it opens comes from the composition root."""

    @app.command("demo", help=_("Build a made-up district and open the window on one of its stations."))
    def demo(
        context: typer.Context,
        out: Annotated[
            Path | None, typer.Option(help=_("Folder for the demo; default: beside this installation's data."))
        ] = None,
        children: Annotated[int, typer.Option(min=1, max=2000, help=_("Children at each station."))] = CHILDREN,
        seed: Annotated[int, typer.Option(help=_("The same seed on the same day gives the same district."))] = 1,
        no_open: Annotated[bool, typer.Option("--no-open", help=_("Do not open the window."))] = False,
    ) -> int:
        shared: Context = context.obj
        folder = (out or _beside(default_profile())).absolute()
        with progress_bar(_("Building the demo")) as progress:
            built = build_demo(folder, children=children, seed=seed, clock=shared.clock, progress=progress)
        shared.show(_document(built), _text(built))
        return 0 if no_open else open_window(built.stations[0].profile, built.logins_of(built.stations[0].code)[0].user)


def _beside(profile: Path) -> Path:
    return profile.with_name(f"{profile.name}-demo")


def _document(built: Demo) -> dict[str, object]:
    return {
        "folder": built.folder,
        "center": {"profile": built.center_profile, "logins": built.logins_of("center")},
        "stations": [
            {"code": s.code, "name": s.name, "profile": s.profile, "logins": built.logins_of(s.code)}
            for s in built.stations
        ],
        "papers": built.papers,
    }


def _text(built: Demo) -> str:
    places = [("center", built.center_name, built.center_profile)]
    places += [(station.code, station.name, station.profile) for station in built.stations]
    rows = [
        [name, str(profile), login.user, login.password, label(login.role), login.display_name]
        for site, name, profile in places
        for login in built.logins_of(site)
    ]
    headings = [_("Site"), _("Profile"), _("User name"), _("Password"), _("Role"), _("Person")]
    return "\n".join(
        [
            _("The demo is in {folder}. Everybody in it is invented.").format(folder=built.folder),
            "",
            table(headings, rows),
            "",
            *[_("Printed: {file}").format(file=paper) for paper in built.papers],
        ]
    )
