"""What a site decides where centres differ: each choice with its published default and source."""

from cisterna.clinic.settings.site import SiteChoices, change_setting, site_choices

__all__ = ["SiteChoices", "change_setting", "site_choices"]
