"""Which pages a station and a center have, and the window around them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from zhaohu.errors import Refused
from zhaohu.i18n import N_, _
from zhaohu.records.codes import SiteKind, label
from zhaohu.services import derived
from zhaohu.services.desk import Desk
from zhaohu.services.growth import scores
from zhaohu.services.safety import backups
from zhaohu.ui.frame_state import FrameWords, read_badges, read_words
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import JobContext, Runner
from zhaohu.ui.pages.child import child_page
from zhaohu.ui.pages.children import children_page
from zhaohu.ui.pages.class_page import class_page
from zhaohu.ui.pages.classes import classes_page
from zhaohu.ui.pages.closing import closing_page
from zhaohu.ui.pages.content import content_page
from zhaohu.ui.pages.duplicates import duplicates_page
from zhaohu.ui.pages.family import family_page
from zhaohu.ui.pages.follow_ups import follow_ups_page
from zhaohu.ui.pages.inbox import inbox_page
from zhaohu.ui.pages.overview import overview_page
from zhaohu.ui.pages.questions import questions_page
from zhaohu.ui.pages.records_import import records_page
from zhaohu.ui.pages.roster_import import roster_page
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.pages.staffing import staffing_page
from zhaohu.ui.pages.stations import stations_page
from zhaohu.ui.pages.sync import sync_page
from zhaohu.ui.pages.today import today_page
from zhaohu.ui.pages.transfers import transfers_page
from zhaohu.ui.pages.visit_entry import correction_page, new_visit_page
from zhaohu.ui.pages.visit_view import visit_page
from zhaohu.ui.pages.worklist import worklist_page
from zhaohu.ui.quiet_sync import QuietSync
from zhaohu.ui.quiet_watch import QuietWatch
from zhaohu.ui.shell import PageSpec, Shell
from zhaohu.ui.suggestions import suggest
from zhaohu.ui.widgets.page import Page

_Factory = Callable[..., Page]
_HOUR_MS = 3_600_000
_MANUAL_PAGES = {
    "visit": "visits",
    "visit-new": "visits",
    "visit-edit": "visits",
    "follow-ups": "visits",
    "records": "visits",
    "content": "visits",
    "today": "work",
    "worklist": "work",
    "transfers": "sync",
    "sync": "sync",
    "inbox": "sync",
    "questions": "sync",
    "stations": "sync",
}
"""The manual's page about a screen; of others it is the one about children."""

_UNDER_CHILDREN: tuple[tuple[str, str, str, _Factory, str], ...] = (
    ("child", N_("Child"), "children", child_page, "children"),
    ("visit", N_("Visit record"), "visits", visit_page, "children"),
    ("family", N_("Family"), "family", family_page, "children"),
)
_STATION: tuple[tuple[str, str, str, _Factory, str], ...] = (
    ("today", N_("Today"), "today", today_page, ""),
    ("worklist", N_("Work plan"), "worklist", worklist_page, ""),
    ("children", N_("Children"), "children", children_page, ""),
    ("follow-ups", N_("Follow-up"), "follow-ups", follow_ups_page, ""),
    ("transfers", N_("Hand-overs"), "family", transfers_page, ""),
    ("classes", N_("Classes"), "classes", classes_page, ""),
    ("staffing", N_("Staffing"), "staffing", staffing_page, ""),
    ("sync", N_("Exchange"), "sync", sync_page, ""),
    ("questions", N_("Questions"), "help", questions_page, ""),
    ("content", N_("Norms and content"), "content", content_page, ""),
    ("settings", N_("Settings"), "settings", settings_page, ""),
    *_UNDER_CHILDREN,
    ("roster", N_("Read a roster"), "import", roster_page, "children"),
    ("records", N_("Records from spreadsheets"), "import", records_page, "children"),
    ("duplicates", N_("Duplicates"), "family", duplicates_page, "children"),
    ("closing", N_("Close records at three years"), "check-circle", closing_page, "children"),
    ("visit-new", N_("New record"), "visits", new_visit_page, "children"),
    ("visit-edit", N_("Correct a record"), "edit", correction_page, "children"),
    ("class", N_("Class"), "classes", class_page, "classes"),
)
_CENTER: tuple[tuple[str, str, str, _Factory, str], ...] = (
    ("overview", N_("Overview"), "overview", overview_page, ""),
    ("stations", N_("Stations"), "stations", stations_page, ""),
    ("children", N_("Children (read only)"), "children", children_page, ""),
    ("follow-ups", N_("Follow-up"), "follow-ups", follow_ups_page, ""),
    ("transfers", N_("Hand-overs"), "family", transfers_page, ""),
    ("classes", N_("Classes"), "classes", classes_page, ""),
    ("staffing", N_("Staffing"), "staffing", staffing_page, ""),
    ("inbox", N_("Inbox"), "inbox", inbox_page, ""),
    ("questions", N_("Questions"), "help", questions_page, ""),
    ("content", N_("Norms and content"), "content", content_page, ""),
    ("settings", N_("Settings"), "settings", settings_page, ""),
    *_UNDER_CHILDREN,
    ("class", N_("Class"), "classes", class_page, "classes"),
)


