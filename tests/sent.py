"""What a browser would send for a form of a page."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Form(HTMLParser):
    def __init__(self, text: str, form_id: str):
        super().__init__()
        self.form_id, self.fields = form_id, MultiDict[str, str]()
        self._inside, self._select, self._area = False, "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("id", "") == self.form_id
        if not self._inside:
            return
        kind, name = found.get("type", "text"), found.get("name", "")
        if tag == "input" and name and (kind not in ("radio", "checkbox") or "checked" in found):
            self.fields.add(name, found.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "select":
            self._select, self._first = name, True
        elif tag == "option" and (self._first or "selected" in found):
            self.fields[self._select] = found.get("value", "")
            self._first = False
        elif tag == "textarea":
            self._area = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._area:
            # The first line break after the tag is no part of what stands in it.
            self.fields[self._area] = self.fields[self._area].replace("\r\n", "\n").removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._inside and self._area:
            self.fields[self._area] += data


def contents(text: str, form_id: str = "entry-form") -> MultiDict[str, str]:
    """The fields of the page's form, as they stand; buttons are not among them."""
    return _Form(text, form_id).fields
