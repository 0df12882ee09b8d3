"""Who may do what: one table for every service, tried with every role at both kinds of site.

In words, as the table below has it:

| | administrator | guidance teacher | viewer | auditor (center) |
| --- | --- | --- | --- | --- |
| look at children, visits, growth, classes, staffing, the exchange, the state of backups | yes | yes | yes | yes |
| record and correct; visits and classes: remove, bring back; drafts; rosters | yes | yes | | |
| grade growth by newer rules | yes | yes | | |
| show a masked number, print a record, chart or sign-in sheet | yes | yes | | |
| save a list as a spreadsheet (numbers masked) | yes | yes | | yes |
| make and copy backups, write and read exchange files of a station | yes | yes | | |
| check the installation | yes | yes | | yes |
| read and export the audit log, see the accounts | yes | | | yes |
| remove and bring back children and teachers; employ teachers | yes | | | |
| accounts, recovery sheet, second place of backups | yes | | | |
| at the center: register stations, read bundles, write receipts, enter populations | yes | | | |
| change one's own password | yes | yes | yes | yes |
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.services.register.test_removal import a_class, as_role
from tests.sync.district import open_copy

import zhaohu
from zhaohu import services
from zhaohu.errors import NotAllowed, NotFound, Refused
from zhaohu.records import FollowUp
from zhaohu.records.codes import (
    AttemptOutcome,
    AttemptWay,
    CaseOutcome,
    ChildStatus,
    ConsentScope,
    FollowUpKind,
    Risk,
    Role,
    SiteKind,
)
from zhaohu.records.exchange import Offer
from zhaohu.services.care import vaccinations, visits
from zhaohu.services.desk import Desk
from zhaohu.services.due import appointments, attempts, extra_contacts
from zhaohu.services.duplicates import duplicates
from zhaohu.services.follow import follow_ups
from zhaohu.services.guidance import classes, staffing
from zhaohu.services.printing import sheets
from zhaohu.services.register import (
    caregivers,
    children,
    closing,
    consents,
    families,
    incoming,
    moves,
    releases,
    removal,
    risk_factors,
    village_merging,
    village_teachers,
    villages,
)
from zhaohu.services.safety import accounts
from zhaohu.store import audit

ALL = frozenset(Role)
WRITERS = frozenset({Role.ADMIN, Role.TEACHER})
EXPORTERS = WRITERS | {Role.AUDITOR}
READERS_OF_LOGS = frozenset({Role.ADMIN, Role.AUDITOR})
ADMIN = frozenset({Role.ADMIN})
STATION, CENTER = SiteKind.STATION, SiteKind.CENTER


@dataclass(frozen=True, slots=True)
class Right:
    """Roles that may call a service, and the kind of site where it is done; None at both."""

    roles: frozenset[Role]
    at: SiteKind | None = None


TABLE = {
    "accounts.add_account": Right(ADMIN),
    "accounts.change_password": Right(ADMIN),  # of others; one's own: see below
    "accounts.change_role": Right(ADMIN),
    "accounts.disable_account": Right(ADMIN),
    "accounts.enable_account": Right(ADMIN),
    "accounts.list_accounts": Right(READERS_OF_LOGS),
    "appointments.bring_back": Right(WRITERS, STATION),
    "appointments.doubts": Right(WRITERS),
    "appointments.leave_out": Right(WRITERS, STATION),
    "appointments.plan": Right(WRITERS, STATION),
    "attempts.note_attempt": Right(WRITERS, STATION),
    "attempts.of_child": Right(ALL),
    "attempts.strike": Right(WRITERS, STATION),
    "audit_log.export": Right(READERS_OF_LOGS),
    "audit_log.first_tampered": Right(READERS_OF_LOGS),
    "audit_log.search": Right(READERS_OF_LOGS),
    "backups.backup_if_due": Right(ALL),
    "backups.copy_backup": Right(WRITERS),
    "backups.create_backup": Right(WRITERS),
    "backups.set_second_place": Right(ADMIN),
    "backups.state": Right(ALL),
    "backups.verify_backup": Right(ALL),
    "branches.leave": Right(ADMIN, CENTER),
    "branches.list_branches": Right(ALL, CENTER),
    "branches.take": Right(ADMIN, CENTER),
    "batch_report.save_report": Right(EXPORTERS),
    "batch_report.summary": Right(EXPORTERS),
    "exporting.ask_for_all": Right(WRITERS, STATION),
    "exporting.export_bundle": Right(WRITERS, STATION),
    "exporting.pending": Right(ALL, STATION),
    "history.list_history": Right(ALL),
    "importing.import_bundles": Right(ADMIN, CENTER),
    "importing.verify_bundle": Right(ALL),
    "inbox.ask_for_all": Right(ADMIN, CENTER),
    "inbox.matrix": Right(ALL, CENTER),
    "inbox.refused_files": Right(ALL, CENTER),
    "places.check_place": Right(WRITERS),
    "places.last_place": Right(ALL),
    "places.list_places": Right(WRITERS),
    "places.quiet_plan": Right(ALL),
    "places.remove_place": Right(ADMIN),
    "places.save_place": Right(ADMIN),
    "places.set_quiet_plan": Right(ADMIN),
    "preview.preview": Right(ADMIN, CENTER),
    "quiet.exchange_if_due": Right(WRITERS),
    "quiet.standing": Right(ALL),
    "set_aside.list_set_aside": Right(ALL, CENTER),
    "set_aside.retry": Right(ADMIN, CENTER),
    "standing.status": Right(ALL),
    "travel.exchange": Right(WRITERS),
    "undo.last_import": Right(ALL, CENTER),
    "undo.undo_last": Right(ADMIN, CENTER),
    "watching.look": Right(ADMIN, CENTER),
    "watching.watch": Right(ADMIN, CENTER),
    "watching.watched": Right(ALL, CENTER),
    "caregivers.add_caregiver": Right(WRITERS, STATION),
    "caregivers.correct_caregiver": Right(WRITERS, STATION),
    "caregivers.doubts": Right(WRITERS),
    "caregivers.edit_caregiver": Right(WRITERS, STATION),
    "caregivers.remove_caregiver": Right(WRITERS, STATION),
    "case_papers.print_case": Right(WRITERS),
    "cases.advice_on_closing": Right(ALL),
    "checkup.check_up": Right(EXPORTERS),
    "checkup.last_run": Right(EXPORTERS),
    "checkup.save_report": Right(EXPORTERS),
    "child_exports.export_children": Right(EXPORTERS),
    "child_exports.export_due": Right(EXPORTERS),
    "child_findings.check_correction": Right(WRITERS),
    "child_findings.check_new": Right(WRITERS),
    "child_overview.overview": Right(ALL),
    "child_tabs.list_classes": Right(ALL),
    "child_tabs.list_papers": Right(ALL),
    "child_list.count_children": Right(ALL),
    "child_list.ids": Right(ALL),
    "child_list.list_children": Right(ALL),
    "child_list.list_teachers_of_villages": Right(ALL),
    "child_list.list_villages": Right(ALL),
    "child_list.rows": Right(ALL),
    "child_list.search": Right(ALL),
    "children.correct_child": Right(WRITERS, STATION),
    "children.edit_child": Right(WRITERS, STATION),
    "children.register_child": Right(WRITERS, STATION),
    "children.reveal": Right(WRITERS),
    "children.view_child": Right(ALL),
    "choosing.forms_of_records": Right(ALL),
    "choosing.list_records": Right(ALL),
    "classes.invite": Right(WRITERS, STATION),
    "classes.list_classes": Right(ALL),
    "classes.mark_attendance": Right(WRITERS, STATION),
    "classes.plan_class": Right(WRITERS, STATION),
    "classes.view_class": Right(ALL),
    "clock_watch.clock_words": Right(ALL),
    "clock_watch.confirm": Right(ALL),
    "clock_watch.question": Right(ALL),
    "closing.close_all": Right(WRITERS, STATION),
    "closing.to_close": Right(ALL),
    "consents.decide": Right(WRITERS, STATION),
    "consents.standing": Right(ALL),
    "corrections.corrections": Right(ALL),
    "drafts.drop": Right(WRITERS),
    "drafts.find": Right(WRITERS),
    "drafts.keep": Right(WRITERS),
    "drafts.list_drafts": Right(WRITERS),
    "duplicates.alike": Right(ALL),
    "duplicates.find_all": Right(ALL),
    "duplicates.forget_apart": Right(WRITERS, STATION),
    "duplicates.list_told_apart": Right(ALL),
    "duplicates.tell_apart": Right(WRITERS, STATION),
    "duties.missed_list": Right(ALL),
    "extra_contacts.add": Right(WRITERS, STATION),
    "extra_contacts.of_child": Right(ALL),
    "extra_contacts.remove": Right(WRITERS, STATION),
    "first_steps.first_steps": Right(ALL),
    "duties.child_duties": Right(ALL),
    "duties.due_counts": Right(ALL),
    "duties.due_list": Right(ALL),
    "duties.due_start": Right(ALL),
    "form_editions.list_editions": Right(ALL),
    "form_editions.print_edition": Right(ADMIN, CENTER),
    "form_editions.publish": Right(ADMIN, CENTER),
    "form_editions.read_edition": Right(ADMIN, CENTER),
    "form_editions.withdraw": Right(ADMIN, CENTER),
    "form_list.find_form": Right(ALL),
    "form_list.list_forms": Right(ALL),
    "days_off.list_days": Right(ALL),
    "days_off.set_days": Right(ADMIN, CENTER),
    "district.read": Right(ALL),
    "district.setting": Right(ALL),
    "district.write": Right(ADMIN, CENTER),
    "handovers.handovers": Right(ALL),
    "hand_outs.offer": Right(WRITERS),
    "hand_outs.print_hand_out": Right(WRITERS),
    "record_import.read_records": Right(WRITERS, STATION),
    "record_import.take_in": Right(WRITERS, STATION),
    "record_report.save_report": Right(WRITERS),
    "standing.restore": Right(ADMIN, CENTER),
    "texts.add_text": Right(ADMIN, CENTER),
    "texts.change_text": Right(ADMIN, CENTER),
    "texts.list_texts": Right(ALL),
    "texts.restore_text": Right(ADMIN, CENTER),
    "texts.set_hidden": Right(ADMIN, CENTER),
    "texts.set_reviewed": Right(ADMIN, CENTER),
    "curriculum.put_topic": Right(ADMIN, CENTER),
    "curriculum.remove_topic": Right(ADMIN, CENTER),
    "curriculum.view_curriculum": Right(ALL),
    "targets.put_target": Right(ADMIN, CENTER),
    "targets.remove_target": Right(ADMIN, CENTER),
    "targets.target_of": Right(ALL),
    "targets.view_targets": Right(ALL),
    "visit_plan.put_visit": Right(ADMIN, CENTER),
    "visit_plan.remove_visit": Right(ADMIN, CENTER),
    "visit_plan.view_plan": Right(ALL),
    "enrolment.save_reply": Right(ADMIN, STATION),
    "enrolment.view_reply": Right(ADMIN, CENTER),
    "exports.export_list": Right(EXPORTERS),
    "families.correct_household": Right(WRITERS, STATION),
    "families.family_of": Right(ALL),
    "families.find_families": Right(WRITERS, STATION),
    "families.join_household": Right(WRITERS, STATION),
    "families.split_household": Right(WRITERS, STATION),
    "families.usual_place": Right(ALL),
    "families.view_family": Right(ALL),
    "follow_up_export.export_follow_ups": Right(EXPORTERS),
    "follow_up_history.history": Right(ALL),
    "follow_up_lists.counts": Right(ALL),
    "follow_up_lists.list_closed": Right(ALL),
    "follow_up_lists.list_open": Right(ALL),
    "follow_up_lists.of_child": Right(ALL),
    "follow_ups.close": Right(WRITERS, STATION),
    "follow_ups.decline": Right(WRITERS, STATION),
    "follow_ups.reopen": Right(WRITERS, STATION),
    "follow_ups.set_recheck": Right(WRITERS, STATION),
    "forks.decide": Right(ADMIN, CENTER),
    "forks.list_forks": Right(ALL, CENTER),
    "forks.view_fork": Right(ALL, CENTER),
    "given_back.leave": Right(WRITERS, STATION),
    "given_back.list_kept": Right(ALL, STATION),
    "given_back.take": Right(WRITERS, STATION),
    "growth.series": Right(ALL),
    "growth_trend.child_growth": Right(ALL),
    "growth_trend.of_child": Right(ALL),
    "growth_trend.referral_answers": Right(WRITERS),
    "growth_view.view": Right(ALL),
    "lives.state": Right(ALL, STATION),
    "loads.month": Right(ALL),
    "merging.compare": Right(ALL),
    "merging.list_merges": Right(ALL),
    "merging.merge": Right(WRITERS, STATION),
    "merging.undo_merge": Right(WRITERS, STATION),
    "moves.change_status": Right(WRITERS, STATION),
    "moves.strike_out": Right(WRITERS, STATION),  # a death is corrected by an administrator only
    "moves.take_back": Right(WRITERS, STATION),  # a death is corrected by an administrator only
    "overview.managed_here": Right(ALL),
    "overview.overview": Right(ALL),
    "plans.child_plan": Right(ALL),
    "preferences.drop_view": Right(ALL),
    "preferences.read": Right(ALL),
    "preferences.rename_view": Right(ALL),
    "preferences.save": Right(ALL),
    "preferences.save_view": Right(ALL),
    "preferences.saved_views": Right(ALL),
    "charts.print_family_growth": Right(WRITERS),
    "charts.print_growth": Right(WRITERS),
    "keys.print_key_letter": Right(ALL),
    "keys.print_restore_guide": Right(ALL),
    "gatherings.print_sign_in": Right(WRITERS),
    "records.blank_form": Right(WRITERS),
    "records.print_form": Right(WRITERS),
    "records.print_records": Right(WRITERS),
    "records.print_visit": Right(WRITERS),
    "routes.print_route": Right(WRITERS, STATION),
    "sheets.find": Right(ALL),
    "sheets.outstanding": Right(ALL),
    "sheet_printing.print_sheets": Right(WRITERS, STATION),
    "sheets.strike": Right(WRITERS, STATION),
    "keys.write_new_sheet": Right(ADMIN),
    "proposals.families": Right(ALL),
    "receipts.export_receipt": Right(ADMIN, CENTER),
    "receipts.import_receipt": Right(WRITERS, STATION),
    "record_counts.count_records": Right(ALL),
    "record_numbers.propose": Right(WRITERS, STATION),
    "recovery.new_sheet": Right(ADMIN),
    "recovery.sheet_due": Right(ALL),
    "register_papers.print_child_card": Right(WRITERS),
    "register_papers.print_consent": Right(WRITERS),
    "register_papers.print_labels": Right(WRITERS),
    "register_papers.print_register": Right(WRITERS),
    "incoming.count_offers": Right(ALL),
    "incoming.list_offers": Right(ALL, STATION),
    "incoming.refuse": Right(WRITERS, STATION),
    "incoming.take": Right(WRITERS, STATION),
    "releases.cancel_release": Right(WRITERS, STATION),
    "releases.list_stations": Right(ALL),
    "releases.release": Right(WRITERS, STATION),
    "removal.list_removed": Right(WRITERS, STATION),
    "removal.remove_child": Right(ADMIN, STATION),
    "removal.remove_class": Right(WRITERS, STATION),
    "removal.remove_teacher": Right(ADMIN, STATION),
    "removal.remove_visit": Right(WRITERS, STATION),
    "removal.restore": Right(WRITERS, STATION),  # visits and classes; children and teachers: see below
    "risk_factors.add_risk": Right(WRITERS, STATION),
    "risk_factors.end_risk": Right(WRITERS, STATION),
    "risk_factors.risks_of": Right(ALL),
    "roster_imports.list_imports": Right(WRITERS),
    "roster_imports.undo_import": Right(WRITERS, STATION),
    "roster_report.save_report": Right(WRITERS),
    "rosters.edit": Right(WRITERS, STATION),
    "rosters.read_roster": Right(WRITERS, STATION),
    "rosters.remap": Right(WRITERS, STATION),
    "rosters.take_in": Right(WRITERS, STATION),
    "score_words.save_changes": Right(EXPORTERS),
    "questions.answer": Right(WRITERS, STATION),
    "questions.ask": Right(ADMIN, CENTER),
    "questions.close": Right(ADMIN, CENTER),
    "questions.count_open": Right(ALL),
    "questions.list_questions": Right(ALL),
    "renewal.recenter": Right(ADMIN, STATION),
    "renewal.renew_station": Right(ADMIN, CENTER),
    "renewal.revoke_station": Right(ADMIN, CENTER),
    "scores.fill_missing": Right(ALL),
    "scores.recompute": Right(WRITERS),
    "scores.stale": Right(ALL),
    "scores.standing": Right(ALL),
    "screening.results": Right(ALL),
    "setup.accept_station": Right(ADMIN, CENTER),
    "setup.add_station": Right(ADMIN, CENTER),
    "setup.own_fingerprint": Right(ALL),
    "site_keys.accept_keys": Right(ADMIN, CENTER),
    "site_keys.change_keys": Right(ADMIN),
    "site_keys.site_keys": Right(ALL),
    "staffing.add_teacher": Right(ADMIN, STATION),
    "staffing.end_employment": Right(ADMIN, STATION),
    "staffing.list_teachers": Right(ALL),
    "staffing.set_population": Right(ADMIN, CENTER),
    "staffing.staffing_table": Right(ALL),
    "standing.history": Right(ALL),
    "station_list.list_stations": Right(ALL, CENTER),
    "standing.standing": Right(ALL),
    "timeline.list_visits": Right(ALL),
    "timeline.timeline": Right(ALL),
    "vaccinations.overview": Right(ALL),
    "vaccinations.record": Right(WRITERS, STATION),
    "vaccinations.strike": Right(WRITERS, STATION),
    "village_merging.merge_villages": Right(ADMIN, STATION),
    "village_merging.part_villages": Right(ADMIN, STATION),
    "village_teachers.assign_teacher": Right(ADMIN, STATION),
    "village_teachers.list_assignments": Right(ALL, STATION),
    "villages.add_villages": Right(WRITERS, STATION),
    "villages.change_village": Right(ADMIN, STATION),
    "villages.list_own": Right(ALL, STATION),
    "villages.open_names": Right(ALL, STATION),
    "villages.close_village": Right(ADMIN, STATION),
    "villages.open_village": Right(ADMIN, STATION),
    "villages.set_township_code": Right(ADMIN, STATION),
    "villages.township_code": Right(ALL),
    "visit_growth.entry_growth": Right(WRITERS),
    "visit_growth.known_of": Right(WRITERS),
    "visit_growth.recorded_doubts": Right(ALL),
    "earlier_answers.earlier_records": Right(WRITERS),
    "next_visits.companions": Right(ALL),
    "next_visits.next_visits": Right(WRITERS),
    "visit_standing.standing_of": Right(ALL),
    "visits.correct_visit": Right(WRITERS, STATION),
    "visit_starts.edit_visit": Right(WRITERS, STATION),
    "visits.record_visit": Right(WRITERS, STATION),
    "visit_starts.reveal_answer": Right(WRITERS),
    "visit_starts.start_visit": Right(WRITERS, STATION),
    "visit_views.view_visit": Right(ALL),
    "workdays.doubt": Right(ALL),
    "workdays.in_force": Right(ALL),
    "workdays.is_working": Right(ALL),
    "workdays.known_until": Right(ALL),
    "workdays.next_working": Right(ALL),
}

INSIDE = {
    "follow_up_notes.end_as_the_child",
    "referrals.record_changed",
    "appointments.put_appointment",
    "backup_shelf.good_backups",
    "backup_shelf.rotate",
    "backup_shelf.usable",
    "acts.rehearsal",
    "folders.exchanging",
    "folders.outbox",
    "folders.temporary",
    "card_words.card_values",
    "cases.end_findings",
    "cases.note_record",
    "cases.review_changed",
    "child_findings.findings_of_correction",
    "child_findings.findings_of_new",
    "children.add_child",
    "child_query.count_fitting",
    "child_query.numbers_fitting",
    "clock_watch.advice",
    "corrections.correct_row",
    "corrections.keep_correction",
    "extra_contacts.add_within",
    "family_hits.family_hit",
    "family_records.add_carers",
    "family_records.editable_household",
    "family_records.make_main",
    "family_records.own_household",
    "follow_up_hooks.record_removed",
    "follow_up_hooks.record_restored",
    "follow_up_hooks.status_changed",
    "follow_up_notes.follow_status",
    "follow_up_notes.give_outcome",
    "follow_up_notes.keep_findings",
    "follow_up_notes.plan_recheck",
    "follow_up_notes.record_removed",
    "follow_up_notes.record_restored",
    "follow_up_notes.turn_down",
    "follow_up_notes.with_status",
    "follow_up_rows.looked_after",
    "follow_up_rows.read_rows",
    "follow_ups.note_findings",
    "hand_out_facts.basis_of",
    "hand_out_words.page_of",
    "lives.noting_a_fork",
    "lookup.editable_child",
    "lookup.own_child",
    "merge_families.bring_carers",
    "merge_families.take_carers_away",
    "merge_rows.move_records",
    "merge_undo.refuse_undo",
    "moves.check_day",
    "moves.leave_register",
    "moves.put_status",
    "prints.imprint",
    "prints.log_print",
    "prints.log_records",
    "record_values.curves_of",
    "record_values.record_values",
    "referrals.note_record",
    "setup.write_invitation",
    "sheet_rows.numbered",
    "sheet_values.planned_sheets",
    "sheet_values.sheet_record",
    "profile.take_back",
    "roster_taking.save_rows",
    "village_records.own_village",
    "village_records.present_villages",
    "village_records.refuse_closed",
    "village_records.village_named",
    "village_teachers.end_assignments",
    "visit_starts.context_of",
    "visit_starts.open_entry",
    "visit_starts.open_version",
    "visit_lookup.own_current_visit",
    "visits.save_visit",
}
"""Parts of services: they work in a transaction that is open already, or only name a place. No screen calls them."""


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in pkgutil.walk_packages(services.__path__, "zhaohu.services."):
        if module.ispkg or module.name.startswith("zhaohu.services.demo."):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if name.startswith("_") or not inspect.isfunction(value) or value.__module__ != loaded.__name__:
                continue
            if any("Desk" in str(p.annotation).split(" | ") for p in inspect.signature(value).parameters.values()):
                yield f"{module.name.rpartition('.')[2]}.{name}", value


FUNCTIONS = dict(functions())


def test_every_service_stands_in_the_table() -> None:
    assert set(FUNCTIONS) - INSIDE == set(TABLE), (
        "give the service a right, and state the roles with desk.require first"
    )
    assert set(FUNCTIONS) >= INSIDE


def test_no_screen_and_no_command_calls_a_part_of_a_service() -> None:
    parts = {name.partition(".")[2] for name in INSIDE} - {name.partition(".")[2] for name in TABLE}
    root = Path(zhaohu.__file__).parent
    found = [
        f"{path.name}:{node.lineno} {name}"
        for folder in ("ui", "cli")
        for path in sorted((root / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        for name in [node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")]
        if name in parts
    ]
    assert found == []


def call(service: str, desk: Desk, folder: Path, **given: Any) -> Any:
    """Call a service with nothing but what it cannot do without, and nothing sensible in that."""
    dummies: dict[str, Callable[[], Any]] = {
        "str": lambda: "x",
        "int": lambda: 1,
        "date": lambda: date(2026, 11, 20),
        "Path": lambda: folder / "nowhere" / "file",
        "Path | None": lambda: None,
        "Role": lambda: Role.VIEWER,
        "Desk": lambda: desk,
        "Desk | None": lambda: desk,
    }
    positional: list[Any] = []
    named: dict[str, Any] = dict(given)
    for parameter in inspect.signature(FUNCTIONS[service]).parameters.values():
        if parameter.name in given or (parameter.default is not parameter.empty):
            continue
        value = dummies.get(str(parameter.annotation), object)()
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            positional.append(value)
    return FUNCTIONS[service](*positional, **named)


@pytest.fixture(scope="module")
def sites(district_template, tmp_path_factory) -> Iterator[dict[SiteKind, Desk]]:
    folder = tmp_path_factory.mktemp("sites")
    opened = {
        STATION: open_copy(district_template, "01", folder / "station"),
        CENTER: open_copy(district_template, "center", folder / "center"),
    }
    yield opened
    for desk in opened.values():
        desk.close()


def log_length(desk: Desk) -> int:
    with desk.read() as session:
        return audit.head(session)[1]


@pytest.mark.parametrize("name", sorted(TABLE))
def test_other_roles_are_refused_before_anything_else(sites: dict[SiteKind, Desk], tmp_path: Path, name: str) -> None:
    for desk in sites.values():
        before = log_length(desk)
        for role in ALL - TABLE[name].roles:
            with pytest.raises(NotAllowed) as refused:
                call(name, as_role(desk, role), tmp_path)
            assert refused.value.code == "not_allowed", (name, role)
        assert log_length(desk) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", sorted(TABLE))
def test_the_roles_of_the_table_are_let_in_at_their_site_only(
    sites: dict[SiteKind, Desk], tmp_path: Path, name: str
) -> None:
    right = TABLE[name]
    for kind, desk in sites.items():
        for role in right.roles:
            code = ""
            try:
                call(name, as_role(desk, role), tmp_path)
            except NotAllowed as refused:
                code = refused.code
            except Exception:  # the arguments were nothing sensible
                code = "beyond"
            assert code != "not_allowed", (name, role, kind)
            assert (code == "wrong_site") == (right.at not in (None, kind)), (name, role, kind)


def test_everybody_changes_their_own_password(sites: dict[SiteKind, Desk]) -> None:
    for role in ALL:
        with pytest.raises(Refused) as refused:
            accounts.change_password(as_role(sites[CENTER], role), "somebody", "x")
        assert refused.value.code != "not_allowed"


@pytest.mark.parametrize("table", ["child", "teacher"])
def test_children_and_teachers_are_brought_back_by_administrators(sites: dict[SiteKind, Desk], table: str) -> None:
    for role in ALL:
        with pytest.raises(Refused) as refused:
            removal.restore(as_role(sites[STATION], role), table, "x")
        assert refused.value.code == ("not_removed" if role is Role.ADMIN else "not_allowed")


def test_auditors_are_at_the_center_only(station_desk: Desk) -> None:
    with pytest.raises(Refused):
        accounts.add_account(
            station_desk, name="lihua", display_name="李华", role=Role.AUDITOR, password="long enough 1"
        )


WITHOUT_THE_STORE = {
    "families.usual_place",
    "clock_watch.clock_words",
    "clock_watch.question",
    "keys.write_new_sheet",
    "sheets.find",  # of a text that is no sheet's number
}
"""What asks the database nothing: what was known at log-in, or was handed in."""


def test_a_locked_desk_serves_nobody(district_template, tmp_path: Path) -> None:
    desk = open_copy(district_template, "01", tmp_path / "profile")
    child_id = enrol(desk)
    desk.close()
    for read in (desk.read, lambda: desk.write("check")):
        with pytest.raises(Refused) as refused, read():
            pass
        assert refused.value.code == "locked"
    for name, right in TABLE.items():
        if right.at is CENTER or name in WITHOUT_THE_STORE:
            continue
        served = True
        try:
            call(name, as_role(desk, Role.ADMIN), tmp_path)
        except Exception:  # a refusal, or a stumble over the arguments
            served = False
        assert not served, name
    with pytest.raises(Refused):
        visits.start_visit(desk, child_id, "newborn_visit")


_IDS = {
    *("child_id", "child_ids", "visit_id", "class_id", "teacher_id", "record_id"),
    *("household_id", "caregiver_id", "village_id", "other_id"),
    *("items", "attempt_id", "extra_id", "follow_up_id"),
}
LOOKS = {
    "appointments.doubts",
    "case_papers.print_case",
    "hand_outs.offer",
    "hand_outs.print_hand_out",
    "questions.ask",
    "caregivers.doubts",
    "child_findings.check_correction",
    "children.reveal",
    "drafts.keep",
    "growth_trend.referral_answers",
    "charts.print_family_growth",
    "charts.print_growth",
    "gatherings.print_sign_in",
    "records.print_visit",
    "register_papers.print_child_card",
    "register_papers.print_consent",
    "register_papers.print_labels",
    "visit_starts.reveal_answer",
}
"""Services for writers that take a record's id and change no record."""


