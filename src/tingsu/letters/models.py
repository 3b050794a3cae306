"""Letters out (and, later, in) and in-app notices."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tingsu.kernel.fields import BlindIndexField, SealedField
from tingsu.kernel.models import Stream
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel


class Letter(TenantModel):
    """One message to a party of a case, or about a case to a colleague. One row per intent (invariant 8)."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    stream = TenantForeignKey(Stream, related_name="letters")
    intent = models.CharField(max_length=120)
    """What it is for, once per case: 'acknowledgement', 'solution:2', …"""
    template = models.CharField(max_length=40)
    template_version = models.IntegerField(default=0)
    language = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    """A code of `letters.means`: email, sms, portal (follow-up page), call (a person calls), post (a person prints and posts)."""
    then = models.CharField(max_length=40, blank=True)
    """The means that are left when this one fails, in their order, set apart by commas (AK-10)."""
    tried = models.SmallIntegerField(default=0)
    """Means that failed before the present one; what became of each is in its deliveries."""
    urgent = models.BooleanField(default=False)
    """Of a case that cannot wait: quiet hours do not hold it back."""
    party_id = models.UUIDField(null=True)
    member_id = models.UUIDField(null=True)
    """A colleague it goes to instead of a party: alerts of cases that cannot wait (AS-10)."""
    address = SealedField()
    subject = SealedField()
    body = SealedField()
    whole = SealedField()
    """Of a text message: the words of the letter in full, of which the message tells only that they wait behind its link."""
    values = SealedField()
    """JSON of what the template's places are filled with, until it is rendered."""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    """Tries that a server answered with *later*."""
    unsure = models.SmallIntegerField(default=0)
    """Tries of which nobody knows whether the letter left: the worker or the line died in the middle. Never a third."""
    handed_at = models.DateTimeField(null=True)
    """Since when a worker has it in hand; empty when none has."""
    next_try_at = models.DateTimeField(null=True)
    """Not before this instant again, after a try that did not come off."""
    failure = models.CharField(max_length=60, blank=True)
    """Why it did not leave, as a code of `letters.smtp.WHY`."""
    failed_channel = models.CharField(max_length=10, blank=True)
    """The means that failed, when the follow-up page took its place."""
    said = SealedField()
    """The server's own words on the last try; they may name the addressee."""
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    """Held back until this instant."""
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    short = BlindIndexField()
    """Fingerprint of the short key with which a text message opens the case."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "stream", "intent"], name="letters_letter_one_per_intent"
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "send_after"],
                condition=models.Q(state="queued"),
                name="letters_letter_queue",
            ),
            models.Index(fields=["organisation_id", "-created_at", "-id"], name="letters_letter_recent"),
            models.Index(
                fields=["organisation_id", "short"],
                condition=models.Q(short__isnull=False),
                name="letters_letter_short",
            ),
            models.Index(
                fields=["organisation_id", "channel", "created_at"],
                condition=models.Q(state="queued", channel__in=("call", "post")),
                name="letters_letter_by_hand",
            ),
            models.Index(
                fields=["organisation_id", "sent_at"],
                condition=models.Q(state="sent", values__isnull=False),
                name="letters_letter_kept",
            ),
        ]


class Delivery(TenantModel):
    """What became of one letter by one means: the log of AK-10, kept when another means takes over."""

    letter = TenantForeignKey(Letter, related_name="deliveries")
    place = models.SmallIntegerField()
    """The how-manieth means of this letter, from one."""
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    """sent, delivered or failed, as far as it is known; that a letter was read is known of the letter."""
    why = models.CharField(max_length=60, blank=True)
    said = SealedField()
    """The provider's own words, under the key of the case."""
    tries = models.SmallIntegerField(default=1)
    parts = models.SmallIntegerField(default=0)
    """Of a text message: how many the provider counts and charges."""
    provider_id = models.CharField(max_length=120, blank=True)
    """By what a later receipt names it, with the provider before a colon."""
    tracking = models.CharField(max_length=60, blank=True)
    """Of a posted letter."""
    by = models.UUIDField(null=True)
    """The member who posted, called, or noted that it came back."""
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """Since when it is known to have arrived or failed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "letter", "place"], name="letters_delivery_place")
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="letters_delivery_receipt",
            )
        ]


class LookedAt(TenantModel):
    """A setting that a second person looks at before it is used."""

    shaped_by = models.JSONField(default=list)
    """Ids of the members who said where it leads since it was looked at last: none of them is a second person."""
    waits_since = models.DateTimeField(null=True)
    """Since when it waits for that look; empty while it may be used."""

    class Meta:
        abstract = True


class SmsAccount(LookedAt):
    """By whom text messages leave: one account with one provider."""

    sealed_alone = {"secret": "sms:{pk}:secret", "token": "sms:{pk}:token"}

    class Provider(models.TextChoices):
        ALIYUN = "aliyun", _("Alibaba Cloud SMS")
        TENCENT = "tencent", _("Tencent Cloud SMS")

    provider = models.CharField(max_length=10, choices=Provider)
    key_id = models.CharField(max_length=100)
    secret = SealedField()
    """Under the key of the organisation; shown to nobody again."""
    sign = models.CharField(max_length=40)
    """The approved signature, without its brackets."""
    app_id = models.CharField(max_length=20, blank=True)
    """SdkAppId; Tencent alone."""
    region = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=300, blank=True)
    """Where the provider is asked; empty: its official address."""
    token = SealedField()
    """What stands in the address to which the provider reports what became of messages."""
    active = models.BooleanField(default=True)
    why = models.CharField(max_length=20, blank=True)
    """Why it refuses us, as a code of `letters.smtp.WHY`; empty while it works."""
    said = models.CharField(max_length=300, blank=True)
    blocked_until = models.DateTimeField(null=True)
    """Until then no message is offered to it, for it refuses us, not a message."""
    sent_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id"], name="letters_smsaccount_one")]


class MailPause(TenantModel):
    """A time in which no letter leaves by mail: the server, not a letter, was refused; or somebody holds the post."""

    why = models.CharField(max_length=20)
    """A code of `letters.smtp.WHY`."""
    said = models.CharField(max_length=300, blank=True)
    began_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    """When one letter is tried again; empty when only a person ends the pause."""
    tries = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id"], condition=models.Q(ended_at__isnull=True), name="letters_mailpause_one_open"
            )
        ]
        indexes = [models.Index(fields=["organisation_id", "-began_at"], name="letters_mailpause_recent")]


class Notice(TenantModel):
    """An in-app message to a member: assignment, warning, breach, approval asked."""

    member_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    stream_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "member_id", "-created_at", "-id"], name="letters_notice_member"),
            models.Index(
                fields=["organisation_id", "member_id"],
                condition=models.Q(read_at__isnull=True),
                name="letters_notice_unread",
            ),
            models.Index(fields=["organisation_id", "created_at"], name="letters_notice_when"),
        ]


class Robot(LookedAt):
    """A robot in a group of colleagues (WeCom, DingTalk, Feishu) that is told of what a notice tells, masked (number, grade, date)."""

    sealed_alone = {"address": "robot:{pk}:address", "secret": "robot:{pk}:secret"}

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")
        FEISHU = "feishu", _("Feishu")

    name = models.CharField(max_length=80)
    """What colleagues call the group."""
    kind = models.CharField(max_length=10, choices=Kind)
    address = SealedField()
    """The whole address, which holds the robot's key; under the key of the organisation, shown to nobody again."""
    secret = SealedField()
    """With which requests are signed; WeCom has none."""
    tells = models.JSONField(default=list)
    """Kinds of notices it repeats."""
    active = models.BooleanField(default=True)
    since = models.DateTimeField()
    """Notices from before this instant are not repeated."""
    why = models.CharField(max_length=20, blank=True)
    """Why the last message did not get through, as a code of `letters.robots.WHY`; empty while it works."""
    said = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "name"], name="letters_robot_name")]


class RobotPost(TenantModel):
    """One message of a robot: once per piece of news, whatever is tried how often."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    robot = TenantForeignKey(Robot, related_name="posts")
    kind = models.CharField(max_length=40)
    stream_id = models.UUIDField(null=True)
    noticed_at = models.DateTimeField()
    """When colleagues were told: notices of one piece of news have one instant."""
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    tries = models.SmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    why = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "robot", "kind", "stream_id", "noticed_at"],
                name="letters_robotpost_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "next_try_at"],
                condition=models.Q(state="queued"),
                name="letters_robotpost_queue",
            ),
            models.Index(fields=["organisation_id", "robot", "-noticed_at"], name="letters_robotpost_recent"),
        ]
