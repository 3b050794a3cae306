"""Words that everybody would try first here: the product's, the trade's and the firm's own make no password (ASVS 6.1.2, 6.2.11)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tingsu.kernel.models import Organisation
from tingsu.kernel.spelling import tidy
from tingsu.people.models import Membership

WORDS = (
    "tingsu", "tousu", "tousuzhongxin", "complaint", "complaints", "kefu", "kehu", "fuwu", "service", "password", "passwd", "mima",
    "admin", "administrator", "guanliyuan", "welcome", "changeme", "听诉", "投诉", "客服", "密码", "管理员",
)  # fmt: skip
"""The documented list; beside it stand the firm's short name, its names and the parts of its addresses."""
LEAST = 6
"""So many signs must be left, beside digits and signs between words, once these words are taken out."""
SHORTEST = 3


def own_words(account_id: int | None) -> set[str]:
    """The words of the firms in which an account works. Two queries; of an account that is not there yet nothing is known."""
    firms = Membership.objects.filter(account_id=account_id).values("organisation_id") if account_id else ()
    found: set[str] = set()
    for row in Organisation.objects.filter(pk__in=firms) if account_id else ():
        told = [row.slug, row.host, *row.name.values()]
        found |= {part for one in told for part in _parts(str(one or ""))}
    return found


def _parts(text: str) -> set[str]:
    plain = tidy(text).lower()
    cut = "".join(sign if sign.isalnum() else " " for sign in plain).split()
    return {one for one in (*cut, "".join(cut)) if len(one) >= SHORTEST or (len(one) >= 2 and not one.isascii())}


def too_near(password: str, words: set[str]) -> bool:
    """Is hardly anything left of a password without these words, digits and signs?"""
    left, plain = tidy(password).lower(), tidy(password).lower()
    for word in sorted((word for word in words if word in plain), key=len, reverse=True):
        left = left.replace(word, "")
    return left != plain and sum(sign.isalpha() for sign in left) < LEAST


class NoWordsOfOurs:
    """Refuses a password made of a word that everybody here would try, with a few digits or signs."""

    def validate(self, password: str, user: Any = None) -> None:
        words = {*WORDS, *own_words(getattr(user, "pk", None))}
        if too_near(password, words):
            raise ValidationError(
                _("This password is made of a word that anybody would try here, such as the name of the firm."),
                code="own_word",
            )

    def get_help_text(self) -> str:
        return _("Not the name of the firm or the product with a few digits.")
