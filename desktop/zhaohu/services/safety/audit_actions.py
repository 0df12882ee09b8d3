"""The words of every action that is written into the audit log, and the group that it belongs to."""

from __future__ import annotations

from enum import StrEnum

from zhaohu.i18n import N_, _


class Group(StrEnum):
    """What acts are about; each action belongs to one group."""

    ENTRY = "entry"
    REVEALS = "reveals"
    PAPERS = "papers"
    RECORDS = "records"
    EXCHANGE = "exchange"
    ACCOUNTS = "accounts"
    UPKEEP = "upkeep"


GROUPS = {
    Group.ENTRY: N_("Log-ins"),
    Group.REVEALS: N_("Numbers shown"),
    Group.PAPERS: N_("Prints and exports"),
    Group.RECORDS: N_("Children and visits"),
    Group.EXCHANGE: N_("Exchange"),
    Group.ACCOUNTS: N_("Accounts"),
    Group.UPKEEP: N_("Backups and upkeep"),
}

ACTIONS = {
    "account.add": N_("Account added"),
    "account.disable": N_("Account disabled"),
    "account.enable": N_("Account enabled again"),
    "account.log_in": N_("Logged in"),
    "account.log_in_failed": N_("Log-in failed"),
    "account.password": N_("Password changed"),
    "account.recover": N_("Opened with the recovery sheet"),
    "account.recovery_sheet": N_("New recovery sheet made"),
    "account.role": N_("Role changed"),
    "appointment.bring_back": N_("Contact taken into a plan again"),
    "appointment.leave_out": N_("Contact left out of a plan"),
    "appointment.plan": N_("Visits planned"),
    "attempt.note": N_("Attempt to reach a family noted"),
    "attempt.strike": N_("Attempt struck out"),
    "backup.copy": N_("Backup copied to the second place"),
    "backup.create": N_("Backup made"),
    "backup.drill": N_("Backup restored for a trial"),
    "backup.fail": N_("Backup failed"),
    "backup.restore": N_("Restored from a backup"),
    "backup.second_place": N_("Second place of the backups changed"),
    "bundle.ask_for_all": N_("Station asked for all its records"),
    "bundle.export": N_("Bundle written"),
    "bundle.import": N_("Bundle taken in"),
    "bundle.make": N_("Bundle made"),
    "bundle.refuse": N_("Bundle refused"),
    "bundle.set_aside": N_("Bundle set aside"),
    "bundle.undo": N_("Last import undone"),
    "bundle.watch": N_("Watched folder chosen"),
    "caregiver.add": N_("Caregiver added"),
    "caregiver.correct": N_("Caregiver corrected"),
    "caregiver.edit": N_("Caregiver opened for correction"),
    "caregiver.remove": N_("Caregiver removed"),
    "check": N_("Installation checked"),
    "child.cancel_release": N_("Release to another station cancelled"),
    "child.refuse_offer": N_("Child of another station refused"),
    "child.take": N_("Child of another station taken over"),
    "child.close": N_("Records closed at three years"),
    "child.consent": N_("Consent entered"),
    "child.correct": N_("Child's particulars corrected"),
    "child.edit": N_("Child's particulars opened for correction"),
    "child.join_family": N_("Child moved to another family"),
    "child.merge": N_("Two records of one child merged"),
    "child.merge_undo": N_("Merging undone"),
    "child.register": N_("Child registered"),
    "child.release": N_("Released to another station"),
    "child.remove": N_("Child removed"),
    "child.risk": N_("Risk factor noted"),
    "child.risk_end": N_("Risk factor ended"),
    "child.split_family": N_("Child given a family of its own"),
    "child.status": N_("Status changed"),
    "child.strike_out": N_("Change of status struck out"),
    "child.take_back": N_("Taken back onto the register"),
    "child.tell_apart": N_("Two children told apart"),
    "child.tell_apart_undo": N_("Telling apart taken back"),
    "children.import": N_("Roster taken in"),
    "children.undo_import": N_("Roster undone"),
    "records.import": N_("Records taken in from a spreadsheet"),
    "class.attendance": N_("Attendance kept"),
    "class.invite": N_("Invitations added"),
    "class.plan": N_("Class planned"),
    "class.remove": N_("Class removed"),
    "clock.confirm": N_("Date of this PC confirmed"),
    "district.restore": N_("Setting of the district set back to what the program ships"),
    "district.set": N_("Setting of the district changed"),
    "draft.drop": N_("Draft dropped"),
    "export.audit": N_("Audit log saved as a spreadsheet"),
    "export.list": N_("List saved as a spreadsheet"),
    "extra_contact.add": N_("Extra visit planned"),
    "extra_contact.remove": N_("Extra visit taken back"),
    "family.correct": N_("Family's address corrected"),
    "follow_up.close": N_("Outcome of a follow-up entered"),
    "follow_up.decline": N_("Advice turned down"),
    "follow_up.recheck": N_("Re-check planned"),
    "follow_up.reopen": N_("Follow-up opened again"),
    "growth.recompute": N_("Growth graded by newer rules"),
    "key.change": N_("Database key changed"),
    "population.set": N_("Population entered"),
    "print.case": N_("Special case printed"),
    "print.child_card": N_("Child's card printed"),
    "print.consent": N_("Consent form printed"),
    "print.family_growth": N_("Growth notice for a family printed"),
    "print.form": N_("Blank form printed"),
    "print.growth": N_("Growth chart printed"),
    "print.import_report": N_("Import report printed"),
    "print.hand_out": N_("Guidance hand-out printed"),
    "print.key_letter": N_("Key letter printed"),
    "print.labels": N_("Labels for handbooks printed"),
    "print.records": N_("Records of visits printed together"),
    "print.recovery_sheet": N_("Recovery sheet printed"),
    "print.register": N_("Register of children printed"),
    "print.restore_guide": N_("Guide to restoring printed"),
    "print.route": N_("Route list printed"),
    "print.sheets": N_("Forms printed ahead"),
    "print.sign_in": N_("Sign-in sheet printed"),
    "print.visit": N_("Visit record printed"),
    "branch.decide": N_("Records of a copy compared"),
    "fork.decide": N_("Decided which PC is the station"),
    "kept.decide": N_("Two versions of a record compared"),
    "life.copy": N_("Found that the center goes on with another PC"),
    "life.begin": N_("New beginning of the exchange"),
    "profile.create": N_("Profile made"),
    "question.answer": N_("Question of the center answered"),
    "question.ask": N_("Station asked"),
    "question.close": N_("Question closed"),
    "receipt.export": N_("Receipt written"),
    "receipt.import": N_("Receipt read"),
    "record.restore": N_("Removed record brought back"),
    "reveal.citizen_id": N_("Citizen id shown"),
    "reveal.phone": N_("Phone number shown"),
    "sheet.strike": N_("Sheet printed ahead struck out"),
    "site_key.change": N_("Keys of this site changed"),
    "station.accept": N_("Station enrolled"),
    "station.add": N_("Station registered"),
    "station.keys": N_("New keys of a station accepted"),
    "station.recenter": N_("Joined to the guidance center anew"),
    "station.renew": N_("Enrolment of a station renewed"),
    "station.reply": N_("Reply to the enrolment file written once more"),
    "station.revoke": N_("Keys of a station revoked"),
    "teacher.add": N_("Teacher added"),
    "teacher.end": N_("Teacher's employment ended"),
    "teacher.remove": N_("Teacher removed"),
    "travel.exchange": N_("Files exchanged through a place"),
    "travel.plan": N_("Exchange by itself set"),
    "travel.remove": N_("Place of the exchange removed"),
    "travel.save": N_("Place of the exchange saved"),
    "vaccination.record": N_("Vaccinations of the certificate entered"),
    "vaccination.strike": N_("Vaccination struck out"),
    "village.add": N_("Villages added"),
    "village.assign": N_("Teacher of a village assigned"),
    "village.change": N_("Village renamed"),
    "village.close": N_("Village closed"),
    "village.merge": N_("Villages joined"),
    "village.open": N_("Village opened again"),
    "village.part": N_("Villages parted again"),
    "village.township": N_("Township code entered"),
    "visit.correct": N_("Visit corrected"),
    "visit.edit": N_("Visit opened for correction"),
    "visit.record": N_("Visit recorded"),
    "visit.remove": N_("Visit removed"),
    "visit.start": N_("Visit form opened"),
}
"""The words of every action that is written into the log."""

_ENTRIES = frozenset({"account.log_in", "account.log_in_failed", "account.recover"})
_GROUPS_BY_NOUN = {
    "account": Group.ACCOUNTS,
    "backup": Group.UPKEEP,
    "bundle": Group.EXCHANGE,
    "check": Group.UPKEEP,
    "clock": Group.UPKEEP,
    "export": Group.PAPERS,
    "growth": Group.UPKEEP,
    "key": Group.ACCOUNTS,
    "print": Group.PAPERS,
    "profile": Group.UPKEEP,
    "question": Group.EXCHANGE,
    "receipt": Group.EXCHANGE,
    "reveal": Group.REVEALS,
    "site_key": Group.EXCHANGE,
    "station": Group.EXCHANGE,
    "travel": Group.EXCHANGE,
}


def action_words(action: str) -> str:
    """What was done, in words; the action itself when a newer version wrote it."""
    return _(ACTIONS[action]) if action in ACTIONS else action


def group_of(action: str) -> Group:
    """What an action is about."""
    if action in _ENTRIES:
        return Group.ENTRY
    return _GROUPS_BY_NOUN.get(action.partition(".")[0], Group.RECORDS)
