"""Letters, pages and files in the form that a complainant asked for (IN-18)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint, Party
from tingsu.governance import formats
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotAllowed
from tingsu.kernel.models import Event
from tingsu.letters.links import case_token
from tingsu.letters.models import Letter
from tingsu.registers.actions import take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import MONDAY, registered

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-18")]


def sent_to(cast: Cast, wanted: str) -> tuple[Complaint, Letter, Event]:
    """A complaint whose acknowledgement has left."""
    complaint = registered(cast, format=wanted).complaint
    letter = Letter.objects.get(stream_id=complaint.pk, template="acknowledgement")
    return complaint, letter, Event.objects.get(stream_id=complaint.pk, kind="letter.sent")


@pytest.mark.parametrize(("wanted", "asked"), [("braille", True), ("large_print", False), ("standard", False)])
def test_each_letter_to_somebody_who_reads_braille_is_made_and_posted(
    cast: Cast, sign_in: Any, wanted: str, asked: bool, monkeypatch: Any
) -> None:
    from tingsu.governance import tasks

    queued: list[str] = []
    monkeypatch.setattr(tasks.make_format, "defer", lambda event_id: queued.append(event_id))
    with travel_to(MONDAY):
        complaint, letter, event = sent_to(cast, wanted)
        assert (queued == [str(event.pk)]) is asked
        if not asked:
            return
        entry = formats.open_for(event.pk)
        assert formats.open_for(event.pk) is None  # the job once more
        assert entry is not None
        assert (entry.state, entry.codes["format"]) == ("to_make", "braille")
        assert Promise.objects.get(stream_id=entry.pk).kind == "format_posted"
        page = (
            sign_in(cast.supervisor).get(reverse("registers:entry", args=[formats.NAME, entry.number])).content.decode()
        )
        assert complaint.number in page
        assert reverse("desk:letter_text", args=[letter.pk]) in page

    def take(person: Any, **values: Any) -> Entry:
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        return take_step(actor=person.actor, entry=row, register=registers()[formats.NAME], step="post", values=values)

    with travel_to(MONDAY + timedelta(days=1)):
        with pytest.raises(NotAllowed):
            take(cast.qa, posted_on="2026-03-03", by="盲文印刷厂")
        assert take(cast.supervisor, posted_on="2026-03-03", by="盲文印刷厂").state == "posted"
        assert Promise.objects.get(stream_id=entry.pk).ending == "met"


@pytest.mark.parametrize(("name", "may"), [("supervisor", True), ("frontline", False), ("dept", False)])
def test_the_words_of_a_letter_are_a_file_for_whoever_reads_the_mail_room(
    cast: Cast, sign_in: Any, name: str, may: bool
) -> None:
    with travel_to(MONDAY):
        complaint, letter, _event = sent_to(cast, "braille")
        answer = sign_in(getattr(cast, name)).get(reverse("desk:letter_text", args=[letter.pk]))
    assert answer.status_code == (200 if may else 403)
    if may:
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert complaint.number in answer.content.decode("utf-8-sig")


def test_whoever_is_to_make_the_letter_gets_its_words_and_its_braille(
    cast: Cast, sign_in: Any, settings: Any, tmp_path: Any
) -> None:
    program = tmp_path / "lou_translate"
    program.write_text(
        "#!/usr/bin/env python3\nimport sys\nfor line in sys.stdin:\n    print('\u2813' * len(line.strip()))\n"
    )
    program.chmod(0o755)
    with travel_to(MONDAY):
        _complaint, letter, event = sent_to(cast, "braille")
        entry = formats.open_for(event.pk)
        assert entry is not None
        maker = next(one for one in (cast.frontline, cast.frontline2) if one.id == entry.owner_id)
        (other,) = {cast.frontline, cast.frontline2} - {maker}
        page = reverse("registers:entry", args=[formats.NAME, entry.number])
        text, brf = (reverse(f"desk:letter_{what}", args=[letter.pk]) for what in ("text", "braille"))
        assert sign_in(other).get(text).status_code == 403, "of a letter that somebody else makes"
        client = sign_in(maker)
        assert client.get(text).status_code == 200
        settings.BRAILLE = "/nowhere/lou_translate"
        assert brf not in client.get(page).content.decode()
        assert client.get(brf).status_code == 409
        assert "没有生成盲文的程序" in client.get(reverse("registers:list", args=[formats.NAME])).content.decode()
        settings.BRAILLE = str(program)
        assert brf in client.get(page).content.decode()
        assert "可生成盲文" in client.get(reverse("registers:list", args=[formats.NAME])).content.decode()
        made = client.get(brf)
        assert made.headers["Content-Disposition"].endswith('.brf"')
        assert set(made.content.decode("ascii")) <= set("H \r\n\f")
        assert formats.waiting_in_braille() == 1
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        values = {"posted_on": "2026-03-02", "by": "自制"}
        take_step(actor=maker.actor, entry=row, register=registers()[formats.NAME], step="post", values=values)
        assert formats.waiting_in_braille() == 0
        assert client.get(text).status_code == 403, "once it has left, its words are for the mail room"


@pytest.mark.parametrize(
    ("wanted", "cookie", "large"),
    [("large_print", None, True), ("large_print", "0", False), ("standard", None, False), ("standard", "1", True)],
)
def test_the_page_of_a_complaint_is_large_where_the_complainant_asked_for_it(
    client: Client, cast: Cast, wanted: str, cookie: str | None, large: bool
) -> None:
    with travel_to(MONDAY):
        complaint = registered(cast).complaint
        Complaint.objects.filter(pk=complaint.pk).update(format=wanted)
        if cookie is not None:
            client.cookies["tingsu_elder"] = cookie
        party = Party.objects.get(complaint=complaint)
        client.get(f"/c/{case_token(complaint.pk, party.pk)}/")
        page = client.get("/case/").content.decode()
        assert ('class="elder"' in page) is large
        assert ('class="elder"' in client.get("/form/").content.decode()) is large
        client.post("/mode/", {"elder": "0", "next": "/case/"})
        assert 'class="elder"' not in client.get("/case/").content.decode()
        client.post("/case/leave/")
        del client.cookies["tingsu_elder"]
        assert 'class="elder"' not in client.get("/").content.decode()


@pytest.mark.parametrize(("chosen", "speaks"), [(None, "en"), ("zh-hans", "zh-Hans")])
def test_the_link_of_a_letter_opens_a_page_in_the_language_of_the_letter(
    client: Client, cast: Cast, chosen: str | None, speaks: str
) -> None:
    with travel_to(MONDAY):
        complaint = registered(cast).complaint
        Complaint.objects.filter(pk=complaint.pk).update(language="en")
        client.cookies.pop("tingsu_language", None)
        if chosen:
            client.cookies["tingsu_language"] = chosen
        party = Party.objects.get(complaint=complaint)
        client.get(f"/c/{case_token(complaint.pk, party.pk)}/", headers={"Accept-Language": "zh-CN"})
        page = client.get("/case/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert f'<html lang="{speaks}"' in page
