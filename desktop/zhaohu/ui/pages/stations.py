"""指导站 at the center: the stations of the district, registering one, and taking its reply."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number
from zhaohu.records.codes import Role
from zhaohu.services import printing
from zhaohu.services.care.drafts import DraftKind, new_key
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import enrolment, setup, site_keys, station_list
from zhaohu.services.exchange.enrolment import ReplyView
from zhaohu.services.exchange.setup import Accepted, StationAdded
from zhaohu.services.exchange.station_list import StationEntry
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.fingerprints import Fingerprints
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.draft_place import DraftPlace
from zhaohu.ui.file_names import file_name
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.list_export import list_export
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.stations_keys import StationKeys, state, tone, waits
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.fields import TextField, halfwidth
from zhaohu.ui.widgets.file_field import FileField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import TONE_ICONS, show_if

_ENROLMENT = ".zhe"


@dataclass(frozen=True, slots=True)
class _Read:
    stations: list[StationEntry]
    fingerprint: str


def stations_page(desk: Desk, hub: Hub, runner: Runner) -> Page:
    """The page, for the shell."""
    return StationsPage(desk, hub, runner)


class StationsPage(LoadingPage):
    """A row opens the fingerprints of the station and of this center."""

    tables = frozenset({"station", "peer", "population"})

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._fingerprint, self._letter_for = "", ""
        self._reply: Path | None = None
        self._compared = ""
        self._admin = admin = desk.person.role is Role.ADMIN
        self.notice = Notice(closable=True)
        self._first = button(_("Register a station"), self.register, kind="primary", icon="add") if admin else None
        self.table = DataTable(
            _columns(),
            name=_("Stations"),
            empty=EmptyState(
                _("No stations yet"),
                _(
                    "Register a station: the program writes an enrolment file. Hand it to the station, which sets "
                    "itself up with it and sends a reply. Once the reply is taken here, its bundles are accepted."
                ),
                self._first,
                icon="stations",
            ),
            export=list_export(self, desk, _("Stations")),
        )
        self._show_key = button(_("Fingerprints"), self._on_show_key, icon="key")
        self._show_key.setEnabled(False)
        self.table.tools.addWidget(self._show_key)
        self.keys = StationKeys(self, desk, runner)
        self.keys.invited.connect(self._on_invited)
        self.keys.told.connect(self.notice.say)
        self.table.tools.addWidget(self.keys.menu)
        show_if(self.keys.menu, admin)
        if admin:
            self.add_action(button(_("Take a reply"), self.take_reply, icon="import", shortcut="Ctrl+O"))
            self.set_primary(
                button(_("Register a station"), self.register, kind="primary", icon="add", shortcut="Ctrl+N")
            )
        self.body.addWidget(self.notice)
        self.body.addWidget(self.table, 1)
        self.table.picked.connect(self._on_picked)
        self.table.opened.connect(self._show_keys)

    def refresh(self) -> None:
        """Read the list anew."""
        self.fetch(self._load, self._take)

    def first_focus(self):
        """The list."""
        return self.table.view

    def register(self) -> None:
        """Ask for a new station and where its enrolment file goes."""
        form = _form(self._desk)
        dialog = FormDialog.ask(
            self.window(),
            self._runner,
            form,
            title=_("Register a station"),
            lead=_("The enrolment file goes to the station, on a stick or by hand."),
            do=_("Register"),
            save=self._add,
            draft=DraftPlace(self._desk, new_key(DraftKind.STATION)),
        )
        dialog.saved.connect(self._on_added)

    def take_reply(self) -> None:
        """Ask for a station's reply and show its fingerprint before it is taken."""
        files = ask.open_files(self.window(), _("Reply of the station"), _("Enrolment files (*.zhe)"))
        if files:
            self.notice.say("")
            self.act(
                lambda _context: (files[0], enrolment.view_reply(self._desk, files[0])),
                self._compare,
                title=_("Reading the reply"),
                failed=self._on_failed,
                writes=False,
            )

    def _load(self) -> _Read:
        return _Read(station_list.list_stations(self._desk), setup.own_fingerprint(self._desk))

    def _take(self, read: _Read) -> None:
        self._fingerprint = read.fingerprint
        self.table.set_rows(read.stations)

    def _add(self, values: dict[str, Any]) -> StationAdded:
        return setup.add_station(
            self._desk,
            code=_number(values["code"]),
            name=values["name"],
            township=values["township"],
            population=values["population"],
            year=values["year"],
            out=values["file"],
            draft=new_key(DraftKind.STATION),
        )

    def _on_added(self, added: StationAdded) -> None:
        self._read_out(added, _("{name} is registered. Its enrolment file: {file}"))

    def _on_invited(self, added: StationAdded) -> None:
        self._read_out(added, _("{name} is invited once more. Its enrolment file: {file}"))

    def _read_out(self, added: StationAdded, words: str) -> None:
        self.notice.say(words.format(name=added.name, file=added.file), "done")
        self._letter_for = added.name
        Fingerprints.show_for(
            self.window(),
            _("Read this out to {name}").format(name=added.name),
            _(
                "When the station opens its enrolment file, it sees the fingerprint of this center. Call the station "
                "and compare group by group; or hand over the printed key letter."
            ),
            [(_("This center"), added.fingerprint)],
            print_letter=self._on_print,
        )

    def _compare(self, found: tuple[Path, ReplyView]) -> None:
        file, reply = found
        self._reply, self._compared = file, reply.fingerprint
        dialog = Fingerprints.show_for(
            self.window(),
            _("Compare with {name}").format(name=reply.name),
            _(
                "Call the station and let it read out its own fingerprint. Take the reply only when every group is "
                "the same."
            ),
            [(reply.name, reply.fingerprint)],
            do=_("They are the same: take the reply"),
        )
        dialog.accepted.connect(self._accept)

    def _accept(self) -> None:
        file, compared = self._reply, self._compared
        if file is not None:
            self.act(
                lambda _context: setup.accept_station(self._desk, file, compared),
                self._on_accepted,
                title=_("Taking the reply"),
                failed=self._on_failed,
            )

    def _on_accepted(self, accepted: Accepted) -> None:
        self.notice.say(
            _("{name} is enrolled. From now on its bundles are accepted.").format(name=accepted.name), "done"
        )

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.notice.say(error.message, "danger")

    def _on_picked(self, row: StationEntry | None) -> None:
        self._show_key.setEnabled(row is not None)
        self.keys.offer(row)

    def _on_show_key(self) -> None:
        row = self.table.view.current_row()
        if row is not None:
            self._show_keys(row)

    def _show_keys(self, row: StationEntry) -> None:
        """Those that are compared next; only the administrator can accept new ones."""
        if self._admin and waits(row):
            self.keys.compare()
            return
        self._letter_for = row.name
        shown = [(_("This center"), self._fingerprint)]
        if row.fingerprint:
            shown.append((row.name, row.fingerprint))
        Fingerprints.show_for(
            self.window(),
            _("Fingerprints"),
            _("Read out over the telephone, group by group: they must be the same on both screens."),
            shown,
            print_letter=self._on_print,
        )

    def _on_print(self) -> None:
        reader = self._letter_for
        show_paper(
            self,
            lambda: printing.print_key_letter(self._desk, self._fingerprint, reader),
            title=_("Key letter"),
            file_name=file_name(self._desk.site.code, _("Key letter"), ending=".pdf"),
        )


