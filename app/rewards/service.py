"""All that others may do with rewards, gathered from the modules that do it."""

from app.rewards.approval import (
    amend,
    approve,
    bar,
    propose,
    review,
    second_word,
    send_back,
    set_level,
)
from app.rewards.assessing import assess_case, consider, reconsider
from app.rewards.checklist import Answer
from app.rewards.checklist import answer as answer_checks
from app.rewards.claiming import (
    ClaimData,
    answer,
    appeal,
    claim_award,
    decline,
    donate,
    notify,
)
from app.rewards.collecting import Proof, Taken, claim, prove
from app.rewards.ledger import balances, close_day, compare, grant
from app.rewards.paying import (
    archive,
    drop_void,
    give_back,
    instruct,
    pay,
    recover,
    waive,
)
from app.rewards.rulesets import activate, import_version, in_force, seed
from app.rewards.sweeps import close_batch, drop_batch, lapse_batch, remind_batch

__all__ = (
    "Answer", "ClaimData", "Proof", "Taken", "activate", "amend", "answer", "answer_checks",
    "appeal", "approve", "archive", "assess_case", "balances", "bar", "claim", "claim_award",
    "close_batch", "close_day",
    "compare", "consider", "decline", "donate", "drop_batch", "drop_void", "give_back", "grant",
    "import_version", "in_force", "instruct", "lapse_batch", "notify", "pay", "propose", "prove",
    "reconsider", "recover", "remind_batch", "review", "second_word", "seed", "send_back",
    "set_level", "waive",
)  # fmt: skip
