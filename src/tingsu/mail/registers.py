"""The holding desk: mail that reached us and is nothing yet. A person says what each one is (IG-03, IN-05)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.calendars.arithmetic import Unit
from tingsu.clocks.timers import Limit, TimerKind
from tingsu.complaints import lists, terms
from tingsu.complaints.named import case_named
from tingsu.intake.registers import KINDS
from tingsu.mail import deciding
from tingsu.mail.parts import MOST_FILES
from tingsu.mail.reading import TEXT_LIMIT
from tingsu.people.roles import CENTRE_ROLES, Role
from tingsu.process.steps import Field
from tingsu.registers.declaration import LEADERS, OWNER, Do, Register, State, declare

WORKERS = (OWNER, *LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH)
GUESSES = (
    ("new", _("Not known yet")), ("reply", pgettext_lazy("mail", "Answer to a letter")), ("bounce", _("Letter that came back")),
    ("auto", _("Written by a program")), ("loop", _("Letter of our own")), ("list", _("Circular")), ("unclear", _("Cannot be read")),
)  # fmt: skip
GROUNDS = (
    ("thread", _("It answers a letter of ours")), ("subject", _("The number stands in its subject")),
    ("plus", _("It was sent to the address that our letter named")), ("sender", _("One open case has this address")),
)  # fmt: skip
PROVED = (
    ("pass", _("Confirmed by the receiving server")), ("fail", _("Not confirmed: it may be forged")),
    ("unstated", _("Nothing stated")),
)  # fmt: skip
SIGNATURES = (
    ("valid", pgettext_lazy("signature", "Valid: unchanged, and the issuer vouches for the sender")),
    ("invalid", pgettext_lazy("signature", "Invalid: it was changed, or somebody else signed it")),
    ("unknown", pgettext_lazy("signature", "Unknown: nobody here vouches for whoever signed")),
)
WAITING = ("held",)

declare(
    Register(
        name="incoming_mail",
        one=pgettext_lazy("record", "Incoming mail"),
        many=pgettext_lazy("record", "Incoming mail"),
        hint=_(
            "Every e-mail that reached us, with its original. What it is, a person says: a complaint, part of a case, a contact, "
            "or nothing of ours. Until then it waits here by a time."
        ),
        prefix="YJ",
        icon="mail",
        group="intake",
        order=34,
        title="subject",
        readers=tuple(CENTRE_ROLES),
        openers=(*LEADERS, Role.FRONTLINE, Role.SPECIALIST, Role.COACH),
        fields=(
            Field(name="received_at", label=_("Received at"), kind="datetime", past=True),
            Field(name="subject", label=_("Subject"), limit=300),
            Field(name="sender", label=pgettext_lazy("mail", "Sender"), limit=254),
            Field(name="sender_name", label=_("Sender's name"), limit=200),
            Field(name="words", label=_("What is new in it"), kind="longtext", limit=TEXT_LIMIT),
            Field(name="along", label=_("Earlier letters and signature"), kind="longtext", limit=TEXT_LIMIT),
            Field(name="files", label=_("Original and enclosed files"), kind="files", limit=MOST_FILES + 1),
            Field(name="guess", label=_("What it seems to be"), kind="choice", options=GUESSES),
            Field(name="case", label=_("Number of the complaint"), limit=40),
            Field(name="ground", label=_("Why this case"), kind="choice", options=GROUNDS),
            Field(name="known", label=_("The address is known in that case"), kind="bool"),
            Field(name="proved", label=_("Is the sender who it says?"), kind="choice", options=PROVED),
            Field(name="verdicts", label=_("Verdicts of the receiving server (SPF, DKIM, DMARC)"), limit=200),
            Field(name="mailbox", label=_("Mailbox"), limit=80),
            Field(name="refused", label=_("Files that are only in the original"), kind="longtext", limit=4000),
            Field(name="returned", label=_("What the other server said"), kind="longtext", limit=2000),
            Field(name="more", label=_("More stands in the original"), kind="bool"),
            Field(name="too_large", label=_("Too large to fetch: it lies in the mailbox"), kind="bool"),
            Field(name="locked", label=_("Malware found: the original is locked away"), kind="bool"),
            Field(name="sealed", label=_("Encrypted: only whoever holds the key reads it"), kind="bool"),
            Field(name="signature", label=pgettext_lazy("mail", "Signature"), kind="choice", options=SIGNATURES),
            Field(name="signed_by", label=pgettext_lazy("mail", "Signed by, as the certificate says"), limit=200),
            Field(name="signed", label=_("Signed: the signature is not verified here"), kind="bool"),
            Field(name="absent", label=_("Absence note"), kind="bool"),
            Field(name="becomes", label=_("Becomes"), kind="choice", options=tuple(terms.Kind.choices)),
            Field(name="problem_type", label=_("Problem type"), kind="choice", options=lists.problem_types),
            Field(name="complainant_name", label=_("Full name"), limit=60, help=_("Empty: the sender's name.")),
            Field(name="complainant_phone", label=_("Telephone"), limit=30),
            Field(name="product", label=_("Product or service"), limit=80),
            Field(name="order_number", label=_("Order number"), limit=60),
            Field(
                name="part", label=_("Words of this complaint"), kind="longtext", limit=4000,
                help=_("Where the mail holds several complaints. Empty: the whole mail."),
            ),
            Field(name="contact_kind", label=pgettext_lazy("contact", "Kind"), kind="choice", options=KINDS[:4]),
            Field(name="reason", label=pgettext_lazy("entry", "Reason"), kind="longtext", limit=1000),
        ),
        form=("received_at*", "subject*", "sender", "sender_name", "words*", "files"),
        passing=(
            "becomes", "problem_type", "complainant_name", "complainant_phone", "product", "order_number", "part", "contact_kind", "reason",
        ),
        columns=("guess", "proved", "received_at"),
        filters=("guess", "proved"),
        personal={
            "sender": "complainant.email", "sender_name": "contact.name", "complainant_name": "contact.name", "signed_by": "contact.name",
            "complainant_phone": "contact.phone",
        },
        states=(
            State("held", pgettext_lazy("mail", "Waits for a decision"), "soon"),
            State("complaint", pgettext_lazy("mail", "Became a complaint"), "done", open=False),
            State("reply", _("Part of a case"), "done", open=False),
            State("contact", _("Became a contact"), "done", open=False),
            State("bounce", _("Letter that came back"), open=False),
            State("auto", _("Written by a program"), open=False),
            State("not_ours", _("Not for us"), open=False),
        ),
        opening={"may_start": ("mail_decision",)},
        on_open=deciding.opened,
        at_once=deciding.by_one_key,
        one_by_one="held",
        entry_template="mail/warning.html",
        steps=(
            Do(
                name="join", label=_("Put it to a case"), event="joined", did=_("put it to a case"), sources=WAITING, target="reply",
                who=WORKERS, asks=("case*",), guards=(case_named,), before=deciding.take_along, effect=deciding.joined,
                stops=("mail_decision",), icon="message-2", tone="done", clause="ISC 9.1", key="2",
            ),
            Do(
                name="register", label=pgettext_lazy("mail", "Register as a complaint"), event="registered", did=_("registered it as a complaint"),
                sources=WAITING, target="complaint", who=WORKERS, main=False, icon="arrow-up-right", tone="done",
                asks=("becomes*", "problem_type*", "complainant_name", "complainant_phone", "product", "order_number", "part"),
                before=deciding.register, effect=deciding.registered, stops=("mail_decision",), clause="CTS 8.2",
                key="1", begins={"becomes": "complaint"},
            ),
            Do(
                name="contact", label=_("Make it a contact"), event="contacted", did=_("made it a contact"), sources=WAITING,
                target="contact", who=WORKERS, main=False, asks=("contact_kind*",), effect=deciding.contacted, stops=("mail_decision",),
                icon="message-circle", clause="ISC 8.2.1", key="3",
            ),
            Do(
                name="bounced", label=_("It is a letter that came back"), event="bounced", did=_("noted a letter that came back"),
                sources=WAITING, target="bounce", who=WORKERS, main=False, effect=deciding.put_aside, stops=("mail_decision",),
                icon="mail",
            ),
            Do(
                name="automatic", label=_("A program wrote it"), event="found_automatic", did=_("noted that a program wrote it"),
                sources=WAITING, target="auto", who=WORKERS, main=False, effect=deciding.put_aside, stops=("mail_decision",),
                icon="settings",
            ),
            Do(
                name="decline", label=_("It is not for us"), event="declined", did=_("found that it is not for us"), sources=WAITING,
                target="not_ours", who=WORKERS, main=False, asks=("reason*",), effect=deciding.put_aside, stops=("mail_decision",),
                icon="x", key="7",
            ),
            Do(
                name="split", label=_("Register another complaint from it"), event="split", did=_("registered another complaint from it"),
                sources=("complaint",), who=WORKERS, main=False, icon="arrow-up-right",
                asks=("becomes*", "problem_type*", "complainant_name", "complainant_phone", "product", "order_number", "part*"),
                before=deciding.register, effect=deciding.registered, clause="CTS 8.2",
            ),
            Do(
                name="take_back", label=_("Back to the holding desk"), event="taken_back", did=_("put it back to the holding desk"),
                sources=("reply", "bounce", "auto", "not_ours"), target="held", who=WORKERS, main=False, asks=("reason*",),
                effect=deciding.taken_back, may_start=("mail_decision",), icon="refresh",
            ),
        ),
        timers=(
            TimerKind(
                name="mail_decision", of="incoming_mail", label=_("Decision on a mail"), starts=_("mail received"),
                stops=_("a person said what it is"), source="CTS 8.2",
                limits=(Limit(amount=1, unit=Unit.WORKING_DAY, basis="CTS 8.2", ours=True),),
            ),
        ),
    )
)  # fmt: skip
