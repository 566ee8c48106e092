"""The settings of the site, in one table: environment variables, an empty one counts as not set.

`read` gives their values; whoever starts the site tells a wrong one in the one sentence that it raises.
`python settings.py` prints the table, as `make help` shows it: so nothing but Python's own library is needed here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

#: The site's own version, as `--version` tells it.
VERSION = "0.1.0"


class WrongSetting(ValueError):
    """A setting that cannot be used; the message is one sentence with its name, its value and what is expected."""

    def __init__(self, name: str, value: object):
        setting, self.name = SETTINGS[name], name
        said = f"{name}={shown(value)} は使えません" if str(value) else f"{name} がありません"
        super().__init__(f"{said}：{setting.hint}")


@dataclass(frozen=True)
class Setting:
    """`read` makes the value of what was written; it raises ValueError for what is not as `expected` says."""

    name: str
    purpose: str
    expected: str
    example: str
    default: str = ""
    read: Callable[[str], Any] = str
    #: What happens when nothing is written and `default` does not say it.
    otherwise: str = "なし"

    @property
    def hint(self) -> str:
        return f"{self.expected}（例：{self.example}）"

    @property
    def unless_written(self) -> str:
        return self.default or self.otherwise


def _folder(text: str) -> str:
    if Path(text).exists() and not Path(text).is_dir():
        raise ValueError(text)
    return text


def _file(text: str) -> str:
    if text and not Path(text).is_file():
        raise ValueError(text)
    return text


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise ValueError(text)
        return int(text)

    return read


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    _ = parts.port  # ValueError where it is no number
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError(text)
    return text


def _tile_url(text: str) -> str:
    """A template's signs would be run by what draws the map."""
    has_all = re.match(r"https?://[^/{}]", text.replace("{s}", "")) and all(p in text for p in ("{z}", "{x}", "{y}"))
    if text and (not has_all or re.search(r"\{[{%#]|\s", text)):
        raise ValueError(text)
    return text


def _credit(text: str) -> str:
    if re.search(r"\{[{%#]", text):
        raise ValueError(text)
    return text


def _host(text: str) -> str:
    """A name, an IPv4 or an IPv6 address (in brackets or not), without a port."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return bare if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", text) else str(ip_address(bare))


_PUBLIC = "https:// か http:// ではじまる、団体がひらけるアドレスを書いてください"
_TILES = "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png"

SETTINGS: Mapping[str, Setting] = MappingProxyType({setting.name: setting for setting in (
    Setting(
        "INSTANCE_DIR", "データ（データベース、鍵、住所の表）を置くフォルダー",
        "読み書きできるフォルダーを書いてください", "/srv/tsunagari", "instance", _folder,
    ),
    Setting(
        "DATABASE_URL", "PostgreSQLを使うときの、データベースの場所",
        "postgresql:// か sqlite:/// ではじまる、つながるデータベースを書いてください",
        "postgresql://利用者:パスワード@サーバー/名前", otherwise="INSTANCE_DIR の中の SQLite",
    ),
    Setting(
        "WARD_FILE", "どこの町の地図か（ward.toml）",
        "読める ward.toml の場所を書いてください", "/srv/tsunagari/ward.toml", read=_file,
        otherwise="INSTANCE_DIR の ward.toml、なければこのフォルダーのもの",
    ),
    Setting(
        "HOST", "サイトを開けるようにするアドレス（ほかのパソコンからも開くなら 0.0.0.0）",
        "このパソコンの名前か IP アドレスだけを、ポートを付けずに書いてください", "0.0.0.0", "127.0.0.1", _host,
    ),
    Setting(
        "PORT", "サイトを開けるようにするポート",
        "1 から 65535 までの数を書いてください", "5001", "5000", _number(1, 65535),
    ),
    Setting(
        "TRUSTED_PROXIES",
        "前に置いたリバースプロキシの数（プロキシは X-Forwarded-For、-Proto、-Host、-Prefix を自分で書くか消すこと）",
        "前に置いたリバースプロキシの数を 0 から 9 までの数字で書いてください", "1", "0", _number(0, 9),
    ),
    Setting(
        "PUBLIC_URL", "団体や利用者に渡すリンクの、外から見たアドレス",
        _PUBLIC, "https://map.example.jp", read=_public_url, otherwise="パスだけを出し、前は手で書きたす（QRなし）",
    ),
    Setting(
        "TILE_URL", "背景の地図の画像（タイル）のアドレス。TILE_ATTRIBUTION といっしょに書きます",
        "https:// か http:// ではじまり {z} と {x} と {y} を含むアドレスを書いてください", _TILES, read=_tile_url,
    ),
    Setting(
        "TILE_ATTRIBUTION", "背景の地図の出典として画面に出す言葉（終わりのアドレスはリンクになります）",
        "TILE_URL を書くときは、その地図の出典を {{ や {% のない言葉で書いてください",
        "地理院タイル https://maps.gsi.go.jp/development/ichiran.html", read=_credit,
    ),
)})


def read(written: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every setting. Raises WrongSetting for the first that is wrong, alone or beside another."""
    texts = {name: _text(written, name) for name in SETTINGS}
    found = {}
    for name, setting in SETTINGS.items():
        try:
            found[name] = setting.read(texts[name])
        except ValueError:
            raise WrongSetting(name, texts[name]) from None
    if found["TILE_URL"] and not found["TILE_ATTRIBUTION"]:
        raise WrongSetting("TILE_ATTRIBUTION", "")
    return found


def all_wrong(written: Mapping[str, Any]) -> list[WrongSetting]:
    """Every setting that `read` would refuse, not only the first."""
    found = []
    for name, setting in SETTINGS.items():
        try:
            setting.read(_text(written, name))
        except ValueError:
            found.append(WrongSetting(name, _text(written, name)))
    if _text(written, "TILE_URL") and not _text(written, "TILE_ATTRIBUTION"):
        found.append(WrongSetting("TILE_ATTRIBUTION", ""))
    return found


def usable(written: Mapping[str, Any]) -> dict[str, Any]:
    """The values, those of what is not written in the place of those that are wrong."""
    wrong = {one.name for one in all_wrong(written)}
    return read({name: "" if name in wrong | {"TILE_URL"} else written.get(name) for name in SETTINGS})


def _text(written: Mapping[str, Any], name: str) -> str:
    return str(written.get(name) or "").strip() or SETTINGS[name].default


def shown(value: object) -> str:
    """As it may be told to whoever looks on: no password of an address, no line breaks."""
    text = re.sub(r"(//[^:/@\s]*):\S*@", r"\1:***@", str(value))
    text = re.sub(r"(?i)(pass(?:word|wd)?|pwd)=[^&\s]*", r"\1=***", text)
    return " ".join(text.split())


def told() -> str:
    """The table for a terminal, two lines a setting."""
    wide = max(map(len, SETTINGS)) + 2
    rows = ((s.name, s.purpose, f"既定：{s.unless_written}　例：{s.example}") for s in SETTINGS.values())
    return "\n".join(f"  {name:{wide}}{purpose}\n  {'':{wide}}{forms}" for name, purpose, forms in rows)


def as_markdown() -> str:
    """The table as README has it."""
    rows = (f"| `{s.name}` | {s.purpose} | {s.unless_written} | `{s.example}` |" for s in SETTINGS.values())
    return "\n".join(("| 設定 | 何のためか | 書かないと | 例 |", "|---|---|---|---|", *rows))


if __name__ == "__main__":
    print(told())
