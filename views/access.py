"""Who may open what. Nothing is open unless it says so: a view declares what it needs, or stands in the short list.

    @blueprint.route("/staff/entries/<entry_id>", methods=["GET", "POST"])
    @needs(Permission.EDIT_REGISTRY)
    @shows_again
    def edit(entry_id: str) -> …

Writing requests need the form's token besides (Flask-WTF). A view that `shows_again` checks it itself, by
`form.validate_on_submit()`, so that a form from an old page comes back filled instead of being lost. For any
other view a request without it is answered before the view is called.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden
from werkzeug.urls import iri_to_uri

from mapdata.people.account import Account, Actor
from mapdata.people.roles import Permission
from views import sessions

_View = TypeVar("_View", bound=Callable[..., Any])

#: What everyone may open.
PUBLIC = frozenset({
    "static", "health.healthz", "health.readyz", "maps.base", "data.pins", "data.marks", "data.resources_geojson",
    "public.index", "public.results", "public.card", "public.resource", "public.about",
    "login.sign_in", "login.sign_out", "login.link", "login.office",
    "report.report", "report.thanks", "orglink.show", "orglink.change", "orglink.gone",
})

_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
#: Nobody who is not signed in has more to send than a name and a password, and what was typed before.
_MOST_FROM_NOBODY = 1_000_000

#: What the record keeps of an address: no address is longer, but what a proxy passes on may be no address.
_LONGEST_ADDRESS = 64

_csrf = CSRFProtect()


def needs(*permissions: Permission, staff: bool = False) -> Callable[[_View], _View]:
    """Declare what a reader must be allowed to open this view; with nothing named, to be signed in.

    `staff`: it is for those of the ward's offices, whatever their role, and not for supporters.
    """

    def declare(view: _View) -> _View:
        view.needs, view.staff_only = frozenset(permissions), staff  # type: ignore[attr-defined]
        return view

    return declare


def shows_again(view: _View) -> _View:
    """Declare that the view checks the token by its form, and shows the form again when it is too old."""
    view.shows_again = True  # type: ignore[attr-defined]
    return view


def install(app: Flask, refuse: Callable[[], Any]) -> None:
    """Guard every request. `refuse` answers one that nobody is signed in for."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: forms stay open over lunch
    app.config["WTF_CSRF_SSL_STRICT"] = False  # our pages tell nobody where a reader came from, not even us
    _csrf.init_app(app)

    @app.before_request
    def guard() -> Any:
        if request.endpoint is None:
            return None
        if request.endpoint not in PUBLIC:
            if sessions.account() is None:
                if not sessions.whose():  # what somebody typed while signed in may be as long as ever
                    request.max_content_length = _MOST_FROM_NOBODY
                return refuse()
            _check_permissions(request.endpoint)
        elif request.method in _WRITING:
            request.max_content_length = _MOST_FROM_NOBODY
        _check_token()
        return None


def _check_permissions(endpoint: str) -> None:
    """Raises Forbidden, for what is not declared too."""
    view = current_app.view_functions[endpoint]
    needed, staff_only = getattr(view, "needs", None), getattr(view, "staff_only", True)
    if needed is None or not reader().may(*needed) or (staff_only and not reader().audience.is_staff):
        raise Forbidden


def _check_token() -> None:
    """Raises CSRFError for a writing request whose form is not of this session."""
    if request.method in _WRITING and not may_show_again():
        _csrf.protect()


def may_show_again() -> bool:
    """Whether the view of this request checks its form's token itself."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "shows_again")


def here() -> str:
    """This request's path and query, as a link has them."""
    return iri_to_uri(request.script_root + request.full_path.rstrip("?"))


def for_others(path: str) -> str:
    """The address of a page of ours under PUBLIC_URL. Where that is not set, the path alone, for somebody to complete:
    what a browser says of the site's name (Host) may be anybody's, and who was given it would go to another site."""
    public = current_app.config["PUBLIC_URL"].rstrip("/")
    return public + path.removeprefix(request.script_root) if public else path


def is_whole() -> bool:
    """Whether addresses for others are complete, so that a QR code may be made of them."""
    return bool(current_app.config["PUBLIC_URL"])


def page_above() -> str:
    """The nearest page above this request's path that can be opened, for whoever pressed a button of it."""
    site, path = current_app.create_url_adapter(request), request.path
    while site and "/" in path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0]
        for candidate in (path, f"{path}/"):
            if site.test(candidate, "GET"):
                return iri_to_uri(request.script_root + candidate)
    return request.script_root + "/"


def reader() -> Account:
    """Who is signed in, where somebody must be."""
    found = sessions.account()
    if found is None:
        raise Forbidden
    return found


def address() -> str:
    """The client's address; behind a reverse proxy as TRUSTED_PROXIES says."""
    return (request.remote_addr or "")[:_LONGEST_ADDRESS]


def actor() -> Actor:
    """Who acts in this request, for the operations."""
    return reader().acting(address())

