"""Usage help for complainants (SK-07): articles of the knowledge base, found by words and by what was chosen. They never stand in the way."""

from collections import Counter
from collections.abc import Collection

from tingsu.kernel.spelling import fold
from tingsu.knowledge import queries, terms
from tingsu.knowledge.queries import Piece
from tingsu.portal.answers import IN_NAME, MOST, pieces

BESIDE = 3
"""Articles shown beside the form."""


def topics() -> list[tuple[str, str, list[Piece]]]:
    """Every article below the cards it belongs to, each once: (code, name of the card, articles). One query."""
    left = queries.articles()
    found = []
    for code, name in terms.TOPICS:
        here = [one for one in left if code in (one.codes.get("topics") or ())]
        left = [one for one in left if one not in here]
        if here:
            found.append((code, str(name), here))
    return found


def search(words: str) -> list[Piece]:
    """The articles that say most of these words, in whichever language they were typed; at least half of the pieces. One query."""
    wanted = pieces(words)
    if not wanted:
        return []
    scores: Counter[int] = Counter()
    articles = queries.articles()
    for place, one in enumerate(articles):
        names = fold(" ".join(one.all_texts.get(name, "") for name in ("title", "title_en", "product")))
        said = fold(" ".join(one.all_texts.get(name, "") for name in ("body", "body_en")))
        hits = [IN_NAME if part in names else 1 for part in wanted if part in names or part in said]
        if len(hits) * 2 >= len(wanted):
            scores[place] = sum(hits)
    return [articles[place] for place, _score in scores.most_common(MOST)]


def beside(cause: str, product: str = "", less: Collection[str] = ()) -> list[Piece]:
    """The articles of the card that was chosen, those about the product first. One query."""
    named = fold(product)
    found = [one for one in queries.articles() if cause in (one.codes.get("topics") or ()) and one.number not in less]
    about = [
        one for one in found if one.product and named and (fold(one.product) in named or named in fold(one.product))
    ]
    general = [one for one in found if not one.product]
    return [*about, *general][:BESIDE]
