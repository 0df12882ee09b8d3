"""`zhaohu children …`: list, show, search; rosters have a module of their own."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from zhaohu.cli import handovers, rosters
from zhaohu.cli.context import Context, table
from zhaohu.i18n import _, form_term, format_date
from zhaohu.records.codes import ChildStatus, Risk, label
from zhaohu.services.care import timeline
from zhaohu.services.reference import code_name
from zhaohu.services.register import child_list, child_overview, consents, families
from zhaohu.services.register.child_list import ChildFilter, ChildRow, DueNow, Sort
from zhaohu.services.register.particulars import particulars

_PARTICULARS = (
    "birth_time", "birth_certificate_no", "health_record_no", "handbook_no", "ethnicity", "birth_order",
    "gestation_days", "birth_weight_g", "birth_length_mm", "delivery", "plurality", "birth_place", "discharged_on",
    "residence", "came_from", "registered_by",
)  # fmt: skip
_PLACE = ("county", "township", "address", "registered_address", "care_difficulty")


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    group = typer.Typer(help=_("The register of children."), no_args_is_help=True)
    app.add_typer(group, name="children")
    rosters.add_to(group)
    handovers.add_to(group)
    group.command("list", help=_("List children."))(list_)
    group.command("show", help=_("Show one child."))(show)
    group.command("search", help=_("Find children by name, pinyin, initials, last digits, caregiver or village."))(
        search
    )


def list_(
    context: typer.Context,
    station: Annotated[str, typer.Option(help=_("Only this station's, at the center."))] = "",
    status: Annotated[str, typer.Option(help=_("active, moved_out, died, closed_at_three, lost, or all."))] = "active",
    query: Annotated[str, typer.Option(help=_("As typed into the search box."))] = "",
    village: Annotated[list[str] | None, typer.Option(help=_("Name of a village; may be given again."))] = None,
    teacher: Annotated[str, typer.Option(help=_("Name of the teacher who looks after the village."))] = "",
    months: Annotated[str, typer.Option(help=_("Completed months of age, from-to: 6-12 is six to eleven."))] = "",
    high_risk: Annotated[bool, typer.Option("--high-risk", help=_("Only with a risk factor."))] = False,
    risk: Annotated[list[Risk] | None, typer.Option(help=_("Only with this risk factor; may be given again."))] = None,
    due: Annotated[list[DueNow] | None, typer.Option(help=_("Only with a visit that is so today."))] = None,
    growth_problem: Annotated[bool, typer.Option("--growth-problem", help=_("Only with a problem of growth."))] = False,
    consent: Annotated[
        Literal["missing", "refused"] | None, typer.Option(help=_("Only where consent is missing or refused."))
    ] = None,
    sort: Annotated[Sort, typer.Option(help=_("What to sort by."))] = Sort.BIRTH_DATE,
    descending: Annotated[bool | None, typer.Option("--descending/--ascending", help=_("The last first."))] = None,
    limit: Annotated[int | None, typer.Option(min=1, help=_("At most so many."))] = None,
) -> None:
    """Children that fit, the youngest first unless another order is asked for."""
    shared: Context = context.obj
    with shared.desk() as desk:
        wanted = ChildFilter(
            query=query,
            station=station.rpartition("-")[2],
            village_ids=_chosen(child_list.list_villages(desk), village or [], "--village"),
            statuses=_statuses(status),
            age_months=_months(months),
            high_risk=high_risk,
            risks=tuple(risk or ()),
            due=tuple(due or ()),
            growth_problem=growth_problem,
            teacher_id="".join(
                _chosen(child_list.list_teachers_of_villages(desk), [teacher] if teacher else [], "--teacher")[:1]
            ),
            consent=consent or "",
        )
        down = sort is Sort.BIRTH_DATE if descending is None else descending
        _show_rows(shared, child_list.list_children(desk, wanted, sort=sort, descending=down, limit=limit))


def search(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(help=_("One or several words; the digits of a scanned code."))],
    limit: Annotated[int, typer.Option(min=1, help=_("At most so many."))] = 50,
) -> None:
    """Children that match, those on the register first."""
    shared: Context = context.obj
    with shared.desk() as desk:
        _show_rows(shared, child_list.search(desk, " ".join(query), limit))


def _statuses(status: str) -> tuple[ChildStatus, ...]:
    if status == "all":
        return ()
    if status not in set(ChildStatus):
        raise typer.BadParameter(", ".join([*ChildStatus, "all"]), param_hint="--status")
    return (ChildStatus(status),)


def _months(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    youngest, _dash, oldest = text.partition("-")
    if not (youngest.isdecimal() and oldest.isdecimal() and int(youngest) < int(oldest)):
        raise typer.BadParameter(_("Write it as 6-12."), param_hint="--months")
    return int(youngest), int(oldest)


def _chosen(known: list[tuple[str, str]], names: list[str], option: str) -> tuple[str, ...]:
    """The ids of what was named; two of one name are both meant."""
    for name in names:
        if name not in {title for _key, title in known}:
            raise typer.BadParameter(_("“{name}” is not on the list.").format(name=name), param_hint=option)
    return tuple(key for key, title in known if title in names)


def show(context: typer.Context, child_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Everything that the register knows of one child; ids and phones are masked."""
    shared: Context = context.obj
    with shared.desk() as desk:
        read = child_overview.overview(desk, child_id)
        family = families.view_family(desk, read.view.household_id)
        records = timeline.list_visits(desk, child_id)
    view, row = read.view, read.view.row
    document = {
        **_document(row),
        **{name: getattr(view, name) for name in _PARTICULARS},
        "registered_on": row.registered_on,
        "status_on": read.standing.since,
        "status_reason": read.standing.reason,
        "risk_factors": read.risks,
        "consents": list(read.consent.counts.values()),
        **{name: getattr(family, name) for name in _PLACE},
        "caregivers": family.caregivers,
        "siblings": [{"id": sibling_id, "name": name} for sibling_id, name in read.siblings],
        "editable": view.editable,
        "visits": records,
    }
    carers = [f"{code_name('relation', c.relation)} {c.name} {c.phone}" for c in family.caregivers]
    place = " ".join(part for part in (family.county, family.township, row.village, family.address) if part)
    lines = [row.name, label(row.sex), format_date(row.birth_date), label(row.status), place, *carers]
    lines += [f"{one.title}  {one.words}" for one in particulars(view) if one.words]
    lines += [label(one.risk) for one in read.risks if one.ended_on is None]
    lines += [f"{label(scope)}  {consents.decision_words(one)}" for scope, one in read.consent.counts.items()]
    lines += [f"{format_date(r.visit_date)} {r.title} {r.record_number} ({r.id})" for r in records]
    shared.show({"child": document}, "\n".join(line for line in lines if line))


