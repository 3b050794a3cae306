"""``./tingsu check``: what an administrator forgot, each with what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from tingsu.kernel.jobs import each_organisation
from tingsu.kernel.models import Rulebook
from tingsu.ops import keys
from tingsu.ops.turning import LONGEST_SIGNATURE
from tingsu.people import leaked
from tingsu.setup import checklist

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - names are compared, nothing is bound
BACKUP_DAYS = 2
DRILL_DAYS = 183
SEAL_HOURS = 50
CERTIFICATE_DAYS = 21
LEAST_FREE = 0.1
APART_SECONDS = 120
KEY_DAYS = {"master": 730, "signing": 365}
"""After how many days a key should turn."""
_OWN = {
    "time_limits": "time limits",
    "authority": "amounts that each post may decide",
    "retention": "periods for which records are kept",
}
"""Rulebooks of which the shipped version is a proposal only (CA-30, CA-31, RC-04)."""
_SEARCHED_BYTES = 1_000_000
_SEARCHED_FILES = 500


@dataclass(frozen=True)
class Finding:
    """One thing that was forgotten."""

    code: str
    says: str
    do: str
    serious: bool = True
    """Could people or data be harmed? Then `check` fails."""


def findings(told: dict[str, Any], *, at: datetime | None = None, backup_days: int = BACKUP_DAYS) -> list[Finding]:
    """What is amiss with a standing (standing.gather), the serious things first."""
    at = at or datetime.now(UTC)
    if not told["database"]["current"]:
        return [Finding("not_migrated", "The tables are not at this release.", "Run `./tingsu upgrade`.")]
    found = [
        *_address(told, at),
        *_mail(told),
        *_safekeeping(told, at, backup_days),
        *_keys(told),
        *_turns(told, at),
        *_machine(told),
        *_organisations(told),
        *_braille(told),
        *_rules(),
    ]
    return sorted(found, key=lambda one: not one.serious)


def _address(told: dict[str, Any], at: datetime) -> Iterator[Finding]:
    address = told["address"]
    parts = urlsplit(address["public"])
    if parts.hostname in _LOOPBACK:
        yield Finding(
            "address_local",
            f"The address of this installation is {address['public']}, which opens on this machine only: sessions are not kept to "
            "https, and letters carry no links unless an organisation has an address of its own.",
            "Set TINGSU_PUBLIC_URL to the address that complainants use, and start web and worker anew.",
        )  # fmt: skip
    elif parts.scheme != "https":
        yield Finding(
            "no_tls", "The public address is http: what people write can be read on the way.",
            "Put a proxy with TLS before the server and set TINGSU_PUBLIC_URL to https://…",
        )  # fmt: skip
    if address["certificate_fault"]:
        yield Finding(
            "certificate_fault", f"The certificate of the public address does not hold: {address['certificate_fault']}.",
            "Renew it, or correct the address.",
        )  # fmt: skip
    elif address["certificate_until"]:
        left = datetime.fromisoformat(address["certificate_until"]) - at
        if left < timedelta(days=CERTIFICATE_DAYS):
            yield Finding(
                "certificate_ends", f"The certificate ends in {left.days} days.", "Renew it and see why it was not by itself.",
            )  # fmt: skip
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            "any_host", "The server answers to any host name.", "Set TINGSU_HOSTS to the names it has.", serious=False
        )


def _mail(told: dict[str, Any]) -> Iterator[Finding]:
    mail = told["mail"]
    if not mail["server"]:
        yield Finding(
            "no_mail", "No mail server is set: nobody gets a letter, complainants must look at their page.",
            "Set TINGSU_SMTP_HOST and what belongs to it, and send a test letter.",
        )  # fmt: skip
    elif mail["from"].rpartition("@")[2].rstrip(">") in {"localhost", "example.com", "example.cn"}:
        yield Finding(
            "mail_from", f"Letters come from {mail['from']}.", "Set TINGSU_MAIL_FROM to a mailbox of the firm."
        )
    if mail["held_since"]:
        yield Finding(
            "mail_held", f"Letters are held since {mail['held_since']}; {mail['waiting']} wait.",
            "When the original is out of use, `./tingsu mail --release-new` or `--release`.",
        )  # fmt: skip


def _braille(told: dict[str, Any]) -> Iterator[Finding]:
    """Said where it matters: somebody waits for a letter in braille, and no file can be made of it."""
    one = told["braille"]
    if one["waiting"] and not one["program"]:
        yield Finding(
            "no_braille", f"{one['waiting']} letters wait to be made in braille, and this server has no program that writes it: they are offered as text.",
            "Install liblouis (Debian: liblouis-bin and liblouis-data), or name its program lou_translate in TINGSU_BRAILLE.", serious=False,
        )  # fmt: skip


def _safekeeping(told: dict[str, Any], at: datetime, backup_days: int) -> Iterator[Finding]:
    kept = told["safekeeping"]
    for kind, days, do in (
        ("backup", backup_days, "Run `./tingsu backup`, and let the system do it every night (docs/ops.md)."),
        ("drill", DRILL_DAYS, "Run `./tingsu restore BACKUP --identity FILE --check`: only a restored backup is one."),
    ):
        good = kept[kind]["last_good"]
        if good is None:
            yield Finding(f"no_{kind}", f"No {kind} has ever ended well.", do)
        elif at - datetime.fromisoformat(good) > timedelta(days=days):
            yield Finding(f"old_{kind}", f"The last {kind} that ended well is of {good[:10]}.", do)
        if kept[kind]["last_went_well"] is False:
            yield Finding(
                f"failed_{kind}", f"The last {kind} failed: {kept[kind]['told']}", "Mend the cause and run it again."
            )
    if not kept["media_due"]:
        yield Finding(
            "no_media", "Nobody noted when the backup media were last renewed; media age.",
            'Note it: `./tingsu media "what and where" --due YYYY-MM-DD`.', serious=False,
        )  # fmt: skip
    for place, due in kept["media_due"].items():
        if date.fromisoformat(due) <= at.date():
            yield Finding(
                "media_due", f"The media {place} were to be renewed by {due}.", "Copy them to new media and note it."
            )


def _keys(told: dict[str, Any]) -> Iterator[Finding]:
    """A key beside what it opens protects nothing."""
    place = told["safekeeping"]["backup"]["place"]
    if not place or place.startswith("s3://") or not Path(place).is_dir():
        return
    folder, home = Path(place), Path(settings.HOME)
    if folder.is_relative_to(home) or home.is_relative_to(folder):
        yield Finding(
            "backup_in_home", f"Backups lie in {place}, in one folder with the home and its master key.",
            "Put them on another disk or machine (--to, TINGSU_BACKUP_TO).",
        )  # fmt: skip
    elif folder.stat().st_dev == home.stat().st_dev:
        yield Finding(
            "backup_on_same_disk", f"Backups lie in {place}, on the disk of the home: one fault takes both.",
            "Put them on another disk, machine or store.", serious=False,
        )  # fmt: skip
    for path in sorted(folder.rglob("*"))[:_SEARCHED_FILES]:
        if path.suffix != ".backup" and path.is_file() and _holds_a_key(path):
            yield Finding(
                "key_beside_backup", f"{path} holds a key and lies beside the backups that it opens.",
                "Move it to another place, best a safe.",
            )  # fmt: skip


def _turns(told: dict[str, Any], at: datetime) -> Iterator[Finding]:
    """Keys that are old, and turns that are not over."""
    known = told["keys"]
    if known["left"]:
        yield Finding(
            "turn_not_over", f"{known['left']} rows are still sealed under an older master key.",
            "Run `./tingsu keys seal-anew`.",
        )  # fmt: skip
    elif known["master"]["older"]:
        yield Finding(
            "older_master_key", "An older master key is kept and nothing needs it.",
            "Write the present one out, then run `./tingsu keys forget-master`.", serious=False,
        )  # fmt: skip
    for word, days in KEY_DAYS.items():
        since = known[word]["since"]
        if since and at.date() - date.fromisoformat(since) > timedelta(days=days):
            yield Finding(
                f"old_{word}_key", f"The {word} key is in use since {since}.",
                f"Turn it: `./tingsu keys turn-{word}` (docs/ops.md).", serious=False,
            )  # fmt: skip
    since, older = known["signing"]["since"], known["signing"]["older"]
    if older and since and at.date() - date.fromisoformat(since) > LONGEST_SIGNATURE:
        yield Finding(
            "older_signing_key", "An older signing key is kept and nothing needs it any more.",
            "Run `./tingsu keys forget-signing`.", serious=False,
        )  # fmt: skip


def _holds_a_key(path: Path) -> bool:
    try:
        if path.stat().st_size > _SEARCHED_BYTES:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    return (
        b"AGE-SECRET-KEY-1" in content
        or settings.MASTER_KEY.encode() in content
        or content.startswith(b"age-encryption.org")
    )


def _machine(told: dict[str, Any]) -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding("debug", "Error pages show the inside of the program.", "Unset TINGSU_DEBUG.")
    if settings.LEAKED_PASSWORDS and (fault := leaked.fault_of(settings.LEAKED_PASSWORDS)):
        yield Finding(
            "leaked_passwords", f"The list of leaked passwords is not looked at: {fault}.",
            "Put a list of SHA-1 digests in order there, or unset TINGSU_LEAKED_PASSWORDS.",
        )  # fmt: skip
    yield from _clocks(told["clock"])
    if not told["jobs"]["workers"]:
        yield Finding(
            "no_worker", "No worker is alive: no letters, no clocks, no seals.",
            "Start `./tingsu worker`, or serve with --with-worker.",
        )  # fmt: skip
    if told["jobs"]["late"]:
        yield Finding(
            "late_jobs",
            f"{told['jobs']['late']} jobs wait and nobody takes them.",
            "Start more workers; read their log.",
        )
    if told["jobs"]["failed"]:
        yield Finding(
            "failed_jobs",
            f"{told['jobs']['failed']} jobs failed for good.",
            "`./tingsu jobs` names them, to be tried again or dropped.",
        )
    if told["jobs"]["killers"]:
        yield Finding(
            "killing_jobs",
            f"{told['jobs']['killers']} jobs killed every worker that took them and were given up.",
            "`./tingsu jobs` names them; look for their cause in the log before you try one again.",
        )
    if told["disk"]["free"] < LEAST_FREE * told["disk"]["total"]:
        yield Finding("disk", f"The disk has {told['disk']['free'] // 10**6} MB left.", "Free or add space.")
    if told["disk"].get("shut"):
        yield Finding(
            "folder_shut", f"Nothing can be written into {' or '.join(told['disk']['shut'])}/ of the home: what comes is refused.",
            "Give the folder to the user of web and worker, or see why its disk is read only.",
        )  # fmt: skip
    if told["database"].get("log_not_kept_since"):
        yield Finding(
            "log_not_kept", f"The server cannot keep its log since {told['database']['log_not_kept_since']}; it piles up on its disk.",
            "See that the folder of `./tingsu archive` is there, has room, and may be written by the server's user.",
        )  # fmt: skip
    secrets = Path(settings.HOME) / "secrets.json"
    if secrets.exists() and secrets.stat().st_mode & 0o077:
        yield Finding("secrets_open", f"{secrets} can be read by others.", f"chmod 600 {secrets}")
    if told["maintenance"] is not None:
        yield Finding("maintenance", "The maintenance page is on.", "`./tingsu maintenance off`", serious=False)
    if not keys.is_written_out(Path(settings.HOME), settings.MASTER_KEY):
        yield Finding(
            "keys_not_kept", "The master key was never written out: with this machine everything sealed is lost.",
            "Run `./tingsu keys --to FILE` and keep the file apart from the backups.",
        )  # fmt: skip


def _clocks(told: dict[str, int]) -> Iterator[Finding]:
    if told["events"] > APART_SECONDS:
        yield Finding(
            "clock_behind",
            f"The newest event was written {told['events'] // 60} minutes after what this machine's clock says now: the clock is wrong, or was "
            "then. Posts and links that began since open only when that time has come.",
            "Let a time server set the clock (timedatectl set-ntp true); write down from when to when it was wrong.",
        )  # fmt: skip
    if abs(told["database"]) > APART_SECONDS:
        yield Finding(
            "clocks_apart", f"The database's clock is {abs(told['database'])} seconds {'before' if told['database'] > 0 else 'behind'} this machine's: "
            "jobs are taken too early or too late.", "Let one time server set both.",
        )  # fmt: skip


def _organisations(told: dict[str, Any]) -> Iterator[Finding]:
    if not told["organisations"]:
        yield Finding(
            "no_organisation", "There is no organisation yet.", "Open the set-up link that `./tingsu serve` prints."
        )
    for one in told["organisations"]:
        firm = one["slug"]
        if one["refused_host"]:
            yield Finding(
                "host_refused", f"{firm}: people are led to {one['refused_host']}, and this server refuses that name.",
                "Set TINGSU_PUBLIC_URL to that address, or add the name to TINGSU_HOSTS and its origin to TINGSU_ORIGINS, and start "
                "web and worker anew.",
            )  # fmt: skip
        if one["other_host"]:
            yield Finding(
                "host_of_another", f"{firm}: at {one['other_host']}, to which its letters lead, people find another organisation.",
                "Enter that name as the host of its own too: Settings, Organisation.",
            )  # fmt: skip
        if one["administrators"] < 2:
            yield Finding(
                "one_administrator", f"{firm}: {one['administrators']} person may manage people; nobody stands in.",
                "Give a second trusted person such a post.",
            )  # fmt: skip
        if one["administrators_with_second_factor"] < one["administrators"]:
            without = one["administrators"] - one["administrators_with_second_factor"]
            yield Finding(
                "no_second_factor", f"{firm}: {without} of those who manage people sign in without a second factor.",
                "They switch it on under their own name.",
            )  # fmt: skip
        if one["calendar"]:
            yield Finding("calendar", f"{firm}: {one['calendar']}", "Enter the year under Settings, Calendars.")
        if one["last_seal"] is None or one["seal_age_hours"] > SEAL_HOURS:
            yield Finding(
                "no_seal", f"{firm}: the last seal is {one['last_seal'] or 'missing'}; a cut-off history would not show.",
                "A worker makes it every night: see that one runs.", serious=one["last_seal"] is not None,
            )  # fmt: skip
        if not one["hotline"]:
            yield Finding(
                "no_hotline",
                f"{firm}: no hotline is given to complainants.",
                "Enter it in the settings.",
                serious=False,
            )


def _rules() -> Iterator[Finding]:
    """What ships is a proposal: the firm's own limits and years must be said once (CA-30, CA-31)."""
    for organisation in each_organisation(practice=False):
        published = set(Rulebook.objects.values_list("kind", flat=True).distinct()) | checklist.confirmed_kinds()
        for kind, says in _OWN.items():
            if kind not in published:
                yield Finding(
                    f"{kind}_unconfirmed", f"{organisation.slug}: the {says} are those shipped, confirmed by nobody.",
                    "Look at them and confirm them, or publish your own: Settings, Set-up.", serious=False,
                )  # fmt: skip


def as_json(found: list[Finding]) -> str:
    """For programs."""
    return json.dumps([vars(one) for one in found], ensure_ascii=False, indent=1)
