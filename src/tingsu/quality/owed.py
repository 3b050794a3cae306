"""What a check of quality says of lines that somebody owes."""

from django.utils.translation import gettext_lazy as _

OWN_CORRECTION = _("you owed a correction of this case: somebody else checks it again")
