"""Signing in and out, the own password, and one-time links."""

import secrets
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired

from mapdata.accounts import signing_in, throttle
from mapdata.accounts.signing_in import Attempt, SignedIn
from mapdata.people.account import Account
from mapdata.people.refusals import AccountRefused, SignInRefused, Throttled
from views import access, kept, sessions
from views.access import needs, shows_again
from views.forms import Form, clean, page

blueprint = Blueprint("login", __name__)

#: How a session ended, as its reader is told.
ENDED = {
    "idle": "2時間のあいだ操作がなかったため、ログアウトしました。",
    "long": "ログインしてから12時間たったため、ログアウトしました。",
    "password": "パスワードが変わったため、ログアウトしました。",
    "role": "役割か所属が変わったため、ログアウトしました。もう一度ログインしてください。",
    "disabled": "このアカウントは、いま使えません。管理者にたずねてください。",
    "ended": "管理者がログアウトさせました。もう一度ログインしてください。",
    "demo": "サンプルでないデータが入ったため、お試し用のアカウントは使えなくなりました。",
    "signed_out": "ログアウトしています。",
    "replaced": "この画面のログインは切れています。もう一度ログインしてください。",
    "unknown": "ログインが切れています。もう一度ログインしてください。",
    "office": "所属していた窓口が、いまのサイトにありません。管理者にたずねてください。",
    "choosing": "どの窓口の人として使うかを、まだ選んでいません。",
}


class SignInForm(Form):
    name = StringField("名前", [DataRequired("名前を書いてください")], filters=[clean])
    password = PasswordField("パスワード", [InputRequired("パスワードを書いてください")])
    next = HiddenField()
    kept = HiddenField()


class NewPasswordForm(Form):
    password = PasswordField("新しいパスワード", [InputRequired("新しいパスワードを書いてください")])
    password_again = PasswordField("新しいパスワード（もう一度）", [
        InputRequired("同じパスワードを、もう一度書いてください"), EqualTo("password", "上のパスワードとちがいます"),
    ])


class OwnPasswordForm(NewPasswordForm):
    current_password = PasswordField("いまのパスワード", [InputRequired("いまのパスワードを書いてください")])


def home_of(account: Account) -> str:
    """Where an account begins: what it may do, or for those who only look, the map."""
    return url_for("staff.home" if account.manages else "public.index")


def local_path(wanted: str) -> str:
    """The path if it is one of this site, else "": a link that signs people in must not lead them elsewhere."""
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if plain and all(" " < letter < "\x7f" for letter in wanted) else ""


def refuse() -> Any:
    """Nobody is signed in for this page: on to sign in and back here. What was typed comes along."""
    if request.accept_mimetypes.provided and not request.accept_mimetypes.accept_html:
        raise Unauthorized
    choosing = sessions.choosing()
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("login.office" if choosing else "login.sign_in", next=access.here()))
    sealed = kept.seal()
    if choosing:
        return _ask_office(choosing, "", sealed if kept.fits(sealed) else ""), 401
    form = SignInForm(formdata=None, kept=sealed if kept.fits(sealed) else "")
    too_long = not kept.fits(sealed)
    return render_template("login/sign_in.html", form=form, reason=_reason(), wait="", too_long=too_long), 401


def _reason() -> str:
    """Why someone who was signed in must do so again."""
    if "signed_out" in request.args:
        return "ログアウトしました。"
    return ENDED.get(sessions.ended(), "")


@blueprint.route("/login", methods=["GET", "POST"])
@shows_again
def sign_in() -> Any:
    if request.method != "POST" and (account := sessions.account()):
        return redirect(local_path(request.args.get("next", "")) or home_of(account))
    if request.method != "POST" and sessions.choosing():
        return redirect(url_for("login.office", next=request.args.get("next") or None))
    form = SignInForm(next=request.args.get("next", ""))
    wait, status = "", None
    if form.validate_on_submit():
        try:
            return _welcome(signing_in.sign_in(sessions.registry().engine, _attempt(form)), form)
        except SignInRefused as refused:
            form.whole.append(str(refused))
        except Throttled as throttled:
            wait, status = throttle.wait_text(throttled.seconds), 429
    reason = "" if form.is_submitted() else _reason()
    return page("login/sign_in.html", form, status, reason=reason, wait=wait, too_long=False)


