"""The one blueprint of the reward pages."""

from flask import Blueprint

blueprint = Blueprint("rewards", __name__, url_prefix="/rewards")
