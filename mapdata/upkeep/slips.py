"""確認票: what an organisation is asked on paper to look through: a sheet for an envelope or FAX, or a reply postcard.

Only what everyone may read goes on paper: of a value for supporters or staff alone nothing is printed. In a sealed
letter the organisation finds its own address even where the map keeps it back; on what others may see it does not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine

from mapdata import storage
from mapdata.claims.entry import MORE
from mapdata.claims.projection import PUBLIC, Audience, PlaceView, Record, if_published, project, source_label
from mapdata.claims.record_values import value_of
from mapdata.claims.sighted import Sighted
from mapdata.fields import field_table
from mapdata.fields.shapes import is_blank
from mapdata.sentences import say
from mapdata.words import Level

#: Letters of one fact that a postcard has room for.
_ROOM = 70
_UNSAID = say("（まだ書かれていません）")


@dataclass(frozen=True)
class Fact:
    """One line of the table; `lines` are empty where nothing is known."""

    heading: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "／".join(self.lines) or _UNSAID


@dataclass(frozen=True)
class Slip:
    """One entry on paper. `numbers`: whose 管理番号, and it; `link`: the personal page that its QR opens, "" for none;
    `is_public`: everyone may read it already, else the paper says that it does not stand on the map yet.

    `facts` are for a sheet, `on_card` are shortened to what a postcard has room for.
    """

    entry_id: str
    name: str
    to: str
    numbers: tuple[tuple[str, str], ...]
    facts: tuple[Fact, ...]
    on_card: tuple[Fact, ...]
    link: str = ""
    is_public: bool = True


def slips(
    engine: Engine, ids: Sequence[str], reader: Audience, on: date, sealed: bool,
    make_links: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
) -> list[Slip]:
    """The slips of those of these entries that this office sees, in their order. `sealed`: nobody but the organisation
    sees them.

    `make_links`: entries → the URL by entry that is printed as a QR code.
    """
    with storage.reading(engine) as connection:
        seen = storage.see_those(connection, ids, reader, on)
        public = storage.see_those(connection, list(seen), PUBLIC, on)
    found = [replace(_slip(one, on, sealed), is_public=it in public) for it, one in seen.items()]
    links = make_links([slip.entry_id for slip in found]) if make_links else {}
    return [replace(slip, link=links.get(slip.entry_id, "")) for slip in found]


#: What a call asks for and no line below names: told where it is known.
_ALSO = tuple(field for field, _ in field_table.ASKED if field.name in MORE and field.audience == Level.PUBLIC)


def _slip(seen: Sighted, on: date, sealed: bool) -> Slip:
    record = if_published(seen.published().whole_entry, on, to_itself=sealed)
    own = project(seen.whole_entry, seen.reader, on)
    assert own is not None and own.staff is not None
    numbers = tuple((source_label(source), number) for source, number in sorted(own.staff.local_ids.items()) if number)
    to = record.organization or record.name
    facts = tuple(_facts(record, own))
    return Slip(seen.id, record.name, to, numbers, facts, tuple(_on_card(facts)))


def _facts(record: Record, own: Record) -> Iterator[Fact]:
    """In the order in which a person reads an entry; what people rely on stands there even where it is not known.

    Of what the entry says to fewer people the paper says only that it is kept back, as far as its office knows (`own`).
    """
    whom = _lines(record.eligibility_description)
    yield Fact(say("名称"), (record.name,))
    yield Fact(say("運営団体"), _lines(record.organization))
    yield Fact(say("場所"), _places(record) or _kept_back(own.places))
    yield Fact(say("開催日時"), record.schedules or _kept_back(own.schedules))
    yield Fact(say("連絡先"), _contacts(record) or _kept_back(own.contacts))
    yield Fact(say("料金"), _lines(record.fees_description) or _kept_back(own.fees_description))
    yield Fact(say("申込方法"), _lines(record.application_process) or _kept_back(own.application_process))
    yield Fact(say("対象"), (record.age_text, *whom) if record.age_known else whom)
    if record.description:
        yield Fact(say("説明"), _lines(record.description))
    for field in _ALSO:
        if not is_blank(value := value_of(record, field.name)):
            yield Fact(say(field.label), _lines(field.write(value)))
        elif not is_blank(value_of(own, field.name)):
            yield Fact(say(field.label), _kept_back(True))


def _kept_back(said: object) -> tuple[str, ...]:
    return (say("（公開していません）"),) if said else ()


def _on_card(facts: Iterable[Fact]) -> Iterator[Fact]:
    """What fits a postcard, shortened."""
    for fact in facts:
        if fact.heading in ("場所", "開催日時", "連絡先", "料金"):
            yield Fact(fact.heading, (_short(fact.text),))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _places(record: Record) -> tuple[str, ...]:
    return tuple(line for place in record.places if (line := _place(place)))


def _place(place: PlaceView) -> str:
    postal = f"〒{place.postal_code}" if place.postal_code else ""
    return " ".join(filter(None, (postal, place.address or place.town, place.address_2, place.station)))


def _contacts(record: Record) -> tuple[str, ...]:
    names = field_table.CONTACT_TYPES
    return tuple(f"{names[c.type]} {c.value}" + (f"（{c.label}）" if c.label else "") for c in record.contacts)


def _short(text: str) -> str:
    return text if len(text) <= _ROOM else f"{text[:_ROOM - 1]}…"


# --- the texts of a reply postcard -------------------------------------------------------------


def asking_text(slip: Slip, site: str, office: str, reply_by: date) -> str:
    """往信: what the organisation reads. No link stands on an open card."""
    facts = "\n".join(f"{fact.heading}：{fact.text}" for fact in slip.on_card)
    words = _ASKED if slip.is_public else _ASKED_BEFORE
    return say(
        words, to=slip.to, site=site, month=reply_by.month, day=reply_by.day, name=slip.name, facts=facts,
        id=slip.entry_id, office=office,
    )


_ASKED = say(
    "%(to)s 御中\n\n"
    "「%(site)s」に、次のとおり載せています。いまも同じでしょうか。"
    "返信はがきで、%(month)s月%(day)s日までにお知らせください。\n\n"
    "名称：%(name)s\n%(facts)s\n\n整理番号：%(id)s\n%(office)s"
)
_ASKED_BEFORE = say(
    "%(to)s 御中\n\n"
    "「%(site)s」には、まだ載っていません。載せるときは次のとおりになります。これでよろしいでしょうか。"
    "返信はがきで、%(month)s月%(day)s日までにお知らせください。\n\n"
    "名称：%(name)s\n%(facts)s\n\n整理番号：%(id)s\n%(office)s"
)


def reply_text(slip: Slip) -> str:
    """返信: what comes back, with room to write."""
    return say(
        "整理番号：%(id)s\n名称：%(name)s\n\n"
        "どれかに○を付けてください。\n"
        "１　まちがいありません\n２　変わったところがあります\n３　いまは休んでいます\n４　もうやっていません\n\n"
        "変わったところ（２のとき）：\n\n\n\nお名前：\nお電話：",
        id=slip.entry_id, name=slip.name,
    )
