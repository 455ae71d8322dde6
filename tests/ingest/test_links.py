from __future__ import annotations

import pytest

from ingest.links import find_links, is_code


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("The code is at https://github.com/a/b.", ["https://github.com/a/b"]),
        ("Code: https://github.com/a/b).", ["https://github.com/a/b"]),
        ("(see https://github.com/a/b), and", ["https://github.com/a/b"]),
        ("[https://a.org/x]", ["https://a.org/x"]),
        ("https://en.wikipedia.org/wiki/Frog_(genus)", ["https://en.wikipedia.org/wiki/Frog_(genus)"]),
        ("(https://en.wikipedia.org/wiki/Frog_(genus))", ["https://en.wikipedia.org/wiki/Frog_(genus)"]),
        ("at https://a.org/x!? Then", ["https://a.org/x"]),
        ("**https://a.org/x**", ["https://a.org/x"]),
        (r"\url{https://a.org/x}", ["https://a.org/x"]),
        (r"https://github.com/a/b{https://github.com/a/b}", ["https://github.com/a/b"]),
        (r"https://github.com/a/b\_c is ours", ["https://github.com/a/b_c"]),
        ("“https://a.org/x” and ‘https://a.org/y’", ["https://a.org/x", "https://a.org/y"]),
        ("https://a.org/x—which is ours", ["https://a.org/x"]),
        ("https://a.org/x,https://b.org/y", ["https://a.org/x", "https://b.org/y"]),
        ("https://web.archive.org/web/2020/https://a.org", ["https://web.archive.org/web/2020/https://a.org"]),
        ("https://a.org/x?q=1&r=2#part-3", ["https://a.org/x?q=1&r=2#part-3"]),
        ("https://a.org/x and again https://a.org/x", ["https://a.org/x"]),
        ("at www.frogs.example.", ["www.frogs.example"]),
        ("code: github.com/a/b;", ["github.com/a/b"]),
        ("HTTPS://GitHub.com/A/B", ["HTTPS://GitHub.com/A/B"]),
        ("notgithub.com/a and me@github.com/a", []),
        ("https:// and http://. www. alone", []),
        ("no link, just e.g. words.and dots", []),
    ],
)
def test_links_are_found_without_what_stands_around_them(text, links):
    assert list(find_links(text)) == links


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://github.com/a/b", True),
        ("http://www.github.com/a", True),
        ("github.com/a/b", True),
        ("HTTPS://GitHub.com/A", True),
        ("https://gitlab.com/a/b", True),
        ("https://bitbucket.org/a/b", True),
        ("https://anonymous.4open.science/r/x", True),
        ("https://github.com:443/a", True),
        ("https://a.github.io/b", False),
        ("https://github.company/a", False),
        ("https://github.com.evil.example/a", False),
        ("https://huggingface.co/datasets/a", False),
        ("https://doi.org/10.1/github.com", False),
    ],
)
def test_code_hosts_are_told_from_others(link, code):
    assert is_code(link) is code
