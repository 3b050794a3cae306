"""Pages that anybody may read: first page, how we work, privacy, accessibility, printable form (PT-01, PT-02, RG-07)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tingsu.complaints import form_b, scope
from tingsu.kernel.clock import local_date, now
from tingsu.kernel.errors import NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.leadership import queries as values_in_force
from tingsu.pages.pdf import Sheet, pdf_response
from tingsu.portal import causes, drafts, privacy_page, promises, session, shell, tree
from tingsu.portal.forms import FormState
from tingsu.portal.models import PortalDraft
from tingsu.portal.ways import ways_of_redress
from tingsu.settlement.rulebooks import advance, bases

YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What we promise, how to follow a complaint, what may have happened, the times, the other ways."""
    elder = shell.is_elder(request)
    draft = drafts.find_draft(request)
    context = {
        "causes": [cause for cause in causes.CAUSES if cause.elder or not elder],
        "tree": bool(tree.below()),
        "line": promises.promise_line(),
        "first_reply": promises.first_reply_words(),
        "find": FormState(),
        "draft": draft is not None and draft.state == PortalDraft.State.OPEN,
        "opened": session.current_case(request),
    }
    return shell.page(request, "portal/home.html", context)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Modes, what we need, the process, every limit, how progress is told, the ways outside, our commitments (PT-01, PT-07, PT-08, SL-14)."""
    context = {
        "stages": promises.promised_stages(),
        "first_reply": promises.first_reply_words(),
        "ways": ways_of_redress(),
        "advance": advance.published(),
        "scope": scope.entries("in"),
        "beyond": scope.entries("out"),
        "stands": values_in_force.published(),
        "commitments": bases.commitments(local_date(now(), current_organisation().time_zone)),
    }
    return shell.page(request, "portal/help.html", context)


@require_safe
def values(request: HttpRequest) -> HttpResponse:
    """Commitment, core values, service statement, code of conduct and policy in force; nothing where none is (VL-09, PT-03)."""
    stands = values_in_force.published()
    if not stands:
        raise NotFound
    return shell.page(request, "portal/values.html", {"stands": stands})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is held, why, on which ground, how long, who receives it, what one may ask, and where to complain (PS-17)."""
    return shell.page(request, "portal/privacy.html", privacy_page.context())


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return shell.page(request, "portal/accessibility.html")


@require_safe
def blank_form(request: HttpRequest) -> HttpResponse:
    """The registration form (Annex B), blank, for paper; `?size=large` in large print (RG-07)."""
    large = request.GET.get("size") == "large" or shell.is_elder(request)
    return shell.page(request, "portal/form.html", {"large": large, "parts": form_b.blank_form()})


@require_safe
def blank_pdf(request: HttpRequest) -> HttpResponseBase:
    """The same as a PDF; `?size=large` in large print (RG-07, IN-18)."""
    large = request.GET.get("size") == "large" or shell.is_elder(request)
    return pdf_response(_("Complaint registration form"), blank_sheet(large=large))


def blank_sheet(*, large: bool) -> Sheet:
    """The blank registration form, with whom it is sent to."""
    firm = current_organisation()
    sender = [in_language(firm.name), in_language(firm.address), firm.hotline, firm.email]
    return Sheet(
        firm=in_language(firm.name), title=_("Complaint registration form"), subtitle=" · ".join(filter(None, sender)), by="", at=now(),
        parts=form_b.blank_parts(), large=large,
    )  # fmt: skip


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public pages, nothing of anybody's complaint."""
    home_url = reverse("portal:home")
    closed = ["case/", "c/", "follow/", "submit/", "ask/", "embed/", "kiosk/", "desk/", "accounts/", "api/", "files/"]
    lines = ["User-agent: *", *(f"Disallow: {home_url}{path}" for path in closed), f"Allow: {home_url}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """For whoever puts the page on the first screen of a telephone: the firm's name and where it begins."""
    frame = shell.frame_for(request)
    body = {
        "name": _("%(firm)s: complaints and suggestions") % {"firm": frame.name},
        "short_name": frame.name[:12],
        "lang": get_language(),
        "start_url": reverse("portal:home"),
        "scope": reverse("portal:home"),
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#0b5b6e",
        "icons": [
            {"src": static("pages/mark.svg"), "type": "image/svg+xml", "sizes": "any"},
            *(
                {"src": static(f"portal/icon-{side}.png"), "type": "image/png", "sizes": f"{side}x{side}"}
                for side in (192, 512)
            ),
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Programs that ask for the old name are led to the drawing."""
    return redirect(static("pages/mark.svg"), permanent=True)


@require_POST
def choose_mode(request: HttpRequest) -> HttpResponse:
    """Switch 长辈模式 on or off on this device, and stay on the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "../"
    response = HttpResponseRedirect(target)
    chosen = "1" if request.POST.get("elder") == "1" else "0"
    response.set_cookie(
        shell.ELDER_COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
