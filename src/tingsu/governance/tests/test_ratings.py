"""Ratings and callbacks hang on handler, department and supplier of their day, and every analysis is split by them (SC-13)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.recounting import check_facts
from tingsu.aftercare.models import Callback, Rating
from tingsu.aftercare.tests.rounds import REACHED, notified, rated
from tingsu.complaints.models import Complaint
from tingsu.figures import analysis
from tingsu.governance import ratings
from tingsu.kernel.clock import local_date
from tingsu.kernel.errors import InvalidInput
from tingsu.people import actions, directory
from tingsu.people.models import Post, Unit
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.settlement.tests.journey import Journey

pytestmark = [pytest.mark.django_db, pytest.mark.req("SC-13")]
FIRM = "安诺呼叫服务"


def supplied(journey: Journey, name: str = FIRM) -> Unit:
    """People of a supplier work in the unit of the handler of the case."""
    unit = Post.objects.filter(member_id=journey.complaint.owner_id).latest("since").unit
    Unit.objects.filter(pk=unit.pk).update(supplier=name)
    directory.forget_cached()
    return unit


def test_a_rating_and_a_call_keep_who_worked_for_whom_when_they_were_made(cast: Cast) -> None:
    journey = notified(cast)
    unit = supplied(journey)
    c, finance = journey.complaint, cast.units["finance"].pk
    Complaint.objects.filter(pk=c.pk).update(department_id=finance)
    rated(journey, 2)
    journey.step(cast.supervisor, "callback", **REACHED, cause="等待过久")
    supplied(journey, "")
    rating, call = Rating.objects.get(), Callback.objects.get()
    for row in (rating, call):
        assert (row.owner_id, row.department_id, row.supplier_id) == (c.owner_id, finance, unit.pk)
    assert call.member_id == cast.supervisor.id, "the caller is somebody else than the handler"
    month = local_date(rating.rated_at, "Asia/Shanghai")
    assert ratings.of_month(month) == [
        {"member": str(c.owner_id), "supplier": str(unit.pk), "ratings": 1, "satisfied": 0, "low": 1, "calls": 1, "reached": 1}
    ]  # fmt: skip
    assert ratings.of_month(month.replace(day=1) - timedelta(days=1)) == []
    Complaint.objects.filter(pk=c.pk).update(department_id=None)
    (fact,) = check_facts()
    assert fact.supplier_id is None, "a fact follows the case: nobody of a supplier works there now"


def test_every_analysis_is_split_by_the_supplier(cast: Cast, sign_in: Any) -> None:
    journey = notified(cast)
    unit = supplied(journey)
    rated(journey, 5)
    (fact,) = check_facts()
    assert fact.supplier_id == unit.pk
    day = local_date(journey.at, "Asia/Shanghai")
    month = f"{day:%Y-%m}"
    asked = {"what": "K-12", "period": month, "rows": "supplier_id"}
    (row,) = analysis.one_dimension(analysis.read(asked, [], day))
    assert (row.value, row.counted.part) == (unit.pk, 1)
    page = sign_in(cast.supervisor).get(reverse("figures:analysis"), asked).content.decode()
    assert FIRM in page
    report = open_entry(
        actor=cast.analyst.actor, register=registers()["monthly_report"],
        opening=Opening(values={"month": f"{month}-01", "proposals": "x"}),
    )  # fmt: skip
    lines = sign_in(cast.analyst).get(reverse("registers:entry", args=["monthly_report", report.number]))
    assert FIRM in lines.content.decode()


def test_a_unit_says_whose_people_work_there(cast: Cast, sign_in: Any) -> None:
    actor, name = cast.mgmt_rep.actor, {"zh-Hans": "夜间受理组", "en": "Night desk"}
    unit = actions.open_unit(actor=actor, code="night", name=name, kind="intake", supplier=FIRM)
    client = sign_in(cast.mgmt_rep)
    form = client.get(reverse("people:unit", args=[unit.pk])).content.decode()
    assert f'value="{FIRM}"' in form
    assert FIRM in client.get(reverse("people:units")).content.decode()
    with pytest.raises(InvalidInput) as refused:
        actions.change_unit(actor=actor, unit_id=unit.pk, supplier="供" * 81)
    assert set(refused.value.fields) == {"supplier"}
    assert actions.change_unit(actor=actor, unit_id=unit.pk, supplier="供" * 80).supplier == "供" * 80
