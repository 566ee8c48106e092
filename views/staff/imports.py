"""一覧の取り込み: a file is sent, looked through, corrected and taken in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from geocode import ward
from mapdata import words
from mapdata.accounts import offices
from mapdata.claims.entry import SELF
from mapdata.claims.projection import source_label
from mapdata.errors import EditRefused, ListRefused, NotFound, what_is_behind
from mapdata.fields import field_table
from mapdata.lists.sent import staging, told
from mapdata.lists.sent.import_job import KINDS
from mapdata.lists.sent.staging import Column, NotNow, Status
from mapdata.lists.sent.uploads import MAX_BYTES
from mapdata.people.roles import Permission
from mapdata.words import Vocabulary
from views import access, reader
from views.access import needs, shows_again
from views.asked import numbers
from views.asked.odd import takes_file
from views.forms import Form, choices, page
from views.staff import entry_list

blueprint = Blueprint("imports", __name__, url_prefix="/staff/import")

#: So much is received, so that a list that is too large is refused in words and not by a broken connection.
_MOST_RECEIVED = 4 * MAX_BYTES
_LARGEST = f"{MAX_BYTES // (1024 * 1024)}MB"
_TOO_LARGE = f"{_LARGEST}を超えるファイルです。必要な行だけを新しいファイルに貼りつけてください"
_NO_ROOM = (
    "サーバーの空きがないため、ファイルを受け取れませんでした。登録されている内容は、変わっていません。"
    "サーバーを管理している人に、空きを作ってもらってから、もう一度選んでください"
)
#: A list has fewer columns than this; of a file with more the first are shown to be corrected.
_COLUMNS_SHOWN = 120
#: So few changes say nothing of whose list it is.
_FOREIGN_FROM = 5
#: A column that is left as it was understood.
KEEP = "="
#: What a blank cell of a column may be told to mean.
FILLS: Mapping[str, Vocabulary] = {"公開範囲": words.AUDIENCE, "状態": words.STATUS, "掲載同意": words.CONSENT}


def _sources() -> list[tuple[str, str]]:
    """Whose lists this reader may send: those of one's own office; an admin those of organisations too, and of an
    office that has nobody here to send them."""
    own = access.reader().office
    codes = [own]
    if access.reader().may(Permission.MANAGE_USERS):
        others = (office.code for office in ward.load().offices if office.code != own)
        engine = reader.registry().engine
        codes += [*(code for code in others if not offices.can_be_asked(engine, code)), SELF]
    return [(code, source_label(code)) for code in codes]


class SendForm(Form):
    source = SelectField("どこの一覧ですか", choices=lambda: choices(_sources()))
    file = FileField("一覧のファイル", [FileRequired("ファイルを選んでください")])


class LookForm(Form):
    """How the file is to be read. What stands in its columns comes as `column-0` …"""

    sheet = SelectField("シート", [Optional()], validate_choice=False)
    row = IntegerField("見出しの行", [Optional(), NumberRange(1, 1_000_000, "1以上の数字を書いてください")])
    blank_audience = SelectField("公開範囲が空欄のとき", choices=lambda: _fill_choices("公開範囲"))
    blank_status = SelectField("状態が空欄のとき", choices=lambda: _fill_choices("状態"))
    blank_consent = SelectField("掲載同意が空欄のとき", choices=lambda: _fill_choices("掲載同意"))

    def fill(self) -> dict[str, str]:
        return {heading: self[f"blank_{vocabulary.name}"].data for heading, vocabulary in FILLS.items()}


def _fill_choices(heading: str) -> Any:
    """Blank is what a blank cell means anyway."""
    vocabulary = FILLS[heading]
    labels, usual = [term.label for term in vocabulary.terms], vocabulary.label_of(words.UNSAID[vocabulary.name])
    return choices([("", f"空欄のまま（{usual}として扱う）"), *zip(labels, labels, strict=True)])


def folder() -> Path:
    return Path(current_app.config["INSTANCE_DIR"])


def _find(sent: str) -> tuple[str, Status]:
    """Source and state of a sent list that this reader may work on. Raises NotFound."""
    for source, _ in _sources():
        try:
            return source, staging.status(reader.registry().engine, folder(), sent, source)
        except NotFound:
            continue
    raise NotFound(sent)


@blueprint.route("", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
@takes_file("file")
def index() -> Any:
    request.max_content_length = _MOST_RECEIVED
    status = None
    try:
        form = SendForm()
        if form.validate_on_submit():
            return redirect(url_for("imports.show", sent=_stage(form)))
    except ListRefused as refused:
        form.file.errors = [problem.message for problem in refused.problems]
    except RequestEntityTooLarge:
        form = SendForm(formdata=None)
        form.file.errors = [_TOO_LARGE]
    except OSError as error:  # what is received lies on the disk too, before it is kept
        if what_is_behind(error) != "full":
            raise
        form, status = SendForm(formdata=None), 503
        form.file.errors = [_NO_ROOM]
    found = staging.kept(reader.registry().engine, folder(), [code for code, _ in _sources()])
    return page("staff/import/index.html", form, status, sources=_sources(), kept=found, states=STATES,
                largest=_LARGEST, most=MAX_BYTES, too_large=_TOO_LARGE)


def _stage(form: SendForm) -> str:
    """Raises ListRefused."""
    sent = form.file.data
    return staging.stage(
        reader.registry().engine, folder(), sent.stream, sent.filename or "", form.source.data, access.actor().name,
    )


#: What a state is called, in the list of sent files.
STATES = {
    "previewing": "読んでいます", "ready": "確かめるのを待っています", "refused": "直すところがあります",
    "applying": "取り込んでいます", "done": "取り込みました", "failed": "うまくいきませんでした",
    "died": "途中で止まりました",
}
#: Why the work ended before it was done, and what to do: a cause, or else a state.
_WHY = {
    "full": (
        "サーバーの空きがなくなったため、途中で止まりました",
        "サーバーを管理している人に、空きを作ってもらってから、もう一度はじめてください。"
        "「このファイルをやめる」を押すと、このファイルの分の空きがもどります。",
    ),
    "away": (
        "データベースとのつながりが切れたため、途中で止まりました",
        "この画面が開けたので、いまはつながっています。もう一度はじめてください。",
    ),
    "locked": (
        "ほかの取り込みや保存が長く続いていたため、途中で止まりました",
        "ほかの人の作業が終わったころに、もう一度はじめてください。",
    ),
    "died": ("サーバーの停止などで途中で止まりました", "くり返すときは、管理者に知らせてください。"),
    "failed": (
        "こちらの不具合で終わりませんでした", "もう一度はじめても終わらないときは、管理者に知らせてください。",
    ),
}
_TEMPLATES = {"previewing": "working", "applying": "working", "done": "done", "failed": "stopped", "died": "stopped"}


@blueprint.get("/<sent>")
@needs(Permission.EDIT_REGISTRY)
def show(sent: str) -> Any:
    """Raises NotFound."""
    source, status = _find(sent)
    if template := _TEMPLATES.get(status.state):
        change = entry_list.find_change(status.operation or 0)
        return render_template(f"staff/import/{template}.html", it=status, source=source, change=change, why=_WHY)
    return _look_page(source, status, _form_of(status))


def _form_of(status: Status) -> LookForm:
    fill = {f"blank_{vocabulary.name}": status.fill.get(heading, "") for heading, vocabulary in FILLS.items()}
    return _with_sheets(LookForm(formdata=None, sheet=str(status.sheet), row=status.row + 1, **fill), status)


def _with_sheets(form: LookForm, status: Status) -> LookForm:
    form.sheet.choices = choices((str(number), name) for number, name in enumerate(status.sheets))
    return form


def _look_page(source: str, status: Status, form: LookForm) -> Any:
    """What was found in the file, a kind of it at a time, and how its columns were understood."""
    wanted = request.args.get("kind", "")
    kind = wanted if wanted in KINDS else next((k for k in _FIRST if status.counts.get(k)), "added")
    found = staging.preview(
        reader.registry().engine, folder(), status.token, source, kind, numbers.asked("page", 1),
    )
    found = told.as_seen(found, source, access.reader().audience, reader.snapshot().by_id)
    return page(
        "staff/import/look.html", form, it=status, source=source, kind=kind, found=found, kinds=_kinds(status),
        columns=status.columns[:_COLUMNS_SHOWN], more_columns=len(status.columns) - _COLUMNS_SHOWN,
        headings=field_table.HEADINGS, keep=KEEP, chosen={c.index: _chosen(status, c) for c in status.columns},
        standards=staging.STANDARDS, seen_ids=reader.snapshot().by_id,
        columns_told=_columns_told(status), foreign=_looks_foreign(source, status),
    )


def _columns_told(status: Status) -> str:
    left = sum(not column.feeds for column in status.columns)
    read = sum(bool(c.feeds) and c.heading not in c.feeds for c in status.columns)
    told = f"{len(status.columns)}列のうち、別の項目として読んだ列が{read}、使わない列が{left}あります。"
    return told if read or left else ""


def _looks_foreign(source: str, status: Status) -> bool:
    """Whether most of what would change has another name under its number: the list may be another office's."""
    if status.state != "ready" or status.counts.get("changed", 0) < _FOREIGN_FROM:
        return False
    found = staging.preview(reader.registry().engine, folder(), status.token, source, "changed")
    name = field_table.heading_of("name")
    return 2 * sum(any(line["heading"] == name for line in it["fields"]) for it in found.items) > len(found.items)


