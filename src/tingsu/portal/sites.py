"""The register of sites and apps that lead to the complaint form (IN-09): by widget, link or signed hand-over, with the steps measured.

A key of HS256 is no row: it follows from the organisation's key, the entry and its number, so that a list, an export or a program
that reads the register never holds one. Two are good at once while a site changes over.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import crypto
from tingsu.kernel.actor import Actor
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidValue, Unmet
from tingsu.kernel.links import public
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.people.roles import Role
from tingsu.portal import looks
from tingsu.portal.causes import BY_CODE, CAUSES
from tingsu.process.steps import Field, Step
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare, register_named
from tingsu.registers.entry import OpenedEntry, holds
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME, RUNNING = "site", "running"
MOST_STEPS = 2
"""From the home page until the form of a complaint stands open (IN-09)."""
KINDS = (("website", _("Website")), ("app", _("App")), ("mini_program", _("Mini-program")))
MEANS = (
    ("link", pgettext_lazy("site", "Link")),
    ("widget", _("Button and panel (widget)")),
    ("handover", _("Signed hand-over")),
)
ALGORITHMS = (
    ("HS256", _("HS256, a key that both sides know")),
    ("RS256", _("RS256, their public key")),
    ("ES256", _("ES256, their public key")),
)
SIDES = (("right", pgettext_lazy("widget", "Right")), ("left", pgettext_lazy("widget", "Left")))
COLOUR, INK, MOST_RADIUS = "#0b5b6e", "#ffffff", 28
WORDS = {"zh": "投诉与建议", "en": "Complaints"}
LEAST_RSA = 2048
CHANGED = (
    "title*", "kind*", "means*", "owner", "origins", "door", "colour", "ink", "radius", "side", "words_zh", "words_en", "algorithm",
    "public_key",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Site:
    """A site as visitors' requests meet it."""

    entry: Entry
    title: str
    origins: tuple[str, ...]
    door: str
    texts: dict[str, str]

    @property
    def number(self) -> str:
        return self.entry.number

    @property
    def look(self) -> dict[str, Any]:
        """What the widget draws its button with."""
        codes = self.entry.codes
        return {
            "colour": looks.read_colour(self.texts.get("colour") or COLOUR),
            "ink": looks.read_colour(self.texts.get("ink") or INK),
            "radius": int(codes.get("radius") or 0) if codes.get("radius") is not None else 22,
            "side": codes.get("side") or "right",
            "words": {name: self.texts.get(f"words_{name}") or WORDS[name] for name in WORDS},
            "frames": bool(self.origins),
        }


def site_of(number: str) -> Site | None:
    """A site that is open, by its number; None for any other. One question."""
    if len(number) > 30 or not number.isprintable():
        return None
    rows = Entry.objects.select_related("stream").filter(register=NAME, number=number, state=RUNNING)
    entry = rows.first()
    texts = entry.written_or_none() if entry else None
    if entry is None or texts is None:
        return None
    door = entry.codes.get("door") or ""
    return Site(
        entry=entry, title=texts.get("title", ""), origins=looks.read_origins(texts.get("origins", "")),
        door=door if door in BY_CODE else "", texts=texts,
    )  # fmt: skip


# Keys


def kid_of(entry: Entry, number: int) -> str:
    """The name of a key, as the header of a hand-over gives it."""
    return f"{entry.number}.{number}"


def secret_of(entry: Entry, number: int) -> str:
    """The key of HS256 with this number: 43 signs."""
    derived = crypto.organisation_key(current_organisation_id()).derive(f"portal.site:{entry.pk}:{number}")
    return base64.urlsafe_b64encode(derived).decode().rstrip("=")


def key_now(entry: Entry) -> int:
    return int(entry.codes.get("key_number") or 1)


def key_named(kid: str) -> tuple[Site, str, str] | None:
    """The site, algorithm and key of a name that is good now; None for every other name."""
    number, _dot, serial = kid.rpartition(".")
    if (
        not number
        or not serial.isascii()
        or not serial.isdigit()
        or len(serial) > 6
        or (site := site_of(number)) is None
    ):
        return None
    entry, algorithm = site.entry, site.entry.codes.get("algorithm") or "HS256"
    known, asked = key_now(entry), int(serial)
    if asked == known - 1:
        until = entry.codes.get("previous_until")
        if not until or datetime.fromisoformat(until) <= now():
            return None
    elif asked != known:
        return None
    if algorithm == "HS256":
        return site, algorithm, secret_of(entry, asked)
    pem = site.texts.get("public_key" if asked == known else "previous_key", "")
    return (site, algorithm, pem) if pem and fits(pem, algorithm) else None


def fits(pem: str, algorithm: str) -> bool:
    """Is this a public key for this algorithm?"""
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    if algorithm == "RS256":
        return isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA
    return algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"


# What an entry must say


