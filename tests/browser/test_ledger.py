"""A receipt is checked in the reader's own browser, by our own script on WebCrypto: nothing altered ever passes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.places import given_requester
from tests.faults.server import Server, eventually

pytestmark = pytest.mark.browser
ENGLISH = {"django_language": "en"}
VERDICT = "[data-verdict]"
GOOD = "It is true: your own browser has checked it."


@dataclass(frozen=True)
class Files:
    """What a citizen was given."""

    proof: str
    policy: str
    opening: str
    page: str


@pytest.fixture(scope="module")
def files(server: Server) -> Files:
    """The receipt of a demand that was just reported, after the witnesses' processes have cosigned it."""
    client = given_requester(server)
    demand_id = server.rows("SELECT max(id) FROM intake_demand")[0][0]
    found: list[str] = []

    def witnessed() -> bool:
        listed = client.get(f"/ledger/demands/{demand_id}/").text
        found[:] = re.findall(rf"/ledger/demands/{demand_id}/([\w-]+/\d+)/", listed)
        return bool(found) and client.get(f"/ledger/entries/{found[0]}/proof").status_code == 200

    eventually(witnessed, seconds=30, what="the receipt is witnessed")
    return Files(
        _text(client, f"/ledger/entries/{found[0]}/proof"),
        _text(client, f"/ledger/entries/{found[0]}/policy"),
        _text(client, f"/ledger/demands/{demand_id}/{found[0]}/opening"),
        f"/ledger/entries/{found[0]}/",
    )


def _text(client: httpx.Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def _checked(page: Page, files: Files) -> None:
    """Choose the three files and press the button."""
    for name in ("proof", "policy", "opening"):
        page.locator(f"input[name={name}]").set_input_files(
            [{"name": name, "mimeType": "text/plain", "buffer": getattr(files, name).encode()}]
        )
    page.get_by_role("button", name="Check now").click()


@pytest.fixture
def check_page(new_context: Any) -> Page:
    page: Page = new_context(ENGLISH).new_page()
    page.goto("/ledger/check/")
    return page


def test_three_witnesses_are_processes_of_their_own_and_reach_a_quorum(server: Server, files: Files) -> None:
    processes = {server.pid(f"witness-{name}") for name in ("court", "neighbour-city", "university")}

    state = httpx.get(f"{server.url}/api/ledger").json()

    assert len(processes) == 3
    assert [Path(f"/proc/{pid}/cmdline").read_bytes().count(b"programs.witness") for pid in processes] == [
        1
    ] * 3
    assert (state["needed"], state["of"]) == (2, 3)
    assert sum(one["counted"] for one in state["witnesses"]) >= 2


def test_a_right_receipt_is_found_true_with_all_that_holds(check_page: Page, files: Files) -> None:
    sent: list[str] = []
    check_page.wait_for_load_state("networkidle")
    check_page.on("request", lambda request: sent.append(request.url))

    _checked(check_page, files)

    expect(check_page.locator(f"{VERDICT} p")).to_have_text(GOOD)
    told = check_page.locator(VERDICT).inner_text()
    assert "The entry stands in the ledger at this place." in told
    assert "Enough witnesses cosigned it:" in told
    assert "The court (fictional) court" in told
    assert "The personal part is the one that was sealed." in told
    assert "demand demand_id" in told
    assert sent == []


def _flip(text: str, at: int) -> str:
    """Another character of base64 in one place."""
    return text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]


def _line(text: str, begins: str, *, number: int = 0, at: int = -10) -> str:
    """One character altered in a line that begins so; `at` counts in the line."""
    lines = text.split("\n")
    place = [n for n, line in enumerate(lines) if re.match(begins, line)][number]
    lines[place] = _flip(lines[place], len(lines[place]) + at)
    return "\n".join(lines)


def _opening(files: Files, field: str, value: object) -> str:
    opened = json.loads(files.opening)
    opened["fields"][0][field] = value
    return json.dumps(opened)


