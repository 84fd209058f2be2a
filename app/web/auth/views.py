"""L1: sign in with name and password, then the second factor; confirm it anew; sign out."""

import segno
from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as browser
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug import Response

from app.accounts import factor, passwords, service, sessions
from app.accounts.permissions import Verb
from app.accounts.sessions import SignedIn
from app.core import clock, limits
from app.core.errors import Invalid, Limited
from app.core.tx import transaction
from app.web import access, visit
from app.web.access import needs
from app.web.auth import throttle
from app.web.auth.forms import CodeForm, Credentials, LoginForm, PasswordForm
from app.web.auth.home import home_of
from app.web.forms import unfinished
from app.web.requests import local_path

blueprint = Blueprint("auth", __name__, url_prefix="/staff")


@blueprint.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Ask for name and password."""
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        if request.method == "POST":
            return unfinished("auth/login.html", form=form)
        return render_template("auth/login.html", form=form)
    try:
        token = _try_password(form.credentials())
    except Invalid as error:
        form.refuse(error)
        return unfinished("auth/login.html", form=form)
    return _after_password(token, form)


def _try_password(given: Credentials) -> str:
    """Compare outside any transaction: it takes a tenth of a second and 64 MiB."""
    now, config = clock.now(), current_app.config["ECO110"]
    tries = throttle.tries_of(given.username)
    throttle.take(tries, now=now)
    staff_id, stored = service.stored_hash(given.username)
    right = passwords.matches(given.password, stored)
    if not right or staff_id is None or stored is None:
        with transaction():
            service.note_failure(staff_id=staff_id, now=now)
        raise Invalid("sign_in_wrong")
    rehashed = passwords.hashed(given.password) if passwords.is_outdated(stored) else None
    with transaction():
        token = service.open_session(
            staff_id, second_factor=config.second_factor, now=now, rehashed=rehashed
        )
    throttle.give_back(tries, now=now)
    return token


def _after_password(token: str, form: LoginForm) -> Response:
    browser.pop("csrf_token", None)
    session = sessions.read(token, now=clock.now())
    assert session is not None
    following = local_path(form.next.data, "")
    if session.complete:
        return _arrive(session, following)
    step = "auth.code" if session.has_factor else "auth.enrol"
    response = redirect(url_for(step, next=following or None), 303)
    visit.remember(response, token)
    return response


def _arrive(session: SignedIn, following: str) -> Response:
    """Send a person who has just signed in to the wanted or the first page."""
    if session.must_change:
        target = url_for("auth.password")
    else:
        target = local_path(following, home_of(session.actor))
    response = redirect(target, 303)
    visit.remember(response, session.token)
    throttle.know_device(response, session.actor.username)
    return response


@blueprint.route("/code", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Ask for the second factor after the password."""
    session: SignedIn | None = g.get("signed_in")
    if session is None or session.complete or not session.has_factor:
        return redirect(url_for("auth.login"), 303)
    return _ask_code(session, "auth/code.html")


@blueprint.route("/confirm", methods=["GET", "POST"])
@needs(Verb.SELF)
def confirm() -> ResponseReturnValue:
    """Ask for a fresh second factor before identity, money, export or roles (R-S9)."""
    session = access.signed_in()
    assert session is not None
    return _ask_code(session, "auth/confirm.html")


def _ask_code(session: SignedIn, template: str) -> ResponseReturnValue:
    form = CodeForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        page = render_template(template, form=form)
        return page if request.method == "GET" else make_response(page, 422)
    try:
        token = _try_code(session, str(form.code.data))
    except Invalid as error:
        form.refuse(error)
        return unfinished(template, form=form)
    renewed = sessions.read(token, now=clock.now())
    assert renewed is not None
    return _arrive(renewed, form.next.data or "")


