"""The addresses of the API are kept as a tree: the same ones, in the same order, leading to the same ends."""

from collections.abc import Iterator

from django.urls import Resolver404, URLPattern, URLResolver, path, resolve
from django.urls.resolvers import RegexPattern

from tingsu.api import urls


def leaves(patterns: list[URLPattern | URLResolver], begin: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from leaves(one.url_patterns, begin + str(one.pattern))
        else:
            yield begin + str(one.pattern), one


def ends(resolver: URLResolver, address: str) -> object:
    try:
        found = resolver.resolve(address)
    except Resolver404:
        return None
    return found.func, found.args, found.kwargs, found.url_name


def named(route: str) -> str:
    return route.replace("<", "").replace(">", "")


def test_a_tree_of_addresses_leads_wherever_the_row_of_them_led() -> None:
    root = next(one for one in urls.urlpatterns if str(one.pattern) == "v1/")
    flat = [(route, one.callback, one.name) for route, one in leaves(root.url_patterns)]
    assert len(flat) > 400
    assert len(root.url_patterns) < len(flat) / 10, "most stand on branches"
    row = [path(route, callback, name=name) for route, callback, name in flat]
    tree = urls.branched(row)
    assert [(route, one.name) for route, one in leaves(tree)] == [(route, name) for route, _callback, name in flat]
    one, other = (URLResolver(RegexPattern(r"^/"), patterns) for patterns in (row, tree))
    for route, _callback, name in flat:
        address = "/" + named(route)
        assert ends(other, address) == ends(one, address) is not None, route
        assert resolve(f"/api/v1{address}").url_name in {name, ends(one, address)[3]}  # type: ignore[index]
        assert ends(other, address + "/nothing") == ends(one, address + "/nothing")


def test_a_place_holder_before_a_word_still_comes_first() -> None:
    def view(request: object, **given: str) -> None:
        """Nobody is answered here."""

    words = ["a/<x>", *(f"a/b{n}/c" for n in range(5)), "<y>/z", *(f"a/d{n}" for n in range(5)), "e"]
    row = [path(word, view, name=word) for word in words]
    resolver = URLResolver(RegexPattern(r"^/"), urls.branched(row))
    for address, name in (("/a/b1/c", "a/b1/c"), ("/a/d1", "a/<x>"), ("/a/z", "a/<x>"), ("/q/z", "<y>/z"), ("/e", "e")):
        assert resolver.resolve(address).url_name == name
    assert [route for route, _one in leaves(urls.branched(row))] == words
