"""`flask --app app serve`: the site as gunicorn's workers, which share what was loaded before they began.

The port is taken first, so that whoever asks early waits for the answer instead of being turned away.
"""

import contextvars
import errno
import gc
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from gunicorn import glogging
from gunicorn.app.base import Application
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


os.register_at_fork(after_in_parent=EndingWorker.hear)


def share(site: Any) -> None:
    """Before the workers begin: what each of them would load is loaded once, and what they must not share is closed."""
    if isinstance(site, Flask) and "registry" in site.extensions:
        from mapdata.claims.projection import PUBLIC
        from mapdata.errors import Unavailable
        from views.public import maps

        registry = site.extensions["registry"]
        with suppress(Unavailable):  # the workers wait for it
            registry.snapshots.current(PUBLIC)
        maps.draw(site.config["TILES"])
        registry.engine.dispose()
    gc.collect()
    gc.freeze()
