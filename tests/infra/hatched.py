"""What a hatchery's processes begin with: the product, whose tables know one another already."""

from sqlalchemy.orm import configure_mappers

from app import schema

assert schema.TABLES
configure_mappers()