def _attempt(form: SignInForm) -> Attempt:
    return Attempt(form.name.data, form.password.data, access.address(), sessions.devices())


def _welcome(signed_in: SignedIn, form: SignInForm) -> Response:
    """On to where they wanted to go, or back to what they were writing."""
    account, device = signed_in.account, sessions.devices().get(signed_in.account.id) or secrets.token_urlsafe(12)
    sessions.begin(signed_in)
    wanted, typed = form.next.data or "", form.kept.data or ""
    onward = _onward(account, wanted, typed) if account.office else _ask_office(account, wanted, typed)
    response = make_response(onward)
    sessions.remember_device(response, account.id, device, url_for("login.sign_in"))
    return response


def _onward(account: Account, wanted: str, sealed: str) -> Any:
    """`wanted`: the path they wanted; `sealed`: what they had typed, if anything."""
    return _go_on(sealed, account) or redirect(local_path(wanted) or home_of(account))


def _ask_office(account: Account, wanted: str, sealed: str) -> str:
    return render_template("login/office.html", account=account, onward={"next": wanted, "kept": sealed})


@blueprint.route("/login/office", methods=["GET", "POST"])
def office() -> Any:
    """For which office somebody acts who serves several: asked after signing in, changed in the band of any page.

    Raises AccountRefused.
    """
    who, wanted = sessions.choosing() or sessions.account(), request.values.get("next", "")
    if who is None:
        return redirect(url_for("login.sign_in", next=wanted or None))
    if request.method == "POST":
        chosen = sessions.choose(request.form.get("office", ""), access.address())
        return _onward(chosen, wanted, request.form.get("kept", ""))
    return _ask_office(who, wanted, "") if len(who.serves) > 1 else redirect(local_path(wanted) or home_of(who))


def _go_on(sealed: str, account: Account) -> str:
    """The page with what this account was writing, "" where there is nothing of it."""
    try:
        typed = kept.unseal(sealed, account.id)
    except kept.NotYours:
        flash("書きかけの内容は、別のアカウントで書かれたものなので、出していません。")
        return ""
    if typed is None:
        return ""
    return render_template("login/go_on.html", kept_form=kept.shown(typed, "signed in", account.id))


@blueprint.post("/logout")
@shows_again
def sign_out() -> Response:
    """Without a token, so that no page is too old for it: another site's form comes without our cookie."""
    was_in = (sessions.account() or sessions.choosing()) is not None
    sessions.end(access.address())
    return redirect(url_for("login.sign_in", signed_out=1) if was_in else url_for("public.index"))


@blueprint.route("/password", methods=["GET", "POST"])
@needs()
@shows_again
def password() -> Any:
    form, status, engine = OwnPasswordForm(), None, sessions.registry().engine
    if form.validate_on_submit():
        said = form.current_password.data, form.password.data
        try:
            sessions.begin(signing_in.change_password(engine, access.reader(), *said, access.address()))
            flash("パスワードを変えました。ほかの端末では、ログアウトしています。")
            return redirect(url_for("staff.home"))
        except AccountRefused as refused:
            form.refuse(refused)
        except Throttled as throttled:
            form.whole.append(f"まちがいが続いたため、{throttle.wait_text(throttled.seconds)}ほど待ってください。")
            status = 429
    return page("login/password.html", form, status)


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@shows_again
def link(token: str) -> Any:
    """Looking at it does not use it up: whoever previews it leaves it as it was. Raises LinkUnusable."""
    engine = sessions.registry().engine
    account = signing_in.whose_link(engine, token)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            sessions.begin(signing_in.use_link(engine, token, form.password.data, access.address()))
            flash("パスワードを決めました。次からは、名前とこのパスワードでログインできます。")
            return redirect(url_for("staff.home"))
        except AccountRefused as refused:
            form.refuse(refused)
    return page("login/link.html", form, account=account)


def stale(_error: CSRFError) -> Any:
    """A button of an old page: nothing was done, and the way back to a fresh one."""
    return render_template("login/stale.html", back=access.page_above()), 400
