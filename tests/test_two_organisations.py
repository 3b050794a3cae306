"""The crawl of the marks from the outside: another organisation of the same installation, every address, both methods, every door.

What `tests/test_canaries.py` asks of the roles of one organisation is asked here of the strongest roles of another one (invariant 5).
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.signing import enter
from tests.test_canaries import MARKS, PHONE, found_in, nest, places, record, told
from tingsu.api.api import api
from tingsu.api.tokens import issue_token
from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.kernel.actor import automation
from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Account, Membership
from tingsu.privacy.models import AccessEntry
from tingsu.registers.models import Entry

__all__ = ["nest", "record"]
pytestmark = [pytest.mark.django_db, pytest.mark.req("invariant-5", "PS-11", "PS-06")]
STRONG = ("top_mgmt", "mgmt_rep", "supervisor", "auditor", "dso", "specialist")


def state(cast: Cast) -> tuple[int, int, int, list[Any]]:
    """What the first organisation holds: nothing of it may move."""
    complaints = list(Complaint.objects.order_by("pk").values_list("pk", "state", "version", "owner_id"))
    return Event.objects.count(), Entry.objects.count(), AccessEntry.objects.count(), complaints


def says(answer: Any, address: str, *numbers: str) -> set[str]:
    """Marks and numbers that an answer tells and its address does not."""
    text = told(answer)
    if not address.startswith(("/desk", "/files", "/api")):
        numbers = ()  # public pages show a number as an example, which may be just this one
    found = {mark for mark in found_in(text) if mark not in address} | {
        one for one in numbers if one in text and one not in address
    }
    return found - ({PHONE} if PHONE in address else set())


@pytest.mark.parametrize("role", STRONG)
def test_no_address_tells_another_organisation_anything(role: str, cast: Cast, nest: Complaint, record: Any) -> None:
    client = enter(Client(), f"other-{role}")
    doors = ("files:download", "files:preview", "files:original", "files:thumbnail")
    files = [reverse(door, args=[pk]) for pk in StoredFile.objects.values_list("pk", flat=True) for door in doors]
    leaks, opened, before = {}, 0, state(cast)
    for address in [*(address for _name, address in places(nest, record)), *files]:
        answer = client.get(address)
        assert answer.status_code < 500, address
        opened += answer.status_code == 200
        if found := says(answer, address, nest.number, record.number):
            leaks[address] = found
    assert leaks == {}
    assert opened > 5, "the crawl sees the pages of its own organisation"
    assert state(cast) == before


@pytest.mark.parametrize("role", ["mgmt_rep", "supervisor"])
def test_nothing_that_another_organisation_sends_changes_anything(
    role: str, cast: Cast, nest: Complaint, record: Any
) -> None:
    client, before = enter(Client(), f"other-{role}"), state(cast)
    typed = {
        "member": str(cast.supervisor.id),
        "note": "x",
        "case": nest.number,
        "comment": "x",
        "number": nest.number,
        "reason": "x",
    }
    for name, address in places(nest, record):
        if name in {"account_logout", "desk:account"}:
            continue
        answer = client.post(address, typed)
        assert answer.status_code < 500, (name, answer.status_code)
        assert says(answer, address, record.number) == set(), name
    assert state(cast) == before


STAFF = ("/desk", "/files", "/api")


def test_the_name_of_the_other_organisation_in_the_path_opens_nothing_to_a_session_of_ones_own(
    cast: Cast, nest: Complaint, record: Any
) -> None:
    """The path says whose pages they are; the session says whose somebody is: both must fit, for reading and for sending."""
    client, before = enter(Client(), "other-supervisor"), state(cast)
    own = enter(Client(), cast.supervisor.username)
    files = [reverse("files:download", args=[pk]) for pk in StoredFile.objects.values_list("pk", flat=True)]
    asked = [one for one in (*(address for _name, address in places(nest, record)), *files) if one.startswith(STAFF)]
    opened = {}
    for address in asked:
        for method, answer in (
            ("GET", client.get(f"/o/test{address}")),
            ("POST", client.post(f"/o/test{address}", {"number": nest.number, "comment": "x", "note": "x"})),
        ):
            assert answer.status_code < 500, (method, address)
            if answer.status_code == 200 or says(answer, address, nest.number, record.number):
                opened[method, address] = answer.status_code
    assert opened == {}
    assert len(asked) > 50
    assert state(cast) == before
    assert own.get(f"/o/test{reverse('desk:case', args=[nest.number])}").status_code == 200
    assert own.get(f"/o/other{reverse('desk:case', args=[nest.number])}").status_code != 200


def test_a_program_of_another_organisation_reads_nothing_at_any_address_of_the_api(
    cast: Cast, nest: Complaint, record: Any, other_organisation: Organisation
) -> None:
    with acting_for(other_organisation.pk):
        account = Account.objects.get(username="other-mgmt_rep")
        member = Membership.objects.get(account=account, organisation_id=other_organisation.pk).member_id
        _row, token = issue_token(
            actor=automation("test", other_organisation.pk), name="outside", roles=("mgmt_rep",), acts_for=member,
            scopes=("complaints:read", "complaints:write", "registers:read", "registers:write"),
        )  # fmt: skip
    client, before = Client(), state(cast)
    headers = {"Authorization": f"Bearer {token}"}
    # The path names an organisation, and so does the token: neither serves for the other.
    first = token.split(".")
    for tried in (token, ".".join([first[0], "test", *first[2:]])):
        answer = client.get("/o/test/api/v1/complaints", headers={"Authorization": f"Bearer {tried}"})
        assert answer.status_code == 401, answer.content
    for path, methods in api.get_openapi_schema()["paths"].items():
        number = record.number if "registers" in path else nest.number
        address = path.replace("{number}", number).replace("{promise_id}", str(nest.pk))
        for method in methods:
            answer = getattr(client, method)(address, content_type="application/json", headers=headers)
            assert answer.status_code < 500, (method, path)
            assert says(answer, address, nest.number, record.number) == set(), (method, path)
            if "{" in path:
                assert answer.status_code in {400, 404, 415, 422}, (method, path, answer.status_code)
    assert state(cast) == before


def test_number_and_code_open_a_case_in_its_own_organisation_only(cast: Cast, nest: Complaint) -> None:
    typed = {"number": nest.number, "code": nest.text("code")}
    address = reverse("portal:open_with_code")
    own, outside = Client(), Client()
    assert own.post(address, typed).status_code in {302, 303}
    assert own.get(reverse("portal:case")).status_code == 200
    refused = outside.post(f"/o/other{address}", typed)
    assert refused.status_code == 422
    assert [mark for mark in MARKS if mark in told(refused)] == []
    assert outside.get(f"/o/other{reverse('portal:case')}").status_code != 200
