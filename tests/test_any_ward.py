"""The whole site as the map of another municipality: a small city, a ward of a designated city, and a whole one."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from commands import CannotStart
from geocode import places, space
from geocode.ward import Ward
from layers.onefile_places import named_places
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Role
from tests import accounts, schema, wards
from tests.factories import published, write_csv
from tests.views.conftest import check_page, send

#: What pages of another municipality must not say.
OF_THE_FIRST = re.compile(r"葛飾|かつしか|くらまる|くらしのまると|立石|亀有|131229?")


@dataclass(frozen=True)
class Site:
    """A site of a ward with three entries in its first two towns, kept by its first office."""

    ward: Ward
    app: Flask
    folder: Path

    @property
    def office(self) -> str:
        return self.ward.offices[0].code

    @property
    def towns(self) -> list[str]:
        return list(dict.fromkeys(town.name for town in places.towns()))

    def run(self, *args: str) -> Result:
        return self.app.test_cli_runner().invoke(args=list(args))

    def page(self, path: str, client: FlaskClient | None = None) -> str:
        answer = (client or self.app.test_client()).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        if answer.mimetype == "text/html":
            check_page(answer, whole=False)
        assert OF_THE_FIRST.findall(answer.text) == [], path
        return answer.text

    def signed_in(self, role: Role) -> FlaskClient:
        client = self.app.test_client()
        sent = send(client, "/login", name=f"{role}さん", password=accounts.PASSWORD)
        assert sent.status_code == 302, sent.text
        return client


@pytest.fixture(scope="module", params=wards.OTHERS.values(), ids=wards.OTHERS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with wards.using(request.param) as place, pytest.MonkeyPatch.context() as patch:
        accounts.quick_passwords(patch)
        app = create_app({"INSTANCE_DIR": schema.instance(folder / "instance"), "DATABASE_URL": ""})
        made = Site(place, app, folder)
        done = made.run("registry", "import", str(write_csv(folder / "list.csv", _rows(place))), "--source", made.office)
        assert done.exit_code == 0, done.output
        for role in (Role.ADMIN, Role.EDITOR):
            accounts.account(app.extensions["registry"].engine, f"{role}さん", role, made.office)
        yield made
        app.extensions["registry"].engine.dispose()


def _rows(place: Ward) -> list[dict[str, str]]:
    """One entry in the first 丁目, one in the last with another need, and one that says no more than the ward."""
    first, last = places.towns()[0].label, places.towns()[-1].label
    return [
        published(管理番号="1", 名称="はじめの居場所", 種別="居場所", 困りごと="ひきこもり", 住所=f"{place.prefecture}{place.name}{first}2-3"),
        published(管理番号="2", 名称="おわりの会", 種別="団体・会", 困りごと="しごと・就労", 住所=f"{last}4番5号"),
        published(管理番号="3", 名称="どこかの会", 種別="団体・会", 困りごと="ひきこもり", 住所=place.name),
    ]


def test_every_public_page_is_this_wards(site: Site) -> None:
    title = site.ward.site_text("name")
    for path in ("/", "/about", "/login", "/?need=hikikomori&sort=name", "/?q=居場所"):
        assert f"{title}</title>" in site.page(path), path
    pins = json.loads(site.page("/pins.json"))
    entry = pins["id"][pins["name"].index("はじめの居場所")]
    assert f"{site.ward.prefecture}{site.ward.name}" in site.page(f"/resources/{entry}")
    assert site.ward.examples.near in site.page("/")


def test_filters_and_names_of_towns(site: Site) -> None:
    assert re.findall(r"はじめの居場所|おわりの会|どこかの会", site.page("/?need=work"))[:1] == ["おわりの会"]
    first, last = places.towns()[0], places.towns()[-1]
    near = site.page(f"/?near={last.name}&sort=near")
    assert near.index("おわりの会") < near.index("はじめの居場所")
    assert "という町名・駅名は見つかりませんでした" not in site.page(f"/?near={first.kana}")
    assert "という町名・駅名は見つかりませんでした" in site.page("/?near=北千住")


def test_entries_lie_where_their_towns_are(site: Site) -> None:
    pins = json.loads(site.page("/pins.json"))
    points = {name: (lat, lng) for name, lat, lng in zip(pins["name"], pins["lat"], pins["lng"], strict=True)}
    first, last = places.towns()[0], places.towns()[-1]
    assert points["はじめの居場所"] == pytest.approx((first.lat, first.lng), abs=1e-4)
    assert points["おわりの会"] == pytest.approx((last.lat, last.lng), abs=1e-4)
    assert points["どこかの会"] == (None, None), "the ward alone is no place"
    assert all(space.in_ward(town.lat, town.lng) for town in places.towns())


def test_addresses(site: Site) -> None:
    town = places.towns()[0]
    done = site.run("geocode", f"{site.ward.prefecture}{site.ward.name}{town.label}1-2", "葛飾区立石5-13-1", site.ward.name)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["level"] for one in found] == ["chome", "none", "ward"]
    assert (found[0]["matched"], found[0]["rest"]) == (f"{site.ward.name}{town.label}", "1-2")


def test_lists_come_from_this_wards_offices(site: Site) -> None:
    path = str(write_csv(site.folder / "other.csv", [published()]))
    refused = site.run("registry", "import", path, "--source", "kuramaru")
    assert refused.exit_code == 2 and all(source in refused.stderr for source in site.ward.sources)
    asked = site.run("registry", "import", "--help").output
    assert all(source in asked for source in site.ward.sources) and OF_THE_FIRST.findall(asked) == []
    out = site.folder / "out.csv"
    assert site.run("registry", "export", str(out), "--source", site.office).exit_code == 0
    again = site.run("registry", "import", str(out), "--source", site.office, "--dry-run")
    assert json.loads(again.stdout)["unchanged"] == 3


def test_samples_are_the_wards_or_none(site: Site, tmp_path: Path) -> None:
    app = create_app({"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""})
    done = app.test_cli_runner().invoke(args=["registry", "load-sample"])
    assert done.exit_code == 0 and list(json.loads(done.stdout)) == list(site.ward.samples)
    assert ("サンプルの一覧（[samples]）がありません" in done.stderr) == (not site.ward.samples)
    demo = app.test_cli_runner().invoke(args=["users", "demo"])
    assert demo.exit_code == 0 and site.ward.offices[0].name in demo.output
    app.extensions["registry"].engine.dispose()


def test_the_base_map_draws_this_ward(site: Site) -> None:
    script = site.page("/map/base.js")
    assert all(town in script for town in site.towns)
    assert all(station.name in script for station in places.stations())
    south, _, north, east = space.bounds()
    assert f"{south}" in script and f"{east}" in script
    edges = re.search(r'"maxBounds":\[\[([\d.]+),[\d.]+,\],\[([\d.]+),([\d.]+),\],\]', re.sub(r"\s", "", script))
    assert edges and float(edges[1]) < south and float(edges[2]) > north and float(edges[3]) > east, "no edge sticks to the window's"


def test_the_one_file_map_is_this_wards(site: Site) -> None:
    path = site.folder / "map.html"
    assert site.run("map", "export", str(path)).exit_code == 0
    html = path.read_text("utf-8")
    assert "はじめの居場所" in html and site.ward.site_text("name") in html and f"{site.ward.prefecture}{site.ward.name}" in html
    assert OF_THE_FIRST.findall(html) == []


def test_the_one_file_map_knows_what_addresses_begin_with(site: Site) -> None:
    prefixes = named_places()["prefixes"]
    assert prefixes[:1] == [f"{site.ward.prefecture}{site.ward.name}"] and site.ward.name in prefixes
    if site.ward.name == "大阪市北区":
        assert set(prefixes) == {"大阪府大阪市北区", "大阪府大阪市", "大阪府北区", "大阪市北区", "大阪市", "北区"}
        assert [len(one) for one in prefixes] == [8, 6, 5, 5, 3, 2], "the longest first: the first that fits is taken off"


def test_staff_sign_in_and_every_page_of_theirs_is_this_wards(site: Site) -> None:
    client = site.signed_in(Role.ADMIN)
    home = site.page("/staff/", client)
    assert site.ward.offices[0].short in home
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    staff = sorted(rule.rule for rule in rules if rule.rule.startswith("/staff/"))
    assert len(staff) > 10
    for path in staff:
        answer = client.get(path)
        assert answer.status_code < 500 and OF_THE_FIRST.findall(answer.text) == [], path


def test_an_empty_form_shows_this_wards_examples(site: Site) -> None:
    form = site.page("/staff/entries/new", site.signed_in(Role.EDITOR))
    assert f"例：{site.ward.examples.address}" in form and f"例：{site.ward.examples.station}" in form
    assert f"例：{site.ward.name}にお住まいの方" in form and f"{site.ward.offices_named}の職員まで" in form


def test_an_account_is_of_an_office_of_this_ward(site: Site) -> None:
    with pytest.raises(AccountRefused, match=site.ward.offices[0].name):
        accounts.account(site.app.extensions["registry"].engine, "よその人", Role.EDITOR, "kuramaru")


def _renamed(folder: Path) -> Path:
    """The small city's file, its first office under a new name."""
    text = wards.OTHERS["mihon"].read_text("utf-8").replace("福祉なんでも課", "くらし相談課").replace("福祉課", "くらし課")
    for name in ("towns.csv", "railways.csv", "boundaries.geojson", "fukushi.csv"):
        (folder / name).write_bytes((wards.OTHERS["mihon"].parent / name).read_bytes())
    (folder / "ward.toml").write_text(text, "utf-8")
    return folder / "ward.toml"


