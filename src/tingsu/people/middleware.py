"""Sessions of staff last while somebody works in them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from tingsu.people import sessions

REFUSED = frozenset({403, 404, 429})
Answer = Callable[[HttpRequest], HttpResponseBase]


class Sessions:
    """Note that a session is used; behind the organisation, whose rules say how long it lasts on."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sessions.note_use(request)
        response = self.get_response(request)
        if response.status_code in REFUSED and (account := request.session.get("_auth_user_id")):
            request.META["tingsu.account"] = account  # the access log says who was refused
        return response
