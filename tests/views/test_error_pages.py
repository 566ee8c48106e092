"""The page that says what broke does not break of it too."""

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask

from app import create_app
from mapdata.errors import Unavailable
from tests import schema
from tests.views.conftest import check_page


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = schema.instance(tmp_path_factory.mktemp("instance"))
    return create_app({"INSTANCE_DIR": folder, "DATABASE_URL": "", "PROPAGATE_EXCEPTIONS": False})


def _broken(*_: object, **__: object) -> None:
    raise RuntimeError("kept to ourselves")


def _gone(*_: object, **__: object) -> None:
    raise Unavailable("kept to ourselves")


PARTS = {
    "snapshot": "views.reader.snapshot", "registry": "views.reader.registry", "wording": "views.wording.current", "site": "views.wording.site",
    "account": "views.sessions.account", "ended": "views.sessions.ended", "ward": "geocode.ward.load", "tiles": "views.public.maps.basemap_url",
    "template": "views.error_pages.render_template", "addresses": "views.error_pages.url_for", "moved": "mapdata.storage.merged_into",
    "language": "views.translation.language",
}


#: What the page of an entry cannot do without: there is no page then, and that is what is said.
NEEDED = {PARTS["snapshot"], PARTS["registry"], PARTS["account"]}


@pytest.mark.parametrize("how", [_broken, _gone])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/resources/aaaaaaaaaa", 404), ("/healthz", 405)])
def test_it_is_shown_whatever_is_broken(
    app: Flask, monkeypatch: pytest.MonkeyPatch, part: str, how: Callable[..., None], path: str, status: int
) -> None:
    client = app.test_client()
    assert (client.post(path) if status == 405 else client.get(path)).status_code == status
    monkeypatch.setattr(part, how)
    answer = client.post(path) if status == 405 else client.get(path)
    needs_it = path.startswith("/resources/") and part in NEEDED
    assert answer.status_code == ({_broken: 500, _gone: 503}[how] if needs_it else status)
    assert "もどる" in answer.text and "kept to ourselves" not in answer.text
    check_page(answer, whole=True)


def test_everything_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    for part in PARTS.values():
        monkeypatch.setattr(part, _broken)
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get("/nowhere")
    assert answer.status_code == 404 and "<h1>ページが見つかりません</h1>" in answer.text and 'href="/"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store" and "kept to ourselves" in caplog.text
    mounted = app.test_client().get("/nowhere", base_url="http://localhost/a%22b/")
    assert 'href="/a&quot;b/"' in mounted.text
    sheet = re.search(r'href="(/static/[^"]+)"', answer.text)
    monkeypatch.undo()
    assert sheet and app.test_client().get(sheet[1]).status_code == 200
