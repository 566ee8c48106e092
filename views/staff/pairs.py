"""Pairs that may be one: looked at side by side, made one field by field or found to be two; and what is to be decided
again because several lists say something new."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from mapdata import identity, storage
from mapdata.claims.entry import Claim
from mapdata.claims.projection import Record
from mapdata.claims.sighted import Sighted
from mapdata.clock import today
from mapdata.errors import NotFound
from mapdata.fields import field_table
from mapdata.fields.field_table import label_of
from mapdata.merging import compare, merge
from mapdata.merging.compare import Compared, Look, Rivals, Sources
from mapdata.merging.matching import Decision, judge
from mapdata.merging.matching.registry_pairs import EntryPair, RegistryPairs, facts_of
from mapdata.merging.merge import MergeConflict, MergeRefused
from mapdata.people.roles import Permission
from views import access, reader, wording
from views.access import needs, shows_again
from views.answers import widening
from views.asked import numbers
from views.forms import Form, page
from views.staff.conflicts import Pieces, marked
from views.staff.entry_list import find_change

blueprint = Blueprint("pairs", __name__, url_prefix="/staff/pairs")

_PER_PAGE = 30
#: Seconds that a page waits for the first look at a large registry.
_PATIENCE = 10
_CHANGED = "見ているあいだに、内容が変わりました。いまの内容を出しています。もう一度確かめて、ボタンを押してください。"
#: What a pair is taken for, in words.
DECISIONS: Mapping[str, str] = {Decision.SAME: "同じところのようです", Decision.REVIEW: "見て決めてください"}


def found_pairs() -> RegistryPairs:
    found: RegistryPairs = current_app.extensions["pairs"]
    return found


def _seen(pairs: tuple[EntryPair, ...]) -> list[EntryPair]:
    """Those of which this reader sees both."""
    ids = reader.snapshot().by_id
    return [pair for pair in pairs if pair.left.id in ids and pair.right.id in ids]


def waiting() -> int | None:
    """How many pairs and entries wait for somebody; None while the pairs are first looked for."""
    pairs = found_pairs().soon()
    return None if pairs is None else len(_seen(pairs)) + len(_undecided())


def _undecided() -> dict[str, list[str]]:
    """Asked once of a revision: it looks at all that was ever made one."""
    engine, audience = reader.registry().engine, access.reader().audience
    return reader.snapshot().indexes.get("undecided", lambda: merge.undecided(engine, audience, today()))


@blueprint.get("")
@needs(Permission.EDIT_REGISTRY)
def index() -> str:
    known, asked = found_pairs().soon(_PATIENCE), request.args.get("decision", "")
    pairs = _seen(known or ())
    counts = {code: sum(pair.judgement.decision == code for pair in pairs) for code in DECISIONS}
    chosen = [pair for pair in pairs if asked not in DECISIONS or pair.judgement.decision == asked]
    pages = max(1, -(-len(chosen) // _PER_PAGE))
    number = min(max(1, numbers.asked("page", 1)), pages)
    ids = reader.snapshot().by_id
    undecided = [(ids[it], [label_of(n) for n in names]) for it, names in _undecided().items() if it in ids]
    return render_template(
        "staff/pairs/index.html", pairs=chosen[(number - 1) * _PER_PAGE:number * _PER_PAGE], total=len(chosen),
        counts=counts, asked=asked, decisions=DECISIONS, number=number, pages=pages, undecided=undecided,
        done=find_change(numbers.asked("done", 0)), is_ready=known is not None,
    )


# --- one pair


class PairForm(Form):
    """What was chosen stands in `pick-FIELD`: left or right."""

    base = HiddenField()
    reason = StringField(
        "どこがちがいますか（書かなくてもかまいません）",
        [Length(max=merge.LONGEST_REASON, message=f"{merge.LONGEST_REASON}文字までにしてください")],
    )

    @property
    def revision(self) -> int:
        """That the page was made from; older than everything where it is no number."""
        return numbers.whole(self.base.data, -1)


@dataclass(frozen=True)
class Question:
    """A field in which the two differ, as the page shows it. `pick`: the side that is chosen."""

    found: Compared
    pick: str

    @property
    def name(self) -> str:
        return self.found.field

    @property
    def heading(self) -> str:
        return label_of(self.name)

    def words(self, side: str) -> str:
        return _words(self.found.sides.get(side), self.name)

    def pieces(self, side: str) -> Pieces:
        """Its text, with what the other does not say marked."""
        return marked(self.words("right" if side == "left" else "left"), self.words(side))


    def kept(self, side: str) -> bool:
        return _is_kept(self.found.sides[side])


def _is_kept(claim: Claim) -> bool:
    """Whether a value is for fewer readers than such values usually are."""
    return claim.audience != field_table.default_audience(claim.field)


def _words(claim: Claim | None, name: str) -> str:
    return wording.value(name, claim.value) if claim else ""


@dataclass(frozen=True)
class PairPage:
    """Two entries side by side."""

    look: Look
    picks: Mapping[str, str]

    @property
    def records(self) -> dict[str, Record]:
        return {"left": reader.record(self.look.left.id), "right": reader.record(self.look.right.id)}

    @property
    def questions(self) -> list[Question]:
        return [self._question(one) for one in self.look.differing if one.is_choosable]

    @property
    def rules(self) -> list[Question]:
        """Differences in who sees it, of which nothing is chosen."""
        return [self._question(one) for one in self.look.differing if one.is_rule]

    @property
    def newer(self) -> list[Question]:
        """Differences that one source has with itself."""
        return [self._question(one) for one in self.look.differing if not one.is_choosable and not one.is_rule]

    def _question(self, one: Compared) -> Question:
        return Question(one, self.picks.get(one.field) or one.usual_side)

    @property
    def alike(self) -> list[tuple[str, str]]:
        return [(label_of(one.field), _words(one.left, one.field)) for one in self.look.alike]

    @property
    def one_sided(self) -> list[tuple[str, str, str]]:
        """(heading, side, words) of what only one of them says."""
        return [(label_of(one.field), side, _words(claim, one.field))
                for one in self.look.one_sided for side, claim in one.sides.items()]

    @property
    def judgement(self) -> Any:
        """What the comparison says by itself; None for two."""
        return judge(*(facts_of(record) for record in self.records.values()))

    def points(self, side: str) -> str:
        """Where it is, as the map's module reads it."""
        drawn = [place for place in self.records[side].places if place.point]
        return ";".join(f"{place.lat},{place.lng}" for place in drawn)

    def choices(self) -> dict[str, str]:
        """By field, the source that was chosen."""
        return {q.name: q.found.sides[q.pick].source for q in self.questions}


