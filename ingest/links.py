"""Links in abstracts: found, cleaned of the punctuation around them, and told apart by what they lead to."""

from __future__ import annotations

import re

_URL = re.compile(
    r"(?:https?://|www\.|(?<![\w./@])(?:github|gitlab|huggingface)\.(?:com|co|io)/)(?=\w)"
    r"(?:(?!,https?://)(?:\\_|[^\s<>\"'“”‘’—{}|\\^`]))+",
    re.IGNORECASE,
)
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "anonymous.4open.science"})


def find_links(text: str) -> tuple[str, ...]:
    """Return the links in a text, in order, each once, without the punctuation that follows them."""
    return tuple(dict.fromkeys(_clean(match.group().replace(r"\_", "_")) for match in _URL.finditer(text)))


def _clean(link: str) -> str:
    """Take off closing punctuation; a bracket stays where the link itself opens it."""
    pairs = {")": "(", "]": "["}
    while link[-1] in ".,;:!?*_" or (link[-1] in pairs and link.count(pairs[link[-1]]) < link.count(link[-1])):
        link = link[:-1]
    return link


def is_code(link: str) -> bool:
    """Tell whether a link leads to a code repository."""
    host = re.split(r"[/:?#]", re.sub(r"^(https?://)?(www\.)?", "", link.lower()), maxsplit=1)[0]
    return host in _CODE_HOSTS
