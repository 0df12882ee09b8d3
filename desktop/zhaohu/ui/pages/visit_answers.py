"""A recorded form to read: its answers by section, with what a correction changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from zhaohu.i18n import _, form_term
from zhaohu.rules.forms.model import Answer, Field, FieldType, Form
from zhaohu.services.care.doubts import FieldDoubt, Standing
from zhaohu.ui import theme
from zhaohu.ui.widgets.form_fields import words_of
from zhaohu.ui.widgets.layout import STRETCH, Card, column, panel
from zhaohu.ui.widgets.words import label

_PER_ROW = 2


def answer_words(field: Field, answers: Mapping[str, Answer]) -> str:
    """An answer with the words beside its option; telephone and id numbers are masked."""
    words = words_of(field, answers.get(field.name))
    if field.again_name and (again := answers.get(field.again_name)) is not None:
        words = _("{value} (measured again: {again})").format(value=words, again=words_of(field, again))
    beside = answers.get(field.text_name) if field.text_name else None
    return _("{label}: {value}").format(label=words, value=beside) if beside else words


class VisitAnswers(QWidget):
    """All answers of a record.

    Args:
        form: The form.
        answers: Of the version that is shown.
        former: Of the version before it; what differs is marked. None marks nothing.
        doubts: What was doubtful about the measurements.
    """

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Answer],
        former: Mapping[str, Answer] | None,
        doubts: Sequence[FieldDoubt] = (),
    ) -> None:
        super().__init__()
        self._doubts = {one.field: one for one in reversed(doubts)}
        self.changed: list[str] = []
        cards = column(gap=4)
        for title, fields in (*_sections(form), *_unknown(form, answers)):
            asked = [one for one in fields if _is_asked(form, one, answers)]
            if not asked:
                continue
            card = Card(title)
            grid = QGridLayout()
            grid.setHorizontalSpacing(theme.space(3))
            grid.setVerticalSpacing(theme.space(2))
            for place, one in enumerate(asked):
                line, at = divmod(place, _PER_ROW)
                grid.addWidget(self._title(one), line, 2 * at, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(self._value(one, answers, former), line, 2 * at + 1, Qt.AlignmentFlag.AlignTop)
            for at in range(_PER_ROW):
                grid.setColumnMinimumWidth(2 * at, theme.size("label_column"))
                grid.setColumnStretch(2 * at + 1, 1)
            card.body.addLayout(grid)
            cards.addWidget(card)
        cards.addStretch(1)
        self.setLayout(cards)

    @staticmethod
    def _title(field: Field) -> QWidget:
        title = label(form_term(field.label), "soft", wrap=True)
        title.setFixedWidth(theme.size("label_column"))
        return title

    def _value(self, field: Field, answers: Mapping[str, Answer], former: Mapping[str, Answer] | None) -> QWidget:
        words = answer_words(field, answers)
        value = label(words or "—", "" if words else "soft", wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setAccessibleName(f"{form_term(field.label)}: {words}")
        notes = [label(words, "note", tone=tone, wrap=True) for words, tone in self._notes(field, answers, former)]
        return panel(column(value, *notes, STRETCH, gap=0)) if notes else value

    def _notes(
        self, field: Field, answers: Mapping[str, Answer], former: Mapping[str, Answer] | None
    ) -> Iterator[tuple[str, str]]:
        """What is said under an answer: that it was corrected, that it is doubtful."""
        if former is not None and any(former.get(one) != answers.get(one) for one in field.names):
            self.changed.append(field.name)
            before = answer_words(field, former)
            yield _("corrected; before: {value}").format(value=before or "—"), "attention"
        doubt = self._doubts.get(field.name)
        if doubt is not None:
            open_ = doubt.standing is Standing.OPEN
            words = _("Not measured again: {doubt}").format(doubt=doubt.doubt.finding) if open_ else doubt.message
            yield words, "quiet" if doubt.standing is Standing.CONFIRMED else "attention"


def _sections(form: Form) -> Iterator[tuple[str, Sequence[Field]]]:
    if form.is_known:
        yield from ((form_term(group.title), group.fields) for group in form.groups)
        return
    title = _("Answers of a form that this program does not know yet, by their names")
    if form.like:
        words = _("Made with version {version} of the form, which is not here; shown in the words of version {other}")
        title = words.format(version=form.version, other=form.like)
    for group in form.groups:
        yield title, group.fields


def _unknown(form: Form, answers: Mapping[str, Answer]) -> Iterator[tuple[str, Sequence[Field]]]:
    """What a newer program answered beside the fields of this form: shown as it is."""
    known = {name for one in form.fields() for name in one.names}
    others = [Field(name, FieldType.TEXT, name) for name in answers if name not in known]
    if others:
        yield _("Answers that this program does not know yet, by their names"), others


def _is_asked(form: Form, field: Field, answers: Mapping[str, Answer]) -> bool:
    if field.type is FieldType.NOTE or field.hidden:
        return False
    return field.name in answers or (not form.conditions(field.name) and field.paper)
