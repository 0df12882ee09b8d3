"""往来途径 in the settings: places that files are exchanged through, and the exchange that happens by itself."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _, sentences
from zhaohu.records.codes import Role
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import travel
from zhaohu.services.exchange.travel import CheckedPlace, PlaceInfo, QuietPlan
from zhaohu.services.exchange.travel_words import failure_words
from zhaohu.ui.dialogs import ask
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.exchange_words import moment
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.place_forms import ask_place
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import column, flow, panel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import show_if

_KINDS = {"folder": N_("folder"), "webdav": "WebDAV", "sftp": "SFTP", "s3": "S3"}
_INTERVALS = {
    15: N_("every quarter of an hour"),
    60: N_("every hour"),
    240: N_("every four hours"),
    1440: N_("once a day"),
}


@dataclass(frozen=True, slots=True)
class TravelRead:
    """What the tab shows."""

    places: list[PlaceInfo]
    plan: QuietPlan


class TravelTab(QWidget):
    """A table of the places with what can be done with them, and the plan below it.

    Args:
        desk: Who asks, and where.
        page: The page it stands on; it runs the work.
        runner: For the dialogs.
    """

    tables = frozenset({"travel_run"})

    def __init__(self, desk: Desk, page: LoadingPage, runner: Runner) -> None:
        super().__init__()
        self._desk, self._page, self._runner = desk, page, runner
        self._admin = desk.person.role is Role.ADMIN
        self._plan = QuietPlan()
        self.notice = Notice(closable=True)
        self.add_button = button(_("Add a place"), self.add, icon="add")
        self.change_button = button(_("Change the place"), self.change, icon="edit")
        self.check_button = button(_("Try it out"), self.check, icon="check-circle")
        self.remove_button = button(_("Remove"), self.remove, icon="delete")
        self.table = self._make_table()
        for one in (self.add_button, self.change_button, self.remove_button):
            show_if(one, self._admin)
        bar = flow(self.add_button, self.change_button, self.check_button, self.remove_button)
        layout = column(self.notice, panel(bar), gap=3)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._make_plan())
        self.setLayout(layout)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._on_opened)
        self._on_picked(None)

    def _make_table(self) -> DataTable:
        advice = _("A shared folder, WebDAV, SFTP or S3. Everything on it is sealed; whoever runs it cannot read it.")
        first = EmptyState(_("No place is saved yet"), advice, icon="folder")
        return DataTable(
            [
                Column(_("Name of the place"), lambda one: one.name, width=22, hint=lambda one: one.name),
                Column(_("Kind"), lambda one: _(_KINDS[one.kind]), width=9),
                Column(_("Address of the place"), lambda one: one.url, width=0, hint=lambda one: one.url),
                Column(_("User"), lambda one: one.user or None, width=12),
                Column(_("Last exchange"), lambda one: moment(one.last.at) if one.last else None, width=15),
                Column(
                    _("Result"),
                    _result,
                    width=18,
                    tone=lambda one: "" if one.last is None else "attention" if one.last.code else "done",
                    icon=lambda one: "" if one.last is None else "attention" if one.last.code else "check-circle",
                ),
            ],
            name=_("Places of the exchange"),
            empty=first,
        )

    def _make_plan(self) -> Form:
        self.plan = Form()
        self.plan.section(_("By itself, while somebody is logged in"))
        self._places = SelectField(options_of([("", _("not at all"))]))
        self.plan.add("place", _("Through"), self._places)
        intervals = options_of([(str(minutes), _(words)) for minutes, words in _INTERVALS.items()])
        self.plan.add("every", _("How often"), SelectField(intervals))
        self.plan.changed.connect(self._on_plan)
        form = self.plan.finish()
        for field in form.fields.values():
            if not self._admin:
                field.set_read_only(True)
        return form

    def read(self) -> TravelRead:
        """The places and the plan; called off the GUI thread."""
        return TravelRead(travel.list_places(self._desk), travel.quiet_plan(self._desk))

    def show_read(self, read: TravelRead) -> None:
        """Show what `read` gave."""
        self.table.set_rows(read.places)
        self._plan = read.plan
        self._places.set_options(options_of([("", _("not at all")), *((one.name, one.name) for one in read.places)]))
        self.plan.load({"place": read.plan.place, "every": str(read.plan.every_minutes)})
        self._on_picked(self._marked())

    # -- what a person does

    def add(self) -> None:
        """Save another place."""
        ask_place(self._page.window(), self._desk, self._runner, None).saved.connect(self._on_saved)

    def change(self) -> None:
        """Another address, user or password."""
        if (place := self._marked()) is not None:
            ask_place(self._page.window(), self._desk, self._runner, place).saved.connect(self._on_saved)

    def check(self) -> None:
        """Reach the marked place, and write there."""
        if (place := self._marked()) is not None:
            self._page.act(
                lambda context: travel.check_place(self._desk, place.name, context.cancelled),
                self._on_checked,
                title=_("Reaching the place"),
                failed=self._on_failed,
            )

    def remove(self) -> None:
        """Forget the marked place."""
        place = self._marked()
        if place is None:
            return
        text = sentences(
            [
                _("Its address and password are forgotten on this PC. The files that lie there stay."),
                _("The automatic exchange through it ends.") if place.name == self._plan.place else "",
            ]
        )
        if ask.confirm(self._page.window(), _("Remove “{name}”?").format(name=place.name), text, do=_("Remove")):
            self._page.act(
                lambda _context: travel.remove_place(self._desk, place.name),
                lambda _done: self._on_removed(place),
                title=_("Removing"),
            )

    def _on_plan(self, _name: str) -> None:
        values = self.plan.values()
        place, every = str(values["place"] or ""), int(str(values["every"] or self._plan.every_minutes))
        if (place, every) != (self._plan.place, self._plan.every_minutes):
            self._plan = QuietPlan(place, every)
            self._page.act(
                lambda _context: travel.set_quiet_plan(self._desk, place, every), lambda _done: None, title=_("Saving")
            )

    def _on_saved(self, place: PlaceInfo) -> None:
        self.notice.say(_("“{name}” was reached and saved.").format(name=place.name), "done")
        self._page.refresh()

    def _on_removed(self, place: PlaceInfo) -> None:
        self.notice.say(_("“{name}” was removed.").format(name=place.name), "done")
        self._page.refresh()

    def _on_checked(self, found: CheckedPlace) -> None:
        words = _("Reached, and it can be written to: {n} files there, {ours} of the exchange.")
        self.notice.say(words.format(n=found.files, ours=found.ours), "done")

    def _on_failed(self, error: Exception) -> None:
        message = getattr(error, "message", "")
        if not message:
            raise error
        self.notice.say(message, "danger")

    def _marked(self) -> PlaceInfo | None:
        row = self.table.view.current_row()
        return row if isinstance(row, PlaceInfo) else None

    def _on_picked(self, place: PlaceInfo | None) -> None:
        for one in (self.change_button, self.check_button, self.remove_button):
            one.setEnabled(place is not None)

    def _on_opened(self, _place: PlaceInfo) -> None:
        if self._admin:
            self.change()


def _result(place: PlaceInfo) -> str:
    if place.last is None:
        return _("not used yet")
    return failure_words(place.last.code) if place.last.code else _("done")
