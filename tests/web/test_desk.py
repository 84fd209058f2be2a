"""The desk opens its list and a fresh case."""

from app.cli.demo import county, people
from app.core import clock
from app.core.tx import transaction
from app.intake import service as intake
from app.intake.submission import Submission

TOLD = Submission(
    client_key="desk", kinds=("burning",), words="空地上在烧旧木板", lng=121.4247, lat=29.2892
)


def test_a_fresh_report_can_be_opened_from_the_list(app):
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        county.ground(clock.now())
        with transaction():
            receipt = intake.submit(TOLD, now=clock.now())
    client = app.test_client()
    client.post("/staff/login", data={"username": "desk", "password": people.PASSWORD})
    assert receipt.case_number in client.get("/desk").get_data(as_text=True)
    page = client.get(f"/desk/{receipt.case_number}")
    assert page.status_code == 200
    assert receipt.query_code not in page.get_data(as_text=True)
