"""Import every table, so that the metadata is whole for Alembic and for foreign keys."""

from app.accounts import models as accounts
from app.audit import models as audit
from app.cases import models as cases
from app.enforcement import models as enforcement
from app.feedback import models as feedback
from app.fieldwork import models as fieldwork
from app.flags import models as flags
from app.identity import models as identity
from app.intake import models as intake
from app.media import models as media
from app.notify import models as notify
from app.places import models as places
from app.rates import models as rates
from app.rewards import models as rewards
from app.sla import models as sla
from app.spotchecks import models as spotchecks
from app.supervision import models as supervision
from app.worktime import models as worktime

TABLES = (
    accounts, audit, cases, enforcement, feedback, fieldwork, flags, identity, intake, media,
    notify, places, rates, rewards, sla, spotchecks, supervision, worktime,
)  # fmt: skip
