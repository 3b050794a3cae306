"""The signed hand-over of user and order, and every way in which somebody may try to forge one (IN-10, PS-03)."""

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client

from tests.cast import Cast
from tests.standing import kept
from tingsu.complaints.models import Complaint
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import acting_for
from tingsu.portal import drafts, signed, sites
from tingsu.portal.models import FormRun, PortalDraft
from tingsu.portal.tests.test_submit import CONTACT, STORY
from tingsu.registers.actions import Opening, open_entry, take_step
from tingsu.registers.declaration import registers
from tingsu.registers.models import Entry
from tingsu.settlement.tests.journey import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-10")]
KNOWN = {
    "name": "陈小满",
    "phone": "138 0000 2210",
    "order_number": "DD2026",
    "product": "显示器",
    "cause": "refund",
    "sub": "u-7",
}
SITE = {
    "title": "APP 商城", "kind": "app", "means": "handover", "page_steps": "2", "way": "首页 › 我的 › 投诉", "measured_on": "2026-03-01", "origins": "https://shop.example.com",
}  # fmt: skip


def a_site(cast: Cast, **more: Any) -> Entry:
    return open_entry(
        actor=cast.supervisor.actor, register=registers()["site"], opening=Opening(values={**SITE, **more})
    )


@kept
def standing_site(cast: Cast) -> uuid.UUID:
    with travel_to(MONDAY):
        return a_site(cast).pk


def site_entry(cast: Cast) -> Entry:
    return Entry.objects.select_related("stream").get(pk=standing_site(cast))


def token(
    entry: Entry, *, secret: str = "", alg: str = "HS256", head: dict[str, Any] | None = None, **claims: Any
) -> str:
    at = int(now().timestamp())
    said = {
        "aud": f"tingsu:{current_organisation().slug}", "exp": at + 300, "jti": str(uuid.uuid4()), **KNOWN, **claims,
    }  # fmt: skip
    said = {name: value for name, value in said.items() if value is not None}
    header = {"kid": sites.kid_of(entry, sites.key_now(entry)), **(head or {})}
    return jwt.encode(said, secret or sites.secret_of(entry, sites.key_now(entry)), algorithm=alg, headers=header)


def keys(made: Any) -> tuple[str, str]:
    """A private and a public key as PEM."""
    private = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def unsigned(entry: Entry) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    said = {
        "aud": f"tingsu:{current_organisation().slug}",
        "exp": int(now().timestamp()) + 300,
        "jti": "12345678",
        **KNOWN,
    }
    return f"{part({'alg': 'none', 'kid': sites.kid_of(entry, 1)})}.{part(said)}."


@pytest.mark.req("RG-08")
def test_the_hour_of_the_event_is_handed_over_with_its_day_or_in_one_with_it(cast: Cast, client: Client) -> None:
    entry = site_entry(cast)
    with travel_to(MONDAY):
        for said, day, hour in (
            ({"occurred_on": "2026-02-20", "occurred_time": "下午两点半"}, "2026-02-20", "下午两点半"),
            ({"occurred_on": "2026-02-20T06:30:00Z"}, "2026-02-20", "14:30"),
            ({"occurred_on": "2026-02-20 14:30"}, "2026-02-20", "14:30"),
            ({"occurred_on": "2026-02-20T00:00:00+08:00"}, "2026-02-20", None),
        ):
            handed = signed.read_token(token(entry, **said))
            assert (handed.values["occurred_on"], handed.values.get("occurred_time")) == (day, hour), said
        client.post("/embed/handover/", {"token": token(entry, occurred_on="2026-02-20T06:30:00Z")})
        page = client.get("/submit/story/").content.decode()
        assert 'value="2026-02-20"' in page
        assert 'value="14:30"' in page
        client.post("/submit/story/", {**STORY, "cause": "refund", "occurred_on": "2026-02-19"})
        client.post("/embed/handover/", {"token": token(entry, occurred_on="2026-02-20T06:30:00Z")})
        page = client.get("/submit/story/").content.decode()
        assert 'value="2026-02-19"' in page
        assert 'value="14:30"' not in page, "an hour says nothing of another day"
        link = Client().get("/submit/story/?cause=refund&day=2026-02-20&time=14:30").content.decode()
        assert 'value="2026-02-20"' in link
        assert 'value="14:30"' in link


