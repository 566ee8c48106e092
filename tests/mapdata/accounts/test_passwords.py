"""What a password must be like, and how it is kept."""

import pytest
from argon2 import PasswordHasher

from mapdata.accounts import passwords
from mapdata.people.refusals import AccountRefused
from tests.accounts import PASSWORD

REFUSED = [
    ("short", "12文字以上"), ("", "12文字以上"), ("あ" * 11, "12文字以上"), ("x" * 201, "200文字まで"),
    ("hanako.suzuki", "名前と同じ"), ("Hanako-Suzuki-2026", "名前と同じ"), ("ＨＡＮＡＫＯ．ＳＵＺＵＫＩ１", "名前と同じ"),
    ("password1234", "だれでも"), ("Password!!!!2026", "だれでも"), ("passwordpassword", "だれでも"), ("Katsushika2026!", "だれでも"),
    ("kuramaru-123456", "だれでも"), ("aaaaaaaaaaaa", "だれでも"), ("abababababab", "だれでも"), ("abcdefghijkl", "だれでも"),
    ("qwertyuiop12", "だれでも"), ("qwertyuiopasd", "だれでも"), ("987654321098", "数字だけ"), ("１２３４５６７８９０１２", "数字だけ"),
]


@pytest.mark.parametrize(("password", "why"), REFUSED)
def test_what_others_would_try_first_is_refused_in_words(password: str, why: str) -> None:
    with pytest.raises(AccountRefused, match=why) as caught:
        passwords.check(password, "hanako.suzuki")
    assert caught.value.field == "password"


@pytest.mark.parametrize("password", [PASSWORD, "dkf7-b254-bgu2", "correct horse battery", "x" * 100 + "yzabc", "さくら咲く土手の二番め"])
def test_others_are_taken(password: str) -> None:
    passwords.check(password.ljust(12, "!"), "hanako.suzuki")


def test_it_is_kept_as_argon2id_with_the_library_s_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.matches(kept, PASSWORD) and not passwords.matches(kept, PASSWORD + "!")


def test_the_width_of_letters_does_not_matter() -> None:
    assert passwords.matches(passwords.hashed("dkf7-b254-bgu2"), "ｄｋｆ７－ｂ２５４－ｂｇｕ２")


def test_nothing_matches_where_nothing_is_kept() -> None:
    assert not passwords.matches(None, "nobody has this password") and not passwords.matches("nonsense", PASSWORD)


def test_an_unknown_name_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            checked.append(str(hash)[:40])
            return super().verify(hash, password)

    kept = passwords.hashed(PASSWORD)
    monkeypatch.setattr(passwords, "_HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    passwords._blank.cache_clear()
    for stored in (None, kept):
        passwords.matches(stored, "wrong")
    parameters = {entry.split("$")[3] for entry in checked}
    assert len(checked) == 2 and len(parameters) == 1


def test_one_kept_with_other_parameters_is_outdated() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash("x"))
    assert not passwords.is_outdated(passwords.hashed(PASSWORD))
