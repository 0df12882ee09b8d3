"""规范与内容: the forms in force as screen and paper, texts of guidance, curriculum, targets, days off, extra visits.

The center changes them for its district, and publishes new editions of forms; at a station they are only to look at.
"""

from __future__ import annotations

from zhaohu.i18n import _, format_moment
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.content import standing
from zhaohu.services.content.standing import Standing
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.ui.dialogs import ask
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner
from zhaohu.ui.pages.content_curriculum import CurriculumTab
from zhaohu.ui.pages.content_days import DaysTab
from zhaohu.ui.pages.content_forms import FormsTab
from zhaohu.ui.pages.content_plan import PlanTab
from zhaohu.ui.pages.content_targets import TargetsTab
from zhaohu.ui.pages.content_texts import TextsTab
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.tabs import Tabs

_PARTS = ("forms", "texts", "days", "plan", "curriculum", "targets")


def content_page(desk: Desk, hub: Hub, runner: Runner) -> ContentPage:
    """The page, for the shell."""
    return ContentPage(desk, hub, runner)


class ContentPage(LoadingPage):
    """Six tabs; each reads by itself."""

    tables = frozenset({"district_data", "child", "visit"})
    nothing = Standing()

    def __init__(self, desk: Desk, hub: Hub, runner: Runner) -> None:
        super().__init__(hub, runner)
        self._desk = desk
        self.may_change = desk.site.kind is SiteKind.CENTER and desk.person.role is Role.ADMIN
        self.forms = FormsTab(desk, self)
        self.texts = TextsTab(desk, self)
        self.days = DaysTab(desk, self)
        self.plan = PlanTab(desk, self)
        self.curriculum = CurriculumTab(desk, self)
        self.targets = TargetsTab(desk, self)
        self.tabs = Tabs(_("Norms and content"))
        for sheet, words in (
            (self.forms, _("Forms")),
            (self.texts, _("Texts of guidance")),
            (self.days, _("Days off")),
            (self.plan, _("Extra visits at risk")),
            (self.curriculum, _("Curriculum")),
            (self.targets, _("Targets")),
        ):
            self.tabs.add(sheet, words)
        self.notice = Notice(closable=True)
        self.body.addWidget(self.notice)
        self.body.addWidget(self.tabs, 1)

    def refresh(self) -> None:
        """Read all tabs anew."""
        for part in _PARTS:
            sheet = getattr(self, part)
            self.fetch(sheet.read, sheet.show_read, part=part)

    def take_argument(self, argument: str) -> None:
        """`content/texts`, `/days` and so on: open that tab."""
        if argument in _PARTS:
            self.tabs.open_sheet(getattr(self, argument))

    def first_focus(self):
        """The tabs."""
        return self.tabs.tabBar()

    def change(self, work, title: str) -> None:
        """Change something for the district, then say when the stations have it."""
        self.act(lambda _context: work(), self.told, title=title)

    def restore(self, key: Key, what: str) -> None:
        """Ask, then go back to what the program ships."""
        text = _("What the district changed of it is taken back, at the stations too with the next return packet.")
        if ask.confirm(self, what, text, do=_("Take it back"), danger=True):
            self.change(lambda: standing.restore(self._desk, key), what)

    def told(self, edition: int) -> None:
        """Something was changed: say when the stations have it."""
        text = _("Saved as edition {n}. It goes to the stations with the next return packet.")
        self.notice.say(text.format(n=edition), "done")
        self.reload()

    @staticmethod
    def standing_words(found: Standing) -> str:
        """Which edition is in force and whose it is."""
        if not found.edition:
            return _("As the program ships it.")
        words = _("Edition {n} of the district, {moment}, {name}.").format(
            n=found.edition, moment=format_moment(found.changed_at), name=found.changed_by
        )
        return f"{words} {found.note}".rstrip()
