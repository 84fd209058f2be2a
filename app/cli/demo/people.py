"""Who works in the demo county: every role, a worker and a deputy for each village grid."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts import passwords, service
from app.accounts.permissions import Role
from app.accounts.queries import Actor
from app.places import queries as places
from app.places import service as place_service
from app.rewards import service as rewards
from app.supervision.departments import Department

PASSWORD = "eco110-demo-2026"
R = Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One account of the demo; named by office, for nobody here exists."""

    username: str
    name: str
    roles: tuple[Role, ...]
    about: str
    area: str = "330226"


SHOWN: tuple[Person, ...] = (
    Person(
        username="worker",
        name="老李",
        roles=(R.GRID_WORKER,),
        about="网格员 grid worker",
        area="330226001000",
    ),
    Person(
        username="gridlead",
        name="网格长",
        roles=(R.GRID_LEAD,),
        about="网格长 grid lead",
        area="330226001000",
    ),
    Person(username="desk", name="小王", roles=(R.DESK, R.DISPATCHER), about="受理、派遣 desk"),
    Person(username="lead", name="受理组长", roles=(R.DESK_LEAD,), about="办结 desk lead"),
    Person(username="duty", name="值班长", roles=(R.DUTY_OFFICER,), about="duty officer"),
    Person(username="checker", name="核查员", roles=(R.CHECKER,), about="核查 checker"),
    Person(username="caller", name="回访员", roles=(R.CALLER,), about="回访 caller"),
    Person(username="officer", name="执法一组", roles=(R.OFFICER,), about="执法 officer"),
    Person(username="legal", name="法制审核", roles=(R.LEGAL,), about="法制 legal review"),
    Person(username="clerk", name="奖励专岗", roles=(R.REWARD_CLERK,), about="reward clerk"),
    Person(username="approver", name="分管领导", roles=(R.APPROVER,), about="审批 approver"),
    Person(username="finance", name="财务", roles=(R.FINANCE,), about="支付 finance"),
    Person(username="supervisor", name="陈主任", roles=(R.SUPERVISOR,), about="五率 supervisor"),
    Person(username="custodian", name="保管员甲", roles=(R.CUSTODIAN,), about="custodian"),
    Person(username="custodian2", name="保管员乙", roles=(R.CUSTODIAN,), about="second custodian"),
    Person(
        username="department",
        name="住建局",
        roles=(R.DEPARTMENT,),
        about="协同部门 department",
        area=Department.BUILDING,
    ),
    Person(username="system", name="系统管理员", roles=(R.SYSTEM_ADMIN,), about="system admin"),
    Person(
        username="security", name="安全管理员", roles=(R.SECURITY_ADMIN,), about="security admin"
    ),
    Person(username="audit", name="审计管理员", roles=(R.AUDIT_ADMIN,), about="audit admin"),
)
LEAD_LEVEL = "director"


def make(now: datetime) -> dict[str, Actor]:
    """Add all accounts and give every grid its worker and deputy; return the shown ones by name."""
    hashed = passwords.hashed(PASSWORD)
    shown = {
        person.username: service.add_staff(
            person.username,
            name=person.name,
            roles=person.roles,
            password_hash=hashed,
            now=now,
            area_code=person.area,
            must_change=False,
        )
        for person in SHOWN
    }
    for town in places.townships():
        _staff_township(town.code, town.name, hashed, shown["worker"], now)
    rewards.set_level(shown["approver"].staff_id, LEAD_LEVEL, by="system", now=now)
    return shown


def _staff_township(code: str, name: str, hashed: str, first: Actor, now: datetime) -> None:
    """Two workers a township share its grids and stand in for one another."""
    workers = [
        service.add_staff(
            f"w{code[6:9]}{letter}",
            name=f"{name}网格员{number}",
            roles=(R.GRID_WORKER,),
            password_hash=hashed,
            now=now,
            area_code=code,
            must_change=False,
        )
        for letter, number in (("a", "甲"), ("b", "乙"))
    ]
    if code == first.area_code:
        workers[0] = first
    duties = {
        (grid.code, rank): workers[(index + rank) % 2].staff_id
        for index, grid in enumerate(places.children(code))
        for rank in (place_service.WORKER, place_service.DEPUTY)
    }
    place_service.set_duties(duties, by="system", now=now)
