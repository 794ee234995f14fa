"""One ActiveCampaign account: records of every kind under ids that are numbers, written as texts."""

from __future__ import annotations

from typing import Any

from booking_sandbox.demo_keys import DEMO_ACTIVECAMPAIGN_TOKEN

LIST_ID = "1"
Row = dict[str, Any]


class CampaignAccount:
    """The state behind one token: at first two lists and nobody. ``may_read`` False is a user without rights."""

    def __init__(self, *, name: str, token: str, may_read: bool = True) -> None:
        self.name, self.token, self.may_read = name, token, may_read
        self.tables: dict[str, dict[str, Row]] = {}
        for list_name in ("Clinic news", "Offers"):
            self.add("lists", name=list_name, stringid=list_name.lower().replace(" ", "-"))

    def rows(self, table: str) -> list[Row]:
        """The records of one kind, oldest first."""
        return list(self.tables.get(table, {}).values())

    def get(self, table: str, row_id: object) -> Row | None:
        """One record; numbers are taken as well as texts."""
        return self.tables.get(table, {}).get(str(row_id))

    def add(self, table: str, **values: Any) -> Row:
        """Add a record under the next id of its kind."""
        rows = self.tables.setdefault(table, {})
        row: Row = {**values, "id": str(max(map(int, rows), default=0) + 1)}
        rows[row["id"]] = row
        return row

    def find(self, table: str, **values: str) -> Row | None:
        """The first record with these values, compared as texts."""
        for row in self.rows(table):
            if all(str(row.get(name)) == str(value) for name, value in values.items()):
                return row
        return None

    def with_email(self, email: object) -> Row | None:
        """The contact with an address, in any case of letters."""
        wanted = str(email or "").strip().lower()
        return next((row for row in self.rows("contacts") if wanted and row["email"].lower() == wanted), None)

    def to_json(self) -> dict[str, Any]:
        """What arrived, for the control API; a contact shows its values, tags and subscriptions along."""
        return {
            "contacts": [self._shown(row) for row in self.rows("contacts")],
            "fields": self.rows("fields"),
            "fieldRels": self.rows("fieldRels"),
            "tags": self.rows("tags"),
            "notes": self.rows("notes"),
            "contactLists": self.rows("contactLists"),
        }

    def _shown(self, contact: Row) -> Row:
        names = {row["id"]: row["perstag"] for row in self.rows("fields")}
        tags = {row["id"]: row["tag"] for row in self.rows("tags")}
        of_contact = {
            table: [row for row in self.rows(table) if row["contact"] == contact["id"]]
            for table in ("fieldValues", "contactTags", "contactLists")
        }
        return {
            **contact,
            "values": {names[row["field"]]: row["value"] for row in of_contact["fieldValues"]},
            "tags": [tags[row["tag"]] for row in of_contact["contactTags"]],
            "lists": {row["list"]: row["status"] for row in of_contact["contactLists"]},
        }


def made() -> dict[str, CampaignAccount]:
    """The accounts of the sandbox, by the names of the clinics."""
    accounts = (
        CampaignAccount(name="demo", token=DEMO_ACTIVECAMPAIGN_TOKEN),
        CampaignAccount(name="northside", token="5a4d0b0c7e1f4c2a9d3e6b8f70112233445566-sandbox-northside"),  # noqa: S106
        CampaignAccount(name="narrow", token="9b1c0b0c7e1f4c2a9d3e6b8f70-sandbox-narrow", may_read=False),  # noqa: S106
    )
    return {account.name: account for account in accounts}
