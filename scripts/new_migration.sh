#!/bin/sh
# For maintainers: writes a migration for what the models have and an up-to-date database has not. Read it before use.
set -eu
[ $# -eq 2 ] || { echo "usage: scripts/new_migration.sh NUMBER 'What it does'" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
.venv/bin/python - "$1" "$2" "$folder" <<'PYTHON'
import sys
from alembic import command
from sqlalchemy import URL
from booking_app.migrations.upgrade import alembic_config
number, message, folder = sys.argv[1:]
url = str(URL.create("sqlite", database=f"{folder}/empty.sqlite3"))
command.upgrade(alembic_config(url), "head")
command.revision(alembic_config(url), message=message, autogenerate=True, rev_id=number)
PYTHON
sed -i '/# ### /d' booking_app/migrations/versions/"$1"_*.py
.venv/bin/ruff format -q booking_app/migrations/versions
.venv/bin/ruff check -q --fix booking_app/migrations/versions
