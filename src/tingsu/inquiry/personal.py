"""What other systems tell of people, in the privacy table (PS-05, PS-06). Nothing of it is kept here: it is asked, shown, forgotten."""

from django.utils.translation import gettext_lazy as _

from tingsu.privacy.fields import CONTACT, CONTRACT, IDENTITY, RECORD, Rule, declare

CHECKING = _("Checking the facts of a complaint against the firm's own records")
RULES = (
    ("customer", "name", "name", IDENTITY, _("Full name")),
    ("customer", "phone", "phone", CONTACT, _("Telephone")),
    ("customer", "email", "email", CONTACT, _("E-mail")),
    ("customer", "address", "address", CONTACT, _("Address")),
    ("customer", "reference", "order_number", RECORD, _("Customer number")),
    ("customer", "note", "text", RECORD, _("Remark")),
    ("merchant", "name", "organisation", RECORD, _("Name of the firm")),
    ("merchant", "contact", "name", IDENTITY, _("Contact person")),
    ("merchant", "phone", "phone", CONTACT, _("Telephone")),
    ("merchant", "address", "address", CONTACT, _("Address")),
    ("merchant", "licence", "order_number", RECORD, _("Business licence")),
    ("merchant", "standing", "text", RECORD, _("Standing on the platform")),
    ("order", "number", "order_number", RECORD, _("Order number")),
    ("order", "address", "address", CONTACT, _("Delivery address")),
    ("order", "delivery", "text", RECORD, _("Carriage")),
    ("order", "note", "text", RECORD, _("Remark")),
    ("order", "goods", "text", RECORD, _("Goods bought")),
    ("order", "merchant", "organisation", RECORD, _("Sold by")),
    ("interaction", "words", "text", RECORD, _("What was said")),
    ("interaction", "who", "text", RECORD, _("Between whom")),
    ("interaction", "order_number", "order_number", RECORD, _("Order number")),
)
"""Subject, field, way of masking, who sees it how, what it is called."""
LABELS = {(subject, name): label for subject, name, _mask, _sights, label in RULES}

for _subject, _name, _mask, _sights, _label in RULES:
    declare(_subject, _name, Rule(_mask, CHECKING, CONTRACT, _sights, revealable=False), _label)
