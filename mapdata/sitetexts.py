"""The site's own texts and the labels of taxonomy terms, where an admin wrote others than ward.toml and `words` have.

`words` stays the table of codes. What terms are called here lies over it, as new as the registry's revision; lists are
read by both names and written by the one of `words`.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Engine

from geocode import ward
from geocode.ward import Window
from mapdata import storage, words
from mapdata.errors import EditRefused
from mapdata.fields import contacts, values
from mapdata.storage.statements import LABEL, TEXT, Kind, Slot
from mapdata.words import Vocabulary

#: Vocabularies whose terms may be called otherwise.
VOCABULARIES: Mapping[str, Vocabulary] = {v.name: v for v in words.FILTERS}

_WINDOW_PARTS = ("name", "note", "phone", "url")
_LONGEST_LABEL = 40
_MOST_WINDOWS = 30


@dataclass(frozen=True)
class Text:
    """One text that an admin may write: what it is called, where it stands, and how long it may be."""

    key: str
    heading: str
    hint: str
    longest: int
    default: Callable[[], Any]


TEXTS: Mapping[str, Text] = {text.key: text for text in (
    Text("name", "サイトの名前", "すべてのページの上に出ます", 40, lambda: ward.load().site_text("name")),
    Text("tagline", "はじめのことば", "はじめのページの上に出ます。最初の「。」までが大きく出ます", 200,
         lambda: ward.load().site_text("tagline")),
    Text("notice", "お知らせ", "はじめのページに出ます。空欄なら何も出ません", 1_000, lambda: ""),
    Text("windows", "相談できるところ", "すべてのページの下に出ます。確かめた番号だけを書いてください", 1_000,
         lambda: [{part: getattr(w, part) for part in _WINDOW_PARTS} for w in ward.load().windows]),
    Text("sample_band", "「サンプルデータ」の帯", "サンプルが入っているあいだ、すべてのページに出る帯です", 3,
         lambda: "on"),
)}


@dataclass(frozen=True, eq=False)
class SiteTexts:
    """What the site says by itself at one revision. `texts` and `labels` hold only what somebody wrote."""

    revision: int
    texts: Mapping[str, Any]
    labels: Mapping[tuple[str, str], str]
    mark: str = ""

    def is_of(self, stamp: storage.Stamp | None) -> bool:
        return stamp is not None and (self.revision, self.mark) == stamp

    def text(self, key: str) -> Any:
        return self.texts.get(key, TEXTS[key].default())

    @property
    def windows(self) -> tuple[Window, ...]:
        return tuple(Window(**window) for window in self.text("windows"))

    def shows_sample_band(self, holds_samples: bool) -> bool:
        return holds_samples and self.text("sample_band") == "on"

    @cached_property
    def vocabularies(self) -> Mapping[str, Vocabulary]:
        """The vocabularies of filters, their terms called as they are here."""
        return {name: self._called(vocabulary) for name, vocabulary in VOCABULARIES.items()}

    def _called(self, vocabulary: Vocabulary) -> Vocabulary:
        terms = (replace(t, label=self.labels.get((vocabulary.name, t.code), t.label)) for t in vocabulary.terms)
        return Vocabulary(vocabulary.name, vocabulary.label, tuple(terms))

    def label(self, vocabulary: str, code: str) -> str:
        """What a term is called here; the code itself if it is none of ours."""
        terms = self.vocabularies[vocabulary]
        return terms.label_of(code) if code in terms else code


def texts(engine: Engine) -> SiteTexts:
    """The texts and labels as they are now."""
    with storage.reading(engine) as connection:
        return _read(connection)


def _read(connection: Connection) -> SiteTexts:
    said = {told.slot[0]: told.value for told in storage.current_texts(connection, TEXT).values()}
    labels = {slot: told.value for slot, told in storage.current_texts(connection, LABEL).items()}
    stamp = storage.stamp(connection)
    return SiteTexts(stamp.revision, said, labels, stamp.mark)


class CurrentTexts:
    """`current()` → the texts, read anew only when the registry's state is another."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._lock = threading.Lock()
        self._kept: SiteTexts | None = None

    def __call__(self, stamp: storage.Stamp | None = None) -> SiteTexts:
        """`stamp`: the registry's, where the caller has asked for it already."""
        kept = self._kept
        if kept is not None and kept.is_of(stamp):
            return kept
        with self._lock, storage.reading(self._engine) as connection:
            if self._kept is None or not self._kept.is_of(storage.stamp(connection)):
                self._kept = _read(connection)
            return self._kept


@contextmanager
def reading_lists(engine: Engine) -> Iterator[None]:
    """Within this, lists may call terms as the site does."""
    with values.also_called(texts(engine).labels):
        yield


# --- writing ---------------------------------------------------------------------------------


def checked(said: Mapping[str, Any]) -> dict[str, Any]:
    """Some texts as they would be kept. Raises EditRefused as `write_texts`."""
    reading = _Reading()
    read = {key: reading.text(key, value) for key, value in said.items()}
    reading.finish()
    return read


def write_texts(engine: Engine, said: Mapping[str, Any], actor: str) -> int | None:
    """Write some texts; a blank one is what ward.toml says again. The operation, None where nothing differs.

    `windows` is a list of mappings of name, note, phone and url; `sample_band` is "on" or "off".
    Raises EditRefused with errors at `name`, `windows.0` …
    """
    read = {(key,): value for key, value in checked(said).items()}
    return _write(engine, TEXT, {s: None if v == TEXTS[s[0]].default() else v for s, v in read.items()}, actor)


