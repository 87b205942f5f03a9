"""The calendar feed: secret links that a phone subscribes to, made and revoked by their owner."""

from cisterna.clinic.calendar.links import Link, links_of, make_link, owner_of, revoke_link

__all__ = ["Link", "links_of", "make_link", "owner_of", "revoke_link"]