def _value(opened: OpenedEntry, values: dict[str, Any], name: str) -> Any:
    """What a field will hold: what the step asks, else what stands there."""
    if name in values:
        return values[name]
    known = opened.register.by_name[name]
    return opened.texts_now().get(name, "") if known.kind in {"text", "longtext"} else opened.entry.codes.get(name)


def in_order(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """Addresses that browsers know, a button whose words can be read, a key that fits its algorithm."""
    if values is None:
        return []
    unmet = []
    try:
        origins = looks.read_origins(_value(opened, values, "origins") or "")
        if not origins and _value(opened, values, "means") == "widget" and "origins" in values:
            unmet.append(
                Unmet("required", _("A widget is shown on named addresses only: enter them."), value_of="origins")
            )
    except InvalidValue as error:
        unmet.append(Unmet(error.code, error.sentence, value_of="origins", **error.data))
    try:
        name = "colour"
        colour = looks.read_colour(_value(opened, values, name) or COLOUR)
        name = "ink"
        ink = looks.read_colour(_value(opened, values, name) or INK)
        if looks.contrast(colour, ink) < looks.LEAST_CONTRAST:
            unmet.append(
                Unmet(
                    "contrast", _("The words cannot be read on this colour: the contrast is %(found)s, at least 4.5 is needed."),
                    value_of="ink", found=f"{looks.contrast(colour, ink):.1f}",
                )
            )  # fmt: skip
    except InvalidValue as error:
        unmet.append(Unmet(error.code, error.sentence, value_of=name))
    if not 0 <= int(_value(opened, values, "radius") or 0) <= MOST_RADIUS:
        unmet.append(
            Unmet("radius", _("Corners are round by 0 to %(most)s points."), value_of="radius", most=MOST_RADIUS)
        )
    algorithm, pem = _value(opened, values, "algorithm") or "HS256", _value(opened, values, "public_key") or ""
    if (algorithm != "HS256" and not fits(pem, algorithm)) or (algorithm == "HS256" and "PRIVATE" in pem):
        unmet.append(
            Unmet(
                "public_key", _("%(algorithm)s needs their public key in PEM: RSA from 2048 bits, or the curve P-256; never a private one."),
                value_of="public_key", algorithm=algorithm,
            )
        )  # fmt: skip
    return unmet


def other_key(opened: OpenedEntry, step: Step, values: dict[str, Any] | None) -> list[Unmet]:
    """With a public key, the next one is another one."""
    if values is None or (opened.entry.codes.get("algorithm") or "HS256") == "HS256":
        return []
    if (values.get("public_key") or "").strip() in {"", opened.texts_now().get("public_key", "").strip()}:
        return [Unmet("same_key", _("Enter their next public key, another one than now."), value_of="public_key")]
    return []


def opened_site(opened: OpenedEntry, values: dict[str, Any]) -> None:
    opened.put("key_number", 1)


def next_key(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """Another key from now on; the one before it is good until the instant named, so that nobody is turned away meanwhile."""
    opened.put("key_number", key_now(opened.entry) + 1)
    opened.write("previous_key", values["key_before"])


def key_before(actor: Actor, entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """The public key that stands there before the next one takes its place."""
    return {"key_before": entry.written().get("public_key", "")}


def drop_previous(opened: OpenedEntry, values: dict[str, Any]) -> None:
    """The key that leaked opens nothing from now on; of the present one there is a next one first."""
    opened.put("previous_until", None)
    opened.write("previous_key", "")


# What a person sees


def connecting(actor: Actor, entry: Entry) -> dict[str, Any]:
    """How a site is connected: the line of the widget, the link, the keys; the keys for those who may change them alone."""
    register = register_named(NAME)
    assert register is not None  # noqa: S101 declared beside this
    keys: list[tuple[str, str, datetime | None]] = []
    if holds(actor, register, entry, register.process["new_key"].who):
        number, until = key_now(entry), entry.codes.get("previous_until")
        own = (entry.codes.get("algorithm") or "HS256") == "HS256"
        keys = [(kid_of(entry, number), secret_of(entry, number) if own else "", None)]
        if until and datetime.fromisoformat(until) > now():
            keys.append(
                (kid_of(entry, number - 1), secret_of(entry, number - 1) if own else "", datetime.fromisoformat(until))
            )

    def address(name: str, *args: str) -> str:
        path = reverse(name, args=args)
        return public(path) or path

    connect = {
        "running": entry.state == RUNNING,
        "script": f'<script src="{address("portal:widget")}" data-site="{entry.number}" async></script>',
        "link": address("portal:arrive", entry.number),
        "handover": address("portal:hand_over"),
        "audience": f"tingsu:{current_organisation().slug}",
        "algorithm": entry.codes.get("algorithm") or "HS256",
        "keys": keys,
        "far": int(entry.codes.get("page_steps") or 0) > MOST_STEPS,
    }
    return {"connect": connect}


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Site or app"),
        many=pgettext_lazy("record", "Sites and apps"),
        hint=_("Which sites and apps lead to the complaint form, by which means, in how many steps, and which keys sign for them."),
        prefix="JR",
        icon="world",
        group="system",
        chapter="services",
        order=16,
        title="title",
        readers=(*LEADERS, Role.QA, Role.DSO, Role.AUDITOR, Role.ANALYST),
        openers=LEADERS,
        fields=(
            Field(name="title", label=pgettext_lazy("channel", "Name"), limit=80),
            Field(name="kind", label=pgettext_lazy("channel", "Type"), kind="choice", options=KINDS),
            Field(name="means", label=_("How it leads to the form"), kind="choice", options=MEANS),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(
                name="origins", label=_("Addresses on which the widget is shown"), kind="longtext", limit=1000,
                help=_("One a line, such as https://shop.example.com. Nobody else may show the form in a frame."),
            ),
            Field(
                name="door", label=_("What it is about"), kind="choice", options=tuple((one.code, one.title) for one in CAUSES),
                help=_("Left empty, the visitor chooses."),
            ),
            Field(name="colour", label=_("Colour of the button"), limit=7, help=_("Such as #0b5b6e.")),
            Field(name="ink", label=_("Colour of its words"), limit=7, help=_("The contrast of the two is checked.")),
            Field(name="radius", label=_("Roundness of its corners"), kind="number"),
            Field(name="side", label=_("Where it stands"), kind="choice", options=SIDES),
            Field(name="words_zh", label=_("Its words in Chinese"), limit=12),
            Field(name="words_en", label=_("Its words in English"), limit=24),
            Field(
                name="page_steps", label=_("Steps from the home page"), kind="number",
                help=_("Clicks or taps until the form of a complaint stands open; two at most."),
            ),
            Field(
                name="way", label=_("Way from the home page"), kind="longtext", limit=400,
                help=_("What one taps, one after the other, such as: Home › Me › Complaints."),
            ),
            Field(name="measured_on", label=_("Measured on"), kind="date", past=True),
            Field(name="algorithm", label=_("How hand-overs are signed"), kind="choice", options=ALGORITHMS),
            Field(name="public_key", label=_("Their public key (PEM)"), kind="longtext", limit=2000),
            Field(name="previous_key", label=_("Public key before it"), kind="longtext", limit=2000),
            Field(name="key_number", label=_("Number of the key"), kind="number"),
            Field(name="previous_until", label=_("Key before it good until"), kind="datetime", future=True),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=(*CHANGED, "way*", "page_steps*", "measured_on*"),
        passing=("reason",),
        columns=("kind", "means", "page_steps", "measured_on"),
        filters=("kind", "means"),
        owner="owner",
        opening={"guards": (in_order,)},
        on_open=opened_site,
        clauses=lambda codes: ("ISC 7.1.1.3",),
        states=(
            State(RUNNING, pgettext_lazy("site", "Open"), "done"),
            State("closed", pgettext_lazy("site", "Closed"), open=False),
        ),
        steps=(
            Do(
                name="measure", label=_("Record the steps"), event="measured", did=_("measured the steps"), sources=(RUNNING,),
                who=(OWNER, *LEADERS, Role.QA), asks=("way*", "page_steps*", "measured_on*"), icon="checks", clause="ISC 7.1.1.3",
            ),
            Do(
                name="change", label=_("Change"), event="changed", did=_("changed it"), sources=(RUNNING,), who=LEADERS,
                asks=(*CHANGED, "reason*"), guards=(in_order,), main=False, icon="edit",
            ),
            Do(
                name="new_key", label=_("Begin another key"), event="key_begun", did=_("began another key"), sources=(RUNNING,),
                who=(*LEADERS, Role.DSO), asks=("previous_until*", "public_key"), guards=(other_key,), before=key_before, effect=next_key,
                tells=(OWNER,), main=False, icon="refresh",
            ),
            Do(
                name="drop_key", label=_("End the key before it"), event="key_ended", did=_("ended the key before the present one"),
                sources=(RUNNING,), who=(*LEADERS, Role.DSO), asks=("reason*",), effect=drop_previous, tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="close", label=pgettext_lazy("site", "Close"), event="closed", did=pgettext_lazy("site", "closed it"), sources=(RUNNING,),
                target="closed", who=LEADERS, asks=("reason*",), tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="reopen", label=pgettext_lazy("site", "Open again"), event="reopened", did=pgettext_lazy("site", "opened it again"),
                sources=("closed",), target=RUNNING, who=LEADERS, asks=("reason*",), tells=(OWNER,), icon="refresh",
            ),
        ),
        entry_template="portal/connecting.html",
        entry_context=connecting,
    )
)  # fmt: skip
