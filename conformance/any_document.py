"""Whatever document schemathesis makes of the contract, the running server answers it: with data, or with an error that has
a code and says what is wrong. Nothing may be a fault of ours (INTERNAL), and nothing may change the answer's form.

TAILRACE_URL says where the server is, TAILRACE_VENDOR, TAILRACE_DISTRIBUTOR and TAILRACE_RESELLER whose tokens ask.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

URL = f"{os.environ.get('TAILRACE_URL', 'http://127.0.0.1:8000')}/graphql"
LEVELS = ("VENDOR", "DISTRIBUTOR", "RESELLER")
KNOWN = {"FORBIDDEN", "BAD_USER_INPUT", "COST_LIMIT", "RATE_LIMITED"}
EXAMPLES = int(os.environ.get("TAILRACE_EXAMPLES", "5"))

schemathesis.graphql.scalar("Date", st.dates().map(lambda day: nodes.String(day.isoformat())))
schemathesis.graphql.scalar("DateTime", st.datetimes(timezones=st.timezones()).map(lambda at: nodes.String(at.isoformat())))
schemathesis.graphql.scalar("Decimal", st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda n: nodes.String(str(n))))
schemathesis.graphql.scalar("CurrencyCode", st.sampled_from(["EUR", "USD", "BRL", "JPY", "XXX", "", "eur"]).map(nodes.String))
schemathesis.graphql.scalar("JSON", st.just(nodes.Object(fields=[])))

schema = schemathesis.graphql.from_url(URL, headers={"Authorization": f"Bearer {os.environ['TAILRACE_VENDOR']}"})


@pytest.mark.parametrize("level", LEVELS)
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_document_is_answered(case: schemathesis.Case, level: str) -> None:
    response = case.call(headers={"Authorization": f"Bearer {os.environ[f'TAILRACE_{level}']}"})
    answer = response.json()
    assert response.status_code in (200, 400, 429), response.text
    for error in answer.get("errors", []):
        assert error["extensions"]["code"] in KNOWN, (case.body, error)
        assert error["message"].strip(), case.body
