"""Time that passes: one clock for all processes of the site, whatever asks it."""

from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import select

from mapdata import storage
from mapdata.clock import now, today
from mapdata.people.roles import Role
from mapdata.storage.tables import models
from tests.accounts import account
from tests.browser.hands import Mouse, import_list, sign_in
from tests.browser.site import ClockedSite
from tests.factories import import_rows, published


def test_an_entry_goes_on_the_day_after_its_last(
    new_page: Callable[..., Page], clocked: ClockedSite, tmp_path: Path
) -> None:
    tomorrow = (today() + timedelta(days=1)).isoformat()
    import_rows(clocked.registry, tmp_path, [published(名称="あすまでの会", 掲載終了日=tomorrow)], "self")
    with storage.reading(clocked.registry.engine) as connection:
        it = next(entry.id for entry in storage.load_entries(connection) if entry.name == "あすまでの会")
    page = new_page(base_url=clocked.url)
    for later, found in ((0, True), (1, True), (1, False)):
        clocked.clock.move(days=later)
        page.goto("/?q=あすまでの会")
        expect(page.locator("[data-row]")).to_have_count(int(found))
        assert [status for status, _ in clocked.of_each_worker(f"/resources/{it}")] == [200 if found else 404] * 2
        assert all((it in text) == found for _, text in clocked.of_each_worker("/pins.json"))


def test_two_idle_hours_end_a_session_for_every_worker(new_page: Callable[..., Page], clocked: ClockedSite) -> None:
    account(clocked.registry.engine, "待つ人")
    page = new_page(base_url=clocked.url)
    sign_in(page, "待つ人")
    page.wait_for_url("**/staff/")
    for _ in range(2):  # whoever does something is no idler
        clocked.clock.move(minutes=100)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("管理")
    cookie = "; ".join(f"{it['name']}={it['value']}" for it in page.context.cookies(f"{clocked.url}/login"))
    assert all("管理 ｜" in text for _, text in clocked.of_each_worker("/login", cookie))
    clocked.clock.move(minutes=125)
    assert all("2時間のあいだ" in text for _, text in clocked.of_each_worker("/login", cookie))
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("2時間のあいだ")


def test_a_list_is_taken_in_on_the_site_s_day_by_the_process_of_its_own_too(
    new_page: Callable[..., Page], clocked: ClockedSite, tmp_path: Path
) -> None:
    account(clocked.registry.engine, "取り込む人", Role.ADMIN)
    clocked.clock.move(days=40)
    page = new_page(base_url=clocked.url)
    sign_in(page, "取り込む人")
    file = tmp_path / "list.csv"
    file.write_text("名称\n四十日あとの会\n", encoding="utf-8")
    import_list(page, Mouse(page), "くらしのまると相談課", file)
    with storage.reading(clocked.registry.engine) as connection:
        said = select(models.operation.c.at).where(models.operation.c.actor == "user:取り込む人")
        at = connection.execute(said).scalars().one().replace(tzinfo=UTC)
    assert abs(at - now() - timedelta(days=40)) < timedelta(hours=1)