def test_who_comes_with_a_good_token_finds_the_form_filled_and_the_record_says_by_whom(
    cast: Cast, client: Client
) -> None:
    entry = site_entry(cast)
    with travel_to(MONDAY):
        given = token(entry)
        answer = client.post("/embed/handover/", {"token": given})
        assert answer.headers["Location"] == "/submit/story/", "nothing of the person stands in an address"
        page = client.get("/submit/story/").content.decode()
        assert 'value="DD2026"' in page
        assert client.post("/embed/handover/", {"token": given}).headers["Location"] == "/submit/story/", "reloaded"
        client.post("/submit/story/", {**STORY, "cause": "refund", "order_number": "DD2026"})
        contact = client.get("/submit/contact/").content.decode()
        assert 'value="陈小满"' in contact
        client.post(
            "/submit/contact/", {**CONTACT, "name": "陈小满", "phone": "+86 13800002210", "email": "own@example.com"}
        )
        client.post("/submit/check/", {"go": "on"})
    row = Complaint.objects.get()
    assert (row.handed_over_by, row.handed_over) == ("APP 商城", ["name", "phone", "order_number"])
    run = FormRun.objects.get()
    assert (run.filled, run.site) == ("handover", entry.number)


def test_what_was_changed_or_written_anonymously_is_not_marked(cast: Cast) -> None:
    entry = site_entry(cast)
    with travel_to(MONDAY):
        for contact, expected in (
            ({**CONTACT, "name": "别人", "phone": "13900009999"}, ["order_number"]),
            ({"identity": "anonymous", "go": "on"}, []),
        ):
            client = Client()
            client.get("/embed/handover/", {"token": token(entry)})
            client.post("/submit/story/", {**STORY, "order_number": "DD2026"})
            client.post("/submit/contact/", contact)
            client.post("/submit/check/", {"go": "on"})
            row = Complaint.objects.latest("registered_at", "pk")
            assert row.handed_over == expected
            assert bool(row.handed_over_by) is bool(expected)


def test_forged_stolen_and_old_tokens_open_the_plain_form_and_lose_nothing(cast: Cast, other_organisation: Any) -> None:
    entry = site_entry(cast)
    with travel_to(MONDAY):
        rsa_private, _rsa_public = keys(rsa.generate_private_key(65537, 2048))
        with acting_for(other_organisation.pk):
            theirs = sites.secret_of(entry, 1)
        at = int(now().timestamp())
        good = token(entry)
        signature = good.rsplit(".", 1)[1]
        refused = {
            "alg none": (unsigned(entry), "signature"),
            "alg none with a signature": (unsigned(entry) + signature, "signature"),
            "another algorithm of the same key": (token(entry, alg="HS512"), "signature"),
            "signed by their own private key": (token(entry, secret=rsa_private, alg="RS256"), "signature"),
            "another audience": (token(entry, aud="tingsu:other"), "signature"),
            "several audiences": (token(entry, aud=[f"tingsu:{current_organisation().slug}", "x"]), "signature"),
            "no audience": (token(entry, aud=None), "signature"),
            "no end": (token(entry, exp=None), "signature"),
            "an end that is no number": (token(entry, exp=str(at + 300)), "times"),
            "an endless end": (token(entry, exp=at + 3600), "lives_too_long"),
            "over": (token(entry, exp=at - 60), "handover_over"),
            "from the future": (token(entry, nbf=at + 120), "from_the_future"),
            "issued in the future": (token(entry, iat=at + 120), "from_the_future"),
            "no name of its own": (token(entry, jti=None), "signature"),
            "a short name": (token(entry, jti="7"), "jti"),
            "a number as its name": (token(entry, jti=123456789), "jti"),
            "another key": (token(entry, head={"kid": sites.kid_of(entry, 2)}), "key"),
            "the key before the first": (token(entry, head={"kid": sites.kid_of(entry, 0)}), "key"),
            "no site": (token(entry, head={"kid": "JR-2026-999.1"}), "key"),
            "a key's name that is none": (token(entry, head={"kid": "../../etc"}), "key"),
            "another organisation's key": (token(entry, secret=theirs), "signature"),
            "a guessed key": (token(entry, secret="secret" * 8), "signature"),
            "changed": (good[:-4] + ("AAAA" if not good.endswith("AAAA") else "BBBB"), "signature"),
            "huge": (token(entry, product="长" * 5000), "size"),
            "a name too long": (token(entry, name="长" * 81), "values"),
            "no text": (token(entry, phone=[1]), "values"),
            "nonsense": ("a.b.c", "no_token"),
            "empty": ("", "size"),
            "not ASCII": ("令牌", "size"),
        }  # fmt: skip
        for what, (given, code) in refused.items():
            with pytest.raises(signed.HandoverRefused) as found:
                signed.read_token(given)
            assert found.value.code == code, what
        assert signed.read_token(good).values["name"] == "陈小满"
        # Clocks differ by half a minute, and not by a second more.
        for within, beyond in (
            ({"exp": at - 29}, {"exp": at - 30}), ({"exp": at + 630}, {"exp": at + 631}), ({"nbf": at + 30}, {"nbf": at + 31}),
            ({"iat": at + 30}, {"iat": at + 31}),
        ):  # fmt: skip
            assert signed.read_token(token(entry, **within)), within
            with pytest.raises(signed.HandoverRefused):
                signed.read_token(token(entry, **beyond))
        client = Client()
        client.post("/submit/story/", {"cause": "delivery", "description": "写到一半的话", "go": "on"})
        for given in (refused["over"][0], refused["alg none"][0], refused["changed"][0]):
            answer = client.post("/embed/handover/", {"token": given}, follow=True)
            assert answer.status_code == 200
            assert "自行填写" in answer.content.decode() or "直接在这里填写" in answer.content.decode()
        assert "写到一半的话" in client.get("/submit/story/").content.decode()
        assert client.head("/embed/handover/", {"token": good}).status_code == 302
        assert client.get("/embed/handover/", {"token": good}).headers["Location"] == "/submit/story/"


