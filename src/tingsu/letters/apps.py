from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "tingsu.letters"

    def ready(self) -> None:
        from tingsu.letters import templates_book

        templates_book.register()
