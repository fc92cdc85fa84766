"""Makes Schemathesis a client of Longshore: digest credentials, dated media types, and things that exist.

KNOWN is JSON: values of path parameters by name, so that requests reach further than a 404. A fifth of the requests keep generated values.
CALLER is the owner of everything, a reader of everything, or nobody, who has no credentials.
"""

import json
import os
import random
import re

import schemathesis
from requests.auth import HTTPDigestAuth
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

KNOWN = json.loads(os.environ["KNOWN"])
CALLER = os.environ["CALLER"]
CHOICES = random.Random(os.environ["SEED"])

# The errors of a body or a parameter that is not as the document says. Other errors are rules that a schema cannot express, such as those
# between attributes.
SCHEMA_ERRORS = {
    "INVALID_ENUM_VALUE",
    "INVALID_JSON",
    "INVALID_JSON_ATTRIBUTE",
    "INVALID_PATH_PARAMETER",
    "INVALID_QUERY_PARAMETER",
    "MALFORMED_JSON",
    "PATH_PARAM_PARSE_ERROR",
}

# The attributes that the server parses, because their forms are more than a pattern can say.
PARSED = re.compile(r"(^|\.)(ipAddress|cidrBlock|deleteAfterDate)$")

# The operations that change nothing although they are no GET.
HARMLESS = {"postTelemetry"}

if CALLER != "nobody":
    schemathesis.auth.set_from_requests(HTTPDigestAuth(os.environ["PUBLIC_KEY"], os.environ["PRIVATE_KEY"]))


@schemathesis.check
def caller_is_kept_to_its_role(context, response, case):
    """A reader changes nothing, and nobody is answered with anything but the challenge."""
    operation_id = case.operation.definition.raw.get("operationId")
    if CALLER == "reader" and response.request.method not in ("GET", "HEAD", "OPTIONS") and operation_id not in HARMLESS:
        assert response.status_code >= 400, f"a reader was answered {response.status_code}"
    if CALLER == "nobody":
        assert response.status_code >= 400, f"nobody was answered {response.status_code}"
        if response.status_code == 401:
            assert response.headers["www-authenticate"][0].startswith("Digest "), response.headers["www-authenticate"]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Keeps refusals of valid requests that are due to the document, and not to a rule that a schema cannot express."""
    if isinstance(failure, AcceptedNegativeData):
        # What is too long for HTTP itself is refused with its own statuses.
        return response.status_code not in (414, 431) and has_no_empty(case.query)
    if not isinstance(failure, RejectedPositiveData):
        return True
    try:
        error = json.loads(response.content)
    except ValueError:
        return True
    attribute = str((error.get("parameters") or [""])[0])
    return error.get("errorCode") in SCHEMA_ERRORS and not PARSED.search(attribute)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    for name, value in KNOWN.items():
        if path_parameters and name in path_parameters and CHOICES.random() < 0.8:
            path_parameters[name] = value
    return path_parameters


@schemathesis.hook
def filter_query(context, query):
    """Leaves out what is no wrong query here: an empty parameter counts as an absent one, and unknown ones are ignored."""
    known = {parameter.name for parameter in context.operation.query}
    return all(name in known for name in query or {}) and has_no_empty(query)


def has_no_empty(query):
    return all(value != "" for value in (query or {}).values())


@schemathesis.hook
def before_call(context, case, kwargs):
    """v2 answers in the version that Accept names. The version of a body is that of its media type."""
    if not case.operation.path.startswith("/api/atlas/v2"):
        return
    responses = case.operation.definition.raw["responses"].values()
    dated = sorted({t for response in responses for t in response.get("content", {}) if ".atlas." in t})
    accept = case.media_type if case.media_type in dated else CHOICES.choice(dated or ["application/vnd.atlas.2025-03-12+json"])
    case.headers = {**(case.headers or {}), "Accept": accept}


@schemathesis.hook
def after_call(context, case, response):
    """Takes the answer out of its envelope, because the schemas are those of answers without one."""
    if str((case.query or {}).get("envelope")).lower() != "true" or response.status_code != 200:
        return
    try:
        document = json.loads(response.content)
    except ValueError:
        return
    if not isinstance(document, dict) or "status" not in document:
        return
    status = document.pop("status")
    if "content" in document:
        document = document["content"]
    response.status_code = status
    response.content = b"" if status == 204 else json.dumps(document).encode()
