from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "tingsu.letters"

    def ready(self) -> None:
        from tingsu.letters import member_letters, post_notices, proposal_notices, templates_book  # noqa: F401

        templates_book.register()