#: Of these kinds, the first that there is any of is shown first.
_FIRST = ("problems", "changed", "added", "missing", "warnings")
_KIND_LABELS = {
    "problems": "直すところ", "added": "新しく加わる", "changed": "変わる", "missing": "この一覧にない",
    "warnings": "気をつけるところ", "widens": "見られる人が増える",
}


def _kinds(status: Status) -> list[tuple[str, str, int]]:
    """(code, label, how many). A list that is refused would add and change nothing."""
    shown = _KIND_LABELS if status.state == "ready" else ("problems", "warnings")
    return [(k, _KIND_LABELS[k], status.counts.get(k, 0)) for k in shown if k != "problems" or status.state != "ready"]


def _chosen(status: Status, column: Column) -> str:
    """What stands in the column's select: what was sent, else what was said before, else how it was understood."""
    return request.form.get(f"column-{column.index}", status.corrected.get(column.index, KEEP))


@blueprint.get("/<sent>/progress")
@needs(Permission.EDIT_REGISTRY)
def progress(sent: str) -> str:
    """How far the work is: a fragment. Raises NotFound."""
    _, status = _find(sent)
    return render_template("staff/import/_progress.html", it=status)


@blueprint.post("/<sent>/look")
@needs(Permission.EDIT_REGISTRY)
@shows_again
def look(sent: str) -> Any:
    """Read the file once more, as its columns were corrected. Raises NotFound, NotNow."""
    source, status = _find(sent)
    form = _with_sheets(LookForm(), status)
    if form.validate_on_submit():
        try:
            _look_again(source, status, form)
            return redirect(url_for("imports.show", sent=sent))
        except EditRefused as refused:
            form.whole += [text for said in refused.errors.values() for text in said]
    if status.state not in ("ready", "refused"):
        return redirect(url_for("imports.show", sent=sent))
    return _look_page(source, status, form)