def write_labels(engine: Engine, said: Mapping[tuple[str, str], str], actor: str) -> int | None:
    """Call some terms otherwise, by vocabulary and code; blank is what `words` says again.

    Raises EditRefused with errors at `need.hikikomori` …
    """
    reading = _Reading()
    standing = {**texts(engine).labels, **{slot: values.clean(label) for slot, label in said.items()}}
    read = {slot: reading.label(slot, standing) for slot in said}
    reading.finish()
    return _write(engine, LABEL, read, actor)


def _write(engine: Engine, kind: Kind, said: Mapping[Slot, Any], actor: str) -> int | None:
    with storage.writing(engine) as connection:
        current = storage.current_texts(connection, kind)
        changed = {slot: value for slot, value in said.items() if _now(current.get(slot)) != (value or None)}
        if not changed:
            return None
        operation = storage.begin_operation(connection, "texts", actor, None)
        ended = [current[slot].id for slot in changed if slot in current]
        begun = [(slot, value) for slot, value in changed.items() if value]
        storage.write_texts(connection, kind, ended, begun, operation)
        storage.end_operation(connection, operation, {"texts": len(changed)})
        return operation


def _now(told: storage.ToldText | None) -> Any:
    return told.value if told else None


class _Reading:
    """What an admin typed, checked; every fault is collected."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def finish(self) -> None:
        if self.errors:
            raise EditRefused(self.errors)

    def _error(self, key: str, message: str) -> None:
        self.errors.setdefault(key, []).append(message)

    def text(self, key: str, value: Any) -> Any:
        if key not in TEXTS:
            raise KeyError(key)
        if key == "windows":
            return self._windows(value)
        said = values.clean(value)
        if key == "sample_band" and said not in ("", "on", "off"):
            self._error(key, "出すか出さないかを選んでください")
        return self._short(key, said, TEXTS[key].longest)

    def _short(self, key: str, said: str, longest: int) -> str:
        if len(said) > longest:
            self._error(key, f"{longest:,}文字までにしてください（いま{len(said):,}文字）")
        return said

    def _windows(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
        found = [w for number, row in enumerate(rows) if (w := self._window(f"windows.{number}", row))]
        if len(found) > _MOST_WINDOWS:
            self._error("windows", f"窓口は{_MOST_WINDOWS}までにしてください（いま{len(found)}）")
        return found

    def _window(self, key: str, row: Mapping[str, str]) -> dict[str, str] | None:
        said = {part: self._short(key, values.clean(row.get(part, "")), 500) for part in _WINDOW_PARTS}
        if not any(said.values()):
            return None
        if not said["name"]:
            self._error(key, "窓口の名前を書いてください")
        for part in ("phone", "url"):
            said[part] = self._contact(key, part, said[part])
        return said

    def _contact(self, key: str, kind: str, said: str) -> str:
        try:
            read: Sequence[Mapping[str, str]] = contacts.read(kind, said).value if said else []
        except values.CellError as error:
            self._error(key, str(error))
            return ""
        is_one = len(read) == 1 and read[0]["type"] == kind and not read[0]["label"]
        if said and not (is_one and (kind == "url" or any(c.isdigit() for c in said))):
            self._error(key, "番号やアドレスだけを1つ書いてください")
        return read[0]["value"] if read else ""

    def label(self, slot: tuple[str, str], standing: Mapping[tuple[str, str], str]) -> str:
        """A term's label, checked against what all other terms are called."""
        vocabulary, code = VOCABULARIES[slot[0]], slot[1]
        said, key = standing[slot], f"{slot[0]}.{code}"
        if code not in vocabulary:
            raise KeyError(code)
        if values.SEPARATORS.search(said) or (vocabulary is words.EASE and said.endswith("なし")):
            self._error(key, "「、」「,」「;」「/」と、終わりの「なし」は使えません。一覧で別の意味に読まれます")
        others = {label for (name, other), label in standing.items() if name == slot[0] and other != code}
        meant = values.code_of(vocabulary, said)
        if said and ((meant and meant != code) or said in others):
            self._error(key, f"「{said}」は、ほかの言葉がもう使っています")
        return "" if said == vocabulary.label_of(code) else self._short(key, said, _LONGEST_LABEL)


# --- history ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class TextChange:
    """One text or label as an operation changed it; `before` and `after` are None for what the site says anyway."""

    operation: int
    at: datetime
    actor: str
    heading: str
    before: Any
    after: Any


def changes(engine: Engine) -> list[TextChange]:
    """What was changed of texts and labels, the newest first."""
    with storage.reading(engine) as connection:
        told = {kind: storage.told_texts(connection, kind) for kind in (TEXT, LABEL)}
        ids = {i for some in told.values() for t in some for i in (t.began, t.ended) if i}
        operations = storage.operations(connection, sorted(ids))
    found = []
    for operation in operations:
        for kind, some in told.items():
            before = {t.slot: t.value for t in some if t.ended == operation.id}
            after = {t.slot: t.value for t in some if t.began == operation.id}
            for slot in sorted(before.keys() | after.keys()):
                was, now = before.get(slot), after.get(slot)
                found.append(TextChange(operation.id, operation.at, operation.actor, _heading(kind, slot), was, now))
    return found


def _heading(kind: Kind, slot: Slot) -> str:
    if kind is TEXT:
        return TEXTS[slot[0]].heading if slot[0] in TEXTS else str(slot[0])
    vocabulary = VOCABULARIES[slot[0]]
    return f"{vocabulary.label}「{vocabulary.label_of(slot[1])}」の呼び方"
