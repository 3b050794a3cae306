"""What signing says of its documents."""

from tingsu.complaints.paperwork import papers


def title_of(code: str) -> str:
    """The title of a document, by its code or by its key in a form."""
    wanted = code.partition(":")[0]
    return next((str(one.title) for one in papers() if one.code == wanted), "")