def _look_again(source: str, status: Status, form: LookForm) -> None:
    """Another sheet or another row of headings has other columns: what was said of these goes."""
    sheet = numbers.whole(form.sheet.data, status.sheet)
    row = (form.row.data or status.row + 1) - 1
    same = (sheet, row) == (status.sheet, status.row)
    columns = _corrections(status) if same else {}
    staging.look_again(
        reader.registry().engine, folder(), status.token, source, columns=columns, fill=form.fill(), sheet=sheet,
        row=row,
    )


def _corrections(status: Status) -> dict[int, str]:
    sent = {column.index: request.form.get(f"column-{column.index}", KEEP) for column in status.columns}
    return {index: heading for index, heading in sent.items() if heading != KEEP}


@blueprint.post("/<sent>/again")
@needs(Permission.EDIT_REGISTRY)
def again(sent: str) -> Response:
    """Start once more what died. Raises NotFound, NotNow."""
    source, _ = _find(sent)
    staging.look_again(reader.registry().engine, folder(), sent, source)
    return redirect(url_for("imports.show", sent=sent))


@blueprint.post("/<sent>/apply")
@needs(Permission.EDIT_REGISTRY)
def apply(sent: str) -> Response:
    """Raises NotFound, NotNow."""
    source, _ = _find(sent)
    staging.apply(reader.registry().engine, folder(), sent, source)
    return redirect(url_for("imports.show", sent=sent))


@blueprint.post("/<sent>/discard")
@needs(Permission.EDIT_REGISTRY)
def discard(sent: str) -> Response:
    """Raises NotFound, NotNow."""
    source, status = _find(sent)
    staging.discard(reader.registry().engine, folder(), sent, source)
    stays = "取り込んだ内容は、そのまま残っています。"
    told = stays if status.state == "done" else "登録されている内容は、変わっていません。"
    flash(f"「{status.filename}」を消しました。{told}")
    return redirect(url_for("imports.index"))


def not_now(error: NotNow) -> tuple[str, int]:
    """What came too early or too late, said with the way back."""
    return render_template("staff/refused.html", message=f"{error}。", back=access.page_above()), 409
