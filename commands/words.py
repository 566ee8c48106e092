"""What the library of the commands (click) says by itself, in Japanese: whatever the terminal's language is.

It asks gettext for each of its messages; here stands what it is given instead.
"""

import gettext
import sys
from collections.abc import Mapping
from types import MappingProxyType

#: Its messages as a user may meet them → ours, with the same names in braces.
WORDS: Mapping[str, str] = MappingProxyType({
    # help
    "Usage:": "使いかた：",
    "Options": "オプション",
    "Commands": "コマンド",
    "Positional arguments": "引数",
    "Show this message and exit.": "この説明を表示します。",
    "Show the version and exit.": "版を表示します。",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "default: {default}": "既定：{default}",
    "env var: {var}": "環境変数：{var}",
    "required": "必須",
    "(dynamic)": "（その時による）",
    "deprecated": "使わないでください",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}":
        "コマンド {name!r} は、なくなる予定です。{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}":
        "{param_type} {name!r} は、なくなる予定です。{extra_message}",
    # wrong usage
    "Error: {message}": "{message}",
    "Aborted!": "中断しました。",
    "Try '{command} {option}' for help.": "使いかたは '{command} {option}' で表示します。",
    "Did you mean {possibility}?": "{possibility} のことですか。",
    "(Did you mean one of: {possibilities}?)": "（このどれかのことですか：{possibilities}）",
    "Missing command.": "コマンドを書いてください。",
    "Missing argument": "書かれていない引数があります：",
    "Missing option": "書かれていないオプションがあります：",
    "Missing parameter": "書かれていないものがあります：",
    "Missing parameter: {param_name}": "書かれていないものがあります：{param_name}",
    "Missing {param_type}": "書かれていないものがあります（{param_type}）：",
    "Invalid value: {message}": "値が正しくありません：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} の値が正しくありません：{message}",
    "No such option {name!r}.": "{name!r} というオプションはありません。",
    "No such command {name!r}.": "{name!r} というコマンドはありません。",
    "Got unexpected extra argument ({args})": "余分な引数があります（{args}）。",
    "Got unexpected extra arguments ({args})": "余分な引数があります（{args}）。",
    "Option {name!r} does not take a value.": "オプション {name!r} に値は付けられません。",
    "Option {name!r} requires an argument.": "オプション {name!r} に値を付けてください。",
    "Option {name!r} requires {nargs} arguments.": "オプション {name!r} には値を{nargs}つ付けてください。",
    "Argument {name!r} takes {nargs} values.": "引数 {name!r} には値を{nargs}つ付けてください。",
    "Takes {nargs} values but 1 was given.": "値は{nargs}つですが、1つしかありません。",
    "Takes {nargs} values but {len} were given.": "値は{nargs}つですが、{len}あります。",
    "Value must be an iterable.": "値を並べて書いてください。",
    "Invalid start character for option ({option})": "オプションのはじめの文字が正しくありません（{option}）",
    # values
    "Choose from:\n\t{choices}": "次から選んでください：\n\t{choices}",
    "{value!r} is not {choice}.": "{value!r} ではなく {choice} と書いてください。",
    "{value!r} is not one of {choices}.": "{value!r} は、選べるもの（{choices}）にありません。",
    "{value!r} does not match the format {format}.": "{value!r} は、{format} の形になっていません。",
    "{value!r} does not match the formats {formats}.": "{value!r} は、{formats} のどの形にもなっていません。",
    "{value} is not in the range {range}.": "{value} は {range} の範囲にありません。",
    "{value!r} is not a valid {number_type}.": "{value!r} は数ではありません（{number_type}）。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} は {states} のどれでもありません。",
    "{value!r} is not a valid UUID.": "{value!r} は UUID ではありません。",
    "{len_type} values are required, but {len_value} was given.": "値は{len_type}つですが、{len_value}あります。",
    "{len_type} values are required, but {len_value} were given.": "値は{len_type}つですが、{len_value}あります。",
    "file": "ファイル",
    "directory": "フォルダー",
    "path": "ファイルかフォルダー",
    "{name} {filename!r} is a file.": "{filename!r} はファイルです。",
    "{name} {filename!r} is a directory.": "{filename!r} はフォルダーです。",
    "{name} {filename!r} is not readable.": "{name} {filename!r} を読めません。",
    "{name} {filename!r} is not writable.": "{name} {filename!r} に書けません。",
    "{name} {filename!r} is not executable.": "{name} {filename!r} は実行できません。",
    "{name} {filename!r} does not exist.": "{name}が見つかりません：{filename}",
    "Could not open file {filename!r}: {message}": "ファイルを開けません：{filename}（{message}）",
    "unknown error": "わけは分かりません",
})


def say(message: str) -> str:
    """What stands in the table; what is not in it as it is."""
    return WORDS.get(message, message)


def _count(one: str, many: str, number: int) -> str:
    return say(one if number == 1 else many)


def speak() -> None:
    """From now on the commands of this process speak so."""
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for word, asked, ours in (("_", gettext.gettext, say), ("ngettext", gettext.ngettext, _count)):
                if getattr(module, word, None) is asked:
                    setattr(module, word, ours)
