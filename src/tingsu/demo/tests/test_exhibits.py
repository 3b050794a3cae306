"""The four exhibits go their whole course through the real steps, each through what it is there to show."""

from datetime import datetime
from typing import Any

import pytest

from tingsu.complaints.models import Complaint
from tingsu.demo import builder, printing, rectified
from tingsu.demo.exhibits import EXHIBITS, exhibit_plans, key_of
from tingsu.demo.models import BuiltCase
from tingsu.demo.staff import Staff
from tingsu.kernel.clock import local
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.registers.models import Entry, EntryLink

COURSES = {
    "refund": ["registered", "solved_directly", "closed", "archived"],
    "infringement": ["task_given", "task_answered", "task_given", "task_answered", "found_founded", "rectification_ordered", "solution_sent", "archived"],
    "dispute": [
        "document_signed", "mediator_appointed", "document_signed", "document_signed", "document_signed", "solution_sent",
        "agreement_failed", "outside_case_filed", "outside_case_ended", "ways_exhausted", "closed", "archived",
    ],
    "risk": [
        "high_risk_reported", "pre_plan_drafted", "pre_plan_adopted", "ruling_requested", "dispute_voted", "dispute_voted",
        "solution_approved", "archived",
    ],
}  # fmt: skip


@pytest.mark.req("RC-11")
def test_each_exhibit_shows_its_course_to_the_archive(demo: tuple[Any, datetime]) -> None:
    _organisation, anchor = demo
    plans = {plan.exhibit: plan for plan in exhibit_plans(seed=builder.SEED, anchor=anchor)}
    assert plans.keys() == EXHIBITS.keys()
    for name, plan in plans.items():
        built = builder.build_case(plan, Staff(), until=anchor)
        assert built is not None, name
        row = Complaint.objects.get(pk=BuiltCase.objects.get(key=key_of(name)).complaint_id)
        kinds = [
            kind.removeprefix("complaint.")
            for kind in Event.objects.filter(stream_id=row.pk).order_by("seq").values_list("kind", flat=True)
        ]
        assert row.state == "archived", name
        left = iter(kinds)
        assert [one for one in COURSES[name] if one not in left] == [], (name, kinds)
    _what_departments_changed_is_reported(anchor)
    files = dict(printing.printed())
    forms = {name.removesuffix("-zh.pdf") for name in files if name.endswith("-zh.pdf")}
    assert {f"case-file-{name}" for name in EXHIBITS} < forms
    assert {f"{name}.pdf" for one in forms for name in (f"{one}-zh", f"{one}-en")} == set(files)
    assert {"registration-form-blank", "acceptance-register", "signed-document", "committee-ruling"} < forms
    assert sum(map(len, files.values())) < 6_000_000


def _what_departments_changed_is_reported(present: datetime) -> None:
    """The measure ordered after the infringement outlives its case; its department reports of it, and the centre takes note (CO-09)."""
    case = BuiltCase.objects.get(key=key_of("infringement")).complaint_id
    measure = Entry.objects.get(
        register="rectification", pk__in=EntryLink.objects.filter(other_id=case).values("entry_id")
    )
    assert (measure.state, measure.codes["department"]) == ("carried", str(Staff().unit_id("merchants")))
    later = local(present, "Asia/Shanghai").replace(day=20)
    for _twice in range(2):
        rectified.report_all(Staff(), until=later)
    report = Entry.objects.get(register="monthly_report")
    assert (report.state, report.unit_id) == ("noted", measure.unit_id)
    assert [line["measure"] for line in report.codes["effects"]] == [measure.number]
    measure.refresh_from_db()
    assert measure.written()["report"] == rectified.SAID["merchants"][0]
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
