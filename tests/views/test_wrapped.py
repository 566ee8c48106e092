"""Every text of the public pages is wrapped: in a language that marks each message, no Japanese stands unmarked.

Entries say everything in Latin letters here; what is Japanese and yet no text of ours is named in `data`.
"""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from app import create_app
from geocode import places, ward
from layers.onefile import Edition
from mapdata import clock
from mapdata.claims.projection import PUBLIC
from mapdata.fields import field_table
from mapdata.registry import Registry
from mapdata.sitetexts import SiteTexts
from mapdata.upkeep import org_links
from tests import catalogues, schema
from tests.factories import published
from tests.sent import contents
from views import site as the_pages  # made in the source language, before a test speaks another
from views import translation
from views.public.finder import Page

assert the_pages.install

JAPANESE = re.compile(r"[\u3001-\u303f\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uff01-\uff5b\uff5d-\uffee]")
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
#: They belong to no language, and stand between values.
_SIGNS = re.compile(r"[・／｜〒\n]")
#: Their values are for machines, or are addresses of pages.
_UNREAD = frozenset({"href", "action", "src", "content-security-policy"})


class _Texts(HTMLParser):
    """Everything that a page tells: its texts, and the values of attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        chosen = {"value"} if ("type", "radio") in attrs or ("type", "checkbox") in attrs else set()
        self.found += [value or "" for name, value in attrs if name not in _UNREAD | chosen]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def unwrapped(page: str, data: set[str]) -> list[str]:
    """What stands on a page in Japanese, and is neither a message nor data."""
    between = (piece.strip() for text in _Texts(page).found for piece in _MARKED.split(text))
    pieces = (part.strip() for piece in between if piece not in data for part in _SIGNS.split(piece))
    return [piece for piece in pieces if JAPANESE.search(piece) and piece not in data]


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[catalogues.Message]:
    return catalogues.extracted(tmp_path_factory.mktemp("messages"))


@pytest.fixture
def app(tmp_path: Path, messages: list[catalogues.Message]) -> Iterator[Flask]:
    folder = catalogues.write(tmp_path / "translations", {it: catalogues.marked(it) for it in messages})
    made = create_app({
        "INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": "", "TESTING": True,
        "BABEL_TRANSLATION_DIRECTORIES": str(folder),
    })
    yield made
    made.extensions["registry"].engine.dispose()


@pytest.fixture
def data() -> set[str]:
    """Names of places, what ward.toml says, and what is typed into the forms below."""
    here, texts = ward.load(), SiteTexts(-1, {}, {})
    named = {*places.names(), *(town.label for town in places.towns()), here.name, "葛飾区立石5-13-1", "葛飾区立石5-13-1 Room 2", "葛飾区亀有3-1-1"}
    windows = {text for window in texts.windows for text in (window.name, window.note, window.phone)}
    examples = {str(value) for value in vars(here.examples).values()}
    tagline = {part for line in texts.text("tagline").splitlines() for part in (line, *re.split("(?<=。)", line))}
    offices = {office.name for office in here.offices}
    credits = {credit.text for credit in here.credits}
    return named | windows | examples | tagline | offices | credits | {texts.text("name"), "電話番号がない"}


@pytest.fixture
def speaks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on requests are answered in the language of the catalogue."""
    monkeypatch.setattr(translation, "language", lambda: catalogues.LANGUAGE)


FULL = published(
    名称="Alpha", 名称_カナ="", 種別="ibasho", 運営団体="Society", 説明="Quiet\nroom", 困りごと="hikikomori、isolation、work、money",
    活動の種類="meal、study", 参加しやすさ="silent_ok、free、private_room、no_phone、watch_only、個室なし", つながり方="quiet_place", 対象年齢_下限="18", 対象年齢_上限="39",
    対象者="Anyone", 対象地域="Around here", 料金="0", 申込方法="Come", 住所="葛飾区立石5-13-1", 方書="Room 2", 最寄り駅="Station",
    開催日時="Thu 13:00", 電話番号="03-0000-0001（Alice）", メール="a@example.jp", URL="https://example.jp", 使える言語="English", バリアフリー="Lift",
    備考="Remark", 確認日="2026-04-01", 女性だけの場="yes", 受け入れ="ask_first", 受け入れ_確認日="2026-05-06",
    **{f"はじめての日_{what}": "Said" for what in ("迎える人", "人数", "はじめにすること", "しなくてよいこと", "行くときのひとこと", "駅からの道")},
)
#: Whatever else an entry can say.
for _field in field_table.SIMPLE:
    if _field.by_link and _field.shape.kind in ("line", "text", "yes_no"):
        FULL.setdefault(_field.heading, "はい" if _field.shape.kind == "yes_no" else "Said")
ROWS = (
    FULL,
    published(名称="Beta", 種別="group", 対象年齢_下限="年齢不問", 位置の公開="町丁目まで", 住所="葛飾区亀有3-1-1", 確認日="2020-01-01"),
    published(名称="Gamma", 種別="organization", 対象年齢_下限="65", 位置の公開="非公開", 住所="葛飾区亀有3-1-1", 状態="休止中"),
    published(名称="Delta", 種別="programme", 対象年齢_上限="15", 活動の種類="online"),
    published(名称="Epsilon", 住所="葛飾区立石5-13-1；葛飾区亀有3-1-1", 開催日時="Mon；Tue", 緯度="35.744；", 経度="139.8455；"),
    *(published(名称=f"Row {number}", 住所="葛飾区亀有3-1-1") for number in range(60)),
)


