"""Asks what each line of its input says, as JSON, and tells in a line what was answered, or what was wrong."""

import json
import os
import re
import sys
from http.cookiejar import MozillaCookieJar
from urllib.request import HTTPCookieProcessor, Request, build_opener


def ask(method, url, headers, body=None, sends=None, keeps=None, until=None):
    """The whole answer, or, with `until`, what there is of it up to a line that matches that."""
    cookies = MozillaCookieJar()
    if sends and os.path.exists(sends):
        cookies.load(sends, ignore_discard=True)
    request = Request(url, body and body.encode(), dict(headers), method=method)
    told = ""
    with build_opener(HTTPCookieProcessor(cookies)).open(request) as answer:
        for line in answer:
            told += line.decode()
            if until and re.search(until, told):
                break
    if keeps:
        cookies.save(keeps, ignore_discard=True)
    return told


for line in sys.stdin:
    try:
        outcome = {"told": ask(**json.loads(line))}
    except Exception as error:
        outcome = {"trouble": repr(error)}
    print(json.dumps(outcome), flush=True)
