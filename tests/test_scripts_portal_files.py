"""What each script of the public pages does, branch by branch, on a bench (tests/bench.py): staying open, and files."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import override

from tests.bench import Bench

pytestmark = pytest.mark.browser
PORTAL = "portal/js/"
SUBMITS = "window.arrived = []; addEventListener('submit', (event) => { arrived.push(event.defaultPrevented); event.preventDefault(); });"
STAY = (
    '<input name="csrfmiddlewaretoken" value="secret" type="hidden"><main><input id="x"><form id="w" action="/case/withdraw/" method="post"><textarea name="text" id="text"></textarea><input type="file" name="files"></form></main>'
    '<div data-until="{}" data-warn="{}" data-closed="/closed/" hidden id="box"><form action="/extend/" data-stay><p>as drawn</p><button id="stay">stay</button></form></div>'
)


def staying(bench: Bench) -> Any:
    """A page that closes itself in ten minutes, and offers to stay in eight."""
    at = datetime.fromtimestamp(bench.js("Date.now()") / 1000, UTC)
    until, warn = (at + timedelta(minutes=minutes) for minutes in (10, 8))
    return bench.show(
        STAY.format(until.isoformat(), warn.isoformat()), (f"{PORTAL}staying.js", "startStaying"), portal=True,
        texts={"not_reached": "not reached", "closed_offline": "closed offline"}, before="sessionStorage.setItem('tingsu-unsent:/x/', '{}');",
    )  # fmt: skip


def test_a_page_offers_to_stay_and_closes_with_the_words_kept(bench: Bench) -> None:
    bench.answers = {"/extend/": {"content_type": "application/json", "body": '{"until": "2026-03-02T02:20:00+00:00"}'}}
    page = staying(bench)
    page.focus("#x")
    bench.passes(7 * 60 + 55)
    assert bench.js("box.hidden")
    bench.passes(10)
    assert bench.js("() => [box.hidden, document.activeElement.id]") == [False, "stay"]
    page.click("#stay")
    bench.settle()
    assert bench.js("() => [box.hidden, document.activeElement.id]") == [True, "x"]
    bench.passes(9 * 60 + 30)
    assert bench.js("box.hidden"), "the time began anew"
    bench.passes(30)
    assert not bench.js("box.hidden")
    bench.answers["/extend/"] = None
    page.click("#stay")
    bench.settle()
    assert bench.js("() => [box.hidden, box.querySelector('p').textContent]") == [False, "not reached"]
    page.fill("#text", "words")
    bench.passes(2 * 60)
    page.wait_for_url("**/closed/")
    assert len(bench.sent("/case/withdraw/keep/")) == 1
    assert "words" in bench.sent("/case/withdraw/keep/")[0]
    assert "filename" not in bench.sent("/case/withdraw/keep/")[0]
    page = staying(bench)
    bench.answers = {"/extend/": {"status": 403}}
    bench.passes(8 * 60 + 5)
    bench.html = "<p>closed</p>"
    page.click("#stay")
    page.wait_for_url("**/closed/")
    assert bench.sent("/case/withdraw/keep/") == [], "nothing written, nothing kept"
    assert bench.js("Object.keys(sessionStorage)") == [], "whoever sits down next finds nothing"
    for answer in ({"status": 503}, None):
        bench.answers = {"/case/withdraw/keep/": answer}
        page = staying(bench)
        page.fill("#text", "words")
        bench.passes(10 * 60 + 10)
        assert bench.js(
            "() => [document.querySelector('main').hidden, box.hidden, box.querySelector('p').textContent, stay.hidden]"
        ) == [True, False, "closed offline", True]
        bench.html = "<p>closed</p>"
        bench.answers = {}
        bench.js("window.dispatchEvent(new Event('online'))")
        page.wait_for_url("**/closed/")


UPLOAD = (
    '<input name="csrfmiddlewaretoken" value="secret" type="hidden"><form id="f" method="post" action="/send/"><div data-upload="/files/" data-most="2000000" id="area"><div data-files></div><label class="drop" id="drop"><svg><use href="/icons.svg#camera"></use></svg><input type="file" id="files" multiple></label>'
    '<button type="button" data-remove hidden data-shown-by-script id="away">x</button></div><div class="bar"><button id="send">Send</button><button id="side" formaction="/side/">side</button></div></form>'
)
TAKEN = {
    "status": 201,
    "content_type": "application/json",
    "body": json.dumps({"files": [{"name": "a.pdf", "size": 3000, "remove_url": "/files/7/remove/"}], "refused": []}),
}
PDF = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
FILES = "() => [...document.querySelectorAll('[data-files] > [data-file]')].map((one) => [one.querySelector('b').textContent, one.querySelector('.hint')?.textContent ?? '', one.querySelector('[role=alert]')?.textContent ?? '', Boolean(one.querySelector('progress')), Boolean(one.querySelector('[data-retry]'))])"


def uploading(bench: Bench) -> Any:
    texts = {
        "uploading": "{percent} %", "received": "received", "bytes": "{count} bytes", "too_large": "{name} {size} > {limit}", "upload_failed": "{name} failed", "upload_not_kept": "{name} not kept", "try_again": "again",
        "not_removed": "not removed", "photos_first": "photos first", "photos_lost": "photos lost", "remove": "remove {name}", "dismiss": "dismiss",
    }  # fmt: skip
    return bench.show(UPLOAD, (f"{PORTAL}uploads.js", "startUploads"), portal=True, texts=texts, before=SUBMITS)


def choose(bench: Bench, *files: dict[str, Any]) -> None:
    bench.page.set_input_files("#files", list(files))
    for _turn in range(4):
        bench.settle()


def test_files_are_taken_refused_tried_again_and_removed(bench: Bench) -> None:
    bench.answers = {"/files/": TAKEN}
    page = uploading(bench)
    assert not bench.js("away.hidden"), "what only a script can do is shown by it"
    choose(bench, PDF)
    page.wait_for_selector(".hint >> text=received")
    assert bench.js(FILES) == [["a.pdf", "2.9\xa0KB · received", "", False, False]]
    assert page.locator("[data-files] [data-remove]").get_attribute("aria-label") == "remove a.pdf"
    assert (len(bench.sent("/files/")), bench.js("files.files.length")) == (1, 0)
    choose(bench, {**PDF, "name": "big.pdf", "buffer": b"%PDF" + b"x" * 2_000_001})
    assert bench.js(FILES)[1:] == [["big.pdf", "", "big.pdf 1.9\xa0MB > 1.9\xa0MB", False, False]]
    assert len(bench.sent("/files/")) == 1, "what is too large is not sent at all"
    bench.answers["/files/7/remove/"] = {"status": 500}
    page.click("[data-files] [data-remove][formaction]")
    bench.settle()
    assert (len(bench.js(FILES)), page.inner_text("[data-told]")) == (2, "not removed")
    del bench.answers["/files/7/remove/"]
    page.click("[data-files] [data-remove][formaction]")
    bench.settle()
    assert [one[0] for one in bench.js(FILES)] == ["big.pdf"]
    assert bench.js("document.activeElement.id") == "files"
    page.click("[data-files] [data-remove]")
    assert (bench.js(FILES), len([one for one in bench.asked if "remove" in one[1]])) == ([], 2), (
        "a message is put away here alone"
    )
    bench.answers["/files/"] = {
        "status": 422,
        "content_type": "application/json",
        "body": '{"files": [], "refused": ["a.pdf: a virus"]}',
    }
    choose(bench, PDF)
    page.wait_for_selector("[role=alert]")
    assert bench.js(FILES) == [["a.pdf", "", "a.pdf: a virus", False, False]], (
        "what the server refuses is not tried again"
    )
    page.click("[data-files] [data-remove]")
    for answer, words in (
        ({"status": 500}, "a.pdf not kept"),
        ({"status": 404}, "a.pdf failed"),
        (None, "a.pdf failed"),
    ):
        bench.answers["/files/"] = answer
        choose(bench, PDF)
        page.wait_for_selector("[data-retry]")
        assert bench.js(FILES) == [["a.pdf", "", words, False, True]]
        bench.answers["/files/"] = TAKEN
        if answer is None:
            bench.js("window.dispatchEvent(new Event('online'))")
        else:
            page.click("[data-retry]")
        page.wait_for_selector(".hint >> text=received")
        assert bench.js(FILES) == [["a.pdf", "2.9\xa0KB · received", "", False, False]]
        page.click("[data-files] [data-remove]")
        bench.settle()
    over = "(kind) => { drop.dispatchEvent(new Event(kind)); return drop.classList.contains('over'); }"
    assert [bench.js(over, kind) for kind in ("dragenter", "dragleave", "dragover", "drop")] == [
        True,
        False,
        True,
        False,
    ]


PIECES = """() => import('/static/portal/js/resumable.js').then(({ sendInPieces }) => {
  let waits = 0; const file = new File(['x'.repeat(900)], 'a.pdf');
  return sendInPieces('/uploads/', file, file, () => {}, async () => { waits += 1; }).then((end) => [end.status, end.response?.refused ?? null, waits]);
})"""


def test_an_upload_in_pieces_ends_with_the_true_reason(bench: Bench) -> None:
    """What the server refuses is told at once, a full disk too; what may pass is tried again, and in the end whose fault it was."""
    bench.show("<main></main>", portal=True)
    said = {"content_type": "application/json", "body": '{"refused": ["full"], "code": "no_space"}'}
    for answer, ended in (
        ({"status": 503, **said}, [503, ["full"], 0]),
        (
            {"status": 413, **said, "body": '{"refused": ["too long"], "code": "beyond_the_length"}'},
            [413, ["too long"], 0],
        ),
        ({"status": 502, "body": "<html>"}, [502, None, 5]),
        ({"status": 409, **said, "body": '{"refused": ["offset"], "code": "offset"}'}, [409, ["offset"], 5]),
        (None, [0, None, 5]),
    ):
        bench.js("sessionStorage.clear()")
        bench.answers = {"/uploads/": {"status": 201, "headers": {"Location": "/up/1"}}, "/up/1": answer}
        assert bench.js(PIECES) == ended, answer


SCRIPTED = """async (answers) => {
  const { sendInPieces } = await import('/static/portal/js/resumable.js');
  const asked = [], waits = [], file = new File(['x'.repeat(1024 * 1024 + 9)], 'a.pdf', { lastModified: 1 });
  sessionStorage.setItem(`tingsu.upload:a.pdf:${file.size}:1`, JSON.stringify({ url: '/up/old', name: 'a.pdf', percent: 0 }));
  window.fetch = async (url, { method = 'GET', headers = {} }) => {
    asked.push([method, url, headers['Upload-Offset'] ?? ''].join(' ').trim());
    const [status, offset, length] = answers.shift();
    if (!status) throw new TypeError('no line');
    const told = { 'Upload-Offset': offset, 'Upload-Length': length === 'all' ? file.size : length, Location: '/up/new' };
    return new Response(status === 200 ? '{"files": ["f"]}' : null, { status, headers: told });
  };
  const end = await sendInPieces('/uploads/', file, file, () => {}, async (time) => { waits.push(time); });
  return [end.status, end.response?.files, asked, waits, sessionStorage.length];
}"""


def test_an_upload_goes_on_where_its_own_file_was_cut_and_each_piece_that_arrives_begins_the_waits_anew(
    bench: Bench,
) -> None:
    bench.show("<main></main>", portal=True)
    piece, rest = "1048576", "1048585"
    old, new = (f"PATCH /up/{name}" for name in ("old", "new"))
    for answers, asked, waits in (
        ([[200, piece, "all"], [204, rest], [200]], ["HEAD /up/old", f"{old} {piece}", "GET /up/old"], []),
        # What lies there is another file's, or is gone: begun anew.
        ([[200, piece, 5], [201], [204, piece], [204, rest], [200]],
         ["HEAD /up/old", "POST /uploads/", f"{new} 0", f"{new} {piece}", "GET /up/new"], []),
        ([[404], [201], [204, piece], [204, rest], [200]],
         ["HEAD /up/old", "POST /uploads/", f"{new} 0", f"{new} {piece}", "GET /up/new"], []),
        # It went away under way: begun anew.
        (
            [[200, 0, "all"], [410], [201], [204, piece], [204, rest], [200]],
            ["HEAD /up/old", f"{old} 0", "POST /uploads/", f"{new} 0", f"{new} {piece}", "GET /up/new"],
            [],
        ),
        # Cut twice before the first piece arrives and once after it.
        ([[200, 0, "all"], [0], [200, 0, "all"], [0], [503], [204, piece], [0], [200, piece, "all"], [204, rest], [200]],
         ["HEAD /up/old", f"{old} 0", "HEAD /up/old", f"{old} 0", "HEAD /up/old", f"{old} 0", f"{old} {piece}", "HEAD /up/old", f"{old} {piece}",
          "GET /up/old"], [500, 1500, 500]),
    ):  # fmt: skip
        assert bench.js(SCRIPTED, answers) == [201, ["f"], asked, waits, 0]


def test_a_picture_that_the_browser_cannot_draw_is_shown_as_a_file(bench: Bench) -> None:
    bench.answers = {"/files/": TAKEN}
    page = uploading(bench)
    choose(bench, {**PDF, "name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"....ftypheic" + b"x" * 40})
    page.wait_for_selector("[data-file] svg.icon")
    assert page.locator("[data-file] img").count() == 0
    assert bench.js(FILES) == [["photo.jpg", "2.9\xa0KB · received", "", False, False]]


def test_a_form_waits_for_files_on_their_way_and_warns_once_of_lost_ones(bench: Bench) -> None:
    bench.answers = {"/files/": {"status": 500}}
    page = uploading(bench)
    choose(bench, PDF)
    page.wait_for_selector("[data-retry]")
    page.click("#send")
    assert (
        bench.js("arrived"),
        page.inner_text("[data-told]"),
        bench.js("'retry' in document.activeElement.dataset"),
    ) == ([], "photos lost", True)
    page.click("#side")
    assert bench.js("arrived") == [False], "another button of the form is not held"
    page.click("#send")
    assert bench.js("arrived") == [False, False], "whoever was told may go on without"
    page = uploading(bench)
    bench.js("document.querySelector('[data-files]').innerHTML = '<progress></progress>'")
    page.click("#send")
    assert (bench.js("arrived"), page.inner_text("[data-told]")) == ([], "photos first")
    bench.passes(1)
    assert bench.js("arrived") == []
    bench.js("document.querySelector('progress').remove()")
    bench.passes(0.4)
    assert (bench.js("arrived"), page.locator("[data-told]").count()) == ([False], 0), "it goes on by itself"
    assert bench.errors == []


def test_a_photo_is_made_smaller_where_that_is_worth_it(bench: Bench) -> None:
    """The picture of the device is stood in for: so many pixels, so many bytes when it is drawn smaller."""
    photo = {"name": "a.png", "mimeType": "image/png", "buffer": b"x" * 1_600_000}
    shrink = """window.drawn = [];
    window.createImageBitmap = async () => ({ width: 5120, height: 2560, close() {} });
    CanvasRenderingContext2D.prototype.drawImage = function (...given) { drawn.push(given.slice(1)); };
    HTMLCanvasElement.prototype.toBlob = (done) => done(new Blob([new Uint8Array(window.bytes)]));"""
    for size, made, name in (
        (1_600_000, 900_000, "a.jpg"),
        (2_500_000, 900_000, "a.jpg"),
        (1_600_000, 1_600_000, "a.png"),
        (1_500_000, 900_000, "a.png"),
    ):
        bench.answers = {"/files/": TAKEN}
        page = uploading(bench)
        bench.js(f"() => {{ window.bytes = {made}; {shrink} }}")
        choose(bench, {**photo, "buffer": b"x" * size})
        page.wait_for_selector(".hint >> text=received")
        assert f'filename="{name}"' in bench.sent("/files/")[0][:400], (size, made)
        assert bench.js("drawn") == ([[0, 0, 2560, 1280]] if size > 1_572_864 else [])


def test_a_size_reads_while_uploading_as_it_reads_after_a_reload(bench: Bench) -> None:
    """Below a kilobyte, halves that go down and up, just below and above a megabyte."""
    page = uploading(bench)
    bench.js("() => { area.dataset.most = 1; }")
    sizes = (512, 1024, 1280, 1792, 3000, 387_890, 1_048_575, 1_048_576, 1_310_720, 2_233_444)
    with override("en"):
        said = [filesizeformat(size).replace("\xa0bytes", " bytes") for size in sizes]
    for size in sizes:
        choose(bench, {**PDF, "name": f"{size}.pdf", "buffer": b"x" * size})
    assert [told.split(" ", 1)[1].split(" >")[0] for told in page.locator("[role=alert]").all_inner_texts()] == said


def test_words_of_the_public_scripts_and_what_they_post(bench: Bench) -> None:
    bench.show(
        '<input name="csrfmiddlewaretoken" value="secret" type="hidden">',
        (f"{PORTAL}texts.js", ""),
        portal=True,
        texts={"x": "{a} of {b}"},
    )
    seen: list[dict[str, str]] = []
    bench.page.on("request", lambda request: seen.append(request.headers) if request.url.endswith("/kept/") else None)
    told = bench.js(
        "async () => { const { text, post, token } = await import('/static/portal/js/texts.js'); await post('/kept/'); return [text('x', { a: 1, b: 2 }), text('x', { a: 1 }), text('y'), token()]; }"
    )
    assert told == ["1 of 2", "1 of {b}", "y", "secret"]
    assert [bench.asked[-1][0], seen[0]["x-csrftoken"], seen[0]["x-requested-with"]] == ["POST", "secret", "fetch"]
