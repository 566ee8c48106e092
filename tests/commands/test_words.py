"""The library's own messages are ours, whatever it says."""

import ast
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from commands import Group, existing
from commands.words import WORDS

FOLDER = Path(click.__file__).parent
#: What only whoever writes a command can meet, or what asks for input that no command of ours asks for.
NOT_MET = {
    "Aborted!", "Arguments take exactly one parameter declaration, got {length}: {decls}.", "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Could not determine name for option with declarations {decls!r}", "Name '{name}' defined twice",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean to pass '--{name}'?",
    "Choice({choices})", "Do you want to continue?", "Confirm the action without prompting.", "Press any key to continue...",
    "Repeat for confirmation", "Error: The two entered values do not match.", "Unknown color {colour!r}", "Error: invalid input",
    "Unknown standard stream '{name}'", "d", "{editor}: Editing failed", "{editor}: Editing failed: {e}",
}


def messages() -> Iterator[str]:
    for name in ("core", "exceptions", "types", "parser", "decorators", "formatting", "termui", "utils", "_termui_impl"):
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                yield from (a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str))


def test_every_message_of_the_library_is_in_the_table() -> None:
    found = set(messages())
    assert len(found) > 50 and found - WORDS.keys() - NOT_MET == set()


def test_ours_have_the_same_names_in_braces() -> None:
    for theirs, ours in WORDS.items():
        names = {part.split("!")[0].split("}")[0] for part in theirs.split("{")[1:]}
        assert {part.split("!")[0].split("}")[0] for part in ours.split("{")[1:]} <= names, theirs


group = Group("probe", help="ためし。", sentences={KeyError: lambda error: f"「{error.args[0]}」はありません。"})


@group.command()
@click.argument("file", callback=existing)
@click.option("--kind", type=click.Choice(["a", "b"]))
@click.option("--count", type=int)
def take(file: Path, kind: str | None, count: int | None) -> None:
    """ファイルを取ります。"""
    if kind == "b":
        raise KeyError("乙")
    file.read_text("utf-8")


@pytest.mark.parametrize(("args", "code", "said"), [
    (["take"], 2, "書かれていない引数があります"), (["take", "x"], 2, "ファイルが見つかりません：x"), (["take", "\0"], 2, "ファイルが見つかりません"),
    (["take", __file__, "--kind", "c"], 2, "選べるもの（'a', 'b'）にありません"), (["take", __file__, "--count", "x"], 2, "数ではありません"),
    (["take", __file__, "--kind"], 2, "値を付けてください"), (["take", __file__, "--kin", "a"], 2, "というオプションはありません"),
    (["take", __file__, "more"], 2, "余分な引数"), (["tak"], 2, "'tak' というコマンドはありません"),
    (["take", __file__, "--kind", "b"], 1, "「乙」はありません。"), (["take", str(FOLDER)], 1, "ファイルを読み書きできません"), (["take", __file__], 0, ""),
])
def test_wrong_usage_is_2_and_what_is_refused_1_in_japanese(args: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(group, args)
    assert (done.exit_code, done.stdout) == (code, "") and said in done.stderr
    assert not any(word in done.stderr for word in ("Usage", "Error", "Try", "Traceback", "Missing", "Invalid"))


def test_help_is_japanese() -> None:
    said = CliRunner().invoke(group, ["take", "--help"]).stdout
    assert "使いかた：" in said and "オプション" in said and "この説明を表示します。" in said and "Show" not in said


def test_whoever_reads_our_output_may_have_seen_enough() -> None:
    @group.command("pipe")
    def pipe() -> None:
        raise BrokenPipeError(32, "Broken pipe")

    assert "読み書き" not in CliRunner().invoke(group, ["pipe"]).stderr