def _try_code(session: SignedIn, given: str) -> str:
    now, staff_id = clock.now(), session.actor.staff_id
    limits.take(throttle.CODE, str(staff_id), now=now)
    with transaction():
        right = service.use_code(staff_id, given, now=now)
        token = sessions.renew(session.token, now=now) if right else ""
    if not right:
        raise Invalid("factor_wrong", field="code")
    limits.give_back(throttle.CODE, str(staff_id), now=now)
    return token


@blueprint.route("/enrol", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Set up the second factor at the first sign-in; the recovery codes are shown once."""
    session: SignedIn | None = g.get("signed_in")
    if session is None or session.complete or session.has_factor:
        return redirect(url_for("auth.login"), 303)
    form = CodeForm(next=request.args.get("next", ""))
    if request.method == "GET":
        browser["enrol"] = factor.seal(factor.new_secret(), staff_id=session.actor.staff_id)
    if not form.validate_on_submit() or "enrol" not in browser:
        return _show_enrol(session, form)
    try:
        return _enrolled(session, form)
    except Invalid as error:
        form.refuse(error)
        return _show_enrol(session, form)


def _enrolled(session: SignedIn, form: CodeForm) -> Response:
    now, staff_id = clock.now(), session.actor.staff_id
    limits.take(throttle.CODE, str(staff_id), now=now)
    secret = factor.unseal(browser["enrol"], staff_id=staff_id)
    with transaction():
        codes = service.set_factor(staff_id, secret, str(form.code.data), now=now)
        token = sessions.renew(session.token, now=now)
    browser.pop("enrol")
    following = url_for("auth.password") if session.must_change else home_of(session.actor)
    response = make_response(
        render_template(
            "auth/recovery.html", codes=codes, following=local_path(form.next.data, following)
        )
    )
    visit.remember(response, token)
    throttle.know_device(response, session.actor.username)
    return response


def _show_enrol(session: SignedIn, form: CodeForm) -> Response:
    if "enrol" not in browser:
        return redirect(url_for("auth.enrol"), 303)
    secret = factor.unseal(browser["enrol"], staff_id=session.actor.staff_id)
    address = factor.address(secret, username=session.actor.username)
    picture = segno.make(address, error="m").svg_inline(
        scale=4, border=2, svgclass="qr", lineclass=None, omitsize=True
    )
    page = render_template("auth/enrol.html", form=form, secret=secret, qr=Markup(picture))  # noqa: S704 (our own drawing)
    return make_response(page, 200 if request.method == "GET" else 422)


@blueprint.route("/password", methods=["GET", "POST"])
@needs(Verb.SELF)
def password() -> ResponseReturnValue:
    """Choose a new password of one's own."""
    form = PasswordForm()
    if not form.validate_on_submit():
        page = render_template("auth/password.html", form=form)
        return page if request.method == "GET" else make_response(page, 422)
    try:
        _change_password(form)
    except (Invalid, Limited) as error:
        if isinstance(error, Limited):
            raise
        form.refuse(error)
        return unfinished("auth/password.html", form=form)
    return redirect(home_of(access.actor()), 303)


def _change_password(form: PasswordForm) -> None:
    now, person, new = clock.now(), access.actor(), str(form.password.data)
    limits.take(throttle.CODE, str(person.staff_id), now=now)
    _staff_id, stored = service.stored_hash(person.username)
    if not passwords.matches(str(form.present.data), stored):
        raise Invalid("password_wrong", field="present")
    limits.give_back(throttle.CODE, str(person.staff_id), now=now)
    passwords.check_strength(new, username=person.username)
    made = passwords.hashed(new)
    session = access.signed_in()
    assert session is not None
    with transaction():
        service.set_password(person.staff_id, made, keep=session.token, now=now)


@blueprint.post("/logout")
@needs(Verb.SELF)
def logout() -> Response:
    """Sign out and clear what the browser kept of staff pages."""
    session = access.signed_in()
    assert session is not None
    with transaction():
        service.close_session(session.token, actor=session.actor, now=clock.now())
    browser.clear()
    response = redirect(url_for("auth.login"), 303)
    visit.forget(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
