"""利用者: who may sign in, as what, until when."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput

from mapdata.accounts import managing, offices
from mapdata.people.account import Account
from mapdata.people.refusals import AccountRefused
from mapdata.people.roles import MEANINGS, Permission, Role, office_label
from settings import SETTINGS
from views import access, sessions
from views.access import needs, shows_again
from views.forms import Day, Form, choices, clean, page

blueprint = Blueprint("users", __name__, url_prefix="/staff/users")

#: The choice that asks for an organisation's name instead.
_OTHER = "-"


class NameForm(Form):
    name = StringField("名前", [DataRequired("名前を書いてください")], filters=[clean])


class AccountForm(Form):
    role = SelectMultipleField(
        "役割", [InputRequired("役割を一つ以上選んでください")], choices=choices((str(r), r.label) for r in Role),
        option_widget=CheckboxInput(),
    )
    office = SelectField("所属", [InputRequired("所属を選んでください")], choices=lambda: _offices())
    organization = StringField("団体の名前", filters=[clean])
    expires_on = Day("使える最後の日")

    @property
    def roles(self) -> list[Role]:
        return [Role(code) for code in self.role.data]

    @property
    def office_said(self) -> str:
        return (self.organization.data or "") if self.office.data == _OTHER else self.office.data

    def refuse(self, error: AccountRefused) -> None:
        """What is wrong with the office belongs to the name of the organisation where one was asked for."""
        other = error.field == "office" and self.office.data == _OTHER
        super().refuse(AccountRefused("organization", error.message) if other else error)


class NewAccountForm(NameForm, AccountForm):
    """Everything of an account, its name first."""


def _offices(*more: str) -> list[SelectChoice]:
    """Those that an admin may choose from: their own, and one of a supporter's that is kept."""
    own = (access.reader().office, *more)
    named = [(code, office_label(code)) for code in dict.fromkeys(own)]
    return choices([("", "選んでください"), *named, (_OTHER, "ほかの団体（支援者）")])


def _form_of(account: Account) -> AccountForm:
    known = office_label(account.office) != account.office
    form = AccountForm(
        role=[str(role) for role in account.roles], office=account.office if known else _OTHER,
        organization="" if known else account.office, expires_on=account.expires_on,
    )
    form.office.choices = _offices(account.office) if known else _offices()
    return form


@blueprint.get("")
@needs(Permission.MANAGE_USERS)
def index() -> str:
    engine = sessions.registry().engine
    done = offices.done_from_elsewhere(engine, access.reader().office)
    return render_template("staff/users.html", people=managing.listed(engine), done=done)


@blueprint.route("/add", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
@shows_again
def add() -> Any:
    form = NewAccountForm()
    if form.validate_on_submit():
        try:
            made = managing.add(
                sessions.registry().engine, access.actor(), form.name.data, form.roles, form.office_said,
                expires_on=form.expires_on.data,
            )
            flash(f"{made.name}さんを加えました。次に、パスワードを決めてもらうリンクを渡してください。")
            return redirect(url_for("users.edit", account_id=made.id))
        except AccountRefused as refused:
            form.refuse(refused)
    return page("staff/user_add.html", form, meanings=MEANINGS)


@blueprint.route("/<int:account_id>", methods=["GET", "POST"])
@needs(Permission.MANAGE_USERS)
@shows_again
def edit(account_id: int) -> Any:
    """Raises NotFound."""
    listed = managing.one(sessions.registry().engine, account_id)
    form = _form_of(listed.account)
    if form.validate_on_submit():
        try:
            changed = managing.change(
                sessions.registry().engine, access.actor(), account_id,
                roles=form.roles, office=form.office_said, expires_on=form.expires_on.data,
            )
            flash(f"{changed.name}さんの役割・所属・期限を保存しました。")
            return redirect(url_for("users.index"))
        except AccountRefused as refused:
            form.refuse(refused)
    may = offices.allowed(sessions.registry().engine, access.actor(), listed.account)
    return page("staff/user.html", form, it=listed, account=listed.account, may=may, meanings=MEANINGS)


@blueprint.post("/<int:account_id>/link")
@needs(Permission.MANAGE_USERS)
def link(account_id: int) -> Any:
    """The link is in this answer and nowhere else."""
    made = managing.make_link(sessions.registry().engine, access.actor(), account_id)
    url = access.for_others(url_for("login.link", token=made.token))
    return render_template(
        "staff/user_link.html", made=made, url=url, is_whole=access.is_whole(), example=SETTINGS["PUBLIC_URL"].example,
    )


@blueprint.post("/<int:account_id>/disable")
@needs(Permission.MANAGE_USERS)
def disable(account_id: int) -> Response:
    account = managing.disable(sessions.registry().engine, access.actor(), account_id)
    flash(f"{account.name}さんを止めました。ログイン中の端末も、すぐに使えなくなります。")
    return redirect(url_for("users.edit", account_id=account_id))


@blueprint.post("/<int:account_id>/enable")
@needs(Permission.MANAGE_USERS)
def enable(account_id: int) -> Response:
    account = managing.enable(sessions.registry().engine, access.actor(), account_id)
    flash(f"{account.name}さんは、また使えます。")
    return redirect(url_for("users.edit", account_id=account_id))


@blueprint.post("/<int:account_id>/sign-out")
@needs(Permission.MANAGE_USERS)
def end_sessions(account_id: int) -> Response:
    account = managing.end_sessions(sessions.registry().engine, access.actor(), account_id)
    flash(f"{account.name}さんを、すべての端末でログアウトさせました。")
    return redirect(url_for("users.edit", account_id=account_id))


def refused(error: AccountRefused) -> tuple[str, int]:
    """What a button may not do, said where the button stands."""
    return render_template("staff/refused.html", message=error.message, back=access.page_above()), 422
