"""Mailboxes read over a real line: each mail once, its original byte for byte, and whatever the server does is survived (IG-03)."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import Cast
from tingsu.files.models import StoredFile
from tingsu.files.store import open_file
from tingsu.kernel import verify
from tingsu.kernel.clock import local, now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.letters.tests.test_mail_line import certificate  # noqa: F401 a fixture
from tingsu.mail import imap, polling, tasks, watching
from tingsu.mail.models import Arrival, Mailbox
from tingsu.mail.tests.imap_server import ImapServer
from tingsu.mail.tests.mails import YESTERDAY, a_mail, a_mailbox
from tingsu.registers.models import Entry

pytestmark = pytest.mark.req("IG-03")


@pytest.fixture
def server(settings) -> Iterator[ImapServer]:
    settings.OUTGOING_INSIDE = ["127.0.0.1", "::1"]
    made = ImapServer()
    yield made
    made.close()


def held() -> list[Entry]:
    return list(Entry.objects.filter(register="incoming_mail").order_by("number").select_related("stream"))


def original(entry: Entry) -> bytes:
    return open_file(StoredFile.objects.get(stream_id=entry.pk, purpose="letter"))


def test_each_mail_is_kept_once_byte_for_byte_and_the_mailbox_is_left_as_it_was(cast: Cast, server: ImapServer) -> None:
    raw = a_mail()
    server.put(raw, now() - YESTERDAY)
    mailbox = a_mailbox(server)
    assert polling.read_mailbox(mailbox) == 1
    assert polling.read_mailbox(mailbox) == 0
    (entry,) = held()
    assert original(entry) == raw
    assert entry.written()["words"].strip() == "我买的净水器漏水，地板全泡了，要求赔偿。"
    assert (entry.written()["sender"], entry.written()["subject"]) == ("deng@mail.example", "净水器漏水")
    assert abs(datetime.fromisoformat(entry.codes["received_at"]) - (now() - YESTERDAY)) < timedelta(minutes=2)
    assert entry.state == "held"
    assert entry.owner_id is not None
    assert not any("STORE" in one or "SELECT" in one.upper() or "BODY[" in one for one in server.asked)
    assert (mailbox.why, mailbox.reached, mailbox.generation) == ("", 1, 77)
    assert Mailbox.objects.get().read_at is not None
    assert not [found.sentence for found in verify.verify_organisation(verify.Tally())]


def test_the_same_mail_by_another_way_or_counted_anew_is_not_there_twice_and_another_one_is(
    cast: Cast, server: ImapServer
) -> None:
    raw = a_mail(message_id="<one@mail.example>")
    server.put(raw, now() - YESTERDAY)
    mailbox = a_mailbox(server)
    assert polling.read_mailbox(mailbox) == 1
    server.generation = 78
    server.put(b"Received: by another\r\n" + raw, now() - YESTERDAY)
    server.put(a_mail("another complaint with the same name", message_id="<one@mail.example>"), now() - YESTERDAY)
    assert polling.read_mailbox(mailbox) == 1
    assert len(held()) == Arrival.objects.count() == 2
    assert mailbox.generation == 78


def test_mail_from_before_the_day_stays_where_it_is_even_a_hundred_thousand(cast: Cast, server: ImapServer) -> None:
    server.put(a_mail("old"), now() - timedelta(days=400), uid=5)
    server.put(a_mail("new"), now() - YESTERDAY, uid=100_001)
    mailbox = a_mailbox(server)
    turns = [polling.read_mailbox(mailbox) for _turn in range(3)]
    assert sum(turns) == 1
    assert [one.written()["words"].strip() for one in held()] == ["new"]
    assert sum("SEARCH" in one for one in server.asked) == 51 + imap.COUNTED, "counted once, then passed over"
    assert max(len(one) for one in server.asked) < 200


def test_a_line_that_breaks_in_the_middle_loses_and_repeats_nothing(cast: Cast, server: ImapServer) -> None:
    for number in range(4):
        server.put(a_mail(f"mail {number}"), now() - YESTERDAY)
    server.breaks_after = 2
    mailbox = a_mailbox(server)
    assert polling.read_mailbox(mailbox) == 0
    assert mailbox.why == "broken"
    assert len(held()) == 2
    polling.read_mailbox(mailbox)
    assert [one.written()["words"].strip() for one in held()] == [f"mail {number}" for number in range(4)]
    assert mailbox.why == ""


def test_one_visit_is_bounded_and_the_next_goes_on(
    cast: Cast, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "AT_ONCE", 2)
    for number in range(5):
        server.put(a_mail(f"mail {number}"), now() - YESTERDAY)
    mailbox = a_mailbox(server)
    assert [polling.read_mailbox(mailbox) for _turn in range(4)] == [2, 2, 1, 0]


def test_a_mail_that_is_too_large_is_named_and_stays_in_the_mailbox(cast: Cast, server: ImapServer) -> None:
    server.put(a_mail("so large"), now() - YESTERDAY)
    server.huge = imap.MOST_BYTES + 1
    assert polling.read_mailbox(a_mailbox(server)) == 1
    (entry,) = held()
    assert entry.codes["too_large"] is True
    assert entry.written()["subject"] == "净水器漏水"
    assert not any("BODY.PEEK[]" in one for one in server.asked)


@pytest.mark.parametrize(
    ("changes", "why", "said"),
    [
        ({"username": "nobody"}, "sign_in", "wrong password"),
        ({"folder": "投诉"}, "folder", "no such folder"),
        ({"port": 1}, "connection", "refused"),
        ({"security": "implicit"}, "encryption", ""),
        ({"security": "starttls"}, "encryption", "not supported"),
        ({"host": "no-such-host.invalid"}, "address", ""),
        ({"host": "169.254.169.254"}, "inside", "169.254"),
        ({"host": "224.0.0.1"}, "inside", ""),
        ({"host": "0.0.0.0"}, "inside", ""),  # noqa: S104 asked, not bound
    ],
)
def test_the_check_says_exactly_what_fails(cast: Cast, server: ImapServer, changes: dict, why: str, said: str) -> None:
    mailbox = a_mailbox(server, **changes)
    trial = imap.try_out(polling.access_of(mailbox), mailbox.since)
    assert trial.why == why
    assert said.lower() in trial.said.lower()
    assert polling.read_mailbox(mailbox) == 0
    assert mailbox.why == why


def test_this_machine_itself_is_asked_only_where_it_says_so(cast: Cast, server: ImapServer, settings) -> None:
    mailbox = a_mailbox(server)
    assert imap.try_out(polling.access_of(mailbox), mailbox.since).why == ""
    settings.OUTGOING_INSIDE = []
    assert imap.try_out(polling.access_of(mailbox), mailbox.since).why == "inside"
    assert imap.try_out(polling.access_of(a_mailbox(server, name="b", host="localhost")), now().date()).why == "inside"


def test_what_is_no_imap_server_is_said_so(cast: Cast, server: ImapServer) -> None:
    server.greeting = b"220 smtp here\r\n"
    assert imap.try_out(polling.access_of(a_mailbox(server)), now().date()).why == "no_imap"


def test_a_server_that_drips_one_line_for_ever_is_left(
    cast: Cast, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TRIAL_SECONDS", 0.5)
    server.greeting, server.drips = b"", True
    assert imap.try_out(polling.access_of(a_mailbox(server)), now().date()).why == "connection"
    server.greeting = b"* OK ready\r\n"
    assert imap.try_out(polling.access_of(a_mailbox(server, name="b")), now().date()).why == "connection"


@pytest.mark.parametrize("at_once", [True, False])
def test_an_encrypted_line_needs_a_certificate_that_we_trust(
    cast: Cast,
    settings,
    certificate,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    at_once: bool,
) -> None:
    settings.OUTGOING_INSIDE = ["127.0.0.1", "::1"]
    server = ImapServer(certificate=certificate, at_once=at_once)
    security = "implicit" if at_once else "starttls"
    mailbox = a_mailbox(server, host="localhost", security=security)
    assert imap.try_out(polling.access_of(mailbox), mailbox.since).why == ""
    strict = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(ssl, "create_default_context", lambda: strict)
    assert imap.try_out(polling.access_of(mailbox), mailbox.since).why == "encryption"
    server.close()


def test_a_folder_with_a_chinese_name_is_asked_for_as_servers_know_it(cast: Cast, server: ImapServer) -> None:
    server.folder = "&YpWLyQ- &- more"
    mailbox = a_mailbox(server, folder="投诉 & more")
    assert imap.try_out(polling.access_of(mailbox), mailbox.since).why == ""


def test_the_drop_folder_is_taken_in_and_links_are_left_alone(cast: Cast, settings, tmp_path) -> None:
    settings.HOME = tmp_path
    folder = polling.drop_folder()
    folder.mkdir(parents=True)
    (folder / "a.eml").write_bytes(a_mail("from the folder"))
    secret = tmp_path / "secret"
    secret.write_text("Subject: nothing for you")
    (folder / "b.eml").symlink_to(secret)
    assert polling.read_folder() == 1
    assert polling.read_folder() == 0
    assert [one.written()["words"].strip() for one in held()] == ["from the folder"]
    assert len(list((folder / "kept").iterdir())) == 1
    assert (folder / "b.eml").is_symlink()


def test_mailboxes_are_kept_with_a_sealed_password_and_checked_on_the_page(
    cast: Cast, server: ImapServer, sign_in, client
) -> None:
    given = {
        "name": "投诉信箱", "host": "127.0.0.1", "port": server.port, "security": "none", "username": "desk@firm.example",
        "password": "secret", "folder": "INBOX", "since": "2026-01-05", "active": "on",
    }  # fmt: skip
    sign_in(cast.frontline)
    assert client.post(reverse("mail:new"), given).status_code == 403
    sign_in(cast.supervisor)
    assert client.post(reverse("mail:new"), {**given, "password": ""}).status_code == 422
    assert client.post(reverse("mail:new"), {**given, "port": 25}).status_code == 422
    assert client.post(reverse("mail:new"), {**given, "username": "a\r\nLOGOUT"}).status_code in {302, 422}
    Mailbox.objects.all().delete()
    assert client.post(reverse("mail:new"), given).status_code == 302
    mailbox = Mailbox.objects.get()
    assert b"secret" not in bytes(mailbox.password)
    assert "secret" not in client.get(reverse("mail:edit", args=[mailbox.pk])).content.decode()
    page = client.post(reverse("mail:check", args=[mailbox.pk]), follow=True).content.decode()
    assert "0" in page
    assert (
        client.post(reverse("mail:edit", args=[mailbox.pk]), {**given, "password": "", "folder": "Other"}).status_code
        == 302
    )
    assert polling.access_of(Mailbox.objects.get()).password == "secret"
    page = client.post(reverse("mail:check", args=[mailbox.pk]), follow=True).content.decode()
    assert "no such folder" in page
    assert client.post(reverse("mail:new"), given).status_code == 422


def test_nobody_sees_or_asks_the_mailboxes_of_another_firm(
    cast: Cast, server: ImapServer, other_organisation, sign_in, client
) -> None:
    with acting_for(other_organisation.pk):
        other = a_mailbox(server)
    sign_in(cast.supervisor)
    assert client.post(reverse("mail:check", args=[other.pk])).status_code == 404


def test_a_mailbox_with_very_many_mails_asks_from_which_day(
    cast: Cast, server: ImapServer, sign_in, client, monkeypatch
) -> None:
    monkeypatch.setattr(polling, "MANY", 3)
    for number in range(5):
        server.put(a_mail(f"mail {number}"), now() - timedelta(days=20 - 5 * number))
    mailbox = a_mailbox(server)
    assert polling.read_mailbox(mailbox) == 0
    assert (mailbox.why, mailbox.said, mailbox.reached, held()) == ("many", "5", 0, [])
    sign_in(cast.supervisor)
    edit, zone = reverse("mail:edit", args=[mailbox.pk]), current_organisation().time_zone
    assert re.search(r"5 (?:mails have come|封)|有 5 封", client.get(edit).content.decode())
    assert edit in client.get(reverse("mail:mailboxes")).content.decode()
    given = {name: getattr(mailbox, name) for name in ("name", "host", "port", "security", "username", "folder")} | {
        "active": "on"
    }
    earlier = {**given, "since": (mailbox.since - timedelta(days=9)).isoformat()}
    assert client.post(edit, earlier).status_code == 302
    assert polling.read_mailbox(Mailbox.objects.get()) == 0, "an earlier day brings more, so it is asked again"
    later = {**given, "since": local(now() - timedelta(days=12), zone).date().isoformat()}
    assert client.post(edit, later).status_code == 302
    told = client.post(reverse("mail:check", args=[mailbox.pk]), follow=True).content.decode()
    assert re.search(r"3 (?:of them|封)|其中 3", told)
    assert polling.read_mailbox(Mailbox.objects.get()) == 3
    assert polling.read_mailbox(Mailbox.objects.get()) == 0


def listening(server: ImapServer, mailbox: Mailbox, told: Callable[[], None]) -> threading.Thread:
    watching.keep_watching({mailbox.pk: polling.access_of(mailbox)}, told)
    (watch,) = [one for one in threading.enumerate() if one.name == "mail.watching" and one.is_alive()]
    return watch


def test_a_server_that_tells_at_once_brings_news_and_one_that_is_switched_off_is_left(
    cast: Cast, server: ImapServer
) -> None:
    server.idles, told = True, threading.Event()
    mailbox = a_mailbox(server)
    watch = listening(server, mailbox, told.set)
    assert server.idling.wait(10)
    assert listening(server, mailbox, told.set) is watch, "the same line is kept"
    assert not told.is_set()
    server.put(a_mail(), now())
    assert told.wait(10)
    assert polling.read_mailbox(mailbox) == 1
    watching.keep_watching({}, told.set)
    watch.join(10)
    assert not watch.is_alive()
    assert not any("SELECT" in one.upper() for one in server.asked)


def test_a_line_that_breaks_while_it_listens_is_had_again(cast: Cast, server: ImapServer, monkeypatch) -> None:
    monkeypatch.setattr(watching, "PAUSES", (0,))
    server.idles = True
    mailbox = a_mailbox(server)
    watch = listening(server, mailbox, lambda: None)
    assert server.idling.wait(10)
    server.idling.clear()
    server.idlers[0].shutdown(socket.SHUT_RDWR)
    assert server.idling.wait(10)
    watching.keep_watching({}, lambda: None)
    watch.join(10)


def test_a_server_without_news_is_asked_once_and_only_mailboxes_that_work_are_listened_to(
    cast: Cast, server: ImapServer, monkeypatch
) -> None:
    asked = threading.Event()
    monkeypatch.setattr(watching.Watch, "_listen", lambda self: asked.set() or False)
    mailbox = a_mailbox(server)
    assert list(tasks.to_listen_to()) == [mailbox.pk]
    Mailbox.objects.update(why="sign_in")
    assert tasks.to_listen_to() == {}
    Mailbox.objects.update(why="", active=False)
    assert tasks.to_listen_to() == {}
    watch = listening(server, mailbox, lambda: None)
    assert asked.wait(10)
    assert watch.is_alive(), "it waits an hour before it asks again"
    watching.keep_watching({}, lambda: None)
    watch.join(10)
    assert not watch.is_alive()
    before = ProcrastinateJob.objects.filter(task_name="mail.fetch", status="todo").count()
    tasks.news()
    tasks.news()
    assert ProcrastinateJob.objects.filter(task_name="mail.fetch", status="todo").count() == max(before, 1), (
        "one fetching is enough"
    )
