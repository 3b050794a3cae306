"""Who acts. Person, complainant, program and automation are one type; automation has a name, never None."""

import uuid
from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["member", "complainant", "respondent", "partner", "token", "system"]


@dataclass(frozen=True, kw_only=True)
class Actor:
    """One who acts, with the roles held at this moment (table RL-1)."""

    kind: ActorKind
    organisation_id: uuid.UUID
    id: uuid.UUID | None = None
    name: str = ""
    """A code fit for the ledger: staff number, token name, automation name. Never a person's name."""
    roles: frozenset[str] = frozenset()
    unit_ids: frozenset[uuid.UUID] = frozenset()
    staff_level: str = ""
    mediator_level: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    """What an API token may do; empty for everybody else."""
    held: frozenset[str] = field(default_factory=frozenset)
    """The roles that the member behind an API token holds now: what the token may do never goes beyond them (AI-04)."""

    withheld: frozenset[str] = field(default_factory=frozenset)
    """Rights that the roles carry and that wait for a training that is not recorded yet (PE-27)."""

    @property
    def is_person(self) -> bool:
        """A human being in an open session, not a program."""
        return self.kind in {"member", "complainant", "respondent", "partner"}

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


def automation(name: str, organisation_id: uuid.UUID) -> Actor:
    """The system acting by itself under a name, such as 'clocks.sweep'."""
    return Actor(kind="system", organisation_id=organisation_id, name=name, roles=frozenset({"system"}))
