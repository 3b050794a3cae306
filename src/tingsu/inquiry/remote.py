"""The provider of a firm: its systems answer over HTTP, by the contract in docs/inquiry.md."""

import json
import logging
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.inquiry.models import Connection
from tingsu.inquiry.providers import NONSENSE, Answer, NoAnswer, Question, declare, read
from tingsu.kernel import outgoing
from tingsu.kernel.crypto import KeyMissing
from tingsu.kernel.models import Organisation

LIMIT = 1_000_000
"""Bytes of an answer. A hundred orders take a tenth of it."""
CONTRACT = 1
JSON = frozenset({"application/json", "application/problem+json", "text/json"})
log = logging.getLogger(__name__)


def connection_or_none() -> Connection | None:
    """The connection of the organisation we act for, whatever its condition."""
    return Connection.objects.select_related("stream").first()


def of_firm(organisation: Organisation) -> Any:
    """The provider of this organisation, if one is connected, switched on and agreed to. Nothing leaves from a practice copy."""
    if organisation.practice_of is not None:
        return None
    connection = connection_or_none()
    return partial(answer, connection) if connection is not None and connection.in_use else None


def answer(connection: Connection, question: Question) -> Answer:
    """Ask for one part. Raises NoAnswer."""
    asked: dict[str, Any] = {
        "contract": CONTRACT,
        "case": question.case,
        "scope": "customer" if question.outside else "case",
    }
    names = ("order_number", "phone", "email", "merchant", "product")
    asked |= {name: value for name in names if (value := getattr(question, name))}
    given = call(connection, question.part, asked)
    return Answer() if given is None else read(question, given)


def check(connection: Connection) -> str:
    """Does the other side answer, and by our contract? What it calls itself. No personal data is sent. Raises NoAnswer."""
    given = call(connection, "check", {"contract": CONTRACT})
    if not isinstance(given, dict) or given.get("contract") != CONTRACT:
        raise NoAnswer(NONSENSE, code="nonsense")
    name = given.get("name", "")
    return name.strip()[:80] if isinstance(name, str) else ""


def call(connection: Connection, what: str, asked: dict[str, Any]) -> Any:
    """The answer as JSON; None where the other side knows nothing of it (404). Raises NoAnswer."""
    try:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Tingsu"}
        if secret := connection.open_secret():
            headers["Authorization"] = f"Bearer {secret}"
        reply = outgoing.post(
            f"{connection.address}/{what}", json.dumps(asked).encode(), headers, seconds=connection.seconds, limit=LIMIT
        )
        if reply.status == 404:
            return None
        if reply.kind not in JSON:
            raise NoAnswer(NONSENSE, code="nonsense")
        return json.loads(reply.content)
    except outgoing.NotReached as error:
        log.warning("the connected system gave no answer about %s: %s", what, error.why)
        raise NoAnswer(error.sentence, code=error.why, **error.data) from error
    except (ValueError, RecursionError) as error:
        log.warning("the connected system answered nonsense about %s", what)
        raise NoAnswer(NONSENSE, code="nonsense") from error
    except KeyMissing as error:
        raise NoAnswer(_("The secret of the connection cannot be opened. Enter it anew.")) from error


declare(of_firm)
