"""The form inside other sites: which registered site a browser came from, and where a page may stand in a frame (IN-09).

A site is known by its number in a signed cookie, set by the page through which its visitors arrive. The pages on which a complaint is
written may then be framed by the addresses of that site and by nobody else; the pages of a case never.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tingsu.kernel.middleware import POLICY
from tingsu.portal import sites

COOKIE = "tingsu_site"
SALT = "portal.site"
KEPT_SECONDS = 2 * 3600
FRAMED = ("portal:begin", "portal:ask", "portal:arrive_home")
"""Pages below these addresses may stand in a frame."""


def site_from(request: HttpRequest) -> sites.Site | None:
    """The site from which this browser came, if it is still open."""
    number = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_SECONDS)
    return sites.site_of(number) if number else None


def site_number(request: HttpRequest) -> str:
    """The same for counting: the number alone, without a question."""
    return request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=KEPT_SECONDS) or ""


def remember(response: HttpResponse, site: sites.Site) -> None:
    """This browser came from there."""
    response.set_signed_cookie(
        COOKIE, site.number, salt=SALT, max_age=KEPT_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )  # fmt: skip


def may_be_framed(request: HttpRequest) -> bool:
    """Is it one of the pages on which a complaint is written?"""
    return request.path.startswith(tuple(reverse(name) for name in FRAMED))


def let_frame(response: HttpResponse, site: sites.Site) -> None:
    """Let the addresses of a site, and nobody else, show this page in a frame."""
    allowed = " ".join(site.origins) or "'none'"
    response["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {allowed}")


def frame(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What every public page says of frames: nothing new, unless the visitor came from a site that may."""
    if may_be_framed(request) and site_number(request) and (site := site_from(request)):
        let_frame(response, site)
    return response