def test_an_office_under_a_new_name_keeps_its_list_and_its_people(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": ""}
    row = published(管理番号="1", 名称="はじめの居場所", 住所="霧ヶ丘2-3", 職員向けメモ="鍵は窓口")
    with pytest.MonkeyPatch.context() as patch:
        accounts.quick_passwords(patch)
        with wards.using(wards.OTHERS["mihon"]) as place:
            before = Site(place, create_app(settings), tmp_path)
            before.run("registry", "import", str(write_csv(tmp_path / "l.csv", [row])), "--source", "fukushi")
            accounts.account(before.app.extensions["registry"].engine, "editorさん", Role.EDITOR, "fukushi")
            before.app.extensions["registry"].engine.dispose()
        with wards.using(_renamed(tmp_path)) as place:
            after = Site(place, create_app(settings), tmp_path)
            client = after.signed_in(Role.EDITOR)
            (entry,) = json.loads(after.page("/pins.json"))["id"]
            shown = after.page(f"/staff/entries/{entry}", client)
            assert "鍵は窓口" in shown and "くらし相談課" in shown and "福祉なんでも課" not in shown
            assert "くらし課" in after.page("/staff/", client)
            again = after.run("registry", "import", str(tmp_path / "l.csv"), "--source", "fukushi")
            assert json.loads(again.stdout)["unchanged"] == 1
            after.app.extensions["registry"].engine.dispose()


def test_a_site_whose_tables_are_not_there_does_not_start(tmp_path: Path) -> None:
    file = _renamed(tmp_path)
    (tmp_path / "boundaries.geojson").unlink()
    settings = {"INSTANCE_DIR": schema.instance(tmp_path / "instance"), "DATABASE_URL": "", "WARD_FILE": str(file)}
    with wards.using(wards.KATSUSHIKA), pytest.raises(CannotStart, match=r"boundaries に書いた表がありません"):
        create_app(settings)


def test_the_instance_folders_file_counts_where_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()
    _renamed(folder)
    with wards.using(wards.KATSUSHIKA):
        monkeypatch.setenv("WARD_FILE", "")
        app = create_app({"INSTANCE_DIR": schema.instance(folder), "DATABASE_URL": ""})
        assert "見本市 つながりマップ" in app.test_client().get("/").text
        named = create_app({"INSTANCE_DIR": str(folder), "DATABASE_URL": "", "WARD_FILE": str(wards.OTHERS["chiba"])})
        assert "ちば みほんマップ" in named.test_client().get("/").text
        for made in (app, named):
            made.extensions["registry"].engine.dispose()
