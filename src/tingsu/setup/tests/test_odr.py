"""Whether a firm is a unit of 12315 ODR is recorded, and its indicators say "not a unit" instead of zero where it is none (KP-15)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.figures import indicators, shown
from tingsu.figures.counting import Counted
from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.setup.forms import OrganisationForm, answers_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("KP-15")]
PAGE = "setup:organisation"
UNIT = {
    "odr": "yes",
    "odr_since": "2024-05-01",
    "odr_desk": "客服主管 0755-1234",
    "odr_agreement": "ODR-2024-18，档案柜 3",
}


def sent(client: Client, **changes: Any) -> Any:
    form = client.get(reverse(PAGE)).context["form"]
    given = {
        name: value for name, value in form.initial.items() if isinstance(value, (str, int)) and value is not False
    }
    known = {
        "name_zh": "测试公司", "kind": "service", "sector": "other", "size": "small", "users": "few", "volume": "few", "reason": "适用",
        "public_url": "",
    }  # fmt: skip
    answer = client.post(reverse(PAGE), given | known | changes)
    forget_organisations()
    return answer


def told(code: str) -> str:
    return shown.value_words(indicators.indicators()[code], Counted(None, None))


def test_the_status_is_recorded_with_since_when_contact_and_agreement(cast: Cast, sign_in: Any, client: Client) -> None:
    sign_in(cast.mgmt_rep)
    for missing in ("odr_since", "odr_desk", "odr_agreement"):
        answer = sent(client, **{**UNIT, missing: ""})
        assert set(answer.context["form"].errors) == {missing}
    assert sent(client, **UNIT).status_code == 303
    kept = Organisation.objects.get(slug="test").enterprise
    assert {name: kept[name] for name in UNIT} == UNIT
    page = client.get(reverse(PAGE)).content.decode()
    assert "2024-05-01" in page
    assert (
        OrganisationForm(initial=answers_of(Organisation.objects.get(slug="test")))["odr_since"].value() == "2024-05-01"
    )
    assert "12315 ODR 单位" in page
    assert date.fromisoformat(kept["odr_since"])


@pytest.mark.parametrize(("status", "words"), [("no", "非单位"), ("yes", "–"), ("", "–")])
def test_what_is_no_unit_says_so_instead_of_a_number(
    status: str, words: str, cast: Cast, sign_in: Any, client: Client
) -> None:
    Organisation.objects.filter(slug="test").update(enterprise={"odr": status})
    forget_organisations()
    assert {told(code) for code in ("K-07", "K-08", "K-09")} == {words}
    assert told("KP-13a") == "–", "others do not depend on it"
    sign_in(cast.supervisor)
    page = client.get(reverse("figures:indicators")).content.decode()
    assert ("非单位" in page) is (status == "no")
