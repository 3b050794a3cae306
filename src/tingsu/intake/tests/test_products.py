"""A complaint can come by the means by which the thing was delivered, or the gap is reported (IN-17)."""

from typing import Any

import pytest

from tests.cast import Cast
from tingsu.intake import products
from tingsu.intake.channels import KINDS
from tingsu.kernel.errors import InvalidInput
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry

pytestmark = pytest.mark.req("IN-17")


def test_every_type_of_channel_has_its_means_or_is_nobodys_delivery() -> None:
    without = {code for code, _words in KINDS if not products.means_of({"kind": code})}
    assert without == {"regulator", "media", "other"}
    assert products.means_of({"kind": "other", "mode": "in_person"}) == "store"
    assert products.means_of({"kind": "other", "mode": "other"}) == ""


@pytest.mark.django_db
def test_the_catalogue_tells_the_channel_of_each_means_and_the_gap_until_there_is_one(cast: Cast, sign_in: Any) -> None:
    register, channels = registers()["product"], registers()["channel"]
    given = {"title": "上门维修", "what": "家电上门维修", "delivery": ["visit", "phone"]}

    def channel(**values: Any) -> Entry:
        base = {
            "title": "热线",
            "kind": "hotline",
            "mode": "phone",
            "hours": "每天",
            "interval": "monthly",
            "tested_on": "2026-03-01",
            "result": "通",
        }
        return open_entry(actor=cast.supervisor.actor, register=channels, opening=Opening(values={**base, **values}))

    with pytest.raises(InvalidInput) as refused:
        open_entry(actor=cast.qa.actor, register=register, opening=Opening(values={**given, "delivery": []}))
    assert set(refused.value.fields) == {"delivery"}
    open_entry(actor=cast.qa.actor, register=register, opening=Opening(values=given))
    hotline = channel()
    line = products.standing(cast.qa.actor)["products"][0]
    assert [str(one) for one in line.gaps] == ["上门"]
    assert [[name for name, _url in found] for _words, found in line.pairs] == [[], ["热线"]]
    page = sign_in(cast.qa).get("/desk/records/product/").content.decode()
    assert "没有渠道" in page
    assert "上门维修" in sign_in(cast.qa).get("/desk/records/channel/").content.decode()
    channel(title="客户经理", kind="account_manager", mode="in_person")
    assert products.gaps_seen(cast.qa.actor) == []
    take_step(
        actor=cast.supervisor.actor, entry=Entry.objects.select_related("stream").get(pk=hotline.pk), register=channels, step="close",
        values={"reason": "停用"},
    )  # fmt: skip
    assert [str(missing) for _name, _url, missing in products.gaps_seen(cast.qa.actor)] == ["电话"]
