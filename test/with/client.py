"""Asks what its first argument says, as JSON, and prints the answer; with a second, until a line of it matches that."""

import json
import os
import re
import sys
from http.cookiejar import MozillaCookieJar
from urllib.request import HTTPCookieProcessor, Request, build_opener

asked = json.loads(sys.argv[1])
until = sys.argv[2]

cookies = MozillaCookieJar()
if os.path.exists(asked.get("sends", "")):
    cookies.load(asked["sends"], ignore_discard=True)

request = Request(
    asked["url"],
    asked["body"].encode() if "body" in asked else None,
    dict(asked["headers"]),
    method=asked["method"],
)
with build_opener(HTTPCookieProcessor(cookies)).open(request) as answer:
    for line in answer:
        sys.stdout.buffer.write(line)
        if until and re.search(until, line.decode()):
            break

if "keeps" in asked:
    cookies.save(asked["keeps"], ignore_discard=True)