def _page_of(left_id: str, right_id: str, picks: Mapping[str, str]) -> PairPage:
    """Raises NotFound."""
    engine, audience = reader.registry().engine, access.reader().audience
    return PairPage(compare.look(engine, left_id, right_id, audience, today()), picks)


def _picked() -> dict[str, str]:
    sent = {key[5:]: side for key, side in request.form.items() if key.startswith("pick-")}
    return {name: side for name, side in sent.items() if side in ("left", "right")}


@blueprint.route("/<entry_id>/<other_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def show(entry_id: str, other_id: str) -> Any:
    """Raises NotFound."""
    if entry_id == other_id or not {entry_id, other_id} <= reader.snapshot().by_id.keys():
        return _one_already(entry_id, other_id)
    found, form = _page_of(entry_id, other_id, _picked()), PairForm()
    if not form.validate_on_submit():
        return _answer(found, form)
    return _DO.get(request.form.get("do", ""), _again)(found, form)


def _one_already(entry_id: str, other_id: str) -> Any:
    """Somebody made them one since. Raises NotFound where that is not so."""
    if entry_id == other_id or not (identity.is_id(entry_id) and identity.is_id(other_id)):
        raise NotFound(entry_id)
    with storage.reading(reader.registry().engine) as connection:
        kept = {storage.merged_into(connection, it) for it in (entry_id, other_id)}
    if len(kept) > 1:
        raise NotFound(entry_id)
    record = reader.record(kept.pop())
    flash("この組は、もうひとつにまとめてあります。")
    return redirect(url_for("entry.show", entry_id=record.id))


def _answer(found: PairPage, form: PairForm, status: int | None = None) -> tuple[str, int]:
    form.base.data = str(found.look.base)
    records = found.records
    return page("staff/pairs/show.html", form, status, it=found, look=found.look, left=records["left"],
                right=records["right"], decisions=DECISIONS)


def _again(found: PairPage, form: PairForm) -> Any:
    """A whole side chosen, or nothing that a button of ours says."""
    side = request.form.get("do", "")
    if side in ("left", "right"):
        found = PairPage(found.look, {one.field: side for one in found.look.differing})
    return _answer(found, form, 200)


def _merge(found: PairPage, form: PairForm) -> Any:
    who, look = access.reader(), found.look
    try:
        made = merge.merge(
            reader.registry().engine, look.left.id, look.right.id, found.choices(), access.actor().name, who.office,
            today(), form.revision, widening.agreed(),
        )
    except MergeConflict:
        form.whole.append(_CHANGED)
        return _answer(found, form, 409)
    except MergeRefused as refused:
        form.whole.append(f"{refused}。")
        return _answer(found, form)
    except NotFound:
        return _one_already(look.left.id, look.right.id)
    flash(f"「{_name(look.left)}」と「{_name(look.right)}」を、ひとつにまとめました。")
    return redirect(url_for("pairs.index", done=made.operation))


def _distinct(found: PairPage, form: PairForm) -> Any:
    look, who = found.look, access.reader()
    operation = merge.find_distinct(
        reader.registry().engine, look.left.id, look.right.id, form.reason.data or "", access.actor().name, who.office,
        today(),
    )
    flash(f"「{_name(look.left)}」と「{_name(look.right)}」は、別のものとして覚えました。この組は、もう出ません。")
    return redirect(url_for("pairs.index", done=operation))


def _name(entry: Sighted) -> str:
    return entry.value("name") or ""


_DO: Mapping[str, Callable[[PairPage, PairForm], Any]] = {"merge": _merge, "distinct": _distinct}


# --- an entry whose sources differ


@blueprint.route("/decide/<entry_id>", methods=["GET", "POST"])
@needs(Permission.EDIT_REGISTRY)
@shows_again
def decide(entry_id: str) -> Any:
    """Whose value holds, field by field. Raises NotFound."""
    engine, account = reader.registry().engine, access.reader()
    reader.record(entry_id)
    found, form = compare.sources(engine, entry_id, account.audience, today()), PairForm()
    if not form.validate_on_submit():
        return _asked(found, form)
    try:
        wanted = _wanted(found)
        operation = merge.choose(
            engine, entry_id, wanted, access.actor().name, account.office, today(), form.revision, widening.agreed())
    except MergeConflict:
        form.whole.append(_CHANGED)
        return _asked(found, form, 409)
    except MergeRefused as refused:
        form.whole.append(f"{refused}。")
        return _asked(found, form)
    flash("選んだ内容にしました。" if operation else "変わったところはありませんでした。")
    return redirect(url_for("entry.show", entry_id=entry_id))


def _wanted(found: Sources) -> dict[str, str]:
    """The sources picked, of what waits or is not shown already."""
    picked = {one.field: request.form.get(f"pick-{one.field}", "") for one in found.rivals}
    return {
        one.field: source for one in found.rivals
        if (source := picked[one.field]) in [c.source for c in one.claims] and (one.waits or source != one.shown)
    }


def _asked(found: Sources, form: PairForm, status: int | None = None) -> tuple[str, int]:
    form.base.data = str(found.base)
    return page(
        "staff/pairs/decide.html", form, status, it=found, record=reader.record(found.sighted.id), label_of=label_of,
        versions=_versions, is_kept=_is_kept, picked=_picked_source,
    )


def _picked_source(one: Rivals) -> str:
    return request.form.get(f"pick-{one.field}", "" if one.waits else one.shown)


def _versions(one: Rivals) -> list[tuple[Claim, Pieces]]:
    """What each source says, with what the first does not say marked."""
    texts = [_words(claim, one.field) for claim in one.claims]
    others = [texts[1], *([texts[0]] * (len(texts) - 1))]
    return [(claim, marked(other, text)) for claim, other, text in zip(one.claims, others, texts, strict=True)]
