"""`flask --app app serve`: the site as gunicorn's workers, which share what was loaded before they began.

The port is taken first, so that whoever asks early waits for the answer instead of being turned away.
"""

import contextvars
import errno
import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from gunicorn import glogging
from gunicorn.app.base import Application
from gunicorn.util import close_graceful
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import ThreadWorker

from commands import CannotStart, Command, logs
from commands.cli import WAITS
from settings import SETTINGS, WrongSetting

_CONFIGURATION = Path(__file__).with_name("gunicorn.conf.py")


class PortTaken(Exception):
    """Another program is there; the message says what to do."""


@click.command("serve", cls=Command, sentences={PortTaken: str})
@click.option("--samples", is_flag=True, help="空の登録簿にサンプルの一覧とお試し用のアカウントを入れます。")
def command(samples: bool) -> None:
    """サイトを開けるようにします（Ctrl-C で終わります）。"""
    site = current_app._get_current_object()  # type: ignore[attr-defined]
    listener = _listening(site.config["HOST"], site.config["PORT"])
    site.extensions[WAITS] = True
    site.extensions["site"]  # makes INSTANCE_DIR too, in which the passwords of the samples' accounts are kept
    if samples:
        _fill(site)
    click.echo(f"地図は {_address(listener)} で開けます（Ctrl-C で終わります）", err=True)
    # Each request has a context of its own; in that of this command they would share what they keep for themselves.
    contextvars.Context().run(_Served(site, listener).run)


def _listening(host: str, port: int) -> socket.socket:
    """Raises PortTaken, and CannotStart for an address that is not this machine's."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = f"別のポートで始めてください（例：make run PORT={SETTINGS['PORT'].example}）"
            raise PortTaken(f"ポート {port} は、ほかで使われています。{hint}") from None
        raise CannotStart(WrongSetting(*(("PORT", port) if error.errno == errno.EACCES else ("HOST", host)))) from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _fill(site: Flask) -> None:
    """Something to look at for whoever has nothing of their own yet."""
    from mapdata.accounts.cli import show_demo_accounts
    from mapdata.errors import Unavailable
    from mapdata.samples import loading

    registry = site.extensions["registry"]
    try:
        if registry.is_empty():
            loading.load(registry.engine)
        show_demo_accounts()
    except Unavailable as away:
        click.echo(f"{away.sentence}。サンプルは入れずに、データベースを待ちます。", err=True)


#: What only reads.
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
#: Seconds for whoever finds no place to take the answer, and for what nobody reads to be passed over.
_LINGERS, _PASSED_OVER = 0.5, 5.0


def _come_again(site: Any) -> bytes:
    """A whole answer in words, for which nothing is asked."""
    from views import error_pages

    page = error_pages.busy(site).encode() if isinstance(site, Flask) else b""
    lines = (
        "HTTP/1.1 503 Service Unavailable", "Connection: close", f"Retry-After: {error_pages.RETRY_AFTER}",
        "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(page)}", "Cache-Control: no-store", "", "",
    )
    return "\r\n".join(lines).encode() + page


class _Served(Application):
    """gunicorn, told everything by its file and by us: the words of the command line are `flask`'s."""

    def __init__(self, site: Flask, listener: socket.socket):
        self._site, self._listener = site, listener.detach()
        super().__init__(prog="serve")

    def load_config(self) -> None:
        self.load_config_from_file(str(_CONFIGURATION))
        options = self.cfg.parser().parse_args(self.cfg.get_cmd_args_from_env())
        for name, value in vars(options).items():
            if value is not None and name != "args":
                self.cfg.set(name, value)
        self.cfg.set("bind", f"fd://{self._listener}")

    def load(self) -> Any:
        return self._site