def _show_rows(shared: Context, rows: list[ChildRow]) -> None:
    particulars = [_("Name"), _("Sex"), _("Born"), _("Village"), _("Caregiver"), _("Phone"), _("Status")]
    headings = [*particulars, _("Due"), _("Growth"), "ID"]
    shared.show({"children": [_document(row) for row in rows]}, table(headings, [_cells(row) for row in rows]))


def _cells(row: ChildRow) -> list[str]:
    due = f"{row.next_due} {row.next_due_to}" if row.next_due else ""
    growth = " ".join(form_term(status) for status in row.growth)
    return [
        row.name, label(row.sex), row.birth_date.isoformat(), row.village, row.caregiver, row.phone, label(row.status),
        due, growth, row.id,
    ]  # fmt: skip


def _document(row: ChildRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "sex": row.sex,
        "birth_date": row.birth_date,
        "station": row.station,
        "village": row.village,
        "status": row.status,
        "caregiver": row.caregiver,
        "phone": row.phone,
        "id_number": row.citizen_id,
        "risks": row.risks,
        "record_no": row.record_no,
        "teacher": row.teacher,
        "growth": row.growth,
        "next_due": row.next_due,
        "next_due_to": row.next_due_to,
        "overdue": row.overdue,
        "consent": row.consent,
        "released_to": row.released_to,
    }
