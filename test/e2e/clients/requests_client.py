"""Sends the seed's request with Python's requests, twice in one session, and prints both answers as a JSON list."""

import json
import os

import requests
from requests.auth import HTTPDigestAuth

session = requests.Session()
session.auth = HTTPDigestAuth(os.environ["PUBLIC_KEY"], os.environ["PRIVATE_KEY"])
answers = []
for _ in range(2):
    response = session.post(
        os.environ["URL"], json=json.loads(os.environ["BODY"]), headers={"Accept": "application/json"}
    )
    answers.append({"status": response.status_code, "body": response.json()})
print(json.dumps(answers))
