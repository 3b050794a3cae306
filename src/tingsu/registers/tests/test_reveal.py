"""Opening a masked field of an entry: with a purpose, for five minutes, logged, and only by whom the table lets."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import NotFound
from tingsu.privacy.errors import NothingToReveal, PurposeNeeded, RevealNotAllowed
from tingsu.privacy.log import purposes
from tingsu.privacy.models import AccessEntry, Reveal
from tingsu.registers import actions
from tingsu.registers.declaration import register_named
from tingsu.registers.tests.samples import an_entry

pytestmark = [pytest.mark.req("PS-06"), pytest.mark.django_db]
NAME, PHONE = "欧阳致远", "13800002210"


@pytest.fixture
def contact(cast: Any) -> Any:
    return an_entry(register_named("contact"), cast.frontline, caller_name=NAME, caller_phone=PHONE)


def page_of(client: Any, entry: Any) -> str:
    return client.get(reverse("registers:entry", args=["contact", entry.number])).content.decode()


def log_of(entry: Any, what: str) -> list[tuple[str, str]]:
    rows = AccessEntry.objects.filter(stream_id=entry.pk, what=what)
    told = purposes(rows)
    return [(row.field, told[row.pk]) for row in rows]


def test_two_clicks_show_one_field_for_five_minutes(contact, cast, sign_in, client) -> None:
    sign_in(cast.frontline)
    assert PHONE not in page_of(client, contact)
    assert f'action="{reverse("registers:reveal", args=["contact", contact.number])}"' in page_of(client, contact)
    answer = client.post(
        reverse("registers:reveal", args=["contact", contact.number]),
        {"field": "caller_phone", "purpose": "回拨核实咨询"},
    )
    assert answer.status_code == 303
    shown = page_of(client, contact)
    assert PHONE in shown
    assert NAME not in shown
    assert log_of(contact, "revealed") == [("contact.phone", "回拨核实咨询")]
    for exit_ in ("registers:print", "registers:pdf"):
        assert PHONE.encode() not in client.get(reverse(exit_, args=["contact", contact.number])).content
    with travel_to(now() + timedelta(minutes=6)):
        assert PHONE not in page_of(client, contact)
    sign_in(cast.specialist)
    assert PHONE not in page_of(client, contact)


def test_without_a_purpose_nothing_is_shown(contact, cast, sign_in, client) -> None:
    sign_in(cast.frontline)
    address = reverse("registers:reveal", args=["contact", contact.number])
    for purpose in ("", " ", "\x00"):
        client.post(address, {"field": "caller_phone", "purpose": purpose})
        assert PHONE not in page_of(client, contact)
    assert not Reveal.objects.exists()
    assert log_of(contact, "revealed") == []


def reveal(person: Any, contact: Any, field: str = "caller_phone", purpose: str = "核实") -> str:
    return actions.reveal(
        actor=person.actor, register=register_named("contact"), entry=contact, field=field, purpose=purpose
    )


def test_who_may_and_what_can_be_opened(contact, cast) -> None:
    assert reveal(cast.frontline, contact) == PHONE
    with pytest.raises(PurposeNeeded):
        reveal(cast.frontline, contact, purpose="x")
    assert reveal(cast.frontline, contact, "words") == contact.written()["words"], (
        "numbers in any text open the same way"
    )
    for field in ("kind", "caller_email", "texts"):
        with pytest.raises(NotFound):
            reveal(cast.frontline, contact, field)
    with pytest.raises(NotFound):
        reveal(cast.dept, contact)
    assert Reveal.objects.count() == 2
    empty = an_entry(register_named("contact"), cast.frontline)
    with pytest.raises(NothingToReveal):
        reveal(cast.frontline, empty)


def test_a_reader_without_the_right_is_refused_and_the_refusal_logged(contact, cast, monkeypatch) -> None:
    monkeypatch.setattr("tingsu.privacy.actions.may_reveal", lambda actor, subject, field: False)
    with pytest.raises(RevealNotAllowed):
        reveal(cast.supervisor, contact)
    assert log_of(contact, "refused") == [("contact.phone", "核实")]
    assert not Reveal.objects.exists()


def test_a_window_shuts_with_the_right_that_opened_it(contact, cast, sign_in, client, monkeypatch) -> None:
    sign_in(cast.frontline)
    reveal(cast.frontline, contact)
    assert PHONE in page_of(client, contact)
    monkeypatch.setattr("tingsu.privacy.show.may_reveal", lambda *_asked: False)
    assert PHONE not in page_of(client, contact)
