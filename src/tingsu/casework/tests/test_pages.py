"""Settings of mediation, and the case page with everything casework shows on it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.approving import approve_all
from tests.cast import Cast, Person
from tingsu.casework import rules
from tingsu.casework.tests.cases import ANSWERED, FINDING, MEDIATED, basis, investigating, outside, with_task
from tingsu.kernel import rulebooks
from tingsu.triage.tests.cases import step

SignIn = Callable[[Person], Client]


@pytest.mark.req("MD-05")
def test_the_register_of_the_mediation_body_is_kept_on_a_page(cast: Cast, sign_in: SignIn) -> None:
    address = reverse("casework:mediation_body") + "edit/"
    line = {
        "based_on": "0", "entry-0-member": str(cast.mediator.id), "entry-0-speciality": "legal", "entry-0-until": "2027-12-31", "publish": "1",
    }  # fmt: skip
    assert sign_in(cast.specialist).post(address, line).status_code == 403
    client = sign_in(cast.supervisor)
    assert client.get(reverse("casework:mediation")).status_code == 200
    assert client.post(address, line | {"entry-0-until": "irgendwann"}).status_code == 422
    assert rulebooks.in_force(rules.KIND).version == 0
    assert client.post(address, line).status_code == 303
    approve_all(cast)
    assert rules.in_mediation_body(cast.mediator.id)
    assert not rules.in_mediation_body(cast.junior_mediator.id)


@pytest.mark.req("MD-02")
def test_the_levels_page_refuses_a_junior_mediator_for_major_urgent_cases(cast: Cast, sign_in: SignIn) -> None:
    address = reverse("casework:mediation") + "edit/"
    levels = {f"entry-0-levels.{weight}": level for weight, level in rules.shipped()["levels"].items()} | {
        "based_on": "0",
        "publish": "1",
    }
    client = sign_in(cast.supervisor)
    assert client.post(address, levels | {"entry-0-levels.major_urgent": "junior"}).status_code == 422
    assert client.post(address, levels | {"entry-0-levels.general": "intermediate"}).status_code == 303
    approve_all(cast)
    assert rules.needed_level(grade="general", urgency="normal", major=False, crisis=False) == "intermediate"


@pytest.mark.req("CO-01", "IV-18", "MD-06", "TR-23")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_case_page_shows_what_casework_knows(cast: Cast, sign_in: SignIn, language: str) -> None:
    complaint, task = with_task(cast, investigating(cast, difficult="yes", risk_marks=["opinion"]))
    step(cast.specialist, complaint, "ask_opinion", **outside())
    step(cast.dept, complaint, "answer_task", task=task, **ANSWERED)
    step(cast.specialist, complaint, "find_founded", **FINDING, bases=basis())
    step(
        cast.supervisor,
        complaint,
        "assess_risk",
        law="法",
        severity="中",
        choices="甲",
        decision="先行和解",
        participants=[str(cast.function.id)],
    )
    complaint = step(cast.specialist, complaint, "appoint_mediator", member=str(cast.mediator.id))
    step(cast.mediator, complaint, "mediate", **MEDIATED, result="open")
    client = sign_in(cast.specialist)
    client.cookies["tingsu_language"] = language
    page = client.get(complaint.get_absolute_url())
    assert page.status_code == 200
    for text in (FINDING["cause"], ANSWERED["conclusion"], "市质检院", "先行和解", MEDIATED["proposals"]):
        assert text in page.content.decode()
