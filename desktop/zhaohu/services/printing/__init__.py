"""Papers: the same PDF for the printer, the screen and a file; every one leaves a line in the audit log."""

from zhaohu.services.printing.charts import print_family_growth, print_growth
from zhaohu.services.printing.gatherings import print_sign_in
from zhaohu.services.printing.keys import (
    hand_over,
    print_key_letter,
    print_restore_guide,
    recovery_sheet_place,
    save_pdf,
    write_new_sheet,
    write_recovery_sheet,
)
from zhaohu.services.printing.records import print_form, print_records, print_visit
from zhaohu.services.printing.routes import print_route

__all__ = [
    "hand_over",
    "print_family_growth",
    "print_form",
    "print_growth",
    "print_key_letter",
    "print_records",
    "print_restore_guide",
    "print_route",
    "print_sign_in",
    "print_visit",
    "recovery_sheet_place",
    "save_pdf",
    "write_new_sheet",
    "write_recovery_sheet",
]
