"""What is offered, by which means it is delivered, and whether a complaint can come the same way (IN-17; SZ 3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints import terms
from tingsu.kernel.actor import Actor
from tingsu.kernel.punctuation import listed
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare, register_named
from tingsu.registers.models import Entry
from tingsu.registers.options import members

NAME = "product"
MOST = 500
MEANS: tuple[tuple[str, str | Promise], ...] = (
    ("online", pgettext_lazy("means", "Website")),
    ("app", pgettext_lazy("means", "App")),
    ("social", pgettext_lazy("means", "Official account or mini-program")),
    ("phone", pgettext_lazy("means", "By telephone")),
    ("email", pgettext_lazy("means", "By e-mail")),
    ("store", pgettext_lazy("means", "In a store or at a desk")),
    ("post", pgettext_lazy("means", "By post or courier")),
    ("visit", pgettext_lazy("means", "At the customer's place")),
)
"""How something reaches whoever bought it, and how a complaint reaches us."""
OF_CHANNEL = {
    "hotline": "phone", "app": "app", "website": "online", "web_page": "online", "official_account": "social", "mini_program": "social",
    "mail": "email", "post": "post", "service_desk": "store", "suggestion_box": "store", "account_manager": "visit",
}  # fmt: skip
"""By which means each type of channel takes complaints."""
OF_MODE = {"phone": "phone", "email": "email", "internet": "online", "in_person": "store", "letter": "post"}
"""The same for a type of the enterprise's own, by its mode."""
WORKERS = (OWNER, *LEADERS, Role.QA)
ASKED = ("title*", "what*", "product_type", "delivery*", "owner")


def means_of(channel: Mapping[str, Any]) -> str:
    """By which means a channel takes complaints, from the codes of its entry; empty where it is nobody's delivery."""
    kind = channel.get("kind", "")
    return OF_MODE.get(channel.get("mode", ""), "") if kind == "other" else OF_CHANNEL.get(kind, "")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One product: its means of delivery, and the channels of the same means or none."""

    name: str
    url: str
    pairs: tuple[tuple[str | Promise, tuple[tuple[str, str], ...]], ...]
    """Each means in words, with name and address of the open channels of it."""

    @property
    def gaps(self) -> list[str | Promise]:
        return [words for words, channels in self.pairs if not channels]


def _open(name: str, actor: Actor) -> list[Entry]:
    register = register_named(name)
    assert register is not None  # noqa: S101 declared beside this
    rows = register.visible(actor, Entry.objects.exclude(state="closed")).select_related("stream")
    return list(rows.order_by("opened_at", "pk")[:MOST])


def _title(entry: Entry) -> str:
    return (entry.written_or_none() or {}).get("title") or entry.number


def standing(actor: Actor) -> dict[str, Any]:
    """What stands above the list: each product that this reader sees, with its channels, gaps first. Two queries."""
    channels: dict[str, list[tuple[str, str]]] = {}
    for one in _open("channel", actor):
        address = reverse("registers:entry", args=["channel", one.number])
        channels.setdefault(means_of(one.codes), []).append((_title(one), address))
    words = dict(MEANS)
    lines = [
        Line(
            name=_title(entry),
            url=reverse("registers:entry", args=[NAME, entry.number]),
            pairs=tuple(
                (words[means], tuple(channels.get(means, ())))
                for means in entry.codes.get("delivery", ())
                if means in words
            ),
        )
        for entry in _open(NAME, actor)
    ]
    lines.sort(key=lambda one: not one.gaps)
    return {"products": lines, "gaps": sum(bool(one.gaps) for one in lines)}


def gaps_seen(actor: Actor) -> list[tuple[str, str, str]]:
    """Name, address and missing means of each product that lacks a channel; for the list of channels. Two queries."""
    return [(one.name, one.url, listed(map(str, one.gaps))) for one in standing(actor)["products"] if one.gaps]


declare(
    Register(
        name=NAME,
        one=pgettext_lazy("record", "Product or service"),
        many=pgettext_lazy("record", "Products and services"),
        hint=_("What is offered and by which means it is delivered: a complaint must be able to come by the same means."),
        prefix="ML",
        icon="list-details",
        group="system",
        chapter="services",
        order=17,
        title="title",
        readers=(*CENTRE_ROLES, Role.TOP_MGMT, Role.AUDITOR, Role.ANALYST),
        openers=(*LEADERS, Role.QA),
        fields=(
            Field(name="title", label=pgettext_lazy("product", "Name"), limit=80),
            Field(name="what", label=_("What is offered, and to whom"), kind="longtext", limit=1000),
            Field(name="product_type", label=_("Product type"), kind="choice", options=tuple(terms.ProductType.choices)),
            Field(name="delivery", label=_("How it is delivered"), kind="choices", options=MEANS),
            Field(name="owner", label=_("Owner"), kind="member", options=members),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=ASKED,
        passing=("reason",),
        columns=("product_type", "delivery"),
        filters=("delivery", "product_type"),
        owner="owner",
        clauses=lambda codes: ("SZ 3.4",),
        states=(
            State("offered", pgettext_lazy("product", "Offered"), "done"),
            State("closed", pgettext_lazy("product", "Not offered any more"), open=False),
        ),
        steps=(
            Do(
                name="change", label=_("Change"), event="changed", did=_("changed it"), sources=("offered",), who=WORKERS,
                asks=(*ASKED, "reason*"), icon="edit", clause="SZ 3.4",
            ),
            Do(
                name="close", label=pgettext_lazy("product", "Take it off"), event="closed", did=_("took it off the catalogue"),
                sources=("offered",), target="closed", who=LEADERS, asks=("reason*",), tells=(OWNER,), main=False, icon="x",
            ),
            Do(
                name="reopen", label=pgettext_lazy("product", "Offer it again"), event="reopened", did=_("put it on the catalogue again"),
                sources=("closed",), target="offered", who=LEADERS, asks=("reason*",), tells=(OWNER,), icon="refresh",
            ),
        ),
        list_template="intake/products.html",
        list_context=standing,
    )
)  # fmt: skip
