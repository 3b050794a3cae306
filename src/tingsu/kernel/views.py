"""Pages that belong to no business."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tingsu.kernel.errors import NotAllowed


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere: say what to do, keep the way back."""
    error = NotAllowed(_("This page was open for too long. Go back, reload it and send it again; your draft is kept."))
    return render(request, "errors/refused.html", {"error": error, "status": 403}, status=403)
