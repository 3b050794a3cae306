"""The crawl of real rows from the outside: whatever an address asks for by its key, a row of another organisation is not there.

`tests/test_two_organisations.py` asks every address with a case and a record; here each that takes a key is asked with a row of
every kind of this organisation: members, posts, units, letters, files, tokens, entries, proposals.
"""

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import UUIDConverter

from tests.cast import Cast
from tests.signing import enter
from tests.test_canaries import SKIPPED, nest, record
from tests.test_doors import addresses
from tests.test_two_organisations import says, state
from tingsu.complaints.models import Complaint
from tingsu.kernel.models import Organisation

__all__ = ["nest", "record"]
PUBLIC = ("portal:", "api-1:", "partner-api-1:", "signing:", "practice:")
"""Public pages and programs have crawls of their own; a practice copy is another organisation by its path."""


MEANT_ANYWHERE = {
    "complaints.Complaint",
    "files.StoredFile",
    "letters.Letter",
    "people.Member",
    "people.Unit",
    "registers.Entry",
}
OPENS = {"people:member": "people.Member", "people:unit": "people.Unit", "files:download": "files.StoredFile"}
"""What the same key opens to a leader of this organisation: the crawl asks for what is there."""


def rows() -> dict[str, uuid.UUID]:
    """One row of each table that has any here, by its name."""
    found = {}
    for model in apps.get_models():
        if model is Organisation or model._meta.pk.get_internal_type() != "UUIDField":
            continue
        if (pk := model._default_manager.values_list("pk", flat=True).first()) is not None:
            found[model._meta.label] = pk
    return found


@pytest.mark.django_db
@pytest.mark.req("invariant-5", "PS-03", "PS-11")
def test_no_row_of_any_kind_opens_to_another_organisation_by_its_key(cast: Cast, nest: Complaint, record: Any) -> None:
    keys = rows()
    assert keys.keys() > MEANT_ANYWHERE, keys
    before, client = state(cast), enter(Client(), "other-mgmt_rep")
    opened, asked = {}, 0
    for name, pattern in addresses(get_resolver()):
        kinds = pattern.pattern.converters
        if name.startswith((*SKIPPED, *PUBLIC)) or [type(kind) for kind in kinds.values()] != [UUIDConverter]:
            continue
        [key] = kinds
        own = f"{name.partition(':')[0]}."
        for label, pk in keys.items():
            if label not in MEANT_ANYWHERE and not label.startswith(own):
                continue
            address = reverse(name, kwargs={key: pk})
            answer = client.get(address)
            if answer.status_code == 405:
                answer = client.post(address, {"reason": "x", "note": "x"})
            asked += 1
            if answer.status_code not in {403, 404} or says(answer, address, nest.number, record.number):
                opened[name, label] = answer.status_code
    assert opened == {}
    assert asked > 200
    assert state(cast) == before
    enter(client, cast.mgmt_rep.username)
    answers = {name: client.get(reverse(name, args=[keys[label]])).status_code for name, label in OPENS.items()}
    assert set(answers.values()) == {200}, answers
