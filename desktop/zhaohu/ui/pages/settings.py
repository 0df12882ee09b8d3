"""设置: this site, who may log in, the check-up of the installation, and the look."""

from __future__ import annotations

from PySide6.QtCore import Signal

from zhaohu import i18n
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.tastes import LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES, load_tastes
from zhaohu.ui import theme
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.removed import RemovedTab
from zhaohu.ui.pages.settings_accounts import AccountsTab
from zhaohu.ui.pages.settings_audit import AuditTab
from zhaohu.ui.pages.settings_backups import BackupsTab
from zhaohu.ui.pages.settings_checkup import CheckupTab
from zhaohu.ui.pages.settings_grades import GradesTab
from zhaohu.ui.pages.settings_keys import KeysCard
from zhaohu.ui.pages.settings_travel import TravelTab
from zhaohu.ui.pages.settings_villages import VillagesTab
from zhaohu.ui.widgets.choice_field import ChoiceField, SelectField, options_of
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import scrolled
from zhaohu.ui.widgets.tabs import Tabs


def settings_page(desk: Desk, hub: Hub, runner: Runner) -> SettingsPage:
    """The page, for the shell; its signals mean what the shell's of the same names mean."""
    return SettingsPage(desk, hub, runner)


class SettingsPage(LoadingPage):
    """Tabs; what an account may not see is not there.

    Signals:
        look_wanted(theme), scale_wanted(percent), language_wanted(code), idle_wanted(minutes): Chosen by the person.
        restore_wanted(file): A backup is to be brought back; an empty path leaves the choice to the guide.
        key_change_wanted: The database key is to be changed.
    """

    tables = (
        frozenset({"account"})
        | KeysCard.tables
        | RemovedTab.tables
        | BackupsTab.tables
        | TravelTab.tables
        | VillagesTab.tables
    )
    look_wanted = Signal(str)
    scale_wanted = Signal(int)
    language_wanted = Signal(str)
    idle_wanted = Signal(int)
    restore_wanted = Signal(str)
    key_change_wanted = Signal()

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self.keys = KeysCard(desk, self)
        self.accounts = AccountsTab(desk, self, runner)
        self.accounts.key_change_wanted.connect(self.key_change_wanted)
        self.tabs = Tabs(_("Settings"))
        self.tabs.add(scrolled(self._site_tab()), _("This site"))
        self.tabs.add(self.accounts, _("Accounts"))
        at_work = desk.site.kind is SiteKind.STATION and desk.person.role in WRITERS
        self.villages = VillagesTab(desk, self, runner) if at_work else None
        if self.villages is not None:
            self.tabs.add(self.villages, _("Villages"))
        self.backups = BackupsTab(desk, self) if desk.person.role in WRITERS else None
        if self.backups is not None:
            self.backups.restore_wanted.connect(self.restore_wanted)
            self.tabs.add(self.backups, _("Backups"))
        self.travel = TravelTab(desk, self, runner) if desk.person.role in WRITERS else None
        if self.travel is not None:
            self.tabs.add(self.travel, _("Ways to travel"))
        self.checkup = CheckupTab(desk, self) if desk.person.role is not Role.VIEWER else None
        if self.checkup is not None:
            self.tabs.add(self.checkup, _("Check-up"))
        self.grades = GradesTab(desk, self)
        self.tabs.add(self.grades, _("Growth grades"))
        if desk.person.role in (Role.ADMIN, Role.AUDITOR):
            self.audit = AuditTab(desk, self)
            self.tabs.add(self.audit, _("Audit log"))
        self.removed = RemovedTab(desk, self) if at_work else None
        if self.removed is not None:
            self.tabs.add(self.removed, _("Removed records"))
        self.tabs.add(scrolled(self._look_tab()), _("Look and lock"))
        self.body.addWidget(self.tabs, 1)

    def refresh(self) -> None:
        """Read the keys, the accounts and the other tabs anew."""
        self.fetch(self.accounts.read, self.accounts.show_rows)
        self.fetch(self.keys.read, self.keys.show_view, part="keys")
        if self.backups is not None:
            self.fetch(self.backups.read, self.backups.show_view, part="backups")
        if self.travel is not None:
            self.fetch(self.travel.read, self.travel.show_read, part="travel")
        if self.villages is not None:
            self.fetch(self.villages.read, self.villages.show_read, part="villages")
        if self.removed is not None:
            self.fetch(self.removed.read, self.removed.show_rows, part="removed")

    def take_argument(self, argument: str) -> None:
        """`settings/backups`, `/checkup`, `/grades`: where the frame's alerts lead; `/villages`: the list of them."""
        sheets = {
            "backups": self.backups,
            "checkup": self.checkup,
            "grades": self.grades,
            "travel": self.travel,
            "villages": self.villages,
        }
        sheet = sheets.get(argument)
        if sheet is not None:
            self.tabs.open_sheet(sheet)

    def first_focus(self):
        """The tabs."""
        return self.tabs.tabBar()

    def _site_tab(self) -> Form:
        site = self._desk.site
        at_station = site.kind is SiteKind.STATION
        form = Form()
        form.section()
        facts = {
            "kind": (_("Kind"), _("guidance station") if at_station else _("guidance center")),
            "name": (_("Name of this site"), site.name),
            "code": (_("Code"), site.code),
            "township": (_("Township"), site.township),
            "center": (_("Guidance center"), site.center_name),
            "district": (_("District code"), site.district_code),
            "profile": (_("Data folder"), str(self._desk.profile)),
        }
        for name, (words, value) in facts.items():
            if value and (at_station or name not in ("center", "code")):
                form.add(name, words, TextField(width="field_long")).set_read_only(True)
        form.load({name: value for name, (_words, value) in facts.items()})
        layout = form.layout()
        if layout is not None:
            layout.addWidget(self.keys)
        return form.finish()

    def _look_tab(self) -> Form:
        self.look = Form()
        self.look.section()
        looks = options_of([(key, _(words)) for key, words in theme.THEMES.items()], digits=True)
        self.look.add("look", _("Colours"), ChoiceField(looks))
        scales = options_of([(str(percent), f"{percent}%") for percent in theme.SCALES], digits=True)
        self.look.add("scale", _("Type size"), ChoiceField(scales))
        self.look.add("language", _("Language"), ChoiceField(options_of(list(i18n.LANGUAGES.items()), digits=True)))
        minutes = range(LEAST_IDLE_MINUTES, MOST_IDLE_MINUTES + 1)
        self.look.add(
            "idle",
            _("Lock the screen after"),
            SelectField(options_of([(str(n), str(n)) for n in minutes]), width="field_short", unit=_("minutes")),
            hint=_("Without a key or click; what is being typed is kept. Ctrl+L locks at once."),
        )
        values = {"look": theme.name(), "scale": str(theme.scale_percent()), "language": i18n.language()}
        self.look.load({**values, "idle": str(load_tastes(self._desk.profile).idle_minutes)})
        self.look.changed.connect(self._on_look)
        return self.look.finish()

    def _on_look(self, name: str) -> None:
        value = str(self.look.fields[name].value())
        if name == "look":
            self.look_wanted.emit(value)
        elif name == "scale":
            self.scale_wanted.emit(int(value))
        elif name == "idle":
            self.idle_wanted.emit(int(value))
        else:
            self.language_wanted.emit(value)
