"""Sends the seed's request with Python's own urllib, twice, and prints both answers as a JSON list."""

import json
import os
import urllib.request

url = os.environ["URL"]
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, url, os.environ["PUBLIC_KEY"], os.environ["PRIVATE_KEY"])
opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
answers = []
for _ in range(2):
    request = urllib.request.Request(
        url,
        data=os.environ["BODY"].encode(),
        headers={"Accept": "application/json", "Content-Type": "application/json"},
        method="POST",
    )
    with opener.open(request) as response:
        answers.append({"status": response.status, "body": json.load(response)})
print(json.dumps(answers))
