"""扫码或输入六位编号: a printed sheet's number, typed or scanned, opens the entry of that sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.rules.paper_code import read_code, read_sheet_code
from zhaohu.services.desk import Desk
from zhaohu.services.printing import sheets
from zhaohu.services.printing.sheets import Sheet
from zhaohu.ui.pages.loading import LoadingPage
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import Card
from zhaohu.ui.widgets.words import label

_LONGEST = 60
"""A child's own code has 42 digits."""


def address_of_sheet(sheet: Sheet) -> str:
    """The entry of a sheet that is out; the record of one that was keyed in."""
    if sheet.record_id:
        return f"visit/{sheet.record_id}"
    return f"visit-new/{sheet.child_id}.{sheet.form}.{sheet.no}"


class ScanBox(Card):
    """The field; a scanner types the digits and presses Enter. A form that was struck out opens with a second Enter.

    Args:
        page: Where it stands; reads for it.
        desk: Who looks.

    Signals:
        found(address): The page to open.
    """

    found = Signal(str)

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        words = _("Scan or type the six digits of a form")
        super().__init__("", gap=1)
        self._page, self._desk, self._struck = page, desk, ""
        self.field = TextField(width="", max_length=_LONGEST, placeholder=_("six digits, then Enter"))
        self.field.set_name(words)
        self.body.addWidget(label(_("{words}  {keys}").format(words=words, keys="F2"), "soft"))
        self.body.addWidget(self.field)
        self.body.addStretch(1)
        self.field.entered.connect(self.look)
        self.field.changed.connect(self._on_changed)
        self._key = QShortcut(QKeySequence("F2"), page)
        self._key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._key.activated.connect(self.focus)

    def focus(self) -> None:
        """Give the keyboard to the field; what stands in it is marked."""
        self.field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.edit.selectAll()

    def look(self) -> None:
        """Find what the digits stand for."""
        typed = self.field.text()
        if not typed:
            return
        child = read_code(typed)
        if child is not None:
            self._open(f"child/{child}")
        elif read_sheet_code(typed) is None:
            self._refuse(_("These are not the six digits of a form. Look at the number under the code once more."))
        else:
            self._page.act(
                lambda _context: sheets.find(self._desk, typed),
                self._take,
                title=_("Reading"),
                failed=self._fail,
                writes=False,
            )

    def _take(self, sheet: Sheet | None) -> None:
        if sheet is None:
            self._refuse(_("No form with this number was printed here."))
        elif sheet.struck_reason and sheet.code != self._struck:
            words = _("The form of {name} was struck out: {reason}. Press Enter once more to key it in all the same.")
            self._refuse(words.format(name=sheet.child, reason=sheet.struck_reason))
            self._struck = sheet.code
        else:
            self._open(address_of_sheet(sheet))

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self._refuse(error.message)

    def _open(self, address: str) -> None:
        self.field.set_value(None)
        self.field.set_problem("")
        self.found.emit(address)

    def _refuse(self, sentence: str) -> None:
        self._struck = ""
        self.field.set_problem(sentence)
        self.focus()

    def _on_changed(self) -> None:
        self._struck = ""
        self.field.set_problem("")
