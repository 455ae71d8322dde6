"""Links in abstracts: found, cleaned of the punctuation around them, and told apart by what they lead to."""

from __future__ import annotations

import re

_URL = re.compile(r"(?:https?://|www\.|(?<![\w./@])(?:github|gitlab|huggingface)\.(?:com|co|io)/)[^\s<>\"'{}|\\^`]+")
_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "anonymous.4open.science")


def find_links(text: str) -> tuple[str, ...]:
    """Return the links in a text, in order, each once, without the punctuation that follows them."""
    found = (_clean(match.group()) for match in _URL.finditer(text))
    return tuple(dict.fromkeys(link for link in found if link))


def _clean(link: str) -> str:
    """Take off closing punctuation; a bracket stays where the link itself opens it."""
    pairs = {")": "(", "]": "["}
    while link and (
        link[-1] in ".,;:!?*_" or (link[-1] in pairs and link.count(pairs[link[-1]]) < link.count(link[-1]))
    ):
        link = link[:-1]
    return link


def is_code(link: str) -> bool:
    """Tell whether a link leads to a code repository."""
    host = re.sub(r"^(https?://)?(www\.)?", "", link.lower())
    return host.startswith(_CODE_HOSTS)
