"""What an administrator does: accounts, the choices of the site, the audit, backups, integrity."""
