"""A page's form as a browser without scripts would send it: for builds whose forms have not the same fields."""

import http.client
import re
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit


class Form(HTMLParser):
    """The fields of the longest form of a page, filled as the page fills them."""

    def __init__(self, page: str):
        super().__init__()
        self._forms: list[list[tuple[str, str]]] = [[]]
        self._select = self._text = ""
        self._chosen: str | None = None
        self.feed(page)

    @property
    def fields(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in max(self._forms, key=len):
            found.setdefault(name, []).append(value)
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "form":
            self._forms.append([])
        elif tag == "input" and name and kind not in ("submit", "button", "file"):
            if kind not in ("checkbox", "radio") or "checked" in said:
                self._forms[-1].append((name, said.get("value", "")))
        elif tag == "textarea":
            self._text, self._forms[-1] = name, [*self._forms[-1], (name, "")]
        elif tag == "select":
            self._select, self._chosen = name, None
        elif tag == "option" and self._select and (self._chosen is None or "selected" in said):
            self._chosen = said.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            name, value = self._forms[-1][-1]
            self._forms[-1][-1] = (name, value + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            name, value = self._forms[-1][-1]
            self._forms[-1][-1], self._text = (name, value.removeprefix("\n")), ""
        elif tag == "select":
            self._forms[-1].append((self._select, self._chosen or ""))
            self._select = ""


def opened(url: str, path: str, cookie: str) -> tuple[dict[str, list[str]], str]:
    """The fields of the form that stands at a path, and the cookie to send them with."""
    _, page, given = _ask(url, "GET", path, cookie)
    return Form(page).fields, given or cookie


def sent(url: str, path: str, cookie: str, fields: dict[str, list[str]]) -> None:
    """Send them. Raises RuntimeError where the answer leads nowhere: then nothing was saved."""
    status, page, _ = _ask(url, "POST", path, cookie, urlencode(fields, doseq=True))
    if status not in (302, 303):
        words = re.sub(r"<[^>]+>|\s+", " ", page.partition("<main")[2])
        raise RuntimeError(f"{path} was not saved: {status}\n{words[:2000]}")


def _ask(url: str, method: str, path: str, cookie: str, body: str | None = None) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Cookie": cookie, **({"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {})}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    given = [value.partition(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
    connection.close()
    return answer.status, text, next((one for one in given if one.startswith("session=")), "")
