"""The principles view: nine of SZ, five of SVC, each with live evidence; GB/T 19012 as the guideline behind them (VL-10, VL-16, MS-35)."""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.conformity import principles
from tingsu.conformity.profiles import clauses
from tingsu.conformity.tests.given import evidence
from tingsu.kernel.clock import travel_to
from tingsu.kernel.proofs import Holds
from tingsu.leadership import terms
from tingsu.leadership.tests.stands import in_force, the_roots
from tingsu.planning import shipped
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("VL-10")]


def told(clause: str, day: Any) -> principles.Told:
    return next(one for one in principles.principles(day) if one.principle.clause == clause)


def test_fourteen_principles_each_by_its_clause_and_by_clauses_that_there_are() -> None:
    cited = [one.clause for one in principles.PRINCIPLES]
    assert cited == [*(f"SZ 3.{number}" for number in range(1, 10)), *(f"SVC 1.3.{number}" for number in range(1, 6))]
    assert not {clause for one in principles.PRINCIPLES for clause in (one.clause, *one.shown_by)} - set(clauses())
    assert all(one.shown_by for one in principles.PRINCIPLES)


def test_each_principle_is_shown_by_what_happened_and_a_new_record_counts_at_once(cast: Cast, sign_in: Any) -> None:
    day = principles.view.today()
    before = told("SZ 3.2", day)
    assert before.line.gaps
    assert told("SZ 3.5", day).figures  # an indicator that opens to its page
    said = {"subject": "premises", "statement": "低噪音接待室照片"}
    entry = evidence(cast, **said)
    with travel_to(entry.opened_at):
        shown = told("SZ 3.2", principles.view.today()).line.proofs
        assert any(proof.holds is Holds.VALID and proof.sort == "records" for proof in shown)
        page = sign_in(cast.auditor).get(reverse("conformity:principles")).content.decode()
    for one in ("SZ 3.1", "SVC 1.3.5", reverse("figures:indicator", args=["KP-04"])):
        assert one in page
    assert sign_in(cast.frontline).get(reverse("conformity:principles")).status_code == 403


@pytest.mark.req("VL-16")
def test_confidentiality_quotes_what_the_values_in_force_say_of_privacy(cast: Cast) -> None:
    assert principles.shown(cast.auditor.actor, principles.view.today())["privacy"] == ""
    the_roots(cast)
    in_force(cast, terms.SERVICE)
    in_force(cast, terms.VALUES)
    assert principles.shown(cast.auditor.actor, principles.view.today())["privacy"]


@pytest.mark.req("MS-35")
def test_the_guideline_stands_with_edition_and_validity_and_both_lead_to_each_other(cast: Cast, sign_in: Any) -> None:
    assert principles.guideline(cast.auditor.actor, principles.view.today()) is None
    shipped.open_missing(cast.mgmt_rep.actor)
    found = principles.guideline(cast.auditor.actor, principles.view.today())
    assert found is not None
    assert found["reference"].edition.endswith("2019")
    client = sign_in(cast.auditor)
    assert found["url"] in client.get(reverse("conformity:principles")).content.decode()
    assert reverse("conformity:principles") in client.get(found["url"]).content.decode()
    others = [
        one
        for one in Entry.objects.filter(register="obligation")
        if principles.of_guideline(cast.auditor.actor, one) is None
    ]
    assert others
