"""変更の知らせ: what organisations and readers told, one inbox; taken field by field, or declined with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput

from mapdata import clock
from mapdata.errors import EditRefused
from mapdata.fields import field_table
from mapdata.fields.field_table import label_of
from mapdata.people.account import actor_label
from mapdata.people.roles import Permission
from mapdata.storage import proposal_rows as store
from mapdata.storage.proposal_rows import Link, Proposal
from mapdata.upkeep import deciding, org_links, proposals
from mapdata.upkeep.deciding import AlreadyDecided, Decided, MovedOn, NotYours
from mapdata.upkeep.org_links import NotGiven
from mapdata.upkeep.proposals import Case, Difference, Item
from settings import SETTINGS
from views import access, reader, wording
from views.access import needs, shows_again
from views.answers import widening
from views.asked import numbers
from views.forms import Form, choices, clean, page
from views.layout import moment
from views.public import org_link
from views.staff.conflicts import Pieces, marked
from views.staff.entry_list import find_change

blueprint = Blueprint("proposals", __name__, url_prefix="/staff/proposals")

_PER_PAGE = 50
_TOO_LATE = "ほかの人が、先に決めていました。あなたの押したボタンでは、何も変わっていません。"
_MOVED_ON = (
    "あなたが開いてから押すまでのあいだに、ほかの人がこの項目を変えました。まだ何も変えていません。"
    "下の新しい内容を見て、もう一度決めてください。"
)


def waiting() -> list[Item]:
    """What this reader's office can decide."""
    return proposals.waiting(reader.registry().engine, reader.snapshot().by_id, access.reader().office)


def count() -> str:
    """For the page of all tasks."""
    return f"{len(waiting())}件"


@dataclass(frozen=True)
class Line:
    """One field that would change, as the page shows it."""

    found: Difference

    @property
    def heading(self) -> str:
        return label_of(self.found.field)

    @property
    def before(self) -> str:
        return wording.value(self.found.field, self.found.now)

    @property
    def pieces(self) -> Pieces:
        """The wanted text, with what differs marked."""
        return marked(self.before, wording.value(self.found.field, self.found.wanted))

    @property
    def seen(self) -> str:
        """What stood there when it was told."""
        return wording.value(self.found.field, self.found.seen)

    @property
    def pieces_told(self) -> Pieces:
        """The wanted text, with what differed from what stood there then."""
        return marked(self.seen, wording.value(self.found.field, self.found.wanted))


class DecisionForm(Form):
    """`mark`: of what was looked at; `taken`: the fields to take."""

    mark = HiddenField()
    taken = SelectMultipleField("取り入れるところ", option_widget=CheckboxInput(), validate_choice=False)
    reason = TextAreaField("取り入れない理由", filters=[clean])

    def blame(self, refused: EditRefused) -> None:
        """Put what was refused at its field; of the entry's own rules, above all."""
        for name, messages in refused.errors.items():
            if name in ("taken", "reason"):
                self[name].errors = [*self[name].errors, *messages]
            else:
                self.whole += [f"{label_of(name)}：{message}" for message in messages]


# --- lists


@blueprint.get("")
@needs(Permission.EDIT_REGISTRY)
def index() -> str:
    engine, entries = reader.registry().engine, reader.snapshot().by_id
    is_done = request.args.get("state") == "done"
    before = numbers.asked_or_none("before")
    over = proposals.done(engine, entries, _PER_PAGE, before) if is_done else []
    return render_template(
        "staff/proposals/index.html", items=over if is_done else waiting(), is_done=is_done, records=entries,
        number=len(waiting()), kinds=proposals.KINDS, from_whom=from_whom, gist=_gist, ended=proposals.state_words,
        older=over[-1].proposal.id if len(over) == _PER_PAGE else None,
    )


def from_whom(proposal: Proposal) -> str:
    return "団体（リンク）" if proposal.origin == proposals.LINK else "サイトを見た人"


def _gist(proposal: Proposal) -> str:
    """In a line, what it is about."""
    if proposal.kind == "changed":
        changed = [label_of(name) for name in field_table.NAMES if name in proposal.says]
        return "、".join([*changed, *(["ことば"] if proposal.text else [])])
    return proposals.ABOUT.get(proposal.about, "") if proposal.kind == "report" else ""


# --- one


