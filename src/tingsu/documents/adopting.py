"""A template becomes a draft of the firm: one, or all that are missing (DI-01)."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tingsu.documents import catalogue, queries, versions
from tingsu.kernel.actor import Actor
from tingsu.kernel.errors import NotAllowed, NotFound
from tingsu.kernel.fields import in_language
from tingsu.kernel.organisations import current_organisation
from tingsu.people.roles import Role
from tingsu.registers.access import may_open
from tingsu.registers.actions import Opening, open_entry
from tingsu.registers.declaration import LEADERS, Register, register_named
from tingsu.registers.models import Entry

DJANGO = {"zh": "zh-hans", "en": "en"}


def _register(actor: Actor) -> Register:
    register = register_named(versions.NAME)
    assert register is not None  # noqa: S101 declared beside this
    if not may_open(actor, register) or not actor.has_role(*LEADERS, Role.QA):
        raise NotAllowed(_("Templates are taken over by those who control documents."))
    return register


def adopt(actor: Actor, topic: str, language: str) -> Entry:
    """Open a draft from the template of a topic. Raises NotFound, NotAllowed."""
    register = _register(actor)
    known = catalogue.TOPICS.get(topic)
    if known is None or language not in DJANGO:
        raise NotFound
    with translation.override(DJANGO[language]):
        title = str(known.title)
    firm = in_language(current_organisation().name, DJANGO[language])
    values = {
        "topic": topic, "title": title, "kind": known.kind, "body": catalogue.made_out(topic, language, firm),
        "language": language, "interval": "yearly", "keep_years": 3, "for_all": known.kind in {"policy", "rules"},
    }  # fmt: skip
    return open_entry(actor=actor, register=register, opening=Opening(values=values))


def adopt_missing(actor: Actor, language: str) -> list[Entry]:
    """A draft for every document that is missing and nobody has begun. One transaction each. Raises NotAllowed."""
    _register(actor)
    wanted = [
        one.topic.code
        for one in queries.standings()
        if one.state == queries.MISSING and one.topic.code != catalogue.GUIDE
    ]
    return [adopt(actor, code, language) for code in wanted]
