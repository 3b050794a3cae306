"""Accounts, members, units and posts."""

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.kernel import crypto
from tingsu.kernel.fields import BlindIndexField, LocalisedField, SealedField
from tingsu.kernel.models import Organisation
from tingsu.kernel.tenancy import TenantForeignKey, TenantModel
from tingsu.people.roles import MediatorLevel, Role, StaffLevel


class Account(AbstractUser):
    """One who can sign in. Global: it is found before the organisation is known. Holds no personal name."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=6, blank=True)
    keys_off = models.BooleanField(default=False)
    dismissed = models.JSONField(default=list)
    """Lasting notes of the pages that this person does not want to see again, by name (`calendar:2027`)."""
    password_given = models.BooleanField(default=False)
    """The password was made by somebody else and is good for one sign-in: a new one must be chosen first."""

    password_given_at = models.DateTimeField(null=True)
    """Since when: a first password that nobody used ends after a while (adapters.GIVEN_FOR)."""

    REQUIRED_FIELDS = ["email"]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when the password, the sign-in name or the address changes."""
        known = "\n".join([self.password, self.username, self.email])
        return salted_hmac("tingsu.people.session", known, secret=secret, algorithm="sha256").hexdigest()


class OpenSession(AbstractBaseSession):
    """An open session of a browser (people/sessions.py). Global: it is found before the organisation is known.

    The primary key is a digest of what the cookie holds. Visitors of the public pages have one without an account.
    """

    account_id = models.IntegerField(null=True)
    works_in = models.UUIDField(null=True)
    """The organisation entered in it."""
    used_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["account_id"], condition=models.Q(account_id__isnull=False), name="people_opensession_of"
            ),
            models.Index(fields=["works_in"], condition=models.Q(works_in__isnull=False), name="people_opensession_in"),
        ]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from tingsu.people.sessions import SessionStore

        return SessionStore


class Membership(models.Model):
    """In which organisations an account works. Global for the same reason."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    member_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "organisation"], name="people_membership_once"),
            models.UniqueConstraint(fields=["organisation", "member_id"], name="people_membership_member"),
        ]


class Unit(TenantModel):
    """A unit of the three-level structure (OG-05), a business department or a function."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", _("Complaint management committee")
        CENTRE = "centre", _("Complaint handling centre")
        INTAKE = "intake", _("Intake group")
        INVESTIGATION = "investigation", _("Investigation group")
        HANDLING = "handling", _("Handling group")
        DATA = "data", _("Data analysis group")
        DEPARTMENT = "department", _("Business department")
        FUNCTION = "function", _("Functional department")

    class Hosting(models.TextChoices):
        """Where the complaint handling body stands in the firm (OG-01); SVC puts it under service management."""

        INDEPENDENT = "independent", _("Independent")
        QUALITY = "quality", _("Inside quality management")
        SALES = "sales", _("Inside sales")
        SERVICE = "service", _("Under service management")

    code = models.SlugField(max_length=40)
    name = LocalisedField()
    kind = models.CharField(max_length=14, choices=Kind)
    parent = TenantForeignKey("self", null=True, blank=True, related_name="children")
    topics = models.JSONField(default=list, blank=True)
    """Problem types that are routed to this department (AS-05)."""
    hosting = models.CharField(max_length=12, choices=Hosting, blank=True)
    """Of the centre alone: independent, or inside the department that it belongs to, its host."""
    supplier = models.CharField(max_length=80, blank=True)
    """The firm whose people work in this unit, such as an outsourced call centre; empty: our own (SC-13)."""
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "code"], name="people_unit_code")]

    @property
    def level(self) -> int:
        """1 decision, 2 execution, 3 implementation (OG-05)."""
        if self.kind == self.Kind.COMMITTEE:
            return 1
        return 3 if self.kind in {self.Kind.DEPARTMENT, self.Kind.FUNCTION} else 2