def _planned(desk: Desk, teacher_id: str) -> classes.NewClass:
    return classes.NewClass(
        classes.ClassKind.LECTURE, classes.TopicBlock.PLAY, "游戏", desk.today, "09:30", "10:30", "站", teacher_id
    )


def _take_into_foreign_village(desk: Desk, ids: dict[str, str]) -> str:
    home = {"name": "household", "id": ids["family"], "fields": {}}
    with desk.store.write() as session:
        session.merge(
            Offer(
                transfer_id="t",
                child_id=ids["child"],
                from_station="371103-03",
                content=json.dumps([home]),
                arrived_at=desk.clock.stamp(),
            )
        )
    return incoming.take(desk, "t", ids["village"])


FOREIGN: dict[str, Callable[[Desk, dict[str, str]], object]] = {
    "appointments.bring_back": lambda desk, ids: appointments.bring_back(desk, ids["child"], "HR01"),
    "appointments.leave_out": lambda desk, ids: appointments.leave_out(desk, ids["child"], "HR01", "不需要"),
    "appointments.plan": lambda desk, ids: appointments.plan(desk, [(ids["child"], "M01")], planned_on=desk.today),
    "attempts.note_attempt": lambda desk, ids: attempts.note_attempt(
        desk, ids["child"], "M01", tried_on=desk.today, way=AttemptWay.CALL, outcome=AttemptOutcome.NOT_REACHED
    ),
    "attempts.strike": lambda desk, ids: attempts.strike(desk, ids["attempt"], "录入错误"),
    "extra_contacts.add": lambda desk, ids: extra_contacts.add(
        desk, ids["child"], title="复查", form="hemoglobin_test", due_from=desk.today, due_to=desk.today
    ),
    "extra_contacts.remove": lambda desk, ids: extra_contacts.remove(desk, ids["extra"], "录入错误"),
    "follow_ups.close": lambda desk, ids: follow_ups.close(desk, ids["finding"], CaseOutcome.RECOVERED, desk.today),
    "follow_ups.decline": lambda desk, ids: follow_ups.decline(desk, ids["finding"], "已就诊"),
    "follow_ups.reopen": lambda desk, ids: follow_ups.reopen(desk, ids["finding"]),
    "follow_ups.set_recheck": lambda desk, ids: follow_ups.set_recheck(desk, ids["finding"], desk.today),
    "caregivers.add_caregiver": lambda desk, ids: caregivers.add_caregiver(
        desk, ids["family"], children.NewCaregiver("王桂兰", "62")
    ),
    "caregivers.correct_caregiver": lambda desk, ids: caregivers.correct_caregiver(
        desk, ids["caregiver"], {"name": "李秀美"}
    ),
    "caregivers.edit_caregiver": lambda desk, ids: caregivers.edit_caregiver(desk, ids["caregiver"]),
    "caregivers.remove_caregiver": lambda desk, ids: caregivers.remove_caregiver(desk, ids["caregiver"], "录入错误"),
    "children.correct_child": lambda desk, ids: children.correct_child(desk, ids["child"], {"name": "单芷若"}),
    "children.edit_child": lambda desk, ids: children.edit_child(desk, ids["child"]),
    "duplicates.tell_apart": lambda desk, ids: duplicates.tell_apart(desk, ids["child"], "x"),
    "families.correct_household": lambda desk, ids: families.correct_household(desk, ids["family"], {"address": "1号"}),
    "families.join_household": lambda desk, ids: families.join_household(desk, ids["child"], "x"),
    "families.split_household": lambda desk, ids: families.split_household(desk, ids["child"]),
    "village_merging.merge_villages": lambda desk, ids: village_merging.merge_villages(
        desk, ids["own village"], ids["village"]
    ),
    "village_merging.part_villages": lambda desk, ids: village_merging.part_villages(desk, ids["village"]),
    "village_teachers.assign_teacher": lambda desk, ids: village_teachers.assign_teacher(
        desk, ids["own village"], ids["teacher"], desk.today
    ),
    "classes.invite": lambda desk, ids: classes.invite(desk, ids["class"], [ids["child"]]),
    "classes.mark_attendance": lambda desk, ids: classes.mark_attendance(desk, ids["class"], {}),
    "classes.plan_class": lambda desk, ids: classes.plan_class(
        desk, _planned(desk, ids["own teacher"]), [ids["child"]]
    ),
    "closing.close_all": lambda desk, ids: closing.close_all(desk, [ids["child"]], desk.today),
    "consents.decide": lambda desk, ids: consents.decide(
        desk, ids["child"], {ConsentScope.CONTACT: True}, desk.today, "李秀梅", "52"
    ),
    "incoming.take": _take_into_foreign_village,
    "moves.change_status": lambda desk, ids: moves.change_status(
        desk, ids["child"], ChildStatus.LOST, desk.today, "录入错误"
    ),
    "moves.strike_out": lambda desk, ids: moves.strike_out(desk, ids["child"], "录入错误"),
    "moves.take_back": lambda desk, ids: moves.take_back(desk, ids["child"], desk.today, "录入错误"),
    "releases.cancel_release": lambda desk, ids: releases.cancel_release(desk, ids["child"], desk.today, "录入错误"),
    "releases.release": lambda desk, ids: releases.release(desk, ids["child"], "01", desk.today, "录入错误"),
    "removal.remove_child": lambda desk, ids: removal.remove_child(desk, ids["child"], "录入错误"),
    "removal.remove_class": lambda desk, ids: removal.remove_class(desk, ids["class"], "录入错误"),
    "removal.remove_teacher": lambda desk, ids: removal.remove_teacher(desk, ids["teacher"], "录入错误"),
    "removal.remove_visit": lambda desk, ids: removal.remove_visit(desk, ids["visit"], "录入错误"),
    "removal.restore": lambda desk, ids: removal.restore(desk, "parenting_class", ids["removed class"]),
    "risk_factors.add_risk": lambda desk, ids: risk_factors.add_risk(desk, ids["child"], Risk.JAUNDICE, desk.today),
    "sheet_printing.print_sheets": lambda desk, ids: sheets.print_sheets(desk, [(ids["child"], "M01")], desk.today),
    "staffing.end_employment": lambda desk, ids: staffing.end_employment(desk, ids["teacher"], desk.today),
    "vaccinations.record": lambda desk, ids: vaccinations.record(
        desk, ids["child"], [vaccinations.NewDose("BCG", 1, desk.today)]
    ),
    "villages.change_village": lambda desk, ids: villages.change_village(desk, ids["village"], "大坡新村"),
    "villages.close_village": lambda desk, ids: villages.close_village(desk, ids["village"]),
    "villages.open_village": lambda desk, ids: villages.open_village(desk, ids["village"]),
    "visits.correct_visit": lambda desk, ids: visits.correct_visit(desk, ids["visit"], answers={}, reason="录入错误"),
    "visit_starts.edit_visit": lambda desk, ids: visits.edit_visit(desk, ids["visit"]),
    "visits.record_visit": lambda desk, ids: visits.record_visit(
        desk, child_id=ids["child"], form_id="newborn_visit", answers={}
    ),
    "visit_starts.start_visit": lambda desk, ids: visits.start_visit(desk, ids["child"], "newborn_visit"),
}


