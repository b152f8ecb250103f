"""Every operation of the API, against what its OpenAPI document promises: Schemathesis with all its checks."""

import os
from typing import Any

import pytest

if not os.environ["SHUZHI_TEST_CORNERS"]:  # to draw the first examples of sixty operations takes seconds
    pytest.skip("NOT RUN: thorough, run with --thorough", allow_module_level=True)

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from shuzhi.site.api import api
from shuzhi.site.wsgi import application

EXAMPLES = 10
# A body may fit the schema and still be refused by the business (an area that does not exist: 422, a step that is
# not due: 409, an ETag of before: 412), and an address may try too often (429). What must not happen is 400, 405 or a server error.
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422", "429"]
            }
        }
    }
)
promised = schemathesis.openapi.from_dict(api.get_openapi_schema(), config=CONFIG)
promised.app = application


@promised.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_keeps_what_its_document_promises(case: Any, api_key: str) -> None:
    case.call_and_validate(headers={"Authorization": api_key})
