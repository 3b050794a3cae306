"""Where auditors from outside go after signing in."""

import uuid

from django.urls import reverse

from tingsu.conformity import outside
from tingsu.people import elsewhere


def declare() -> None:
    elsewhere.declare(_home)


def _home(member_id: uuid.UUID) -> str:
    return reverse("auditor:home") if outside.is_auditor(member_id) else ""
