"""Switching the second factor on, and its recovery codes: told once, on the page that made them (PS-03)."""

from typing import Any
from urllib.parse import quote

from allauth.account.decorators import reauthentication_required
from allauth.mfa.totp.views import ActivateTOTPView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tingsu.people import recovery, second_factor
from tingsu.people.models import Account


@method_decorator((sensitive_post_parameters("code"), never_cache), name="dispatch")
class SwitchOn(ActivateTOTPView):
    """The page with the key; when the first code is right its answer shows the recovery codes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and second_factor.is_on(
            request.user.pk
        ):  # the page that showed the codes is loaded again
            return HttpResponseRedirect(reverse("mfa_index"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        self.did_generate_recovery_codes = False
        super().form_valid(form)
        return _told(self.request)


@reauthentication_required(app="allauth.mfa")  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Ask first: the codes before end. The answer to *make* shows the new ones."""
    account = _account(request)
    if not second_factor.is_on(account.pk):
        return HttpResponseRedirect(reverse("mfa_index"))
    if request.method == "POST":
        return _told(request)
    return render(request, "mfa/recovery_codes/generate.html", {"unused_code_count": recovery.left(account)})


def _told(request: HttpRequest) -> HttpResponse:
    codes = recovery.make(_account(request))
    spaced = [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]
    context = {"codes": spaced, "as_file": "data:text/plain;charset=utf-8," + quote("\r\n".join([*spaced, ""]))}
    return render(request, "mfa/recovery_codes/index.html", context)


def _account(request: HttpRequest) -> Account:
    return Account.objects.get(pk=request.user.pk)
