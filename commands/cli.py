"""What all commands share: one way to be told what went wrong, one way to ask for a file, and Japanese throughout.

JSON goes to stdout, words for people to stderr. Exit 0: done. 1: refused, with the reason. 2: wrong usage, among it a
file that is not there and a setting that is wrong.
"""

import errno
import getpass
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import current_app, has_app_context
from flask.cli import AppGroup, NoAppException, ScriptInfo

import settings
from commands import words

#: An error that is an answer and no fault of ours → the sentence for it.
Sentences = Mapping[type[Exception], Callable[[Any], str]]

NAME = "つながりマップ"
#: Where an app keeps why it cannot be used, for the first command that wants to.
REFUSAL = "refusal"
#: Whether an app waits for a database that does not answer: a server does; a command, and whoever gives settings by
#: hand, want to be told.
WAITS = "waits for the database"
#: Where an app keeps its settings as they were written, right or wrong.
WRITTEN = "settings as written"

words.speak()


class CannotStart(NoAppException, ValueError):
    """Why the site cannot start, in one sentence; exit 2."""

    def __init__(self, message: object):
        super().__init__(str(message))

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)

    def told(self) -> int:
        """For whoever is no command: the sentence is said; the code to exit with."""
        self.show()
        return self.exit_code


class _AtHome(click.Command):
    """Runs for the app of `flask --app app`, and tells what goes wrong in a sentence."""

    sentences: Sentences = {}
    #: It runs with settings that are wrong, too.
    whatever_is_set = False

    def invoke(self, ctx: click.Context) -> Any:
        site = ctx.find_object(ScriptInfo)
        if site and not has_app_context():
            ctx.with_resource(site.load_app().app_context())
        refusal = current_app.extensions.get(REFUSAL) if has_app_context() and not self.whatever_is_set else None
        if refusal:
            raise refusal
        try:
            return super().invoke(ctx)
        except tuple(self.sentences) as error:
            said = next(say(error) for kind, say in self.sentences.items() if isinstance(error, kind))
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read our output has seen enough
                raise
            said = f"ファイルを読み書きできません：{error.filename or ''} {error.strerror or error}"
        click.echo(said, err=True)
        raise click.exceptions.Exit(1)


class Command(_AtHome):
    """A command that stands by itself."""

    def __init__(
        self, *args: Any, sentences: Sentences | None = None, whatever_is_set: bool = False, **kwargs: Any
    ):
        super().__init__(*args, **{"params": [], "epilog": _epilog(), **kwargs})
        self.sentences, self.whatever_is_set = sentences or {}, whatever_is_set
        self.params.append(_version())


class Group(_AtHome, click.Group):
    """Commands that belong together."""

    def __init__(self, name: str | None = None, sentences: Sentences | None = None, **kwargs: Any):
        super().__init__(name, epilog=_epilog(), **kwargs)
        self.sentences = sentences or {}
        self.params.append(_version())


class LazyChoice(click.ParamType):
    """One of several words that are looked up when they are asked for, not when the commands are named."""

    name = "choice"

    def __init__(self, words: Callable[[], Iterable[str]]):
        self._words = words

    def _choice(self) -> click.Choice[str]:
        return click.Choice(tuple(self._words()))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return self._choice().convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return self._choice().get_metavar(param, ctx)

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str | None:
        return self._choice().get_missing_message(param, ctx)


class LazyGroup(AppGroup):
    """Commands by name → where each is ("module:name"): it is imported when it is asked for."""

    def __init__(self, places: Mapping[str, str]):
        super().__init__()
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self._places, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in self._places and name not in self.commands:
            module, _, variable = self._places[name].partition(":")
            self.add_command(getattr(import_module(module), variable), name)
        return super().get_command(ctx, name)


def _epilog() -> str:
    return f"設定（環境変数）： {' '.join(settings.SETTINGS)}\n\nくわしくは flask --app app --help"


def _version() -> click.Option:
    def tell(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
        if asked and not ctx.resilient_parsing:
            click.echo(f"{NAME} {settings.VERSION}")
            ctx.exit()

    return click.Option(
        ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=tell, help="版を表示します。"
    )


def existing(_context: Any, _parameter: Any, value: Any) -> Any:
    """The path, or the paths, of files that must be there; "-" is stdin (a callback of a parameter)."""
    if isinstance(value, tuple):
        return tuple(existing(_context, _parameter, one) for one in value)
    if value is None or value == "-":
        return value
    if "\0" in value or not Path(value).exists():
        raise click.BadParameter(f"ファイルが見つかりません：{value}")
    return Path(value)


def actor_id() -> str:
    """Who runs this command, as the registry and the accounts record it."""
    return f"cli:{getpass.getuser()}"
