"""The ways the people pages say no."""

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import TingsuError


class UnitCodeTaken(TingsuError):
    code, status = "unit_code_taken", 422
    sentence = _("There is already a unit with the code %(unit)s. Choose another code.")


class UnitInUse(TingsuError):
    code = "unit_in_use"
    sentence = _("%(count)s posts or units below still belong to this unit. End or move them first.")


class UnitLoop(TingsuError):
    code, status = "unit_loop", 422
    sentence = _("A unit cannot stand below itself. Choose another parent.")


class SecondBody(TingsuError):
    code, status = "second_body", 422
    sentence = _("There is a complaint handling centre already, and only one. Open a group below it instead.")


class HostingOfBody(TingsuError):
    code, status = "hosting_of_body", 422
    sentence = _("Only the complaint handling centre is independent or inside another department.")


class HostMissing(TingsuError):
    code, status = "host_missing", 422
    sentence = _("Choose under “Belongs to” the department that hosts the centre.")


class HostMismatch(TingsuError):
    code, status = "host_mismatch", 422
    sentence = _(
        "An independent centre belongs to no department. Choose the committee, or nothing, under “Belongs to”."
    )


class SeatOfCommittee(TingsuError):
    code, status = "seat_of_committee", 422
    sentence = _("Seats by function are those of the committee. Choose the committee as the unit.")


class SeatTaken(TingsuError):
    code, status = "seat_taken", 422
    sentence = _("%(holder)s holds this seat already. End that post first.")


class StaffNumberTaken(TingsuError):
    code, status = "staff_number_taken", 422
    sentence = _("Staff number %(number)s is already in use, perhaps by a former member. Choose another one.")


class SignInNameTaken(TingsuError):
    code, status = "sign_in_name_taken", 422
    sentence = _("The sign-in name or e-mail address is already in use. Choose another one.")


class OnlyPractice(TingsuError):
    code = "only_practice"
    sentence = _("This is the practice copy: its people are invented and nobody signs in as one of them.")


class AccountShared(TingsuError):
    code = "account_shared"
    sentence = _("This account works in several organisations too; none of them changes it alone.")


class PeriodsOverlap(TingsuError):
    code = "periods_overlap"
    sentence = _(
        "This person already holds this post from %(since)s to %(until)s. End that period first, or choose another one."
    )


class PeriodBackwards(TingsuError):
    code, status = "period_backwards", 422
    sentence = _("The post would end before it begins. Check the two dates.")


class StillResponsible(TingsuError):
    code = "still_responsible"
    sentence = _("This person is still responsible for: %(things)s. Hand these over first.")


class LastManager(TingsuError):
    code = "last_manager"
    sentence = _("Nobody else could manage people after this. Give another member that role first.")


class AlreadySo(TingsuError):
    code = "already_so"
    sentence = _("Nothing to change: this is already so.")


class LevelNotEarned(TingsuError):
    code = "level_not_earned"
    sentence = _("A staff level is given by an assessment with evidence for every criterion. Assess the level first.")
