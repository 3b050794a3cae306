"""The closed lists of the process: states, timers, marks, classifications. Codes are stable; words are shown."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """The twelve states of process.md §1."""

    REGISTERED = "registered", _("Acceptance")
    PRE_PLAN = "pre_plan", _("Report and pre-handling plan")
    ROUTING = "routing", _("Routing")
    INVESTIGATING = "investigating", _("Investigation")
    ANSWERING = "answering", _("Answer and calm")
    HANDLING = "handling", _("Handling")
    FEEDBACK = "feedback", _("Opinion on the solution")
    EXECUTING = "executing", _("Execution")
    EXTERNAL_ROUTE = "external_route", _("Other ways of redress")
    EVALUATING = "evaluating", _("Rating and callback")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")


OPEN_STATES = tuple(state for state in State if state not in {State.CLOSED, State.ARCHIVED})


class PublicStage(models.TextChoices):
    """The six plain words a complainant sees (look-and-feel §0)."""

    RECEIVED = "received", _("Received")
    CHECKING = "checking", _("Checking the facts")
    PROPOSING = "proposing", _("Agreeing a solution")
    DOING = "doing", _("Putting it right")
    ANSWERED = "answered", _("Answered, please rate")
    DONE = "done", _("Settled")


PUBLIC_STAGE = {
    State.REGISTERED: PublicStage.RECEIVED,
    State.PRE_PLAN: PublicStage.RECEIVED,
    State.ROUTING: PublicStage.RECEIVED,
    State.INVESTIGATING: PublicStage.CHECKING,
    State.ANSWERING: PublicStage.PROPOSING,
    State.HANDLING: PublicStage.PROPOSING,
    State.FEEDBACK: PublicStage.PROPOSING,
    State.EXTERNAL_ROUTE: PublicStage.PROPOSING,
    State.EXECUTING: PublicStage.DOING,
    State.EVALUATING: PublicStage.ANSWERED,
    State.CLOSED: PublicStage.DONE,
    State.ARCHIVED: PublicStage.DONE,
}


class Kind(models.TextChoices):
    """Only complaints and reports enter the process (IN-24)."""

    COMPLAINT = "complaint", _("Complaint")
    REPORT = "report", _("Report of a violation or infringement")


class ProblemType(models.TextChoices):
    """ISC 8.2.1 (TR-01). The complaint number carries its two letters (RG-13, CA-13)."""

    QUALIFICATION = "qualification", _("Qualification review")
    PRODUCT = "product", _("Product")
    IP = "ip", _("Intellectual property")
    CONSUMER = "consumer", _("Consumer rights")
    OPERATION = "operation", _("Operation")


NUMBER_CODE = {"qualification": "SH", "product": "CP", "ip": "ZC", "consumer": "XF", "operation": "YY"}


class ObjectType(models.TextChoices):
    """CTS 8.2 a (TR-02)."""

    PRODUCT = "product", _("Product complaint")
    SERVICE = "service", _("Service complaint")
    PROCESS = "process", _("Process complaint")
    PERSONNEL = "personnel", _("Personnel complaint")


class ProductType(models.TextChoices):
    """What kind of product it is: a return or refund has a time limit of its own for each (SL-17)."""

    FRESH = "fresh", _("Fresh food")
    FOOD = "food", _("Food and drink")
    CLOTHING = "clothing", _("Clothing, shoes and bags")
    CARE = "care", _("Cosmetics and care")
    HOUSEHOLD = "household", _("Household and daily goods")
    CHILDREN = "children", _("For mothers and children")
    ELECTRONICS = "electronics", _("Phones, computers, electronics")
    APPLIANCE = "appliance", _("Household appliances")
    FURNITURE = "furniture", _("Furniture and building material")
    BOOKS = "books", _("Books and media")
    DIGITAL = "digital", _("Digital goods and top-ups")
    OTHER = "other", pgettext_lazy("product type", "Other product")


class Scene(models.TextChoices):
    """SVC 1.2 (IN-04)."""

    STORE = "store", _("Offline store service")
    PLATFORM = "platform", _("Online platform")
    REMOTE = "remote", _("Remote service")
    THIRD_PARTY = "third_party", _("Third-party channel")


class Mode(models.TextChoices):
    """SZ C.1 (IN-02)."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    INTERNET = "internet", _("Internet")
    IN_PERSON = "in_person", _("In person")
    LETTER = "letter", _("Letter")
    OTHER = "other", _("Other")


class Grade(models.TextChoices):
    GENERAL = "general", _("General")
    HIGH_RISK = "high_risk", _("High risk")


class FirstView(models.TextChoices):
    """How valid a complaint looks before anything is investigated (IV-16)."""

    LIKELY = "likely", pgettext_lazy("first view", "Probably justified")
    UNCLEAR = "unclear", pgettext_lazy("first view", "Cannot be said yet")
    UNLIKELY = "unlikely", pgettext_lazy("first view", "Probably not justified")


class Reach(models.TextChoices):
    """How far it may reach (IV-16)."""

    ONE = "one", pgettext_lazy("first view", "This customer only")
    SEVERAL = "several", pgettext_lazy("first view", "Several customers")
    WIDE = "wide", pgettext_lazy("first view", "A whole product, batch or region")


class Urgency(models.TextChoices):
    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Urgent")


