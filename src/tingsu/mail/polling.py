"""Fetching: from each mailbox what is new, a bounded part at a time, and from the drop folder. Nothing raises."""

import contextlib
import logging
import stat
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from tingsu.kernel import crypto
from tingsu.kernel.clock import now
from tingsu.kernel.organisations import current_organisation
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.mail import imap
from tingsu.mail.arriving import Piece, keep
from tingsu.mail.models import Mailbox

log = logging.getLogger(__name__)
AT_ONCE = 200
"""Mails of one visit; the next visit goes on where it ended."""
MANY = 1_000
"""Mails at the first visit from which on a person is asked from which day they are to be read."""
WINDOWS = 50
"""Windows of UIDs of one visit: a hundred thousand old mails are passed over in one."""


def access_of(mailbox: Mailbox) -> imap.Access:
    """By what a mailbox is reached, its password opened."""
    key = crypto.organisation_key(mailbox.organisation_id)
    return imap.Access(
        host=mailbox.host, port=mailbox.port, security=mailbox.security, username=mailbox.username, folder=mailbox.folder,
        password=key.open(mailbox.password, f"mailbox:{mailbox.pk}:password"),
    )  # fmt: skip


def seal_password(mailbox: Mailbox, password: str) -> None:
    """Keep the password of a mailbox under the key of the organisation."""
    key = crypto.organisation_key(current_organisation_id())
    mailbox.password = key.seal(password, f"mailbox:{mailbox.pk}:password")


def read_mailbox(mailbox: Mailbox) -> int:
    """Fetch what is new; how many were kept. Each mail is kept and noted by itself: a line that breaks loses and repeats nothing."""
    kept = 0
    changes: dict[str, object] = {"why": "", "said": ""}
    try:
        with imap.visit(access_of(mailbox)) as visit:
            if not mailbox.generation and not mailbox.confirmed and (count := visit.count_since(mailbox.since)) > MANY:
                _note(mailbox, why="many", said=str(count))
                return 0
            if visit.generation != mailbox.generation:
                mailbox.generation, mailbox.reached = visit.generation, 0
                _note(mailbox, generation=visit.generation, reached=0)
            kept, ended = _read(mailbox, visit)
            if ended:
                changes["read_at"] = now()
    except imap.NotRead as refusal:
        changes = {"why": refusal.why, "said": refusal.said}
    except crypto.KeyMissing:
        changes = {"why": "sign_in", "said": ""}
    _note(mailbox, **changes)
    return kept


def _read(mailbox: Mailbox, visit: imap.Visit) -> tuple[int, bool]:
    kept = tried = 0
    for window, (last, uids) in enumerate(visit.windows(mailbox.reached, mailbox.since)):
        for uid in uids:
            if tried >= AT_ONCE:
                return kept, False
            tried += 1
            kept += _one(mailbox, visit, uid)
            _note(mailbox, reached=uid)
        _note(mailbox, reached=last)
        if window + 1 >= WINDOWS:
            return kept, False
    return kept, True


def _one(mailbox: Mailbox, visit: imap.Visit, uid: int) -> int:
    found = visit.fetch(uid)
    if found is None:
        return 0
    raw, large = (found.raw, 0) if found.raw is not None else (found.head, found.size)
    return keep(Piece(raw=raw, arrived_at=found.arrived_at, mailbox=mailbox, too_large=large)) == "kept"


def _note(mailbox: Mailbox, **changes: object) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(**changes)
    for name, value in changes.items():
        setattr(mailbox, name, value)


def drop_folder() -> Path:
    """Where a mail server of this machine, or a person, may put mails as files (*.eml) for this organisation."""
    return Path(settings.HOME) / "mail" / current_organisation().slug


def read_folder() -> int:
    """Keep each mail of the drop folder and move its file to `kept/` beside it; how many. Links and other things stay where they lie."""
    folder = drop_folder()
    if not folder.is_dir():
        return 0
    done, kept = folder / "kept", 0
    for path in sorted(folder.glob("*.eml"))[:AT_ONCE]:
        with contextlib.suppress(OSError):
            known = path.lstat()
            if not stat.S_ISREG(known.st_mode):
                continue
            large = known.st_size if known.st_size > imap.MOST_BYTES else 0
            with path.open("rb") as source:
                raw = source.read(100_000 if large else imap.MOST_BYTES)
            at = datetime.fromtimestamp(known.st_mtime, UTC)
            kept += keep(Piece(raw=raw, arrived_at=at, too_large=large)) == "kept"
            done.mkdir(mode=0o700, exist_ok=True)
            path.rename(done / f"{known.st_mtime_ns}-{path.name}")
    return kept
