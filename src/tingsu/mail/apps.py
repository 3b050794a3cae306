from django.apps import AppConfig


class MailConfig(AppConfig):
    """Mail that reaches us: mailboxes, the originals, and the holding desk where a person says what each mail is."""

    name = "tingsu.mail"

    def ready(self) -> None:
        """Letters name themselves in the address for answers, where a mailbox of ours takes it."""
        from tingsu.letters.replies import declare_answers
        from tingsu.mail import coming_in  # noqa: F401
        from tingsu.mail.plus import address_for

        declare_answers(address_for)
