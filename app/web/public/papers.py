"""C10 on paper: the notice of a reward and the voucher as PDF, for whoever has the code."""

from werkzeug import Response

from app.cases import queries as cases
from app.core import clock
from app.core.errors import NotFound
from app.web.public import award as awards
from app.web.public import visits
from app.web.public.site import blueprint
from app.web.rewards import papers


@blueprint.get("/t/<name>/reward/notice.pdf")
def notice(name: str) -> Response:
    """Hand out the notice; it names no reporter."""
    award = awards.mine(visits.find(name, now=clock.now()).report_id)
    if award.notified_at is None:
        raise NotFound
    number = cases.by_id(award.case_id).number
    return papers.download(papers.notice(award, number), "notice")


@blueprint.get("/t/<name>/reward/voucher.pdf")
def voucher_paper(name: str) -> Response:
    """Hand out the voucher: number and amount, nothing else."""
    award = awards.mine(visits.find(name, now=clock.now()).report_id)
    if not awards.has_voucher(award):
        raise NotFound
    return papers.download(papers.voucher(award), "voucher")
