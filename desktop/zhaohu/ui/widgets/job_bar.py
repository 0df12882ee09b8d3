"""The strip above the status line: what is being done, how far it is, and a button to cancel it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QProgressBar

from zhaohu.i18n import _, format_number, format_size
from zhaohu.ui import theme
from zhaohu.ui.jobs import Job, Runner
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import row
from zhaohu.ui.widgets.words import label, set_kind


class JobBar(QFrame):
    """Shows the job that has made a person wait, one at a time; hidden otherwise."""

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        set_kind(self, "notice")
        self._waiting: list[Job] = []
        self._title = label()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(theme.size("field"))
        self._count = label("", "note")
        self._cancel = button(_("Cancel"), self._on_cancel)
        layout = row(self._title, gap=3, margin=2)
        layout.addWidget(self._bar, 1)
        layout.addWidget(self._count)
        layout.addWidget(self._cancel)
        self.setLayout(layout)
        self.hide()
        runner.slow.connect(self._on_slow)

    def _on_slow(self, job: Job) -> None:
        self._waiting.append(job)
        job.progressed.connect(self._show)
        job.finished.connect(self._on_finished)
        self._show()

    def _on_finished(self) -> None:
        ended = self.sender()
        self._waiting = [job for job in self._waiting if job is not ended]
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        job = self._waiting[0]
        self._title.setText(job.title)
        self._bar.setAccessibleName(job.title)
        self._bar.setMaximum(job.total)
        self._bar.setValue(job.done)
        self._count.setText(_how_far(job))
        self._cancel.setEnabled(not job.cancelling)

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._waiting[0].cancel()


def _how_far(job: Job) -> str:
    if not job.total:
        return ""
    done, total = (format_size(n * 1024) if job.in_kib else format_number(n) for n in (job.done, job.total))
    return _("{done} of {total}").format(done=done, total=total)
