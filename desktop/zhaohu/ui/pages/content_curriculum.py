"""课程: the topics of parenting classes by block and age band; they are offered when a class is planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zhaohu.i18n import _
from zhaohu.records.codes import TopicBlock
from zhaohu.records.codes import label as code_label
from zhaohu.rules.curriculum import LONGEST_TITLE, Topic
from zhaohu.services.content import curriculum
from zhaohu.services.content.curriculum import Curriculum
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key
from zhaohu.ui.pages.content_rows import RowsTab, RowWords
from zhaohu.ui.widgets.choice_field import MultiChoiceField, SelectField, options_of
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.form import Form
from zhaohu.ui.widgets.table import Column

if TYPE_CHECKING:
    from zhaohu.ui.pages.content import ContentPage


class CurriculumTab(RowsTab):
    """The topics as rows."""

    def __init__(self, desk: Desk, page: ContentPage) -> None:
        self._bands: dict[str, str] = {}
        words = RowWords(
            name=_("Curriculum"),
            lead=_("Stations are offered these topics when they plan a class; others may be typed too."),
            empty=_("No topics: stations type the topics of their classes."),
            add=_("Add a topic"),
            edit=_("Change the topic"),
            shipped=_("The curriculum as shipped"),
        )
        columns = [
            Column(_("Topic block"), lambda one: code_label(one.block), width=22),
            Column(_("Month of age"), self._ages, width=26, sort=lambda one: one.bands),
            Column(_("Topic"), lambda one: one.title, width=0, hint=lambda one: one.title),
        ]
        super().__init__(desk, page, Key.CURRICULUM, words, columns)

    def read(self) -> Curriculum:
        """The topics in force; called off the GUI thread."""
        return curriculum.view_curriculum(self.desk)

    def show_read(self, read: Curriculum) -> None:
        """Show what `read` gave."""
        self._bands = dict(read.bands)
        self.show_rows(read.topics, read.standing, shipped=read.shipped)

    def take_out(self, row: Topic) -> int:
        """A topic less."""
        return curriculum.remove_topic(self.desk, row.title)

    def form(self, row: Topic | None) -> tuple[Form, Callable[[dict[str, Any]], int]]:
        """Block, ages, title."""
        form = Form()
        form.section()
        blocks = options_of([(block.value, code_label(block)) for block in TopicBlock], digits=True)
        form.add("block", _("Topic block"), SelectField(blocks), required=True)
        bands, hint = MultiChoiceField(options_of(list(self._bands.items()))), _("None ticked: for every age.")
        form.add("bands", _("Month of age"), bands, hint=hint)
        form.add("title", _("Topic"), TextField(width="field_long", max_length=LONGEST_TITLE), required=True)
        form.finish()
        if row is not None:
            form.load({"block": row.block.value, "bands": list(row.bands), "title": row.title})

        def save(values: dict[str, Any]) -> int:
            chosen = [code for code in self._bands if code in (values["bands"] or ())]
            topic = Topic(" ".join(values["title"].split()), TopicBlock(values["block"]), tuple(chosen))
            return curriculum.put_topic(self.desk, row.title if row else "", topic)

        return form, save

    def _ages(self, one: Topic) -> str:
        return _(", ").join(self._bands.get(code, code) for code in one.bands) or _("All ages")
