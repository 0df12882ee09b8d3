"""目标: what share of the children or families is aimed at, from which year on, and how far this year is."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from zhaohu.i18n import N_, _, format_number
from zhaohu.rules.targets import WHOLE, Indicator, Target, in_force
from zhaohu.services.content import targets
from zhaohu.services.content.targets import Targets
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.services.guidance import overview
from zhaohu.services.guidance.managed import Managed
from zhaohu.ui.pages.children_filter import UNSEEN
from zhaohu.ui.pages.content_rows import RowsTab, RowWords
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.choice_field import SelectField, options_of
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.layout import STRETCH, row
from zhaohu.ui.widgets.number_field import NumberField
from zhaohu.ui.widgets.table import Column
from zhaohu.ui.widgets.words import label

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage

INDICATORS = {
    Indicator.MANAGED: N_("Children under three seen this year"),
    Indicator.KNOWLEDGE: N_("Caregivers who know the basics of child care"),
}
_FORMULAS = {
    Indicator.MANAGED: N_("Children under three with a visit or check this year, of all under three on the register"),
    Indicator.KNOWLEDGE: N_("Told by questionnaire, which this version does not keep"),
}
_TENTHS = WHOLE // 100


class _Read(NamedTuple):
    targets: Targets
    managed: Managed
    year: int


class TargetsTab(RowsTab):
    """The targets as rows; over them how far this year is."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        self._in_force: frozenset[Target] = frozenset()
        words = RowWords(
            name=_("Targets"),
            lead=_("A target counts from its year until a later one takes its place."),
            empty=_("No targets: figures are shown without them."),
            add=_("Add a target"),
            edit=_("Change the target"),
            shipped=_("The targets as shipped"),
        )
        columns = [
            Column(_("Indicator"), lambda one: _(INDICATORS[one.indicator]), width=30),
            Column(_("From year"), lambda one: one.from_year, width=10, right=True),
            Column(_("Target"), lambda one: one.per_mille, text=percent, width=10, right=True),
            Column(_("Counts now"), self._now, width=12, icon=lambda one: "check" if self._now(one) else ""),
            Column(_("How it is counted"), lambda one: _(_FORMULAS[one.indicator]), width=0, hint=_formula),
        ]
        super().__init__(desk, page, Key.TARGETS, words, columns)
        self.so_far = label("")
        self.unseen_button = button(_("Show those not seen yet"), self._on_unseen, kind="link")
        self.head.addLayout(row(self.so_far, self.unseen_button, STRETCH))

    def read(self) -> _Read:
        """The targets and how far this year is; called off the GUI thread."""
        own = overview.managed_here(self.desk)
        return _Read(targets.view_targets(self.desk), own, self.desk.today.year)

    def show_read(self, read: _Read) -> None:
        """Show what `read` gave."""
        counting = in_force(read.targets.rows, read.year)
        self._in_force = frozenset(counting.values())
        self.so_far.setText(so_far_words(read.managed, counting.get(Indicator.MANAGED)))
        self.unseen_button.setVisible(read.managed.seen < read.managed.children)
        self.show_rows(read.targets.rows, read.targets.standing, shipped=read.targets.shipped)

    def take_out(self, row: Target) -> int:
        """A target less."""
        return targets.remove_target(self.desk, row)

    def form(self, row: Target | None) -> tuple[Form, Callable[[dict[str, Any]], int]]:
        """Indicator, year, share."""
        form = Form()
        form.section()
        names = options_of([(str(one), _(words)) for one, words in INDICATORS.items()])
        form.add("indicator", _("Indicator"), SelectField(names, width="field_long"), required=True)
        form.add("from_year", _("From year"), NumberField(), required=True)
        form.add("per_mille", _("Target"), NumberField("%", decimals=1), required=True)
        form.finish()
        share = Decimal(row.per_mille) / _TENTHS if row else None
        named = (str(row.indicator), row.from_year) if row else (None, self.desk.today.year)
        form.load({"indicator": named[0], "from_year": named[1], "per_mille": share})

        def save(values: dict[str, Any]) -> int:
            per_mille = int(values["per_mille"] * _TENTHS)
            target = Target(Indicator(values["indicator"]), int(values["from_year"]), per_mille)
            return targets.put_target(self.desk, row, target)

        return form, save

    def _now(self, one: Target) -> str:
        return _("counts") if one in self._in_force else ""

    def _on_unseen(self) -> None:
        self.page.go.emit(f"children/{UNSEEN}")


def percent(per_mille: int | None) -> str:
    """A share as people write it; a dash for none."""
    if per_mille is None:
        return "—"
    return f"{per_mille / _TENTHS:.1f}".removesuffix(".0") + "%"


def share_words(found: Managed) -> str:
    """The share with what it is made of, such as 95.2% (60/63)."""
    made_of = f"{format_number(found.seen)}/{format_number(found.children)}"
    return _("{share} ({parts})").format(share=percent(found.per_mille), parts=made_of)


def target_words(target: Target | None) -> str:
    """What is aimed at."""
    return _("target {share}").format(share=percent(target.per_mille)) if target else _("no target set")


def is_short(found: Managed, target: Target | None) -> bool:
    """Whether the target is not reached."""
    return bool(found.children and target and found.seen * WHOLE < target.per_mille * found.children)


def so_far_words(found: Managed, target: Target | None) -> str:
    """How far this year is."""
    words = _("{indicator}: {share}, {target}.")
    shown = share_words(found) if found.children else _("nobody on the register yet")
    return words.format(indicator=_(INDICATORS[Indicator.MANAGED]), share=shown, target=target_words(target))


def _formula(one: Target) -> str:
    return _(_FORMULAS[one.indicator])