def test_a_token_opens_once_and_never_another_persons_words(cast: Cast) -> None:
    entry = site_entry(cast)
    with travel_to(MONDAY):
        given, one, other = token(entry), Client(), Client()
        one.get("/embed/handover/", {"token": given})
        assert "使用过一次" in other.get("/embed/handover/", {"token": given}, follow=True).content.decode()
        assert PortalDraft.objects.count() == 1
        one.post("/submit/story/", {**STORY, "description": "第一个人写的"})
        one.get("/embed/handover/", {"token": token(entry, order_number="DD2")})  # the same person: the words stay
        assert "第一个人写的" in one.get("/submit/story/").content.decode()
        one.get("/embed/handover/", {"token": token(entry, sub="u-8", name="别人")})
        assert "第一个人写的" not in one.get("/submit/story/").content.decode()
        elsewhere = a_site(cast, title="第二个店")
        for site in (entry, elsewhere):  # two sites may call two tokens alike
            signed.use_once(signed.read_token(token(site, jti="one-name-8")))
        one.post("/submit/story/", {**STORY, "description": "第二个人写的"})
        one.get("/embed/handover/", {"token": token(elsewhere, sub="u-8", name="别人")})
        assert "第二个人写的" not in one.get("/submit/story/").content.decode(), (
            "the same mark at another site is another person"
        )
        one.post("/submit/story/", {**STORY, "description": "第三个人写的"})
        one.get("/embed/handover/", {"token": token(elsewhere, sub=None, name="没有标识的人")})
        assert "第三个人写的" not in one.get("/submit/story/").content.decode(), "who is not named is nobody known"
        handed = signed.read_token(given)
    with travel_to(MONDAY + timedelta(minutes=16)):
        assert signed.forget_used() >= 1
        with pytest.raises(signed.HandoverOver):
            signed.read_token(given)
    assert str(handed.mark) not in json.dumps(drafts.read_body(PortalDraft.objects.latest("created_at")))


