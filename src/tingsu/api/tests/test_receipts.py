"""Programs read who has read a document, and only those of people who see the whole register."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tingsu.api.tests.test_entries import READ, issued
from tingsu.documents import readers
from tingsu.documents.tests.given import AT, DAY, in_force
from tingsu.documents.versions import NAME
from tingsu.kernel.clock import travel_to
from tingsu.registers import receipts
from tingsu.registers.declaration import registers

pytestmark = pytest.mark.django_db


def told(client: Client, token: str, register: str, number: str) -> Any:
    answer = client.get(f"/api/v1/registers/{register}/{number}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


@pytest.mark.req("DI-04", "IG-11")
def test_a_program_reads_who_was_asked_who_has_read_and_who_has_not(cast: Cast, client: Client) -> None:
    entry = in_force(cast)
    with travel_to(AT):
        readers.confirm(actor=cast.frontline.actor, register=registers()[NAME], entry=entry)
    found = told(client, issued(cast, cast.qa, READ), NAME, entry.number)["receipts"]
    assert (found["asked"], [one["member_id"] for one in found["read"]]) == (2, [str(cast.frontline.id)])
    assert (found["read"][0]["on"], found["read"][0]["means"]) == (DAY, "read")
    assert [one["member_id"] for one in found["unread"]] == [str(cast.frontline2.id)]
    assert all(one["name"] for one in (*found["read"], *found["unread"]))
    assert told(client, issued(cast, cast.frontline2, READ), NAME, entry.number)["receipts"] is None


@pytest.mark.req("MS-10")
def test_of_what_nobody_is_asked_to_read_no_receipt_is_told_and_its_readers_are_declared_once(cast: Cast) -> None:
    entry = in_force(cast)
    assert receipts.told_of(cast.qa.actor, registers()["evidence"], entry) is None
    nobody = receipts.told_of(cast.mgmt_rep.actor, registers()["statement"], entry)
    assert nobody == {"asked": 0, "read": [], "unread": []}, "it is no statement in force"
    with pytest.raises(RuntimeError):
        receipts.asks(NAME, readers.asked)
