"""Every public page of the urlconf, with the arguments the demonstration itself links to."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

LINK = re.compile(r'(?:href|action)="([^"#]+)')
# Enough to reach every kind of page; lists of hundreds of like pages are not walked to their end.
PER_VIEW, MOST = 4, 400


@dataclass
class Site:
    """Sample addresses by view name (`pages` in HTML, `forms` that only take POST, `files` otherwise), and broken links
    with where they stand."""

    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def public_views(resolver: URLResolver | None = None, space: str = "") -> set[str]:
    """Names of the views marked public, as `app:name`."""
    found: set[str] = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "api":
                found |= public_views(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern) and getattr(entry.callback, "access", "") == "public":
            found.add(f"{space}{entry.name}")
    return found


def view_name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def crawl(address: str) -> Site:
    """Follow links from home and from every public page that takes no arguments."""
    from django.urls import NoReverseMatch, reverse

    site, seen, taken = Site(), set(), {}
    waiting = deque([("/", "start")])
    for name in sorted(public_views()):
        try:
            waiting.append((reverse(name), "urlconf"))
        except NoReverseMatch:
            continue
    while waiting and sum(taken.values()) < MOST:
        path, origin = waiting.popleft()
        if path in seen:
            continue
        seen.add(path)
        name = view_name(urlsplit(path).path)
        if not name or name.startswith("api:") or taken.get(name, 0) >= PER_VIEW:
            continue
        taken[name] = taken.get(name, 0) + 1
        try:
            with urllib.request.urlopen(address + path, timeout=30) as answer:
                body, kind, landed = answer.read(), answer.headers.get_content_type(), urlsplit(answer.url).path
        except urllib.error.HTTPError as error:
            if error.code == 405:
                site.forms[name] = path
            else:
                site.broken.append(f"{error.code} {path} (from {origin})")
            continue
        if kind != "text/html" or view_name(landed) != name:
            site.files.setdefault(name, path)
            continue
        site.pages.setdefault(name, path)
        for link in LINK.findall(body.decode()):
            target = urlsplit(urljoin(path, unescape(link)))
            if not target.netloc and not target.path.startswith(("/static/", "/en/", "/api/")):
                waiting.append((target.path + (f"?{target.query}" if target.query else ""), path))
    return site
