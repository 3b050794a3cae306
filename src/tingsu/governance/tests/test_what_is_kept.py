"""What keeps a thing or hides a person where one thing hangs on another: holds of a linked case, names inside of addresses."""

import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints import paperwork
from tingsu.governance import erasure
from tingsu.governance.tests.test_aging import AT, LATER, confirmed, contact, due
from tingsu.governance.tests.test_disposal import CANARIES, archived, carried_out, confirm, full, opened, run_of, take
from tingsu.kernel.clock import travel_to
from tingsu.letters.models import Letter
from tingsu.pages import joining, pdf
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


@pytest.mark.req("PS-06", "PS-11")
def test_after_erasure_no_paper_letter_page_or_log_tells_anything_of_the_person_and_none_breaks(
    cast: Cast, sign_in, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
) -> None:
    """Every door by which somebody could still ask for it: documents masked and with a purpose, letters, pages, the access log."""
    printed: list[str] = []
    monkeypatch.setattr(pdf, "pdf", lambda sheet: printed.append(repr(sheet)) or b"%PDF-1.4")
    monkeypatch.setattr(joining, "join", lambda file, sources: None)
    confirm(cast)
    journey = full(cast)
    number, letters = journey.complaint.number, list(Letter.objects.filter(stream_id=journey.complaint.pk))
    client = sign_in(cast.supervisor)
    papers = reverse("desk:papers", args=[number])
    document = {"document": "registration_form", "language": "zh-hans", "purpose": "答复法院"}

    def asked() -> dict[str, str]:
        printed.clear()
        told = {}
        with travel_to(LATER):
            for address in (
                reverse("desk:case", args=[number]), papers, reverse("desk:search") + f"?q={number}", reverse("desk:mail"),
                reverse("privacy:access_log") + f"?case={number}", *(reverse("desk:letter", args=[one.pk]) for one in letters),
                *(reverse("desk:paper", args=[number, one.code]) + f"?lang={lang}" for one in paperwork.papers() for lang in ("zh-hans", "en")),
            ):  # fmt: skip
                answer = client.get(address, follow=True)
                assert answer.status_code < 500, address
                told[address] = answer.content.decode(errors="ignore")
            answer = client.post(papers, document)
            assert answer.status_code < 500
        return told | {"printed": "\n".join(printed)}

    before = asked()
    assert any(canary in before["printed"] for canary in CANARIES), "with a purpose it stood on paper"
    with django_capture_on_commit_callbacks(execute=True):
        carried_out(cast, run_of(cast, [number]))
    # The record of the nonconformity stays, without the name.
    gone = [one for one in CANARIES if one != "不合格里的欧阳"]
    found = {place: [one for one in gone if one in said] for place, said in asked().items()}
    assert {place: canaries for place, canaries in found.items() if canaries} == {}
