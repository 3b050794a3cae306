"""The line to a mail server: encrypted, its certificate looked at, never waited on for ever, and told in its own words."""

import datetime as dt
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cast import Cast
from tingsu.letters import smtp
from tingsu.letters.tests.post_office import DRIP, HANG_UP, SILENCE, post_office


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for localhost that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(day - timedelta(days=1)).not_valid_after(day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    place = tmp_path / "localhost.pem"
    place.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(place))
    return place


@pytest.mark.parametrize("at_once", [True, False])
def test_a_line_is_encrypted_and_its_certificate_is_looked_at(
    settings: object, certificate: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    with post_office(settings, certificate, at_once=at_once) as office:
        assert smtp.try_out("a@example.com", "s", "b") == smtp.Trial(why="", said="250 2.0.0 queued as 4711")
        assert ("STARTTLS" in office.asked) is not at_once
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
        assert smtp.try_out("a@example.com", "s", "b").why == "encryption"
    assert len(office.letters) == 1


def test_a_server_without_the_encryption_that_is_asked_for_gets_nothing(settings: object) -> None:
    with post_office(settings) as office:
        settings.EMAIL_SECURITY = "starttls"
        assert smtp.try_out("a@example.com", "s", "b").why == "encryption"
    assert office.letters == []


@pytest.mark.parametrize("answer", ["454 4.7.0 TLS not available", "501 5.5.4 what?"])
def test_a_server_that_takes_its_encryption_back_gets_neither_password_nor_letter(
    settings: object, certificate: Path, answer: str
) -> None:
    with post_office(settings, certificate, STARTTLS=[answer]) as office:
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "shop", "secret"
        assert smtp.try_out("a@example.com", "s", "b") == smtp.Trial(why="encryption", said=answer)
    assert not {"AUTH", "MAIL"} & set(office.asked)
    assert office.letters == []


def test_a_server_that_drips_for_ever_is_left(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TALK_SECONDS", 0)
    with post_office(settings, HELLO=["220-still\r\n" * 50 + "220 post"]):
        assert smtp.try_out().why == "connection"


@pytest.mark.parametrize("where", ["HELLO", "RCPT"])
def test_a_server_that_drips_one_line_for_ever_is_left(
    settings: object, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """A trial sooner than a letter: a page waits for it, and a proxy before us not longer than that."""
    monkeypatch.setattr(smtp, "TRIAL_SECONDS", 0.5)
    with post_office(settings, **{where: [DRIP]}):
        settings.EMAIL_TIMEOUT = 60
        assert smtp.try_out("a@example.com", "s", "b").why == "connection"
    assert smtp.TRIAL_SECONDS < smtp.TALK_SECONDS


WORDS = ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "END"]
BAD = [
    HANG_UP,
    SILENCE,
    "what?",
    "999 no such answer",
    "",
    "250",
    "220-and\r\n220-so\r\n220-on",
    "-1 \N{SNOWMAN} " + "x" * 9000,
    "000 \x00\x01",
]


@pytest.mark.parametrize("answer", BAD, ids=lambda one: one[:12].encode("unicode_escape").decode() or "nothing")
def test_a_trial_ends_in_one_known_sentence_whatever_a_server_says_at_whichever_word(
    settings: object, answer: str
) -> None:
    """Hangs, answers nonsense, closes in the middle: the administrator reads one of our sentences and the server's own words."""
    for word in WORDS:
        with post_office(settings, **{word: [answer]}) as office:
            settings.EMAIL_TIMEOUT = 0.2
            trial = smtp.try_out("a@example.com", "s", "b")
            went = trial == smtp.Trial(why="", said=trial.said)
            assert trial.why in {*smtp.WHY, ""}, (word, trial)
            assert "\n" not in trial.said
            assert len(trial.said) <= smtp.SAID
            # Only a server that took the letter has taken it.
            assert not went or office.letters, (word, trial)


def test_trying_says_the_servers_own_words(settings: object, cast: Cast, sign_in) -> None:
    client = sign_in(cast.supervisor)
    with post_office(settings, RCPT=["550 5.1.1 不认识 nobody@example.com"]):
        page = client.post("/desk/settings/mail/", {"address": "nobody@example.com"}).content.decode()
        assert "550 5.1.1 不认识 nobody@example.com" in page
        assert "note-late" in page
        assert client.post("/desk/settings/mail/", {"address": "nobody"}).status_code == 422
    with post_office(settings):
        page = client.post("/desk/settings/mail/", {"address": ""}).content.decode()
        assert "250 sender ok" in page
        assert "note-done" in page
    assert sign_in(cast.auditor).get("/desk/settings/mail/").status_code == 200
    assert sign_in(cast.auditor).post("/desk/settings/mail/", {"address": ""}).status_code == 403
    assert sign_in(cast.frontline).get("/desk/settings/mail/").status_code == 403