def _number(typed: str) -> str:
    """A station's number as people type it, 9 or ０９, in its two digits."""
    return halfwidth(typed).zfill(2)


def _form(desk: Desk) -> Form:
    form = Form()
    form.section()
    code = form.add(
        "code", _("Code"), TextField(width="field_short", max_length=2, placeholder="01"), required=True,
        hint=_("Two digits, each once in the district."),
    )  # fmt: skip
    form.add("name", _("Name of the station"), TextField(max_length=60), required=True)
    form.add("township", _("Township"), TextField(max_length=60), required=True)
    form.add("population", _("Population"), NumberField(_("persons")), required=True)
    form.add("year", _("Year"), NumberField(), required=True)

    def suggest() -> str:
        return f"{desk.site.district_code}-{_number(code.value() or '1')}{_ENROLMENT}"

    form.add(
        "file",
        _("Enrolment file"),
        FileField(_("Where the enrolment file goes"), _("Enrolment files (*.zhe)"), suggest),
        required=True,
    )
    form.finish()
    form.load({"year": desk.today.year})
    return form


def _columns() -> list[Column]:
    return [
        Column(_("Code"), lambda row: row.code, width=11),
        Column(_("Station"), lambda row: row.name, width=0, hint=lambda row: row.name),
        Column(_("Township"), lambda row: row.township, width=12),
        Column(_("Population"), lambda row: row.population, text=format_number, width=10, right=True),
        Column(_("Year"), lambda row: row.population_year, width=6, right=True),
        Column(
            _("State"),
            state,
            width=18,
            tone=tone,
            icon=lambda row: TONE_ICONS[tone(row)],
        ),
        Column(_("Fingerprint"), _digits, width=45, hint=lambda row: row.fingerprint or None),
    ]


def _digits(row: StationEntry) -> str | None:
    return site_keys.digits(row.fingerprint) if row.fingerprint else None
