"""Tables out of a zip that somebody brought: sizes are looked at before anything is unpacked."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: How many bytes the files of one zip may be together when unpacked.
MOST_UNPACKED = 200_000_000

_ASK = "国土交通省「位置参照情報ダウンロードサービス」から、もう一度ダウンロードしてください。"
# All that zipfile and the unpackers below it raise for a damaged or an unusual archive.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    ValueError,
)


class InstallRefused(Exception):
    """A file that cannot be installed. The message says in Japanese what, where and how to mend it."""


class Member:
    """One CSV of a zip. `str` of it names both, for a message."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
        self._archive, self._info = archive, info
        self._name = f"{path} の {_name(info)}"

    def __str__(self) -> str:
        return self._name

    def lines(self) -> Iterator[str]:
        """Its lines with their ends, in CP932 as the ministry writes them, or in UTF-8 as Excel may save them.

        Raises InstallRefused where it cannot be unpacked or is no text.
        """
        line = 0
        try:
            encoding = self._encoding()
            with self._archive.open(self._info) as stream:
                for text in io.TextIOWrapper(stream, encoding=encoding, newline=""):
                    line += 1
                    yield text
        except UnicodeDecodeError:
            raise InstallRefused(
                f"{self} {line + 1}行目あたり：文字として読めません（文字コード CP932 のはずです）。\n{_ASK}"
            ) from None
        except _DAMAGED as error:
            raise _damaged(self, error) from None

    def _encoding(self) -> str:
        """Told by the line of headings, which is Japanese in every edition."""
        with self._archive.open(self._info) as stream:
            headings = stream.readline(4096)
        try:
            headings.decode("utf-8")
        except UnicodeDecodeError:
            return "cp932"
        return "utf-8-sig"


@contextmanager
def tables(path: Path) -> Iterator[list[Member]]:
    """The CSV files of a zip, in whatever folders of it. Raises InstallRefused when they cannot be read."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise InstallRefused(f"{path}：ファイルが見つかりません。場所と名前を確かめてください。") from None
    except PermissionError:
        raise InstallRefused(
            f"{path}：ファイルを開く許可がありません。だれが読めるファイルか確かめてください。"
        ) from None
    except IsADirectoryError:
        raise InstallRefused(f"{path}：フォルダーです。中の zip ファイルを渡してください。") from None
    except _DAMAGED as error:
        raise _damaged(path, error) from None
    with archive:
        yield _members(archive, path)


def _members(archive: zipfile.ZipFile, path: Path) -> list[Member]:
    """Raises InstallRefused for what is too large, locked or without a CSV."""
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED:
        raise InstallRefused(
            f"{path}：中身を開くと {unpacked // 1_000_000:,} MB になります（{MOST_UNPACKED // 1_000_000} MB まで）。\n"
            "壊れているか、広すぎる範囲のファイルです。市区町村か都道府県を1つ選んで、ダウンロードし直してください。"
        )
    found = [info for info in infos if _is_table(info)]
    if not found:
        inside = "zip の中に zip があります。取り出して、その zip を渡してください。" if _nested(infos) else _ASK
        raise InstallRefused(f"{path}：中に CSV ファイルがありません。\n{inside}")
    if any(info.flag_bits & 0x1 for info in found):
        raise InstallRefused(f"{path}：パスワードがかかっています。\nパスワードのない zip を渡してください。")
    return [Member(archive, info, path) for info in found]


def _is_table(info: zipfile.ZipInfo) -> bool:
    """A CSV; not the shadow files that a Mac adds to a zip (__MACOSX/._towns.csv)."""
    name = info.filename.rsplit("/", 1)[-1].lower()
    return name.endswith(".csv") and not name.startswith("._")


def _nested(infos: list[zipfile.ZipInfo]) -> bool:
    return any(info.filename.lower().endswith(".zip") for info in infos)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; one that a Windows PC wrote in CP932 without saying so is read as that."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("cp932")
    return "".join(char if char.isprintable() else "?" for char in name[:100])


def _damaged(what: object, error: Exception) -> InstallRefused:
    if isinstance(error, zipfile.BadZipFile) and "not a zip" in str(error):
        return InstallRefused(f"{what}：zip ファイルではありません。\n{_ASK}")
    return InstallRefused(f"{what}：zip が壊れていて開けません（{error}）。\n{_ASK}")
