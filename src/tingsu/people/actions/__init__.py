"""Every write on units, members and posts. Each is one transaction with an event on the unit's or member's stream."""

from tingsu.people.actions.accounts import change_sign_in, check_free, give_password, reset_second_factor
from tingsu.people.actions.appearance import set_appearance
from tingsu.people.actions.members import (
    NewMember,
    add_member,
    agree_to_name,
    change_member,
    deactivate_member,
    reactivate_member,
    set_on_duty,
)
from tingsu.people.actions.posts import confirm_post, describe_post, end_post, give_post
from tingsu.people.actions.sessions import end_sessions
from tingsu.people.actions.units import change_unit, close_unit, open_unit, reopen_unit

__all__ = [
    "NewMember",
    "add_member",
    "agree_to_name",
    "change_member",
    "change_sign_in",
    "change_unit",
    "check_free",
    "close_unit",
    "confirm_post",
    "deactivate_member",
    "describe_post",
    "end_post",
    "end_sessions",
    "give_password",
    "give_post",
    "open_unit",
    "reactivate_member",
    "reopen_unit",
    "reset_second_factor",
    "set_appearance",
    "set_on_duty",
]