ALTERED: dict[str, tuple[Callable[[Files], Files], str]] = {
    "the entry in the receipt": (
        lambda files: replace(files, proof=_line(files.proof, "extra ")),
        "The entry does not stand in the ledger at this place.",
    ),
    "its place": (
        lambda files: replace(
            files, proof=re.sub(r"\nindex (\d+)\n", lambda m: f"\nindex {int(m[1]) ^ 1}\n", files.proof)
        ),
        "The entry does not stand in the ledger at this place.",
    ),
    "a hash of a tile": (
        lambda files: replace(files, proof=_line(files.proof, r"[A-Za-z0-9+/]{43}=$")),
        "The entry does not stand in the ledger at this place.",
    ),
    "the log's signature": (
        lambda files: replace(files, proof=_line(files.proof, "— ")),
        "A signature of a known key does not hold",
    ),
    "a witness's signature": (
        lambda files: replace(files, proof=_line(files.proof, "— ", number=1)),
        "A signature of a known key does not hold",
    ),
    "the personal part": (
        lambda files: replace(files, opening=_opening(files, "value", "another")),
        "The personal part is not the one that was sealed.",
    ),
    "a nonce of the personal part": (
        lambda files: replace(files, opening=_opening(files, "nonce", "00" * 32)),
        "The personal part is not the one that was sealed.",
    ),
    "all signatures of witnesses": (
        lambda files: replace(files, proof=re.sub(r"(?m)^— \w[\w-]*\.example/witness .*\n", "", files.proof)),
        "Too few witnesses cosigned it.",
    ),
    "the log's own signature left out": (
        lambda files: replace(files, proof=re.sub(r"(?m)^— (?!\w[\w-]*\.example/).*\n", "", files.proof)),
        "The ledger's signature does not hold.",
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_is_refused_with_a_reason(check_page: Page, files: Files, what: str) -> None:
    alter, reason = ALTERED[what]
    assert alter(files) != files

    _checked(check_page, alter(files))

    expect(check_page.locator(f"{VERDICT} li")).to_contain_text(reason)
    expect(check_page.locator(f"{VERDICT} p")).not_to_have_text(GOOD)


EVERY_BYTE = """
async ({proof, policy, places}) => {
  const form = document.querySelector("[data-check]"), verdict = document.querySelector("[data-verdict]");
  const put = (name, text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], name));
    form.elements[name].files = files.files;
  };
  const passed = [];
  put("policy", policy);
  for (const at of places) {
    const other = proof[at] === "B" ? "C" : "B";
    put("proof", proof.slice(0, at) + other + proof.slice(at + 1));
    verdict.replaceChildren();
    form.requestSubmit();
    const checking = document.querySelector("[data-word=checking]").textContent;
    while (!verdict.firstChild || verdict.firstChild.textContent === checking) await new Promise((done) => setTimeout(done));
    if (verdict.classList.contains("good")) passed.push(at);
  }
  return passed;
}
"""


def test_no_altered_character_of_a_receipt_passes(check_page: Page, files: Files) -> None:
    """All but the names in front of signatures: a signature of somebody unknown says nothing, as C2SP asks."""
    names = {
        at for line in re.finditer(r"(?m)^— \S+ .{8}", files.proof) for at in range(line.start(), line.end())
    }
    places = [at for at, char in enumerate(files.proof) if at not in names and char != "\n"]

    passed = check_page.evaluate(
        EVERY_BYTE, {"proof": files.proof, "policy": files.policy, "places": places[::3]}
    )

    assert len(places) > 600
    assert [files.proof[at - 20 : at + 5] for at in passed] == []


def test_the_entry_s_page_reads_the_public_files_too(new_context: Any, files: Files) -> None:
    page: Page = new_context(ENGLISH).new_page()
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url.partition("/log/")[2]))
    page.goto(files.page)

    page.get_by_role("button", name="Check now").click()

    expect(page.locator(f"{VERDICT} p")).to_have_text(GOOD)
    expect(page.locator(VERDICT)).to_contain_text("The public files of the ledger hold the same entry")
    assert any("tile/entries/" in one for one in read)
    assert any("tile/0/" in one for one in read)


@pytest.mark.parametrize("which", ["tile/0", "tile/entries", "checkpoint"])
def test_one_altered_byte_in_a_public_file_is_refused_with_a_reason(
    server: Server, new_context: Any, files: Files, which: str
) -> None:
    page: Page = new_context(ENGLISH).new_page()
    page.goto(files.page)
    changed: list[str] = []

    def alter(route: Any) -> None:
        answer = route.fetch()
        raw = bytearray(answer.body())
        if which == "checkpoint":
            at = raw.rindex(b"\n\xe2\x80\x94") - 12
            raw[at] = ord("B") if raw[at] != ord("B") else ord("C")
        else:
            raw[_index_in_tile(files, which, raw)] ^= 1
        changed.append(route.request.url)
        route.fulfill(response=answer, body=bytes(raw))

    page.route(re.compile(rf"/log/[\d-]+/{which}"), alter)
    page.get_by_role("button", name="Check now").click()

    expect(page.locator(f"{VERDICT} li")).to_contain_text(
        re.compile("do not lead to the signed|does not hold")
    )
    assert changed


def _index_in_tile(files: Files, which: str, raw: bytearray) -> int:
    """A byte that the way of this very entry needs: of its sibling, or of itself."""
    index = int(re.findall(r"\nindex (\d+)\n", files.proof)[0]) % 256
    if which == "tile/0":
        sibling = index ^ 1 if (index ^ 1) * 32 < len(raw) else index
        return sibling * 32
    return raw.index(b"gl1\n", _start_of(raw, index)) + 1


def _start_of(bundle: bytearray, index: int) -> int:
    at = 0
    for _entry in range(index):
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
    return at


def test_a_tile_that_was_altered_on_the_server_gives_no_receipt_and_the_reader_is_told(
    server: Server, new_context: Any, files: Files
) -> None:
    index = int(re.findall(r"\nindex (\d+)\n", files.proof)[0])
    page: Page = new_context(ENGLISH).new_page()
    page.goto(files.page)
    tiles = list(Path(server.folder, "ledger", "public").glob(f"*/tile/0/{index // 256:03d}*"))
    kept = {path: path.read_bytes() for tile in tiles for path in [tile, *tile.glob("*")] if path.is_file()}
    for path, raw in kept.items():
        path.write_bytes(bytes(len(raw)))
    try:
        page.get_by_role("button", name="Check now").click()

        expect(page.locator(f"{VERDICT} li")).to_contain_text("The receipt of this decision does not verify")
    finally:
        for path, raw in kept.items():
            path.write_bytes(raw)


def test_the_script_uses_nothing_but_what_browsers_bring() -> None:
    script = (
        Path(__file__).parents[2]
        / "src"
        / "shuzhi"
        / "domains"
        / "ledger"
        / "static"
        / "ledger"
        / "verify.js"
    )

    assert not re.search(r"\bimport\b|\brequire\(|importScripts", script.read_text())
