"""The door of practice copies: for people of the firm only, so that no complainant writes to invented staff by mistake."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tingsu.kernel.models import Organisation
from tingsu.kernel.organisations import organisation_with
from tingsu.people.access import PRACTISING_AS, works_in

Answer = Callable[[HttpRequest], HttpResponseBase]
OPEN = ("/i18n/", "/accounts/", "/api/")
"""Language, signing in, and programs, which come with a token that was made inside."""
STAFF = ("/desk", "/files")


class PracticeDoor:
    """Strangers are led to the real pages; staff choose whom they play before they work."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        row: Organisation | None = getattr(request, "organisation", None)
        if row is None or row.practice_of is None:
            return self.get_response(request)
        response = self._answer(request, row.practice_of)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _answer(self, request: HttpRequest, real: Any) -> HttpResponseBase:
        if request.path_info.startswith(OPEN):
            return self.get_response(request)
        user = request.user
        if not user.is_authenticated or not works_in(user.pk, real):
            row = organisation_with(real)
            onward = urlencode({"next": reverse("practice:enter")})
            context = {
                "real": row,
                "real_pages": f"{settings.PREFIX}/o/{row.slug}/",
                "real_sign_in": f"{settings.PREFIX}/accounts/login/?{onward}",
            }
            response = render(request, "demo/practice_closed.html", context, status=403)
            response._has_been_logged = True  # type: ignore[attr-defined]  # nobody made a mistake
            return response
        if request.path_info.startswith(STAFF) and not request.session.get(PRACTISING_AS):
            return HttpResponseRedirect(reverse("practice:enter"), status=303)
        return self.get_response(request)