class PlainLogger(glogging.Logger):
    """gunicorn's, whose lines say no more than all others do (`commands.logs`), and say who wrote them."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        logs.dress()


def _written_by_its_caller(name: str) -> Any:
    def tell(logger: PlainLogger, message: object, *args: Any, **more: Any) -> None:
        getattr(logger.error_log, name)(message, *args, stacklevel=2, **more)

    return tell


for _name in ("critical", "error", "warning", "info", "debug", "exception"):
    setattr(PlainLogger, _name, _written_by_its_caller(_name))


class Reserve:
    """Of a worker's threads, some for those who only read, whatever is sent.

    A thread takes in what is sent as slowly as it comes, and waits for whoever writes; all of them would keep
    everybody waiting. So all but two may be busy with it, one may wait for a moment, and whoever comes then is told to
    come again.
    """

    #: Seconds: to wait for a place; between two parts of what is sent; to send it, when others want the place.
    WAIT, PART, LONGEST = 2.0, 20.0, 120.0

    def __init__(self, threads: int):
        self._places = threading.BoundedSemaphore(max(1, threads - 2))
        self._waiting = threading.Lock()
        self._since: dict[socket.socket, float] = {}

    @contextmanager
    def place(self, sock: socket.socket) -> Iterator[bool]:
        """Whether there is one for what comes from there."""
        if not self._found():
            yield False
            return
        self._since[sock] = time.monotonic()
        sock.settimeout(self.PART)
        try:
            yield True
        finally:
            del self._since[sock]
            self._places.release()
            with suppress(OSError):
                sock.settimeout(None)

    def _found(self) -> bool:
        if self._places.acquire(blocking=False):
            return True
        self._hurry()
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._places.acquire(timeout=self.WAIT)
        finally:
            self._waiting.release()

    def _hurry(self) -> None:
        """Nothing more is taken from whoever has been sending for too long; an answer still goes there."""
        for sock, since in list(self._since.items()):
            if time.monotonic() - since > self.LONGEST:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RD)


class EndingWorker(ThreadWorker):
    """A worker with threads that ends whenever its master tells it to.

    gunicorn's own loses a word that comes before it listens (the handler that it has from its master takes it). It also
    waits for a lock that it holds itself when it is told while it hands a request on, or twice. Either way it is killed
    half a minute later. So the words wait until somebody listens, and an ending needs no lock: threads end with their
    process.
    """

    _ENDINGS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
    _holding = False

    @classmethod
    def hold(cls) -> None:
        """In the master, before it forks; it hears again as soon as it has forked."""
        signal.pthread_sigmask(signal.SIG_BLOCK, cls._ENDINGS)
        cls._holding = True

    @classmethod
    def hear(cls) -> None:
        """In the master after each fork of a worker, and in the worker once it listens."""
        if cls._holding:
            cls._holding = False
            signal.pthread_sigmask(signal.SIG_UNBLOCK, cls._ENDINGS)

    def init_signals(self) -> None:
        super().init_signals()
        # Ctrl-C reaches the workers twice, from the terminal and as QUIT from their master; one ending is enough.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.hear()

    def handle_quit(self, sig: int, frame: Any) -> None:
        Worker.handle_quit(self, sig, frame)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Requests that send something find a place first, and have it until all of it has come."""
        if req.method in _READING and getattr(req.body.reader, "length", None) == 0:
            return super().handle_request(req, conn)
        with self.reserve.place(conn.sock) as found:
            if found:
                goes_on = super().handle_request(req, conn)
                return goes_on and conn.parser.finish_body(deadline=time.monotonic() + _PASSED_OVER)
        conn.sock.sendall(_come_again(self.wsgi))
        close_graceful(conn.sock, timeout=_LINGERS)  # what was sent and not read would take the answer away
        return False

    @cached_property
    def reserve(self) -> Reserve:
        return Reserve(self.cfg.threads)


os.register_at_fork(after_in_parent=EndingWorker.hear)


def share(site: Any) -> None:
    """Before the workers begin: what each of them would load is loaded once, and what they must not share is closed."""
    if isinstance(site, Flask) and "registry" in site.extensions:
        from mapdata.claims.projection import PUBLIC
        from mapdata.errors import Unavailable
        from views.public import maps

        registry = site.extensions["registry"]
        with suppress(Unavailable):  # the workers wait for it
            _ = registry.snapshots.current(PUBLIC).version
        maps.draw(site.config["TILES"])
        registry.engine.dispose()
    gc.collect()
    gc.freeze()