@pytest.fixture
def ids(app: Flask, fill: Callable[..., dict[str, str]]) -> dict[str, str]:
    return fill(*ROWS)


PAGES = (
    "/", "/?page=2", "/?need=hikikomori&ease=free&sort=assured", "/?near=亀有駅", "/?near=ほげ".replace("ほげ", "nowhere"),
    "/?sort=near", "/?q=nothing&need=work", "/?q=Alphb", "/list?q=Row", "/about",
    "/resources/{Alpha}", "/resources/{Beta}", "/resources/{Gamma}", "/resources/{Delta}", "/resources/{Epsilon}",
    "/cards/{Alpha}", "/cards/{Beta}", "/cards/{Gamma}", "/cards/{Epsilon}",
    "/report/{Alpha}", "/report/{Alpha}/thanks",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("speaks")
def test_a_page_says_nothing_unwrapped(client: FlaskClient, ids: dict[str, str], data: set[str], path: str) -> None:
    answer = FlaskClient.get(client, path.format(**ids))
    assert answer.status_code == 200 and "⟦" in answer.text
    assert unwrapped(answer.text, data) == []


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410, 413, 418, 500, 503])
@pytest.mark.usefixtures("speaks")
def test_an_error_is_told_wrapped(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, data: set[str], status: int
) -> None:
    monkeypatch.setattr("views.public.pages.render_template", lambda _template: abort(status))
    told = FlaskClient.get(client, "/about")
    assert told.status_code == status and "⟦" in told.text
    assert unwrapped(told.text, data) == []


@pytest.mark.usefixtures("speaks")
def test_what_a_report_is_refused_with_is_wrapped(client: FlaskClient, ids: dict[str, str], data: set[str]) -> None:
    path = f"/report/{ids['Alpha']}"
    form = contents(client.get(path).text, "sealed-form")
    for typed in ({}, {"text": "x" * 3_000, "contact": "y" * 300, "about": "none"}, {"seal": "old"}):
        refused = client.post(path, data={**form.to_dict(), **typed})
        assert refused.status_code in (400, 422)
        assert unwrapped(refused.text, data) == []


@pytest.fixture
def key(registry: Registry, ids: dict[str, str]) -> str:
    return org_links.make(registry.engine, ids["Alpha"], "user:a", "kuramaru")


@pytest.mark.usefixtures("speaks")
def test_the_pages_of_a_personal_link_say_nothing_unwrapped(client: FlaskClient, key: str, data: set[str]) -> None:
    for path in (f"/o/{key}", f"/o/{key}/change", f"/o/{key}/gone", "/o/unknown"):
        assert unwrapped(client.get(path).text, data) == [], path
    changed = contents(client.get(f"/o/{key}/change").text, "sealed-form")
    nothing = client.post(f"/o/{key}/change", data=changed)
    assert nothing.status_code == 422 and unwrapped(nothing.text, data) == []
    wrong = {
        "name": "", "min_age": "old", "max_age": "18歳以上", "places-0-postal_code": "1", "contacts-0-value": "",
        "contacts-1-value": "a@", "contacts-2-value": "x:y", "contacts-2-label": "(", "any_age": "y", "text": "x" * 3_000,
        "description": "x" * 40_000, "do": "",
    }
    against_each_other = {"min_age": "50", "max_age": "18", "contacts-0-label": "自宅", "do": ""}
    for typed in (wrong, against_each_other):
        refused = client.post(f"/o/{key}/change", data={**changed.to_dict(), **typed})
        assert refused.status_code == 422 and unwrapped(refused.text, data | {"18歳以上", "以上", "自宅"}) == []
    client.post(f"/o/{key}", data=contents(client.get(f"/o/{key}").text, "sealed-form"))
    assert unwrapped(client.get(f"/o/{key}").text, data) == []


@pytest.mark.usefixtures("speaks")
def test_the_one_file_map_says_nothing_unwrapped(app: Flask, registry: Registry, ids: dict[str, str], data: set[str]) -> None:
    with app.test_request_context():
        spoken = app.jinja_env.speaking(catalogues.LANGUAGE)  # type: ignore[attr-defined]
        file = Edition(registry.snapshots.current(PUBLIC), spoken, Page, clock.now()).html()
    assert unwrapped(file, data) == []


def test_the_messages_are_found_and_hold_no_markup(messages: list[catalogues.Message]) -> None:
    texts = [text for it in messages for text in ([it] if isinstance(it, str) else it)]
    assert len(texts) > 300
    assert [text for text in texts if re.search(r"[<>&]|%(?!\(\w+\)s)", text)] == []


def test_scripts_of_public_pages_have_no_words_of_their_own() -> None:
    """But for what is folded and recognised, and what staff alone load."""
    own = ("text-search.js", "copy-button.js", "password-field.js")
    folders = (catalogues.ROOT / "static" / "js" / folder for folder in ("common", "map", "finder"))
    scripts = [path for folder in folders for path in folder.glob("*.js") if path.name not in own]
    comment = re.compile(r"/\*.*?\*/|//[^\n]*|/\^.*?\.exec", re.S)
    assert scripts and [p.name for p in scripts if JAPANESE.search(comment.sub("", p.read_text("utf-8")))] == []
