"""The link of an invitation: made from the installation's secret and the invitation, so that the reminder carries the same; kept nowhere."""

import base64
import uuid

from django.core import signing
from django.utils.translation import gettext_lazy as _

from tingsu.kernel import crypto
from tingsu.kernel.errors import TingsuError
from tingsu.kernel.links import public
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.satisfaction.models import Invitation

SIGNS = 16
"""Eighty bits, short enough for a text message."""


class SurveyLinkEnded(TingsuError):
    """A link that opens no questionnaire."""

    code, status = "survey_link_ended", 410
    sentence = _(
        "This link opens no questionnaire. If you copied it, copy all of it; if you like to tell us something, call or write to us."
    )


class SurveyOver(SurveyLinkEnded):
    code = "survey_over"
    sentence = _("This survey has ended, and answers are no longer taken. Thank you for wanting to answer.")


class SurveyAnswered(SurveyLinkEnded):
    code = "survey_answered"
    sentence = _("You have answered already. Thank you: each questionnaire is answered once.")


class SurveyRefused(SurveyLinkEnded):
    code = "survey_refused"
    sentence = _("You told us that you do not wish to be asked. We keep to it, and this link opens nothing any more.")


def token_of(invitation_id: uuid.UUID) -> str:
    """The secret of a link."""
    made = signing.Signer(salt="satisfaction.survey").signature(invitation_id.hex)
    return base64.b32encode(crypto.digest(made.encode())).decode()[:SIGNS].lower()


def index_of(token: str) -> bytes:
    """By what an invitation is found again."""
    return crypto.blind_index(current_organisation_id(), "survey_link", token.lower())


def address(invitation_id: uuid.UUID) -> str:
    """The link as it stands in a letter; "" where this installation has no address that others reach."""
    return public(f"/o/{current_organisation().slug}/q/{token_of(invitation_id)}/")


def behind(token: str) -> Invitation:
    """The invitation of a link. Raises SurveyLinkEnded."""
    row = None
    if len(token) == SIGNS and token.isascii() and token.isalnum():
        row = (
            Invitation.objects.filter(token=index_of(token))
            .select_related("entry__stream", "complaint__stream")
            .first()
        )
    if row is None:
        raise SurveyLinkEnded
    return row
