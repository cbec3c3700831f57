"""A client of the API, over HTTP like everybody's: what `tailrace token` and `tailrace submit` are made of."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx

CREATE_UPLOAD = """mutation CreateUpload($input: CreateUploadInput!) {
  createUpload(input: $input) { upload { id url headers } userErrors { field code message } }
}"""
SUBMIT = """mutation Submit($input: {input}!) {{
  {act}(input: $input) {{ submission {{ id }} userErrors {{ field code message }} }}
}}"""
FOLLOW = """query Follow($id: ID!) {
  node(id: $id) { ... on Submission {
    status correctedLines counts { received accepted held rejected duplicate conflict progress } failure { code message }
  } }
}"""
ROWS = """query Outcomes($id: ID!, $after: String) {
  node(id: $id) { ... on Submission { rows(first: 250, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { row outcome documentNumber documentLine soldOn quantity issues { code message } } }
  } } }
}"""

EFFECTS = """query Effects($id: ID!, $after: String) {
  node(id: $id) { ... on Submission { effects(first: 250, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { month product { sku } units lines amount { amount currency } bookAmount { amount currency } } }
  } } }
}"""


class ReportKind(StrEnum):
    """What a report that is handed in from the command line is about."""

    SELL_THROUGH = "sell-through"
    INVENTORY = "inventory"


class Mode(StrEnum):
    """What a report does to what was reported before."""

    APPEND = "append"
    CORRECT = "correct"
    REPLACE_PERIOD = "replace-period"


_CALLED = {ReportKind.SELL_THROUGH: "SellThrough", ReportKind.INVENTORY: "Inventory"}


class ClientTrouble(Exception):
    """The server did not do what was asked; the message says why."""


@dataclass(slots=True)
class Client:
    """A signed-in client of one server."""

    url: str
    token: str

    def ask(self, document: str, variables: dict[str, Any]) -> Any:
        """The `data` of the answer. Raises ClientTrouble with what the server said."""
        answer = httpx.post(
            f"{self.url}/graphql",
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
        ).json()
        if answer.get("errors"):
            raise ClientTrouble("; ".join(error["message"] for error in answer["errors"]))
        return answer["data"]

    def act(self, document: str, given: dict[str, Any]) -> Any:
        """The payload of a mutation. Raises ClientTrouble with what has to be put right."""
        (payload,) = self.ask(document, {"input": given}).values()
        if payload["userErrors"]:
            raise ClientTrouble("; ".join(f"{error['code']}: {error['message']}" for error in payload["userErrors"]))
        return payload

    def upload(self, file: Path, key: str) -> str:
        """Send a file; the upload's id."""
        given = {"filename": file.name, "byteSize": file.stat().st_size, "idempotencyKey": key}
        place = self.act(CREATE_UPLOAD, given)["upload"]
        with file.open("rb") as body:
            answer = httpx.put(place["url"], content=body, headers=place["headers"], timeout=600)
        if answer.status_code != 200:
            raise ClientTrouble(f"The upload was refused: {answer.json()['message']}")
        found: str = place["id"]
        return found

    def submit(
        self,
        kind: ReportKind,
        mode: Mode,
        preview: bool,
        agreement: str,
        period: tuple[str, str],
        upload: str,
        key: str,
    ) -> str:
        """Hand an uploaded report in, or try it out; the submission's id."""
        start, end = period
        document = SUBMIT.format(
            input=f"Submit{_CALLED[kind]}Input", act=("preview" if preview else "submit") + _CALLED[kind]
        )
        given = {
            "agreementId": agreement,
            "period": {"start": start, "end": end},
            "mode": mode.name,
            "source": {"uploadId": upload},
            "idempotencyKey": key,
        }
        found: str = self.act(document, given)["submission"]["id"]
        return found

    def follow(self, submission: str, patience: float = 600) -> Iterator[dict[str, Any]]:
        """How the report stands, again and again until it is processed or has failed."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            state = self.ask(FOLLOW, {"id": submission})["node"]
            yield state
            if state["status"] in {"PROCESSED", "FAILED", "CANCELLED"}:
                return
            time.sleep(0.2)
        raise ClientTrouble(f"The report is not counted after {patience:.0f} s. Is a worker running? Ask for it later.")

    def rows(self, submission: str, most: int) -> list[dict[str, Any]]:
        """The first rows of the report with their outcomes."""
        return self._listed(ROWS, "rows", submission, most)

    def effects(self, submission: str, most: int) -> list[dict[str, Any]]:
        """What the report changed in the figures, or would change, by month and product."""
        return self._listed(EFFECTS, "effects", submission, most)

    def _listed(self, document: str, what: str, submission: str, most: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = None
        while len(found) < most:
            page = self.ask(document, {"id": submission, "after": after})["node"][what]
            found += [edge["node"] for edge in page["edges"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        return found[:most]


def token(url: str, client_id: str, secret: str) -> str:
    """An access token by client credentials. Raises ClientTrouble."""
    try:
        answer = httpx.post(
            f"{url}/oauth/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret), timeout=10
        )
    except httpx.TransportError as reason:
        raise ClientTrouble(f"No server answers at {url}. Start one with `make demo`, in another terminal.") from reason
    if answer.status_code != 200:
        raise ClientTrouble(f"The server gave no token: {answer.json().get('error_description', answer.text)}")
    found: str = answer.json()["access_token"]
    return found
