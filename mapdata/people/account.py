"""An account, and who acts."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime

from geocode import ward
from mapdata.claims.projection import Audience
from mapdata.fields.folding import one_width
from mapdata.people import roles
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import Permission, Role

_SHORTEST, _LONGEST = 2, 40

#: Who imports the sample lists: as long as a claim of this actor's is current, pages say so.
SAMPLE_ACTOR = "sample"
#: Begins the actor of whoever tries the site out with the sample lists.
DEMO_ACTORS = "demo:"
#: Begins the actor of a command.
_COMMANDS = "cli:"


@dataclass(frozen=True)
class Actor:
    """Who does something. `name` is what claims and operations keep as their author (≤ 128 letters).

    It begins with where the person came from (`user:花子`, `demo:…`, `cli:root`), so that no account's name
    can be taken for another author. `address` is the client's, kept for a while in the record of what was done.
    """

    name: str
    office: str = ""
    address: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def by_command(self) -> bool:
        """Whether it is whoever keeps the machine, who answers for all offices."""
        return self.name.startswith(_COMMANDS)


#: Nobody who is known: whoever failed to sign in.
NOBODY = Actor("")


@dataclass(frozen=True)
class Account:
    """Who may sign in. `roles` stand in the order of `Role`; `expires_on` is the last day (in Japan) on which the
    account works. Of somebody who is signed in, `office` is the one that they act for, "" as long as they have not
    said for which; `more_offices` are those that they serve besides."""

    id: int
    name: str
    roles: tuple[Role, ...]
    office: str
    enabled: bool = True
    expires_on: date | None = None
    demo: bool = False
    has_password: bool = True
    made_at: datetime | None = None
    last_sign_in_at: datetime | None = None
    more_offices: tuple[str, ...] = ()

    @property
    def permissions(self) -> frozenset[Permission]:
        return roles.permissions_of(self.roles)

    def may(self, *permissions: Permission) -> bool:
        return self.permissions.issuperset(permissions)

    @property
    def manages(self) -> bool:
        """Whether there is anything for the account to keep in order, its own password apart."""
        return self.may(Permission.EDIT_REGISTRY) or self.may(Permission.MANAGE_USERS)

    @property
    def audience(self) -> Audience:
        return roles.audience_of(self.roles, self.office)

    @property
    def is_staff(self) -> bool:
        return roles.is_staff(self.roles)

    @property
    def offices(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.office, *self.more_offices)))

    @property
    def serves(self) -> tuple[str, ...]:
        """The offices that it may act for. Those that ward.toml no longer names are none; the organisation of a
        supporter may be any."""
        here = ward.load()
        return tuple(code for code in self.offices if here.office(code)) if self.is_staff else self.offices

    def seated(self, office: str) -> "Account | None":
        """The account as it acts for that office, or for its only one; None where it has yet to be said for which."""
        serves = self.serves
        chosen = office if office in serves else serves[0] if len(serves) == 1 else None
        if chosen is None:
            return None
        return replace(self, office=chosen, more_offices=tuple(code for code in self.offices if code != chosen))

    @property
    def unseated(self) -> "Account":
        """The account as long as it acts for none of its offices."""
        return replace(self, office="", more_offices=self.offices)

    @property
    def roles_label(self) -> str:
        return roles.labels_of(self.roles)

    @property
    def office_label(self) -> str:
        return roles.office_label(self.office)

    @property
    def offices_label(self) -> str:
        return "・".join(map(roles.office_label, self.offices))

    @property
    def office_short(self) -> str:
        return roles.office_label(self.office, short=True)

    @property
    def actor_name(self) -> str:
        return f"{DEMO_ACTORS if self.demo else 'user:'}{self.name}"

    def acting(self, address: str = "") -> Actor:
        return Actor(self.actor_name, self.office, address)

    def expired(self, on: date) -> bool:
        return self.expires_on is not None and self.expires_on < on

    def works(self, on: date) -> bool:
        return self.enabled and not self.expired(on)


def actor_label(actor: str) -> str:
    """How an author is called on the screen: `user:花子` → 花子, `cli:root` → root（コマンド）."""
    origin, colon, name = actor.partition(":")
    if not colon:
        return {SAMPLE_ACTOR: "サンプルデータ"}.get(actor, actor)
    return {"cli": f"{name}（コマンド）", "demo": f"{name}（お試し）"}.get(origin, name)


def clean_name(text: str) -> str:
    """A name as it is kept and shown. Raises AccountRefused."""
    name = " ".join(one_width(text).split())
    if not _SHORTEST <= len(name) <= _LONGEST:
        raise AccountRefused("name", f"名前は{_SHORTEST}文字から{_LONGEST}文字で書いてください")
    if any(unicodedata.category(letter)[0] == "C" or letter in ":/\\\"'<>" for letter in name):
        raise AccountRefused("name", "名前には、文字と数字、空白、「-」「_」「.」「@」などを使ってください")
    return name


def name_key(name: str) -> str:
    """Names that differ only in width, case and blanks are one: 田中　花子 signs in as 田中花子.

    Signs that no name has go too: a database may refuse to be asked for them.
    """
    plain = one_width(name).casefold()
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c)[0] != "C")
