"""Settings index, help, one's own account, notices."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tingsu.desk import navigation, notices, shell
from tingsu.desk.access import staff
from tingsu.desk.keymap import KEY_MAP
from tingsu.kernel.clock import now
from tingsu.letters.notices import mark_read
from tingsu.pages.pager import PARAMETER, pager
from tingsu.people.access import Can, rights_of
from tingsu.people.actions.appearance import dismiss, set_appearance
from tingsu.people.models import Account


@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    """What can be set, by subject; only what the role may open."""
    staff(request, Can.DESK)
    return render(request, "desk/settings_index.html")


@require_GET
def registers_page(request: HttpRequest) -> HttpResponse:
    """Every register of the management system that the role may open, with what it is for."""
    actor = staff(request, Can.DESK)
    return render(request, "desk/registers.html", {"chapters": navigation.folded_for(request, rights_of(actor))})


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Keys and the words of the process on one page; the keys alone for the dialog behind "?"."""
    staff(request, Can.DESK)
    template = "desk/parts/keys.html" if request.htmx else "desk/help.html"  # type: ignore[attr-defined]
    response = render(request, template, {"groups": [{"title": title, "rows": rows} for title, rows in KEY_MAP]})
    response["Vary"] = "HX-Request"
    return response


@require_http_methods(["GET", "POST"])
def account_page(request: HttpRequest) -> HttpResponse:
    """Language, theme and keys, saved with the account; links to password and second factor."""
    staff(request, Can.DESK)
    if request.method == "POST":
        theme = request.POST.get("theme", "")
        user = cast(Account, request.user)
        keys_off = request.POST.get("keys_off") == "yes" if "keys" in request.POST else user.keys_off
        set_appearance(user, theme=theme if theme in shell.THEMES else "", keys_off=keys_off)
        messages.success(request, _("Saved."))
        response = HttpResponseRedirect(reverse("desk:account"))
        response.status_code = 303
        if user.theme:
            response.set_cookie("tingsu_theme", user.theme, max_age=31536000, samesite="Lax")
        else:
            response.delete_cookie("tingsu_theme", samesite="Lax")
        return response
    return render(request, "desk/account.html")


@require_POST
def dismiss_note(request: HttpRequest) -> HttpResponse:
    """Put a lasting note away for this person; one that does not stand there now is left alone."""
    staff(request, Can.DESK)
    note = request.POST.get("note", "")
    if note in {one.name for one in shell.dismissible()}:
        dismiss(cast(Account, request.user), note)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("desk:work"), status=303)


@require_GET
def notices_page(request: HttpRequest) -> HttpResponse:
    """In-app notices, newest first, one page by key."""
    actor = staff(request, Can.DESK)
    found, page = notices.notice_page(actor, request.GET.get(PARAMETER, ""))
    found.put_away(request)
    return render(request, "desk/notices.html", {"notices": found.groups, "pager": pager(request, page), "at": now()})


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actor = staff(request, Can.DESK)
    mark_read(actor)
    response = HttpResponseRedirect(reverse("desk:notices"))
    response.status_code = 303
    return response
