"""Finds every page of the product by walking it: each route of the project, with one address and who may open it."""

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

from tests.faults.server import Server, eventually, post_form, token_of

PHONE = "13800000000"
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
# Who walks: first the visitors, then the staff in the order of the story. A page is shown as the first who reaches it.
STAFF = (
    *(
        "dispatcher",
        "calltaker",
        "officer-housing",
        "reviewer",
        "callback",
        "supervisor",
        "leader",
        "analyst",
        "policy",
        "steward",
    ),
    *("sysadmin", "secadmin", "auditadmin"),
)
STARTS = (
    *(
        "/",
        "/report/",
        "/report/receipt/",
        "/track/",
        "/me/login/",
        "/me/login/code/",
        "/me/messages/",
        "/figures/",
        "/policy/",
    ),
    *(
        "/status/",
        "/desk/",
        "/registry/",
        "/desk/account/",
        "/desk/webhooks/",
        "/knowledge/",
        "/desk/models/",
        "/desk/policy/",
        "/desk/policy/queue/",
    ),
)
NUMBERS_OF_A_ROUTE = 3  # how many addresses of one route are opened while looking for links

# Routes that are no page that a person opens: each with what it is instead.
NO_PAGE = {
    "preferences": "form target",
    "set_language": "form target",
    "logout": "form target",
    "citizen_logout": "form target",
    "health": "JSON for load balancers",
    "oidc_start": "leads to the county's identity provider",
    "oidc_return": "comes from the county's identity provider",
    "second_factor": "a step of a log-in that is under way",
    "citizen_code": "a step of a log-in that is under way",
    "recovery_codes": "form target",
    "account_grant": "form target",
    "account_revoke": "form target",
    "account_password": "form target",
    "account_step": "form target",
    "application_key_revoke": "form target",
    "audit_export": "file",
    "registry:decide_proposal": "form target",
    "casework:rate": "form target",
    "casework:follow": "form target",
    "casework:letter": "needs a decision about one's own demand",
    "casework:supplement": "form target",
    "casework:citizen_step": "form target",
    "casework:bulk": "form target",
    "casework:export": "file",
    "casework:release": "form target",
    "casework:set_automatic_rule": "form target",
    "casework:keep_automatic": "form target",
    "casework:triage": "form target",
    "casework:take_step": "form target",
    "casework:merge": "form target",
    "casework:split": "form target",
    "casework:check_reply": "part of a page",
    "casework:draft_reply": "part of a page",
    "casework:order_of_demand": "leads to the order",
    "casework:calendar_feed": "file",
    "cockpit:live": "stream of events",
    "insight:merge": "form target",
    "insight:split": "form target",
    "insight:confirm": "form target",
    "insight:undo": "form target",
    "insight:of_demand": "part of a page",
    "insight:record": "file",
    "insight:waiting": "part of a page",
    "insight:ahead": "part of a page",
    "insight:supersede": "form target",
    "insight:step": "form target",
    "insight:finish": "form target",
    "insight:make_brief": "form target",
    "insight:issue_brief": "form target",
    "insight:brief_file": "file",
    "insight:acknowledge": "form target",
    "insight:act_on": "form target",
    "insight:close": "form target",
    "insight:tick": "form target",
    "insight:judge_topic": "form target",
    "intake:map": "picture",
    "intake:photo": "picture",
    "intake:beside_call": "part of a page",
    "intake:learn": "form target",
    "intake:promote_model": "form target",
    "intake:roll_back_model": "form target",
    "intake:model_confusion": "picture",
    "knowledge:review": "form target",
    "ledger:proof": "file",
    "ledger:policy": "file",
    "ledger:opening": "file",
    "ledger:verifier": "file",
    "ledger:badge": "part of a page",
    "ledger:stamp": "part of a page",
    "notices:retry_message": "form target",
    "notices:confirm": "needs the token of a letter",
    "notices:unsubscribe": "needs the token of a letter",
    "notices:pause_webhook": "form target",
    "notices:resume_webhook": "form target",
    "notices:delete_webhook": "form target",
    "policy:offer": "needs the link of a message",
    "policy:answer": "form target",
    "policy:dispute": "form target",
    "policy:decision": "file",
    "policy:decision_notice": "needs the link of a message",
    "policy:look": "form target",
    "policy:switch": "form target",
    "policy:visit": "form target",
    "policy:settle_review": "form target",
    "policy:pay": "form target",
    "policy:order_file": "file",
    "policy:notice": "form target",
    "policy:receipt": "file",
    "policy:book_file": "file",
    "policy:settle": "form target",
    "policy:roll_back": "form target",
    "policy:signatures": "form target",
    "policy:simulation_table": "file",
    "policy:keep_scenario": "form target",
    "registry:change_hours": "form target",
    "statistics:table": "file",
    "statistics:week": "part of a page",
}


