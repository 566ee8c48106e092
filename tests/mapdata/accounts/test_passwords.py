"""What a password must be like, and how it is kept."""

import pytest
from argon2 import PasswordHasher

from mapdata.accounts import passwords
from mapdata.people.refusals import AccountRefused
from tests import wards
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


#: Common words, rows of keys and the ward's own, as people alter them.
ALTERED = [
    "p4ssw0rd2024", "P@ssw0rd!2345", "drowssap1234", "4321drowssap", "p-a-s-s-w-o-r-d", "xpassword1234", "pass word 2026",
    "iloveyou1234!", "welcome-admin1", "trustno1trustno1", "sakura-sakura", "Adm1n!str@t0r", "s4kur4s4kur4",
    "qwerty123456", "poiuytrewq12", "asdfghjkl;12", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "abcd1234abcd1234",
    "K4tsush1ka2026", "akihsustak99", "かつしかつながりまっぷ！", "くらまる課くらまる課2026", "Tokyo-Katsushika-1", "shakyo-shakyo-1",
    "パスワード12345678", "ぱすわーどぱすわーど12", "ひみつひみつひみつ123", "社会福祉協議会2026!!", "管理者管理者管理者1234",
    "あいうえおかきくけこさし", "いろはにほへとちりぬるを", "令和令和令和２０２６！！", "ねこがいねこがいねこがい", "abcxyabcxyab", "ＰＡＳＳＷＯＲＤ２０２６",
]


@pytest.mark.parametrize("password", ALTERED)
def test_a_common_word_is_refused_however_it_is_altered(password: str) -> None:
    with pytest.raises(AccountRefused, match="だれでも思いつく"):
        passwords.check(password, "hanako.suzuki")


@pytest.mark.parametrize(("name", "password"), [
    ("hanako.suzuki", "okanah-ikuzus"), ("hanako.suzuki", "h4n4k0-12345"), ("hanako.suzuki", "suzuki123456"),
    ("hanako.suzuki", "HANAKOhanako!"), ("hanako.suzuki", "hanako-password"), ("hanako.suzuki", "xhanakosuzuki1"),
    ("田中 小夜子", "小夜子田中小夜子202612"), ("田中　小夜子", "田中小夜子@2026/04/01"), ("タナカ サヨコ", "たなかさよこ123456"),
])
def test_one_s_own_name_is_refused_however_it_is_altered(name: str, password: str) -> None:
    with pytest.raises(AccountRefused, match="名前と同じか"):
        passwords.check(password, name)


@pytest.mark.parametrize("password", ["2026/04/01 09:00", "03-9876-5432", "!!!!----2026"])
def test_numbers_and_signs_alone_are_refused(password: str) -> None:
    with pytest.raises(AccountRefused, match="数字と記号だけ"):
        passwords.check(password, "hanako.suzuki")


@pytest.mark.parametrize("password", [
    "tokyo-8f3k2x-b", "password of my grandmother", "みどりの職員はさかなをたべる", "hanako ate seven lemons", "b7!kq-zz4m-w0x2",
    "さくらもちと区役所のあいだ", "katsushika moon river", "x7Qp2mVr9KtL",
])
def test_a_common_word_among_others_is_no_fault(password: str) -> None:
    passwords.check(password, "hanako.suzuki")


def test_the_words_are_those_of_this_ward() -> None:
    theirs, ours = ("見本市ふれあい協議会2026", "Katsushika-2026")
    passwords.check(theirs, "someone")
    with wards.using(wards.OTHERS["mihon"]):
        passwords.check(ours, "someone")
        with pytest.raises(AccountRefused, match="だれでも"):
            passwords.check(theirs, "someone")


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


def test_one_that_was_cut_off_when_it_was_set_is_still_its_owner_s() -> None:
    whole = "うみべの灯台と猫" * 30
    kept = passwords.hashed(whole[:passwords.LONGEST])
    assert passwords.matches(kept, whole) and not passwords.matches(kept, whole[:passwords.LONGEST - 1])
