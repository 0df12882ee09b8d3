"""设置: this site, who may log in, the check-up of the installation, and the look."""

from __future__ import annotations

from PySide6.QtCore import Signal

from zhaohu import i18n
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services import printing, setup
from zhaohu.services.desk import Desk
from zhaohu.ui import theme
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.pages.papers import show_paper
from zhaohu.ui.pages.settings_accounts import AccountsTab
from zhaohu.ui.pages.settings_checkup import CheckupTab
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import ChoiceField, options_of
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.fingerprint import Fingerprint
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, Card, row, scrolled
from zhaohu.ui.widgets.tabs import Tabs
from zhaohu.ui.widgets.words import label


def settings_page(desk: Desk, hub: Hub, runner: Runner) -> SettingsPage:
    """The page, for the shell; its three signals mean what the shell's of the same names mean."""
    return SettingsPage(desk, hub, runner)


class SettingsPage(LoadingPage):
    """Four tabs; what an account may not see is not there.

    Signals:
        look_wanted(theme), scale_wanted(percent), language_wanted(code): Chosen by the person.
    """

    tables = frozenset({"account"})
    look_wanted = Signal(str)
    scale_wanted = Signal(int)
    language_wanted = Signal(str)

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self._key = Fingerprint(_("Read it out group by group."))
        self._key_card = Card(_("Fingerprint of this site"), self._key)
        self.accounts = AccountsTab(desk, self, runner)
        self.tabs = Tabs(_("Settings"))
        self.tabs.add(scrolled(self._site_tab()), _("This site"))
        self.tabs.add(self.accounts, _("Accounts"))
        if desk.person.role is not Role.VIEWER:
            self.checkup = CheckupTab(desk, self)
            self.tabs.add(self.checkup, _("Check-up"))
        self.tabs.add(scrolled(self._look_tab()), _("Look"))
        self.body.addWidget(self.tabs, 1)

    def refresh(self) -> None:
        """Read the fingerprint and the accounts anew."""
        self.fetch(lambda: (setup.own_fingerprint(self._desk), self.accounts.read()), self._take)

    def first_focus(self):
        """The tabs."""
        return self.tabs.tabBar()

    def _take(self, found: tuple) -> None:
        key, accounts = found
        self._key.set_text(key)
        self.accounts.show_rows(accounts)

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
        other = _("the guidance center") if at_station else _("a station")
        advice = _("Before {other} trusts the keys of this site, it compares this over the telephone.")
        self._key_card.body.addWidget(label(advice.format(other=other), "soft", wrap=True))
        letter = button(_("Print the key letter"), self._on_print, icon="print")
        self._key_card.body.addLayout(row(letter, STRETCH))
        layout = form.layout()
        if layout is not None:
            layout.addWidget(self._key_card)
        return form.finish()

    def _look_tab(self) -> Form:
        self.look = Form()
        self.look.section()
        looks = options_of([(key, _(words)) for key, words in theme.THEMES.items()], digits=True)
        self.look.add("look", _("Colours"), ChoiceField(looks))
        scales = options_of([(str(percent), f"{percent}%") for percent in theme.SCALES], digits=True)
        self.look.add("scale", _("Type size"), ChoiceField(scales))
        self.look.add("language", _("Language"), ChoiceField(options_of(list(i18n.LANGUAGES.items()), digits=True)))
        self.look.load({"look": theme.name(), "scale": str(theme.scale_percent()), "language": i18n.language()})
        self.look.changed.connect(self._on_look)
        return self.look.finish()

    def _on_look(self, name: str) -> None:
        value = str(self.look.fields[name].value())
        if name == "look":
            self.look_wanted.emit(value)
        elif name == "scale":
            self.scale_wanted.emit(int(value))
        else:
            self.language_wanted.emit(value)

    def _on_print(self) -> None:
        reader = self._desk.site.center_name if self._desk.site.kind is SiteKind.STATION else _("Guidance stations")
        show_paper(
            self,
            lambda: printing.print_key_letter(self._desk, self._key.text(), reader),
            title=_("Key letter"),
            file_name=f"{self._desk.site.code}-{_('key letter')}.pdf",
        )