class Member(TenantModel):
    """A person who works here. To complainants only the work identity exists (AK-05, PS-15)."""

    class Readiness(models.TextChoices):
        """How far a person works alone (PE-12, PE-15)."""

        INDEPENDENT = "", pgettext_lazy("readiness", "Works independently")
        GUIDED = "guided", _("Works under guidance")
        PENDING = "pending", pgettext_lazy("readiness", "Pending")

    account_id = models.IntegerField(null=True, unique=False)
    staff_number = models.CharField(max_length=20)
    alias = LocalisedField()
    """Work identity, such as {"zh-Hans": "沈老师", "en": "Agent Shen"}."""
    name = SealedField()
    active = models.BooleanField(default=True)
    on_duty = models.BooleanField(default=True)
    joined_on = models.DateField(null=True)
    name_consent_at = models.DateTimeField(null=True)
    """Since when the person agrees that complainants see the name beside the work identity; revocable (PS-15)."""
    topics = models.JSONField(default=list, blank=True)
    """Kinds of problems that the person knows well, by code (PE-01, AS-06)."""
    products = models.JSONField(default=list, blank=True)
    """Words of products or brands that the person knows well."""
    languages = models.JSONField(default=list, blank=True)
    """Languages spoken beside the organisation's own."""
    groups = models.JSONField(default=list, blank=True)
    """Special groups whose complaints and calls the person takes: the elderly, minors (IN-14)."""
    readiness = models.CharField(max_length=8, choices=Readiness, blank=True, default="")
    """Under guidance: takes cases only while the senior below works here. Pending: takes none (`people.readiness`)."""
    senior_id = models.UUIDField(null=True)
    """The experienced colleague who supervises the cases of somebody under guidance (PE-12)."""
    trained = models.JSONField(default=list, blank=True)
    """Functions for which the training is completed, by code (PE-27)."""
    interests = models.JSONField(default=list, blank=True)
    """Declared interests: unit ids or party names' blind indexes in hex (IV-03)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation_id", "staff_number"], name="people_member_number")]


class Interest(TenantModel):
    """A unit, firm or person in which a member has an interest of their own: they stay out of such cases (IV-03)."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("A unit of ours")
        FIRM = "firm", _("A firm, such as a merchant")
        PERSON = "person", _("A person, such as a relative")

    member = TenantForeignKey(Member, related_name="declared_interests")
    kind = models.CharField(max_length=8, choices=Kind)
    unit_id = models.UUIDField(null=True)
    name = SealedField()
    """Under the key of the member's history."""
    name_index = BlindIndexField()
    """As names of parties are compared: nobody opens one for this."""
    words = SealedField()
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="unit", unit_id__isnull=False)
                | (~models.Q(kind="unit") & models.Q(name_index__isnull=False)),
                name="people_interest_in_what",
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "member"], name="people_interest_of")]

    @property
    def key(self) -> str:
        """What `Member.interests` holds of it."""
        return str(self.unit_id) if self.unit_id else bytes(self.name_index or b"").hex()

    def context(self, column: str) -> str:
        return f"interest:{self.pk}:{column}"

    def text(self, column: str, key: crypto.Key) -> str:
        """Open one text with the key of the member's history. Raises Erased."""
        sealed = getattr(self, column)
        return key.open(sealed, self.context(column)) if sealed else ""


class Post(TenantModel):
    """A member's post: unit, role, levels, period. Periods of one post never overlap (checked in the action)."""

    class Seat(models.TextChoices):
        """The four functions that SVC 2.1 seats in the committee (OG-05)."""

        GENERAL_MANAGER = "general_manager", _("General manager")
        DEPUTY_SERVICE = "deputy_service", _("Deputy general manager for service")
        LEGAL = "legal", _("Head of legal")
        QUALITY = "quality", _("Head of quality inspection")

    member = TenantForeignKey(Member, related_name="posts")
    unit = TenantForeignKey(Unit, related_name="posts")
    role = models.CharField(max_length=12, choices=Role)
    staff_level = models.CharField(max_length=10, choices=StaffLevel, blank=True)
    mediator_level = models.CharField(max_length=12, choices=MediatorLevel, blank=True)
    full_time = models.BooleanField(default=True)
    is_head = models.BooleanField(default=False)
    seat = models.CharField(max_length=16, choices=Seat, blank=True)
    duties = models.TextField(blank=True)
    """The duties of this post in the firm's own words, beside those of the role (OG-01)."""
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    """When the holder confirmed the assignment (OG-11)."""

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "member"], name="people_post_member"),
            models.Index(fields=["organisation_id", "unit", "role"], name="people_post_unit"),
        ]
