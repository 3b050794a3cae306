"""The means by which a letter leaves, one adapter each (IG-03): to which field of a person it goes, whether it can be used here
now, who carries it out. Another means is another adapter that is declared; nothing else asks what there is.

Where nothing leaves the installation (demo, practice copies) every means ends in the mail room (`providers`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = str | Promise


def _always(template: str, language: str) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Means:
    """One way for a letter to reach a person."""

    code: str
    label: Words
    address: str = ""
    """The field of a person that it goes to: email, phone, address; none for the follow-up page."""
    by_hand: bool = False
    """A person of ours carries it out: it waits in a list, and its outcome is noted by whoever did it."""
    disturbs: bool = False
    """It rings at the person: not in quiet hours."""
    ready: Callable[[str, str], bool] = _always
    """(kind of letter, language) → can such a letter leave by it here now? An empty kind: any."""


_known: dict[str, Means] = {}


def declare(means: Means) -> None:
    """Add a way. Raises RuntimeError for a code that another one has."""
    if means.code in _known:
        raise RuntimeError(f"two means are called {means.code}")
    _known[means.code] = means


def means(code: str) -> Means | None:
    return _known.get(code)


def all_means() -> tuple[Means, ...]:
    return tuple(_known.values())


def label_of(code: str) -> Words:
    found = _known.get(code)
    return found.label if found else code


def _mail_ready(template: str, language: str) -> bool:
    from django.conf import settings

    return bool(settings.EMAIL_HOST)


def _sms_ready(template: str, language: str) -> bool:
    from tingsu.letters.sms import account, short

    approved = short.approved(template, language) if template else short.any_approved()
    return bool(approved) and account.in_use() is not None


declare(
    Means(
        code="email", label=pgettext_lazy("letter", "E-mail"), address="email", ready=_mail_ready,
    )
)  # fmt: skip
declare(
    Means(
        code="sms", label=pgettext_lazy("letter", "Text message"), address="phone", disturbs=True, ready=_sms_ready,
    )
)  # fmt: skip
declare(Means(code="portal", label=pgettext_lazy("letter", "Follow-up page")))
declare(
    Means(
        code="call", label=pgettext_lazy("letter", "Telephone call"), address="phone", by_hand=True, disturbs=True,
    )
)  # fmt: skip
declare(Means(code="post", label=pgettext_lazy("letter", "Post"), address="address", by_hand=True))
