"""Guessing is made slow: growing waits after failed sign-ins, and no locks (docs/decisions/signing-in.md).

Failures are counted for a name from a network, so that a stranger's attempts keep nobody else waiting; on a device
where the account signed in before, for that device alone. Names that never signed in from a network are besides
counted together: for the name, from wherever, and for the network, whatever the name. So a person at their own desk
waits for nobody's guesses but those at their own name, from that network. What stands in the database is a digest of
the name and network, gone within a day; of where a name signed in, as long as addresses are kept.
"""

import hashlib
import ipaddress
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mapdata.people.refusals import Throttled
from mapdata.sentences import say
from mapdata.storage.people import throttle_rows as store


@dataclass(frozen=True)
class Schedule:
    """`free` failures cost nothing; then each doubles the wait, up to `longest`. Quiet for `forget`: all anew."""

    free: int
    first: timedelta
    longest: timedelta
    forget: timedelta

    def wait(self, failures: int) -> timedelta:
        """From the last failure on."""
        if failures < self.free:
            return timedelta()
        return min(self.longest, self.first * 2 ** min(failures - self.free, 20))


#: At most some hundred guesses a day.
PERSON = Schedule(5, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))
#: An account, from all networks together where it never signed in.
ACCOUNT = Schedule(20, timedelta(seconds=30), timedelta(minutes=15), timedelta(hours=12))
#: A whole office may sit behind one address.
ADDRESS = Schedule(60, timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
#: What anybody may send without signing in: so many from one place, and so many in all, before it waits.
SENDER = Schedule(10, timedelta(seconds=30), timedelta(minutes=30), timedelta(hours=2))
EVERYBODY = Schedule(100, timedelta(seconds=15), timedelta(minutes=2), timedelta(hours=1))
#: After this, a bucket is of no use under any schedule.
KEPT = timedelta(days=1)
#: A network where a name has not signed in for so long is strange to it again.
KNOWN_FOR = timedelta(days=90)

Buckets = Mapping[str, Schedule]


def buckets(connection: Connection, key: str, address: str, at: datetime, device: str = "") -> Buckets:
    """Where an attempt counts. `key`: of the name; `device`: what a known device calls itself for this account."""
    if device:
        return {bucket("device", device): PERSON}
    near = _network(address)
    own = bucket("name", key, near)
    where = {own: PERSON}
    known = store.signed_in_since(connection, _place(key, near), at - KNOWN_FOR)
    if not known:
        where[bucket("account", key)] = ACCOUNT
    if not known or store.failed_since(connection, own, at - PERSON.forget):
        where[bucket("address", near)] = ADDRESS
    return where


def _place(key: str, near: str) -> str:
    return bucket("signed in", key, near)


def sendings(what: str, address: str) -> Buckets:
    """Where something counts that anybody may send, good or not; of kinds of it, each by itself."""
    return {bucket("sender", what, _network(address)): SENDER, bucket("everybody", what): EVERYBODY}


def reserve(connection: Connection, where: Buckets, at: datetime) -> None:
    """Count a failure before it is known to be one: of many attempts at once, no more pass than one by one.

    Raises Throttled, counting nothing, while one of the buckets makes wait.
    """
    counted = store.lock(connection, where, at)
    counts = {}
    for one, schedule in where.items():
        failures = counted[one]
        counts[one] = failures.count if at - failures.last_at < schedule.forget else 0
        left = failures.last_at + schedule.wait(counts[one]) - at
        if left > timedelta():
            raise Throttled(math.ceil(left.total_seconds()))
    for one, count in counts.items():
        store.put(connection, one, count + 1, at)


def succeeded(connection: Connection, where: Buckets) -> None:
    """The person's bucket is cleared; one that others count in too forgets this attempt only, or one success would
    free them all. In the order in which they are locked, or two who sign in at once would wait for each other."""
    for one in sorted(where):
        if where[one] in (ACCOUNT, ADDRESS):
            store.take_back(connection, one)
        else:
            store.clear(connection, one)


def remember(connection: Connection, key: str, address: str, at: datetime) -> None:
    """That this name signed in from there."""
    store.see(connection, _place(key, _network(address)), at)


def wait_text(seconds: int) -> str:
    """「あと30秒」, 「あと2分」: minutes rounded up."""
    return say("あと%(n)s秒", n=seconds) if seconds < 60 else say("あと%(n)s分", n=math.ceil(seconds / 60))


def _network(address: str) -> str:
    """An IPv6 client has a whole /64 of addresses to itself; an IPv4 one may come written as IPv6, or with a port."""
    try:
        found = ipaddress.ip_address(_WITH_PORT.sub(r"\1\2", address))
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), 64), strict=False))


_WITH_PORT = re.compile(r"^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$")


def bucket(*parts: str) -> str:
    """The name of a bucket: a digest of what is counted in it."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
