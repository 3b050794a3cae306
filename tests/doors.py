"""Browsers of the cast, and a reading of what they see in which people are named by their parts."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.test import Client

from tests.cast import Cast
from tests.reading import Reading
from tests.signing import enter
from tingsu.complaints.models import Party
from tingsu.kernel.clock import travel_to
from tingsu.letters.links import case_token
from tingsu.people.models import Account
from tingsu.settlement.tests.journey import MONDAY, Journey


def reading(name: str, cast: Cast) -> Reading:
    names = {person.id: word for word, person in cast._people.items()} | {
        unit.pk: code for code, unit in cast.units.items()
    }
    return Reading(name, names | {cast.organisation_id: "organisation"})


def door(journey: Journey, role: str = "complainant") -> Client:
    """A browser in which this party's case page is open."""
    client = Client()
    party = Party.objects.get(complaint=journey.complaint, role=role)
    with travel_to(journey.at):
        client.get(f"/c/{case_token(journey.complaint.pk, party.pk)}/")
    return client


def desk(name: str, cast: Cast, language: str = "zh-hans") -> Client:
    """A browser in which one of the cast is signed in."""
    client = Client()
    enter(client, getattr(cast, name).username)
    Account.objects.filter(username=getattr(cast, name).username).update(last_login=MONDAY)
    client.cookies["tingsu_language"] = language
    return client


@contextmanager
def undrawn() -> Iterator[None]:
    """Pages are answered but not drawn: for tests that ask whether somebody is let in, not what stands there."""
    with patch("django.template.backends.django.Template.render", lambda *_template, **_context: ""):
        yield
