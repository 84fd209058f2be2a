"""I2: a call, a visitor, a letter, typed by the desk; the code is read back group by group."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.intake import service as intake
from app.web import access
from app.web.access import needs
from app.web.desk import lists
from app.web.desk.blueprint import blueprint
from app.web.desk.forms import EntryForm
from app.web.forms import picks, unfinished


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Verb.REPORT_ENTER)
def new() -> ResponseReturnValue:
    """Enter a report for somebody; the answer shows the code once, to be read back."""
    form = EntryForm()
    form.grid_code.choices = picks([("", "—"), *lists.grid_choices()])
    if not form.validate_on_submit():
        page = render_template("desk/new.html", form=form)
        return page if request.method == "GET" else make_response(page, 422)
    try:
        with transaction():
            receipt = intake.submit(form.submission(actor=access.actor().key), now=clock.now())
    except Invalid as error:
        form.refuse(error)
        return unfinished("desk/new.html", form=form)
    return render_template("desk/entered.html", receipt=receipt)
