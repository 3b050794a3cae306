"""What keeps a thing or hides a person where one thing hangs on another: holds of a linked case, names inside of addresses."""

import pytest

from tests.cast import Cast
from tingsu.governance import erasure
from tingsu.governance.tests.test_aging import AT, LATER, confirmed, contact, due
from tingsu.governance.tests.test_disposal import archived, opened, take
from tingsu.kernel.clock import travel_to
from tingsu.registers.actions import link_entry
from tingsu.registers.declaration import registers

pytestmark = [pytest.mark.django_db, pytest.mark.req("RC-04", "PS-17")]


def test_the_hold_of_a_case_keeps_what_is_recorded_about_it_and_nothing_else(cast: Cast) -> None:
    confirmed(cast)
    journey, about, other = archived(cast), contact(cast), contact(cast)
    with travel_to(AT):
        link_entry(
            actor=cast.supervisor.actor,
            register=registers()["contact"],
            entry=about,
            number=journey.complaint.number,
            kind="about",
        )
    hold = opened(
        cast.supervisor, "legal_hold", LATER, ground="lawsuit", cause="诉讼保全", numbers=journey.complaint.number
    )
    assert due() == {about.number: ("held",), other.number: ()}
    take(cast.mgmt_rep, hold, "lift", LATER, reason="诉讼已结")
    assert due() == {about.number: (), other.number: ()}


def test_a_name_inside_an_address_leaves_no_rest_of_the_address(cast: Cast) -> None:
    """Longest first: where the name went before, the rest of the address would stay."""
    journey = archived(cast, name="金雀儿", address="金雀儿路一百零八号", email="108@example.org", phone="13877776666")
    values = erasure.values_of(journey.complaint.pk)
    assert values == sorted(values, key=len, reverse=True)
    told = erasure.without("金雀儿住在金雀儿路一百零八号。", values)
    assert told == f"{erasure.GONE}住在{erasure.GONE}。"
