"""The ways a rule can say no, in words fit to show.

`str(error)` is for people and comes in their language, `code` is stable and documented, `data` is for programs.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.punctuation import apart


class TingsuError(Exception):
    """Base of every refusal. Subclasses set `code`, `status` (HTTP) and `sentence` (with %(name)s places from data)."""

    code = "refused"
    status = 409
    sentence: str | Promise = _("This is not possible at the moment.")

    def __init__(self, sentence: str | Promise | None = None, *, code: str | None = None, **data: Any) -> None:
        super().__init__()
        if sentence is not None:
            self.sentence = sentence
        if code is not None:
            self.code = code
        self.data = data

    def __str__(self) -> str:
        return str(self.sentence) % self.data if self.data else str(self.sentence)

    def body(self) -> dict[str, Any]:
        """The same refusal for a program (problem response)."""
        return {"code": self.code, "detail": str(self), "data": self.data}


class UnknownPage(TingsuError):
    """Where a page of a list begins, as an address says it, cannot be read."""

    code, status = "unknown_page", 400
    sentence = _("This address leads to no page of the list: it is incomplete or was changed. Begin at its first page.")


class NotFound(TingsuError):
    code, status = "not_found", 404
    sentence = _("There is nothing here, or it is not yours to see.")


class NotAllowed(TingsuError):
    code, status = "not_allowed", 403
    sentence = _("Your role does not allow this.")


class SignInNeeded(TingsuError):
    code, status = "sign_in_needed", 401
    sentence = _("Sign in to go on.")


class SecondFactorNeeded(TingsuError):
    code, status = "second_factor_needed", 403
    sentence = _(
        "Your role sees or decides so much that a password alone must not open it. Set up the second factor first: "
        "an authenticator app on your phone. Then you go on where you were."
    )


class TooMany(TingsuError):
    code, status = "too_many", 429
    sentence = _("That was too often in a short time. Wait a few minutes and try again.")


class BodyTooLarge(TingsuError):
    code, status = "body_too_large", 413
    sentence = _("This was more than %(limit)s MB at once. Send less in one go, or fewer files at a time.")


class BodyTooSlow(TingsuError):
    code, status = "body_too_slow", 408
    sentence = _("What you sent arrived too slowly, and we stopped waiting. Try again with a better connection.")


class Busy(TingsuError):
    code, status = "busy", 503
    sentence = _("Too many people are here at this moment. Try again in a few seconds.")


class NotPrepared(TingsuError):
    """There are no tables of this release yet, or they are not open: somebody sets this server up, or restores a backup."""

    code, status = "not_prepared", 503
    sentence = _("This server is being set up at the moment. Try again in a few minutes.")


class NoSpace(TingsuError):
    code, status = "no_space", 503
    sentence = _("Our storage is full at the moment and nothing was kept. Try again later.")


REFUSED_AT_THE_DOOR: dict[str, type[TingsuError]] = {
    "too_large": BodyTooLarge,
    "too_slow": BodyTooSlow,
    "too_busy": Busy,
    "no_space": NoSpace,
}
"""What the web server refuses before a page is asked, by its word for it."""


class ChangedMeanwhile(TingsuError):
    code, status = "changed_meanwhile", 409
    sentence = _("Somebody saved first. Your text is kept; look at what changed, then save again.")


class InvalidValue(TingsuError):
    """One value that cannot be read. `code` names the kind: money, date, required, too_long, choice, …"""

    code, status = "invalid", 422
    sentence = _("Check this field.")

    SENTENCES = {
        "required": _("Fill in this field."),
        "money": _("Enter an amount in yuan with at most two decimals, such as 1299.00."),
        "money_most": _("This is a thousand million yuan or more: check the zeros."),
        "date": _("Enter a date such as 2026-03-05."),
        "datetime": _("Enter a date and time such as 2026-03-05 14:30."),
        "hour": _("Enter a time of day such as 14:30, about 3 pm or afternoon."),
        "number": _("Enter a whole number."),
        "least": _("At least %(limit_value)s."),
        "most": _("At most %(limit_value)s."),
        "choice": _("Choose one of the options."),
        "too_long": _(
            "This has %(count)s characters; at most %(limit)s fit. Nothing was cut: shorten it, or send the rest separately."
        ),
        "in_future": _("%(value)s is in the future. Enter a moment that has passed."),
        "in_past": _("%(value)s has passed. Enter a moment to come."),
        "nul": _("This text contains a control character that cannot be stored. Type it again without it."),
        "placeholder": _("A placeholder 〔 〕 is still empty. Fill it in before sending."),
        "member": _("Choose a person who works here."),
        "unit": _("Choose a department."),
        "mobile_digits": _("A mobile number has 11 digits; this one has %(count)s. Check it digit by digit."),
        "no_contact": _("Nobody can be reached under this number. Enter your own, or leave it empty."),
        "phone": _("Enter a phone number, such as 138 0000 0000 or +852 5123 4567."),
        "email": _("Enter an e-mail address, such as name@example.com."),
        "rows": _("Check the marked lines."),
        "unknown_field": _("This field is not known here."),
    }

    def __init__(self, sentence: str | Promise | None = None, *, code: str = "invalid", **data: Any) -> None:
        super().__init__(sentence or self.SENTENCES.get(code), code=code, **data)


def too_long(text: str, limit: int) -> InvalidValue:
    """The refusal of a text beyond its limit: it says what was counted. Whoever refuses keeps the text as it was typed."""
    return InvalidValue(code="too_long", limit=limit, count=len(text))


class InvalidInput(TingsuError):
    """Several values that cannot be read: `fields` maps the field's name to its refusal."""

    code, status = "invalid_input", 422
    sentence = _("Some fields need another look. Nothing you entered is lost.")

    def __init__(self, fields: dict[str, TingsuError], **data: Any) -> None:
        super().__init__(**data)
        self.fields = fields
        self.of = ""
        """Which of two steps that one form takes refuses them; the caller of an action that takes two says so."""

    def body(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "detail": str(self),
            "data": {"fields": {name: error.body() for name, error in self.fields.items()}},
        }


class ConditionsUnmet(TingsuError):
    """A step of the process that may not happen yet: `unmet` lists every missing condition (invariant 9)."""

    code, status = "conditions_unmet", 409
    sentence = _("This step has to wait: %(reasons)s")

    def __init__(self, unmet: list["Unmet"], **data: Any) -> None:
        super().__init__(**data)
        self.unmet = unmet

    def __str__(self) -> str:
        return str(self.sentence) % {"reasons": apart(str(one) for one in self.unmet)}

    def body(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "detail": str(self),
            "data": {"unmet": [{"guard": u.guard, "code": u.code, "detail": str(u)} for u in self.unmet]},
        }


class Unmet:
    """One condition that is missing: a stable code, a sentence, and the guard that found it (G6), named by the engine.

    `value_of` names the field whose value is at fault, where one is.
    """

    def __init__(self, code: str, sentence: str | Promise, *, guard: str = "", value_of: str = "", **data: Any) -> None:
        self.guard, self.code, self.sentence, self.value_of, self.data = guard, code, sentence, value_of, data

    def __str__(self) -> str:
        return str(self.sentence) % self.data if self.data else str(self.sentence)

    def __repr__(self) -> str:
        return f"Unmet({self.guard}, {self.code})"
