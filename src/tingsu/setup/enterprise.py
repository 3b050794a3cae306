"""What kind of enterprise a firm is, the documents that therefore apply and why, and when it must staff a hotline.

The documents give no numbers for "many users and many complaints" (ISC 7.1.1.2); the bands are ours, with the wider duty.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel.models import Organisation

Words = str | Promise

KINDS: dict[str, Words] = {
    "internet": _("Internet company"),
    "sme": _("Small or medium-sized enterprise"),
    "micro": _("Micro-enterprise"),
    "service": _("Service business"),
}
SECTORS: dict[str, Words] = {
    "commerce": _("E-commerce"),
    "social": pgettext_lazy("sector", "Social networks"),
    "life": _("Life services"),
    "other": pgettext_lazy("sector", "Other"),
}
SIZES: dict[str, Words] = {
    "micro": pgettext_lazy("size", "Micro: up to 9 people"),
    "small": pgettext_lazy("size", "Small: 10 to 99 people"),
    "medium": pgettext_lazy("size", "Medium: 100 to 299 people"),
    "large": pgettext_lazy("size", "Large: 300 people and more"),
}
USERS: dict[str, Words] = {
    "few": _("fewer than 100,000 users"),
    "some": _("100,000 to 1 million users"),
    "many": _("more than 1 million users"),
}
VOLUMES: dict[str, Words] = {
    "few": _("fewer than 100 complaints a month"),
    "some": _("100 to 1,000 complaints a month"),
    "many": _("more than 1,000 complaints a month"),
}
DOCUMENTS: dict[str, Words] = {
    "isc": _("T/ISC 0014—2021, complaint service of internet enterprises"),
    "sz": _("Shenzhen guide to complaint quality management of small enterprises"),
    "svc": _("Complaint handling plan of the service sector"),
    "cts": _("CTS TBGL009—2026, certification of complaint management"),
}
WHY: dict[str, Words] = {
    "isc": _("ISC 1: it speaks to enterprises that serve their users over the internet."),
    "sz": _("SZ 1: it speaks to small and medium-sized enterprises; Annex F to micro-enterprises."),
    "svc": _(
        "SVC 1.2: it speaks to businesses that serve customers, in shops, online, from afar and through partners."
    ),
    "cts": _("CTS 1: for whoever wants the certificate."),
}
UNIT, NO_UNIT = "yes", "no"
ODR: dict[str, Words] = {
    "": pgettext_lazy("odr", "not said yet"),
    UNIT: pgettext_lazy("odr", "a unit"),
    NO_UNIT: pgettext_lazy("odr", "not a unit"),
}
BY_KIND: dict[str, tuple[str, ...]] = {"internet": ("isc",), "sme": ("sz",), "micro": ("sz",), "service": ("svc",)}
DUTIFUL_SECTORS = frozenset({"commerce", "social", "life"})
MUCH = frozenset({"some", "many"})


def applicable(kind: str, size: str) -> tuple[str, ...]:
    """The documents that apply to a kind of enterprise of a size (OE-18); the firm may add others, with its reason."""
    found = list(BY_KIND.get(kind, ()))
    if size in {"micro", "small", "medium"} and "sz" not in found:
        found.append("sz")
    return tuple(code for code in DOCUMENTS if code in found)


def reasons(codes: tuple[str, ...]) -> str:
    """Why documents apply, in the reader's words: what a firm starts from when it writes down its own reason."""
    return "\n".join(str(WHY[code]) for code in codes)


def profile_for(kind: str) -> str:
    """The profile of time limits offered first: the strictest of all, for a micro-enterprise that of Annex F."""
    return "micro" if kind == "micro" else "strictest"


def hotline_duty(facts: Mapping[str, Any]) -> bool:
    """Must the enterprise staff a hotline and show it with an e-mail address (IN-07, ISC 7.1.1.2)?"""
    sector = facts.get("sector") in DUTIFUL_SECTORS or bool(facts.get("counts_likewise"))
    return sector and facts.get("users") in MUCH and facts.get("volume") in MUCH


def not_conforming(organisation: Organisation) -> list[Words]:
    """What is missing of a staffed hotline and an e-mail address in a prominent place; empty when all is there (IN-07)."""
    facts = organisation.enterprise
    if not hotline_duty(facts):
        return []
    missing: list[Words] = []
    if not organisation.hotline:
        missing.append(_("a hotline"))
    if not facts.get("hotline_staffed"):
        missing.append(_("people who answer the hotline"))
    if not organisation.email:
        missing.append(_("an e-mail address"))
    if not facts.get("shown_in_app"):
        missing.append(_("both in a prominent place of website and APP"))
    return missing
