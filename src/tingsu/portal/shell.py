"""The frame of every public page: organisation, help in the same place, elder mode, language, time zone."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language

from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.links import public
from tingsu.kernel.models import Organisation
from tingsu.people.alone import one_person
from tingsu.portal import embedding
from tingsu.portal.scripts import script_texts

ELDER_COOKIE = "tingsu_elder"
LARGE_PRINT = "portal_large_print"
"""In the session: the complaint that is open here is read in large print."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the frame says. `hotline_href` is the number as a telephone dials it."""

    name: str
    hotline: str
    hotline_href: str
    email: str
    hours: str
    address: str
    other_ways: tuple[str, ...]
    """Further ways to complain, in the firm's own words: its mini-program, APP, counters (PT-01)."""
    elder: bool
    chinese: bool
    picture: str
    """The whole address of the picture that chats and networks show beside a link to us: 1200 by 630 pixels."""
    address_here: str
    """The whole address of this page, as others reach it."""
    links: bool
    """Do our letters carry a link? Only where the site has an address that others reach."""
    alone: bool
    """One person does everything here: the pages promise nothing of somebody else (ME-11, PT-01)."""


def is_elder(request: HttpRequest) -> bool:
    """Has this device chosen 长辈模式, or does the complaint that is open here ask for large print (IN-18)? What somebody chose
    on the device counts more.
    """
    chosen = request.COOKIES.get(ELDER_COOKIE)
    return chosen == "1" or (chosen is None and bool(request.session.get(LARGE_PRINT)))


def organisation_of(request: HttpRequest) -> Organisation:
    """The organisation whose public side this is. Raises NotFound before any exists."""
    organisation: Organisation | None = getattr(request, "organisation", None)
    if organisation is None:
        raise NotFound
    return organisation


def whole(request: HttpRequest, path: str) -> str:
    """An address with its machine: the firm's public one where it is known, else the one that was asked."""
    if path.startswith(("http://", "https://")):
        return path
    return public(path) or request.build_absolute_uri(path)


def frame_for(request: HttpRequest) -> Frame:
    row = organisation_of(request)
    return Frame(
        name=in_language(row.name),
        hotline=row.hotline,
        hotline_href="tel:" + "".join(sign for sign in row.hotline if sign.isdigit() or sign == "+"),
        email=row.email,
        hours=in_language(row.service_hours),
        address=in_language(row.address),
        other_ways=_lines(row),
        elder=is_elder(request),
        chinese=(get_language() or "zh").lower().startswith("zh"),
        picture=whole(request, static("portal/share.png")),
        address_here=whole(request, request.path),
        links=bool(public("/")),
        alone=one_person(),
    )


def _lines(row: Organisation) -> tuple[str, ...]:
    known = {"zh-Hans": row.enterprise.get("other_ways_zh", ""), "en": row.enterprise.get("other_ways_en", "")}
    return tuple(line.strip() for line in in_language(known).splitlines() if line.strip())


def page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Draw a public page in the organisation's time zone, with the sentences that its scripts say."""
    with timezone.override(organisation_of(request).time_zone):
        frame = {"frame": frame_for(request), "script_texts": script_texts()}
        response = render(request, template, {**frame, **(context or {})}, status=status)
    return embedding.frame(request, response)