class ChosenBy(models.TextChoices):
    """How the department responsible was found (AS-05, AS-13)."""

    TABLE = "table", _("By the routing table")
    HAND = "hand", _("By hand")
    RULING = "ruling", _("By a ruling of the committee")


class WaitingOn(models.TextChoices):
    US = "us", _("Us")
    DEPARTMENT = "department", _("Department")
    COMPLAINANT = "complainant", _("Complainant")
    RESPONDENT = "respondent", _("Respondent")
    OUTSIDE = "outside", _("Outside body")


class Verdict(models.TextChoices):
    FOUNDED = "founded", _("Founded")
    UNFOUNDED = "unfounded", _("Unfounded")
    NOT_OURS = "not_ours", _("Not our responsibility")


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    UNFOUNDED_ANSWERED = "unfounded_answered", _("Unfounded and answered")
    REFERRED_OUT = "referred_out", _("Referred out")
    EXHAUSTED = "exhausted", _("All ways used")


class InvestigationMode(models.TextChoices):
    INDEPENDENT = "independent", _("Independent investigation")
    JOINT = "joint", _("Joint investigation")


class PartyRole(models.TextChoices):
    COMPLAINANT = "complainant", _("Complainant")
    AGENT = "agent", _("Agent")
    CONTACT = "contact", _("Contact person")
    RESPONDENT = "respondent", _("Respondent")


class PartyKind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class DemandKind(models.TextChoices):
    """What a complainant asks for (RG-08)."""

    APOLOGY = "apology", _("Apology")
    REFUND = "refund", _("Refund")
    EXCHANGE = "exchange", _("Exchange")
    REPAIR = "repair", _("Repair")
    COMPENSATION = "compensation", _("Compensation")
    SERVICE = "service", _("Make-up service")
    EXPLANATION = "explanation", _("Explanation")
    REMOVAL = "removal", _("Removal of content")
    OTHER = "other", _("Other")


class Format(models.TextChoices):
    """Alternative formats for letters and pages (IN-18)."""

    STANDARD = "standard", _("Standard")
    LARGE_PRINT = "large_print", _("Large print")
    BRAILLE = "braille", _("Braille")
    SIGN = "sign", _("Sign language")


class LinkKind(models.TextChoices):
    REPEATED = "repeated", _("Repeated complaint")
    RELATED = "related", _("Related complaint")
    COUNTER = "counter", _("Notice and counter-notice")


CATEGORIES: dict[int, tuple[object, str]] = {
    1: (_("Product not received"), ""),
    2: (_("Service not provided or partly not provided"), ""),
    3: (_("Late delivery of product"), "delay"),
    4: (_("Late provision of service"), "delay"),
    5: (_("Defective product"), "optional"),
    6: (_("Poor service"), "text"),
    7: (_("Product does not match the order"), ""),
    8: (_("Product not ordered"), ""),
    9: (_("Damage"), ""),
    10: (_("Refusal to honour guarantee"), ""),
    11: (_("Refusal to sell"), ""),
    12: (_("Refusal to provide service"), ""),
    13: (_("Commercial practice or selling method"), ""),
    14: (_("Incorrect information"), ""),
    15: (_("Incomplete information"), ""),
    16: (_("Payment arrangement"), ""),
    17: (_("Price"), ""),
    18: (_("Price increase"), ""),
    19: (_("Extra charges"), ""),
    20: (_("Unjustified costs or bill"), ""),
    21: (_("Contract terms"), ""),
    22: (_("Contract coverage"), ""),
    23: (_("Assessment of loss"), ""),
    24: (_("Refusal to pay compensation"), ""),
    25: (_("Inadequate compensation"), ""),
    26: (_("Change of contract"), ""),
    27: (_("Improper performance of contract"), ""),
    28: (_("Cancellation of contract"), ""),
    29: (_("Cancellation of service"), ""),
    30: (_("Loan repayment"), ""),
    31: (_("Interest demanded"), ""),
    32: (_("Promise not kept"), ""),
    33: (_("Invoice error"), ""),
    34: (_("Abnormal delay in complaint handling"), ""),
    35: (_("Other problem"), "text"),
}
"""RL-2, numbers and names fixed; the second value says which extra field a category asks for (TR-04)."""

PROVINCES: dict[str, str | Promise] = {
    "11": _("Beijing"), "12": _("Tianjin"), "13": _("Hebei"), "14": _("Shanxi"), "15": _("Inner Mongolia"), "21": _("Liaoning"),
    "22": _("Jilin"), "23": _("Heilongjiang"), "31": _("Shanghai"), "32": _("Jiangsu"), "33": _("Zhejiang"), "34": _("Anhui"),
    "35": _("Fujian"), "36": _("Jiangxi"), "37": _("Shandong"), "41": _("Henan"), "42": _("Hubei"), "43": _("Hunan"),
    "44": _("Guangdong"), "45": _("Guangxi"), "46": _("Hainan"), "50": _("Chongqing"), "51": _("Sichuan"), "52": _("Guizhou"),
    "53": _("Yunnan"), "54": _("Xizang"), "61": _("Shaanxi"), "62": _("Gansu"), "63": _("Qinghai"), "64": _("Ningxia"),
    "65": _("Xinjiang"), "71": _("Taiwan"), "81": _("Hong Kong"), "82": _("Macao"),
}  # fmt: skip
"""GB/T 2260, first two digits."""
