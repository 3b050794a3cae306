"""The door for reports of the provider of text messages: secret address, bounded, each wrong address counted."""

import hmac
from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tingsu.kernel.clients import counted_as
from tingsu.kernel.errors import InvalidValue, TooMany
from tingsu.kernel.limits import count_attempt, refuse_when_spent
from tingsu.letters import receipts
from tingsu.letters.sms import account

MOST_BYTES = 512_000
WRONG, QUARTER = 20, timedelta(minutes=15)


@csrf_exempt
@never_cache
@require_POST
def sms_report(request: HttpRequest, token: str) -> JsonResponse:
    """Note a report. A wrong address is 404 and counted; what is no report is 422; the provider hears what it wants to hear."""
    who = counted_as(request)
    try:
        refuse_when_spent("letters.receipts", who, limit=WRONG, window=QUARTER)
        row = account.account_or_none()
        if row is None or not hmac.compare_digest(token.encode(), account.token_of(row).encode()):
            count_attempt("letters.receipts", who, limit=WRONG, window=QUARTER)
            return JsonResponse({"detail": _("There is nothing at this address.")}, status=404)
    except TooMany as error:
        return JsonResponse({"detail": str(error)}, status=error.status)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"detail": _("The report is too large.")}, status=413)
    try:
        lines = receipts.read(row.provider, request.body)
    except InvalidValue:
        return JsonResponse(
            {"detail": _("This is no report of %(provider)s.") % {"provider": row.get_provider_display()}}, status=422
        )
    receipts.note_all(row, lines)
    return JsonResponse(receipts.ANSWERS[row.provider])
