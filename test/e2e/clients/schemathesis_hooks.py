"""Makes Schemathesis a client of Longshore: digest credentials, dated media types, and things that exist.

KNOWN is JSON: values of path parameters by name, so that requests reach further than a 404. Half of the requests keep generated values.
"""

import json
import os
import random

import schemathesis
from requests.auth import HTTPDigestAuth

KNOWN = json.loads(os.environ["KNOWN"])
CHOICES = random.Random(os.environ["SEED"])

schemathesis.auth.set_from_requests(HTTPDigestAuth(os.environ["PUBLIC_KEY"], os.environ["PRIVATE_KEY"]))


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
    return all(name in known and value != "" for name, value in (query or {}).items())


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
