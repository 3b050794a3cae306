"""What a second person may have to approve, declared: rules, posts, passwords, sign-in, leaving (CA-59, OG-10)."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tingsu.kernel import rulebooks
from tingsu.kernel.approvals import Approval, Matter, declare_matter
from tingsu.people import actions, second_person

Payload = Mapping[str, Any]


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _nobody(payload: Payload) -> frozenset[uuid.UUID]:
    return frozenset()


def _whom(payload: Payload) -> frozenset[uuid.UUID]:
    return frozenset({uuid.UUID(str(payload["member_id"]))})


def _rules(approval: Approval, payload: Payload) -> Any:
    starts = _instant(payload["valid_from"])
    return rulebooks.publish(actor=approval.actor, approval=approval, **{**payload, "valid_from": starts})


def _post(approval: Approval, payload: Payload) -> Any:
    given = {
        **payload,
        "member_id": uuid.UUID(payload["member_id"]),
        "unit_id": uuid.UUID(payload["unit_id"]),
        "since": _instant(payload["since"]),
        "until": _instant(payload["until"]),
    }
    return actions.give_post(actor=approval.actor, approval=approval, **given)


def _end(approval: Approval, payload: Payload) -> Any:
    ends = _instant(payload["at"])
    return actions.end_post(actor=approval.actor, approval=approval, post_id=uuid.UUID(payload["post_id"]), at=ends)


def _leave(approval: Approval, payload: Payload) -> Any:
    return actions.deactivate_member(actor=approval.actor, approval=approval, member_id=uuid.UUID(payload["member_id"]))


def _password(approval: Approval, payload: Payload) -> Any:
    return actions.give_password(actor=approval.actor, approval=approval, member_id=uuid.UUID(payload["member_id"]))


def _second_factor(approval: Approval, payload: Payload) -> Any:
    return actions.reset_second_factor(
        actor=approval.actor, approval=approval, member_id=uuid.UUID(payload["member_id"])
    )


def _sign_in(approval: Approval, payload: Payload) -> Any:
    return actions.change_sign_in(
        actor=approval.actor, approval=approval, **{**payload, "member_id": uuid.UUID(payload["member_id"])}
    )


for _matter in (
    Matter(
        name=rulebooks.MATTER,
        label=_("A new version of rules"),
        needed=second_person.rules_needed,
        standing=second_person.standing,
        deciders=second_person.rules_deciders,
        alone=second_person.alone,
        concerned=_nobody,
        carry_out=_rules,
    ),
    Matter(
        name="post",
        label=_("A post"),
        needed=second_person.post_needed,
        standing=second_person.standing,
        deciders=second_person.post_deciders,
        alone=second_person.alone,
        concerned=_whom,
        carry_out=_post,
    ),
    Matter(
        name="second_factor",
        label=_("A lost second factor is taken away"),
        needed=second_person.always_needed,
        standing=second_person.standing,
        deciders=second_person.higher_deciders,
        alone=second_person.alone,
        concerned=_whom,
        carry_out=_second_factor,
    ),
    *(
        Matter(
            name=name,
            label=label,
            needed=second_person.higher_needed,
            standing=second_person.standing,
            deciders=second_person.higher_deciders,
            alone=second_person.alone,
            concerned=_whom,
            carry_out=carry_out,
        )
        for name, label, carry_out in (
            ("post_end", _("The end of a post"), _end),
            ("leave", _("A person leaves"), _leave),
            ("password", _("A new password for somebody"), _password),
            ("sign_in", _("A change of somebody's sign-in"), _sign_in),
        )
    ),
):
    declare_matter(_matter)
