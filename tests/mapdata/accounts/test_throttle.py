"""Guessing is slow; nobody waits for another's guesses."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from mapdata.accounts import managing, passwords, signing_in, throttle
from mapdata.people.refusals import SignInRefused, Throttled
from mapdata.storage.engine import beside
from mapdata.storage.people import throttle_rows as store
from tests.accounts import PASSWORD, TESTER, account, attempt

Later = Callable[..., None]


def fail(engine: Engine, times: int, **more: str) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            attempt(engine, password="wrong", **more)


def wait(engine: Engine, **more: object) -> int:
    """Seconds that the next attempt has to wait; 0 for none (it fails instead)."""
    with pytest.raises((Throttled, SignInRefused)) as caught:
        attempt(engine, password="wrong", **more)
    return caught.value.seconds if isinstance(caught.value, Throttled) else 0


def test_waits_grow_to_a_quarter_of_an_hour() -> None:
    waits = [int(throttle.PERSON.wait(n).total_seconds()) for n in range(13)]
    assert waits == [0] * 5 + [30, 60, 120, 240, 480, 900, 900, 900]
    assert throttle.PERSON.wait(10_000) == timedelta(minutes=15)


def test_after_five_failures_even_the_right_password_waits(engine: Engine, later: Later) -> None:
    account(engine)
    fail(engine, 5)
    with pytest.raises(Throttled) as caught:
        attempt(engine)
    assert 25 < caught.value.seconds <= 30
    later(seconds=31)
    assert attempt(engine).account.name == "花子"


def test_asking_while_waiting_makes_no_longer(engine: Engine, later: Later) -> None:
    account(engine)
    fail(engine, 5)
    assert all(0 < wait(engine) <= 30 for _ in range(20))
    later(seconds=31)
    assert wait(engine) == 0 and 55 < wait(engine) <= 60


def test_another_s_attempts_from_elsewhere_do_not_keep_me_waiting(engine: Engine) -> None:
    account(engine)
    fail(engine, 5, address="198.51.100.7")
    assert wait(engine, address="198.51.100.7") > 0
    assert attempt(engine, address="203.0.113.9").account.name == "花子"


def test_on_a_device_i_know_another_s_attempts_at_the_same_address_do_not_either(engine: Engine) -> None:
    mine = account(engine)
    fail(engine, 5)
    assert wait(engine) > 0
    assert attempt(engine, devices={mine.id: "my-pc"}).account == mine
    # and a device that belongs to another account is none of mine
    assert wait(engine, devices={mine.id + 1: "my-pc"}) > 0


def test_a_known_device_is_slowed_by_its_own_failures(engine: Engine) -> None:
    mine = account(engine)
    fail(engine, 5, devices={mine.id: "my-pc"})
    assert wait(engine, devices={mine.id: "my-pc"}) > 0
    assert attempt(engine).account == mine


def test_a_success_clears_its_bucket(engine: Engine) -> None:
    account(engine)
    for _ in range(3):
        fail(engine, 4)
        attempt(engine)


def test_names_are_counted_alike_however_they_are_written(engine: Engine) -> None:
    account(engine, "Hanako")
    for name in ("hanako", "ＨＡＮＡＫＯ", "Hana ko", "hanako ", "HANAKO"):
        fail(engine, 1, name=name)
    assert wait(engine, name="hanako") > 0


def test_an_address_may_fail_often_but_not_for_ever(engine: Engine, later: Later) -> None:
    mine = account(engine)
    for number in range(60):
        fail(engine, 1, name=f"guess{number}")
    assert 0 < wait(engine, name="another") <= 30
    assert attempt(engine, devices={mine.id: "my-pc"}).account == mine
    later(hours=1, seconds=1)
    assert wait(engine, name="another") == 0


def test_one_s_own_success_does_not_free_an_address(engine: Engine) -> None:
    account(engine)
    for number in range(30):
        fail(engine, 2, name=f"guess{number}")
        if number < 29:
            attempt(engine)
    assert wait(engine, name="another") > 0


def test_an_ipv6_client_has_one_bucket_for_all_its_addresses(engine: Engine) -> None:
    for number in range(5):
        fail(engine, 1, address=f"2001:db8:1:2::{number}")
    assert wait(engine, address="2001:db8:1:2:ffff::1") > 0
    assert wait(engine, address="2001:db8:1:3::1") == 0


@pytest.mark.parametrize("written", ["::ffff:192.0.2.1", "192.0.2.1:50123", "[::ffff:192.0.2.1]:50123"])
def test_an_ipv4_client_is_one_however_its_address_is_written(engine: Engine, written: str) -> None:
    fail(engine, 5)
    assert wait(engine, address=written) > 0
    assert wait(engine, address=written.replace("192.0.2.1", "192.0.2.2")) == 0


def test_an_address_in_brackets_counts_with_its_network(engine: Engine) -> None:
    fail(engine, 5, address="[2001:db8:1:2::9]:50123")
    assert wait(engine, address="2001:db8:1:2::1") > 0


def guess_at_others(engine: Engine, names: int = 60, **more: str) -> None:
    """So many names that nobody here has, from where 花子 sits."""
    for number in range(names):
        fail(engine, 1, name=f"guess{number}", **more)


def test_in_an_office_nobody_waits_for_one_who_guesses(engine: Engine) -> None:
    people = [account(engine, f"職員{number}") for number in range(50)]
    for one in people:
        attempt(engine, one.name)
    guess_at_others(engine)
    assert wait(engine, name="another") > 0
    assert [attempt(engine, one.name).account.id for one in people] == [one.id for one in people]


def test_a_colleague_who_is_guessed_at_waits_there_and_no_other_does(engine: Engine) -> None:
    for name in ("花子", "太郎"):
        account(engine, name)
        attempt(engine, name)
    fail(engine, 5)
    assert wait(engine) > 0 and attempt(engine, "太郎").account.name == "太郎"


def test_a_network_that_waits_waits_for_a_name_that_failed_from_it(engine: Engine) -> None:
    account(engine)
    attempt(engine)
    guess_at_others(engine)
    fail(engine, 1)
    assert wait(engine) > 0


def test_a_network_that_waits_waits_for_who_never_signed_in_from_it(engine: Engine, later: Later) -> None:
    account(engine)
    attempt(engine, address="203.0.113.9")
    guess_at_others(engine)
    assert wait(engine) > 0
    later(hours=2)
    attempt(engine)
    later(days=91)
    guess_at_others(engine)
    assert wait(engine) > 0  # it was too long ago


def test_guesses_at_one_name_from_everywhere_wait_for_each_other(engine: Engine) -> None:
    for number in range(20):
        fail(engine, 1, address=f"198.51.100.{number}")
    assert 0 < wait(engine, address="198.51.100.99") <= 30
    assert wait(engine, name="太郎", address="198.51.100.99") == 0


@pytest.mark.parametrize("there", ["", "花子"])
def test_an_unknown_name_waits_as_a_known_one(engine: Engine, there: str) -> None:
    if there:
        account(engine, there)
    waits = [wait(engine, address=f"198.51.100.{number}") for number in range(25)]
    assert waits[:20] == [0] * 20 and all(0 < seconds <= 30 for seconds in waits[20:])


def test_its_owner_does_not_wait_for_them_where_they_signed_in_before(engine: Engine) -> None:
    mine = account(engine)
    attempt(engine, address="203.0.113.9")
    for number in range(20):
        fail(engine, 1, address=f"198.51.100.{number}")
    assert wait(engine, address="192.0.2.77") > 0
    assert attempt(engine, address="203.0.113.9").account.id == mine.id


def test_one_success_frees_no_guesses_at_the_name(engine: Engine) -> None:
    account(engine)
    for number in range(19):
        fail(engine, 1, address=f"198.51.100.{number}")
    attempt(engine, address="203.0.113.9")
    fail(engine, 1, address="198.51.100.50")
    assert wait(engine, address="198.51.100.51") > 0


def test_a_link_that_was_used_makes_its_network_known(engine: Engine) -> None:
    mine = account(engine, password=None)
    signing_in.use_link(engine, managing.make_link(engine, TESTER, mine.id).token, PASSWORD, "192.0.2.1")
    guess_at_others(engine)
    assert attempt(engine).account.name == "花子"


def test_after_half_a_day_it_begins_anew(engine: Engine, later: Later) -> None:
    fail(engine, 5)
    later(hours=12, seconds=1)
    fail(engine, 5)


def test_of_many_at_once_no_more_are_checked_than_one_by_one(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    account(engine)
    checked: list[str] = []
    monkeypatch.setattr(passwords, "matches", lambda stored, password: checked.append(password))

    def guess(number: int) -> None:
        with pytest.raises((Throttled, SignInRefused)):
            attempt(engine, password=f"guess {number}")

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == 5


def test_old_rows_go_and_hold_no_name(engine: Engine, later: Later) -> None:
    account(engine)
    fail(engine, 1, name="tanaka-himitsu")
    with beside(engine) as connection:
        rows = connection.execute(store.sign_in_failure.select()).all()
    assert rows and "tanaka" not in str(rows) and "192.0.2.1" not in str(rows)
    later(days=1, seconds=1)
    attempt(engine)
    with beside(engine) as connection:
        assert not connection.execute(store.sign_in_failure.select()).all()
    later(days=91)
    attempt(engine, address="192.0.2.2")
    with beside(engine) as connection:
        assert len(connection.execute(store.sign_in_place.select()).all()) == 1


@pytest.mark.parametrize(("seconds", "said"), [(1, "あと1秒"), (59, "あと59秒"), (60, "あと1分"), (61, "あと2分"), (900, "あと15分")])
def test_the_wait_is_told_in_words(seconds: int, said: str) -> None:
    assert throttle.wait_text(seconds) == said