def test_keys_change_over_with_two_good_at_once_and_a_leaked_one_ends_at_once(cast: Cast) -> None:
    entry = site_entry(cast)
    register = registers()["site"]

    def take(name: str, **values: Any) -> Entry:
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        return take_step(actor=cast.supervisor.actor, entry=row, register=register, step=name, values=values)

    with travel_to(MONDAY):
        take("new_key", previous_until=(MONDAY + timedelta(days=7)).isoformat())
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        assert sites.secret_of(row, 1) != sites.secret_of(row, 2)
        old = token(row, secret=sites.secret_of(row, 1), head={"kid": sites.kid_of(row, 1)})
        assert signed.read_token(old)
        assert signed.read_token(token(row))
        take("new_key", previous_until=(MONDAY + timedelta(days=7)).isoformat())
        row = Entry.objects.select_related("stream").get(pk=entry.pk)
        good = {
            number: token(row, secret=sites.secret_of(row, number), head={"kid": sites.kid_of(row, number)})
            for number in (1, 2, 3)
        }
        with pytest.raises(signed.HandoverRefused):
            signed.read_token(good[1])  # two are good at once, never three
        assert signed.read_token(good[2])
        assert signed.read_token(good[3])
        old = good[2]
    with travel_to(MONDAY + timedelta(days=7)), pytest.raises(signed.HandoverRefused):
        signed.read_token(token(row, secret=sites.secret_of(row, 2), head={"kid": sites.kid_of(row, 2)}))
    with travel_to(MONDAY):
        take("drop_key", reason="密钥泄露")
        with pytest.raises(signed.HandoverRefused):
            signed.read_token(old)
        assert signed.read_token(token(row))
        take("close", reason="停用")
        with pytest.raises(signed.HandoverRefused):
            signed.read_token(token(row))


def test_public_keys_sign_for_their_algorithm_alone_and_give_nobody_a_shared_key(cast: Cast) -> None:
    rsa_private, rsa_public = keys(rsa.generate_private_key(65537, 2048))
    ec_private, ec_public = keys(ec.generate_private_key(ec.SECP256R1()))
    _weak_private, weak = keys(rsa.generate_private_key(65537, 1024))  # noqa: S505 refused
    _other_private, other_curve = keys(ec.generate_private_key(ec.SECP384R1()))
    with travel_to(MONDAY):
        for algorithm, pem in (
            ("RS256", ""), ("RS256", ec_public), ("ES256", rsa_public), ("RS256", weak), ("ES256", other_curve), ("RS256", rsa_private),
            ("HS256", rsa_private),
        ):  # fmt: skip
            with pytest.raises(InvalidInput) as refused:
                a_site(cast, algorithm=algorithm, public_key=pem)
            assert set(refused.value.fields) == {"public_key"}, (algorithm, pem[:40])
        entry = a_site(cast, algorithm="RS256", public_key=rsa_public)
        entry = Entry.objects.select_related("stream").get(pk=entry.pk)
        assert signed.read_token(token(entry, secret=rsa_private, alg="RS256"))
        header, body, _sign = token(entry, secret=sites.secret_of(entry, 1), alg="HS256").split(".")
        for confused in (
            token(entry, secret=sites.secret_of(entry, 1)),
            f"{header}.{body}.{_hmac_with(rsa_public, f'{header}.{body}')}",
            token(entry, secret=ec_private, alg="ES256"),
        ):
            with pytest.raises(signed.HandoverRefused):
                signed.read_token(confused)
        take_step(
            actor=cast.supervisor.actor, entry=entry, register=registers()["site"], step="new_key",
            values={"previous_until": (MONDAY + timedelta(days=1)).isoformat(), "public_key": keys(rsa.generate_private_key(65537, 2048))[1]},
        )  # fmt: skip
        assert signed.read_token(token(entry, secret=rsa_private, alg="RS256", head={"kid": sites.kid_of(entry, 1)}))


def _hmac_with(pem: str, said: str) -> str:
    """The classic confusion: the public key taken for a shared one."""
    import hashlib
    import hmac

    return base64.urlsafe_b64encode(hmac.new(pem.encode(), said.encode(), hashlib.sha256).digest()).decode().rstrip("=")


def test_keys_are_shown_to_those_who_may_change_them_alone(cast: Cast, sign_in: Any) -> None:
    entry = site_entry(cast)
    page = f"/desk/records/site/{entry.number}/"
    for person, sees in ((cast.supervisor, True), (cast.qa, False), (cast.analyst, False)):
        words = sign_in(person).get(page).content.decode()
        assert (sites.secret_of(entry, 1) in words) is sees, person.username
        assert "data-site=" in words
    listed = sign_in(cast.supervisor).get("/desk/records/site/").content.decode()
    assert sites.secret_of(entry, 1) not in listed
