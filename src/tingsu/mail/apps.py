from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail that reaches us: mailboxes, the originals, and the holding desk where a person says what each mail is."""

    name = "tingsu.mail"
