from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "tingsu.letters"

    def ready(self) -> None:
        from tingsu.letters import choosing, member_letters, post_notices, proposal_notices, templates_book  # noqa: F401
        from tingsu.letters import signatures as of_mails
        from tingsu.letters.sms import short

        templates_book.register()
        choosing.register()
        short.register()
        of_mails.register()