@dataclass(frozen=True)
class Place:
    """A page: the name of its route, an address, and the cookies of somebody who may open it."""

    route: str
    path: str
    who: str


def routes(resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all routes, e.g. "casework:order"; those of the API, which are for machines, are left out."""
    for one in (resolver or get_resolver("shuzhi.site.urls")).url_patterns:
        if isinstance(one, URLPattern):
            yield ":".join((*spaces, one.name or str(one.pattern)))
        elif one.namespace not in ("api", "open311"):
            yield from routes(one, (*spaces, one.namespace) if one.namespace else spaces)


def route_of(path: str) -> str:
    try:
        return resolve(path, urlconf="shuzhi.site.urls").view_name
    except Resolver404:
        return ""


class Walk:
    """Every page that somebody reaches by links, with the cookies of each walker."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.inline: list[str] = []
        self.clients: dict[str, httpx.Client] = {}
        self.places: dict[str, Place] = {}
        self.broken: list[str] = []
        self._opened: dict[str, int] = {}

    def cookies(self, who: str) -> dict[str, str]:
        return dict(self.clients[who].cookies)

    def of(self, who: str, client: httpx.Client) -> None:
        """Somebody walks; pages that others reached before stay theirs."""
        self.clients[who] = client
        seen: set[str] = set()
        waiting = deque(STARTS)
        while waiting:
            address = waiting.popleft()
            route = route_of(urlsplit(address).path)
            key = f"{who} {route}"
            if address in seen or route in NO_PAGE or self._opened.get(key, 0) >= NUMBERS_OF_A_ROUTE:
                continue
            seen.add(address)
            self._opened[key] = self._opened.get(key, 0) + 1
            waiting.extend(self._open(who, client, address))

    def _open(self, who: str, client: httpx.Client, address: str) -> list[str]:
        answer = client.get(address)
        if answer.status_code >= 500:
            self.broken.append(f"{answer.status_code} {address} as {who}")
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            return []
        path = answer.url.raw_path.decode()
        self.inline += [f"{path}: {found[0]}" for found in _INLINE.finditer(answer.text)]
        route = route_of(answer.url.path)
        self.places.setdefault(route, Place(route, path, who))
        links = (urljoin(path, html.unescape(link)) for link in _LINK.findall(answer.text))
        return [link for link in links if link.startswith("/") and not link.startswith("//")]


def publics_walk(server: Server) -> Walk:
    """Through the pages of the public."""
    walk = Walk(server.url)
    walk.of("requester", given_requester(server))
    walk.of("citizen", given_citizen(server))
    return walk


def everybodys_walk(server: Server, walk: Walk | None = None) -> Walk:
    """On through the pages of the staff."""
    walk = walk or publics_walk(server)
    for name in STAFF:
        walk.of(name, server.logged_in(name))
    return walk


def given_requester(server: Server) -> httpx.Client:
    """A citizen who has just reported something: the receipt and the track page are theirs to see."""
    client = server.client()
    assert report(client, "锦绣花园三号楼电梯昨晚停运，老人上不了楼。（演示）").url.path == "/report/receipt/"
    eventually(lambda: _is_witnessed(server), seconds=60, what="what was reported has receipts")
    return client


def _is_witnessed(server: Server) -> bool:
    """Whether the ledger has heard of everything, and witnesses have signed all that it heard."""
    return server.waiting() == 0 and not server.rows("SELECT 1 FROM ledger_log WHERE published_size < size")


def report(client: httpx.Client, text: str, *, place: str = "锦绣花园", phone: str = PHONE) -> httpx.Response:
    """Send something through the three screens of the report form; the last answer is the receipt."""
    what = post_form(client, "/report/", {"text": text, "screen": "1"})
    fields = {
        "csrfmiddlewaretoken": token_of(what.text),
        "key": value_of(what.text, "key"),
        "text": text,
        "place": place,
    }
    client.post("/report/", data=fields | {"screen": "2"})
    return client.post("/report/", data=fields | {"screen": "3", "phone": phone, "go": "send"})


def given_citizen(server: Server) -> httpx.Client:
    """A citizen who asked for a log-in code and stands before the page that wants it, then is let in."""
    client = server.client()
    waiting = post_form(client, "/me/login/", {"phone": PHONE})
    letters = server.folder / "outbox" / "messages.jsonl"
    eventually(lambda: bool(_codes(letters)), seconds=30, what="the log-in code arrives")
    client.post(
        "/me/login/code/", data={"csrfmiddlewaretoken": token_of(waiting.text), "code": _codes(letters)[-1]}
    )
    return client


def _codes(letters: Path) -> list[str]:
    if not letters.exists():
        return []
    lines = [json.loads(line) for line in letters.read_text().splitlines()]
    return [found[0] for line in lines if line["to"] == PHONE and (found := _CODE.search(line["text"]))]


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return html.unescape(found[1])
