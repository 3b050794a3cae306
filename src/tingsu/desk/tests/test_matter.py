"""What the case page shows of the record: the fields of the registration form (RG-04, RG-05, RG-08, RG-11, RG-15)."""

import pytest
from django.urls import reverse

from tingsu.desk.tests.cases import a_case


@pytest.mark.req("RG-04", "RG-05", "RG-08", "RG-11", "RG-15")
def test_the_matter_shows_place_branch_transfer_signature_and_remedy(sign_in, cast):
    complaint = a_case(
        cast.frontline, mode="in_person", signed_by="image", branch="滨江店", market_region="华东大区", service_step="退货",
        transferred_by="市场监管局", outside_reference="12315-20260302-77", unit_concerned=str(cast.units["logistics"].pk),
    )  # fmt: skip
    html = sign_in(cast.frontline).get(reverse("desk:case", args=[complaint.number])).content.decode()
    for shown in ("滨江店", "华东大区", "退货", "市场监管局", "12315-20260302-77", "物流部", "手写", "1,299.00"):
        assert shown in html, shown
    bare = a_case(cast.frontline, remedy_requested="no", demands=[])
    html = sign_in(cast.frontline).get(reverse("desk:case", args=[bare.number])).content.decode()
    assert "滨江店" not in html
    assert "未提出" in html or "none named" in html
