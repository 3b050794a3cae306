from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documented information under control: what is to be written down, its versions, who has read them."""

    name = "tingsu.documents"

    def ready(self) -> None:
        from tingsu.documents import guides, notices  # noqa: F401