def make_shell(desk: Desk) -> Shell:
    """The window on a desk: its pages, the search box, the status line; views follow what commits change."""
    hub, runner = Hub(), Runner()
    table = _STATION if desk.site.kind is SiteKind.STATION else _CENTER

    def settings() -> Page:
        page = settings_page(desk, hub, runner)
        page.look_wanted.connect(shell.look_wanted)
        page.scale_wanted.connect(shell.scale_wanted)
        page.language_wanted.connect(shell.language_wanted)
        page.idle_wanted.connect(shell.idle_wanted)
        page.restore_wanted.connect(shell.restore_wanted)
        page.key_change_wanted.connect(shell.key_change_wanted)
        return page

    pages = [
        PageSpec(
            key, _(title), icon, settings if factory is settings_page else partial(factory, desk, hub, runner), under
        )
        for key, title, icon, factory, under in table
    ]
    shell = Shell(
        pages,
        title=desk.site.name,
        user=desk.person.display_name,
        role=label(desk.person.role),
        search=partial(suggest, desk),
        runner=runner,
    )
    hub.setParent(shell)
    runner.setParent(shell)
    follower = _Follower(desk, shell)
    hub.changed.connect(follower.follow)
    shell.chosen.connect(follower.open_found)
    shell.help_wanted.connect(follower.open_manual)
    desk.store.listen(hub.publish)
    shell.closed.connect(partial(desk.store.forget, hub.publish))
    follower.follow(frozenset(), None)
    keeper = _Keeper(desk, shell, follower)
    hub.changed.connect(keeper.follow)
    for one in (follower, keeper, QuietSync(desk, runner, shell), QuietWatch(desk, shell)):
        shell.closed.connect(one.stop)
    keeper.back_up()
    return shell


class _Follower(QObject):
    """Keeps the status line and the number behind the exchange true, and opens what the search box found."""

    def __init__(self, desk: Desk, shell: Shell) -> None:
        super().__init__(shell)
        self._desk, self._shell = desk, shell
        self._gone = False
        self._stale_grades = 0

    def stop(self) -> None:
        """The window is going, and the database with it; news of the last commit may still come."""
        self._gone = True

    def follow(self, tables: frozenset[str], _initiator: object) -> None:
        """Read anew what the frame shows."""
        if self._gone:
            return
        if "growth_score" in tables:  # newer rules were applied
            self._stale_grades = 0
        self._shell.runner.run(partial(read_words, self._desk), title="", on_result=self._show)
        self._shell.runner.run(partial(read_badges, self._desk), title="", on_result=self._show_badges)

    def take_stale_grades(self, stale: int) -> None:
        """How many grades the present rules would change, as it was found out after the log-in."""
        self._stale_grades = stale
        if stale:
            self.follow(frozenset(), None)

    def open_found(self, address: str) -> None:
        """What was found or offered in the search box."""
        self._shell.open(address)

    def open_manual(self, screen: str) -> None:
        """F1: the manual's page about a screen."""
        from zhaohu.ui.dialogs.manual import show_manual

        show_manual(self._shell, _MANUAL_PAGES.get(screen, "children"))

    def _show_badges(self, badges: dict[str, int]) -> None:
        for key, n in badges.items():
            self._shell.set_badge(key, n)

    def _show(self, words: FrameWords) -> None:
        self._shell.set_status(self._desk.site.name, *words.calm)
        if self._stale_grades and not words.tone:  # as it stands now, not when these words were asked for
            self._shell.set_alert(_("Growth grades would change"), "attention", "settings/grades")
        else:
            self._shell.set_alert(words.alert, words.tone, words.address)
        if self._desk.site.kind is SiteKind.STATION:
            self._shell.set_badge("sync", words.waiting)


class _Keeper(QObject):
    """Makes the daily backup by itself: after the log-in, and later whenever one is due while the window is open.

    After it, what lists and grades lack is made: all of it after an update from a version that kept none, and growth
    that bundles brought.
    """

    def __init__(self, desk: Desk, shell: Shell, follower: _Follower) -> None:
        super().__init__(shell)
        self._desk, self._shell, self._follower = desk, shell, follower
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.back_up)
        self._timer.start(_HOUR_MS)

    def back_up(self) -> None:
        """Back up if it is time; beside other work, for reading and saving go on meanwhile."""
        self._shell.runner.run(
            lambda _context: backups.backup_if_due(self._desk),
            title=_("Backing up"),
            on_result=self._on_done,
            on_error=self._on_failed,
        )

    def stop(self) -> None:
        """The window is going."""
        self._timer.stop()

    def _on_done(self, _made: object) -> None:
        self._follower.follow(frozenset(), None)
        self._grade()

    def follow(self, tables: frozenset[str], _initiator: object) -> None:
        """What a bundle brought is graded at once, beside other work."""
        if "record_version" in tables and self._timer.isActive():
            self._grade()

    def _grade(self) -> None:
        self._shell.runner.run(
            partial(_grade, self._desk),
            title=_("Grading growth"),
            on_result=self._follower.take_stale_grades,
            on_error=self._on_ungraded,
        )

    def _on_failed(self, error: Exception) -> None:
        """What can be mended stands in the frame and in the settings; it interrupts nobody."""
        self._follower.follow(frozenset(), None)
        self._on_ungraded(error)

    def _on_ungraded(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error


def _grade(desk: Desk, context: JobContext) -> int:
    """Make what lists and grades lack; returns how many of the grades that are kept the present rules would change."""
    derived.fill_missing(desk.store, context.advance)
    scores.fill_missing(desk, context.advance)
    return len(scores.stale(desk, context.advance))