@blueprint.route("/<int:proposal_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def show(proposal_id: int) -> Any:
    """Raises NotFound."""
    form = DecisionForm()
    case = proposals.open_case(reader.registry().engine, proposal_id, access.reader().office)
    if form.validate_on_submit():
        try:
            done = _decide(proposal_id, form)
            plain = done.state == "accepted" and not case.proposal.says
            flash(f"{proposals.SEEN_TO if plain else proposals.STATES[done.state]}。")
            return redirect(url_for("proposals.show", proposal_id=proposal_id, done=done.operation))
        except EditRefused as refused:
            form.blame(refused)
        except AlreadyDecided:
            return _page(case, form, 409, _TOO_LATE)
        except MovedOn:
            return _page(case, form, 409, _MOVED_ON)
        except NotYours as office:
            form.whole.append(f"{office}の書いた内容なので、{office}の人が確認日を付けます。")
    return _page(case, form)


def _decide(proposal_id: int, form: DecisionForm) -> Decided:
    """Raises AlreadyDecided, EditRefused, MovedOn, NotYours."""
    engine, who = reader.registry().engine, (access.reader().office, access.actor().name)
    reason = form.reason.data or ""
    if request.form.get("do") == "decline":
        return deciding.decline(engine, proposal_id, reason, *who)
    taken, mark = form.taken.data or [], form.mark.data or ""
    return deciding.accept(engine, proposal_id, taken, mark, reason, *who, widening.agreed())


def _page(case: Case, form: DecisionForm, status: int | None = None, told: str = "") -> Any:
    """As things stand now: whoever was too late sees what it came to."""
    if status == 409:
        case = proposals.open_case(reader.registry().engine, case.proposal.id, access.reader().office)
    form.mark.data = case.mark
    form.reason.label.text = "取り入れない理由" if case.differences else "見送る理由"
    lines = [Line(difference) for difference in case.differences]
    form.taken.choices = choices((line.found.field, line.heading) for line in lines)
    taken = form.taken.data if form.is_submitted() else [line.found.field for line in lines]
    return page(
        "staff/proposals/show.html", form, status, case=case, lines=lines, taken=taken or [], told=told,
        kinds=proposals.KINDS, about=proposals.ABOUT, from_whom=from_whom, ended=proposals.state_words,
        reply=_reply(case),
        change=find_change(numbers.asked("done", 0)),
    )


def _reply(case: Case) -> str:
    taken = case.proposal.decision.fields if case.proposal.decision else ()
    headings = [label_of(name) for name in field_table.NAMES if name in taken]
    return proposals.reply(case.proposal, case.name, access.reader().office, headings)


# --- links


#: Why there can be no link, or why one ended.
HINDRANCES: Mapping[str, str] = {
    store.OVER: "終了した項目なので、リンクは渡せません。続けていることが分かったら、先に状態を直してください。",
    store.REFUSED: "掲載同意が「なし」なので、リンクは渡せません。よいと言われたら、先に掲載同意を直してください。",
}
_ENDED: Mapping[str, str] = {
    store.NARROWED: "見える人の範囲か位置の公開がせまくなったので、使えなくなりました",
    store.OVER: "項目が終了したので、使えなくなりました",
    store.REFUSED: "掲載同意が「なし」になったので、使えなくなりました",
}
_NOT_YET = (
    "この項目は、みなさんが見る地図にはまだ載っていません。まだリンクは作っていません。"
    "下の内容を見て、渡してよければ、もう一度ボタンを押してください。"
)


@blueprint.route("/links/<entry_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def link(entry_id: str) -> Any:
    """Raises NotFound."""
    record, form, url, status = reader.record(entry_id), Form(), "", None
    if form.validate_on_submit():
        try:
            url = org_link.address(_make(entry_id))
        except NotGiven as refused:
            form.whole.append(HINDRANCES.get(refused.hindered.get(entry_id, ""), _NOT_YET))
            status = 409
    return page("staff/proposals/link.html", form, status, record=record, url=url, days=org_links.DAYS,
                is_whole=access.is_whole(), example=SETTINGS["PUBLIC_URL"].example, **_outlook(entry_id))


def _make(entry_id: str) -> str:
    """Raises NotFound, NotGiven."""
    agreed = [entry_id] if request.form.get("agreed") else []
    who = access.actor().name, access.reader().office
    return org_links.make(reader.registry().engine, entry_id, *who, agreed=agreed)


def _outlook(entry_id: str) -> dict[str, Any]:
    """Whether a link can be given now, and what it would show where not everybody sees that already."""
    engine, own = reader.registry().engine, access.reader().office
    outlook = org_links.outlooks(engine, [entry_id], own)[entry_id]
    shown = [] if outlook.hindrance or outlook.is_public else org_link.lines(org_links.rehearse(engine, entry_id, own))
    return {"outlook": outlook, "hindrance": HINDRANCES.get(outlook.hindrance, ""), "shown": shown}


@blueprint.post("/links/<entry_id>/revoke")
@needs(Permission.EDIT_REGISTRY)
def revoke(entry_id: str) -> Response:
    """Raises NotFound."""
    who, name = (access.actor().name, access.reader().office), request.form.get("link", "")
    is_done = org_links.revoke(reader.registry().engine, reader.record(entry_id).id, name, *who)
    flash("リンクを取り消しました。もう開けません。" if is_done else "そのリンクは、もう使えなくなっています。")
    return redirect(url_for("entry.show", entry_id=entry_id, _anchor="links-title"))


@dataclass(frozen=True)
class Given:
    """A link that was given, as the staff page tells it."""

    link: Link

    @property
    def is_open(self) -> bool:
        return self.link.is_open(clock.now())

    @property
    def state(self) -> str:
        """What became of it."""
        link = self.link
        if link.answered_at:
            return f"{moment(link.answered_at)}に「{org_links.ANSWERS[link.answer]}」と答えがありました"
        if link.ended_at:
            by = f"{actor_label(link.ended_by)}さんが取り消しました" if link.ended_why == store.REVOKED else ""
            return f"{moment(link.ended_at)}に、{by or _ENDED[link.ended_why]}"
        opened = f"{moment(link.opened_at)}に開かれました。" if link.opened_at else "まだ開かれていません。"
        if not self.is_open:
            return f"{opened}答えのないまま、{moment(link.expires_at)}に期限が過ぎました"
        return f"{opened}まだ答えがありません（{moment(link.expires_at)}まで使えます）"


@blueprint.app_template_global()
def links_of(entry_id: str) -> list[Given]:
    """The links that were given for an entry, the newest first."""
    return [Given(link) for link in org_links.given(reader.registry().engine, entry_id, access.reader().audience)]


@blueprint.app_template_global()
def proposals_on(entry_id: str) -> list[Item]:
    """The proposals on an entry that this reader can decide, for its own page."""
    return proposals.waiting_for(reader.registry().engine, entry_id, access.reader().office)
