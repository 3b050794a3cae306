"""The tracking form is made from the catalogue of fields: each field where Annex C has it, as the reader may see it."""

from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from tests.cast import Cast
from tingsu.aftercare.form_c import Form, form_c
from tingsu.complaints.fields import CATALOGUE, on_form
from tingsu.complaints.models import Complaint
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.triage.tests.cases import GRADE, step

ZONE = "Asia/Shanghai"


def told(form: Form, number: int) -> dict[str, str]:
    return {str(label): str(value) for label, value in form.sections[number - 1].lines}


def printed(cast: Cast, complaint: Complaint, **person: Any) -> Form:
    row = Complaint.objects.select_related("stream").get(pk=complaint.pk)
    with override("en"), timezone.override(ZONE):
        form = form_c(person.get("by", cast.supervisor).actor, row)
        for section in form.sections:
            section.lines[:] = [(str(label), str(value)) for label, value in section.lines]
        return form


@pytest.mark.req("RG-10", "RG-11", "RG-12")
def test_each_field_of_annex_c_is_told_in_its_section_and_order(cast: Cast) -> None:
    made = registered(
        cast, mode="other", mode_other="展会现场", transferred_by="12315", additional_info="附照片", occurred_on="2026-02-20",
        remedy_requested="no",
    )  # fmt: skip
    form = printed(cast, made)
    assert list(told(form, 1).items()) == [
        ("Date of the complaint", "2026-03-02"), ("Time of the complaint", "10:00"), ("Received by", "Agent 1001"),
        ("Mode", "Other"), ("Which other mode", "展会现场"),
        ("Unique identification code", "****"),
    ]  # fmt: skip
    assert list(told(form, 2)) == [
        "Complaint number", "Information on the complainant", "Complainant", "Related complaints", "Transferred by",
    ]  # fmt: skip
    assert told(form, 2)["Information on the complainant"] == f"see the registration form {made.number}"
    assert told(form, 2)["Transferred by"] == "12315"
    assert list(told(form, 3)) == [
        "Date of occurrence", "Time of day it happened", "Repeated", "Problem categories", "Description of the problem", "Additional information",
    ]  # fmt: skip
    assert told(form, 4) == {"Assessment": "not assessed yet"}
    assert told(form, 5) == {"Remedy requested": "No"}
    step(cast.frontline, made, "assess_and_grade", **GRADE | {"categories": ["16"]})
    graded = printed(cast, made)
    assert list(told(graded, 4).items())[-2:] == [("Grade", "General"), ("Urgency", "Normal")]
    assert len(told(graded, 4)) == 8
    assert told(graded, 3)["Problem categories"].startswith("16 ")


@pytest.mark.parametrize("section", range(1, 6))
def test_nothing_that_the_catalogue_places_is_left_out(section: int, cast: Cast) -> None:
    placed = [one for one in CATALOGUE if one.form_c]
    assert len(placed) == len({one.form_c for one in placed})
    assert {one.name for one in placed} == {one.name for number in range(1, 6) for one in on_form("form_c", number)}
    own_words = {"received_at", "code", "name", "repeats"}
    made = registered(cast, mode="other", mode_other="展会现场", categories=["16"])
    step(cast.frontline, made, "assess_and_grade", **GRADE | {"categories": ["16"]})
    with override("en"):
        labels = [str(one.field.label) for one in on_form("form_c", section) if one.name not in own_words]
    lines = list(told(printed(cast, made), section))
    assert [label for label in lines if label in labels] == labels


def test_the_form_shows_of_persons_what_the_reader_may_see(cast: Cast) -> None:
    made = registered(cast, additional_info="机主 13912345678")
    full, less = printed(cast, made), printed(cast, made, by=cast.qa)
    assert told(full, 3)["Additional information"] == "机主 139 **** 5678"
    assert "13912345678" not in told(less, 3)["Additional information"]
    assert told(full, 2)["Complainant"] == "陈** 2210"
    assert told(printed(cast, registered(cast, anonymous=True)), 2)["Complainant"] == "Anonymous"