def test_every_service_that_changes_a_record_is_tried_with_another_stations() -> None:
    takes_ids = {
        name
        for name, right in TABLE.items()
        if right.roles != ALL and _IDS & set(inspect.signature(FUNCTIONS[name]).parameters)
    }
    assert takes_ids == set(FOREIGN) | LOOKS


def test_another_stations_records_are_not_changed(station_desk: Desk, second_station_desk: Desk) -> None:
    """Station 02 sits down at a store that holds station 01's records, as if they had come over."""
    child_id = enrol(station_desk)
    visit = record(station_desk, child_id)
    class_id, teacher_id = a_class(station_desk, child_id)
    removed_id, _teacher_id = a_class(station_desk, child_id)
    removal.remove_class(station_desk, removed_id, "录入错误")
    site = second_station_desk.site
    other = Desk(station_desk.profile, station_desk.store, station_desk.clock, station_desk.person, site)
    own_teacher = staffing.add_teacher(other, staffing.NewTeacher("李华", date(2024, 3, 1)))
    villages.add_villages(other, ["碑廓村"])
    attempt_id = attempts.note_attempt(
        station_desk,
        child_id,
        "M01",
        tried_on=station_desk.today,
        way=AttemptWay.CALL,
        outcome=AttemptOutcome.NOT_REACHED,
    )
    extra = {"title": "复查", "form": "hemoglobin_test", "due_from": date(2026, 12, 1), "due_to": date(2026, 12, 9)}
    with station_desk.write("test.save") as work:
        found = {
            "child_id": child_id,
            "kind": FollowUpKind.FINDING,
            "subject": "hearing",
            "found_on": station_desk.today,
        }
        work.session.add(finding := station_desk.make(FollowUp, **found))
        finding_id = finding.id
    ids = {
        "attempt": attempt_id,
        "extra": extra_contacts.add(station_desk, child_id, **extra),
        "finding": finding_id,
        "village": villages.list_own(station_desk)[0].id,
        "family": (family := children.view_child(station_desk, child_id)).household_id,
        "caregiver": family.caregivers[0].id,
        "own village": villages.list_own(other)[0].id,
        "child": child_id,
        "visit": visit.id,
        "class": class_id,
        "removed class": removed_id,
        "teacher": teacher_id,
        "own teacher": own_teacher,
    }
    before = log_length(station_desk)
    for name, attempt in FOREIGN.items():
        with pytest.raises((NotAllowed, NotFound)) as refused:
            attempt(other, ids)
        assert refused.value.code in {"not_owner", "no_such_child", "no_such_class", "no_such_teacher"}, name
    assert log_length(station_desk) == before
