"""Counts asked in German, French, Spanish and Chinese, put into the English they are read in.

The frame of a question is put over ("Wie viele Arbeiten haben mehr als drei Autoren?"): the words that say what is
counted and by which condition. Of the topic, what the glossary knows is; the rest stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.questions.language import tongue_of

_MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True)
class _Language:
    """How one language asks for a count, and what its words are in English, in the order to be replaced."""

    opening: re.Pattern[str]
    words: tuple[tuple[re.Pattern[str], str], ...]
    idle: re.Pattern[str]
    """Words left out once the others are replaced."""


def _language(opening: str, words: str, months: str, idle: str) -> _Language:
    """Compile a language; ``words`` holds one replacement a line, ``pattern => English``."""
    pairs = [line.strip().split(" => ") for line in words.strip().splitlines()]
    named = [
        (rf"(?<![a-z]){month}(?![a-z])", rf"{english} \1" if r"(\d" in month else english)
        for month, english in zip(months.split(), _MONTHS, strict=True)
    ]
    compiled = tuple((re.compile(p, re.IGNORECASE), said) for p, said in [*((a, b) for a, b in pairs), *named])
    return _Language(re.compile(opening, re.IGNORECASE), compiled, re.compile(idle, re.IGNORECASE))


_GERMAN = _language(
    r"^\W*(?:und |also )?wie ?viele\b|\b(?:welche[rsn]?|was|zeig\w*|nenn\w*)\b.*\b(?:autor|neuest|jüngst|ältest"
    r"|digest|code|kommentar)",
    r"""
    \b(?:die|das|der|den) (?:neueste|jüngste)[ns]? (?:arbeit|artikel|paper|studie|beitrag)\b => the newest paper
    \b(?:die|das|der|den) älteste[ns]? (?:arbeit|artikel|paper|publikation|studie|beitrag)\b => the oldest paper
    \b(?:die|den) meisten\b => the most
    \b(?:die|den) wenigsten\b => the fewest
    \bwelche[rs]? (?:arbeit|artikel|paper|publikation|studie|beitrag)\b(?=.*\b(?:hat|ist|steht)\b) => which paper
    \bwelche[rn]? (?:arbeiten|artikel|papers?|publikationen|studien|beiträge)\b => which papers
    \bwie ?viele (?:der |dieser |von diesen )?(?:arbeiten|artikel|papers?|publikationen|studien)\b => how many papers
    \bwie ?viele (?:der |dieser |von diesen )?(?:veröffentlichungen|aufsätze|einträge|beiträge)\b => how many papers
    \bwie ?viele\b => how many
    \bautor(?:en|innen|\*innen|:innen|in)?\b => authors
    \bkommentaren?\b => comments
    \bohne (?:quell)?(?:code|text)\b => without code
    \bkeinen (?:quell)?(?:code|text)\b => no code
    \b(?:mit|haben|veröffentlichen) (?:(?:einem|einen|ihren|link|zu|zum) )*(?:quell)?(?:code|text)\b => with code
    \bdigests? (?:vom|von|des) => digest of
    \bohne (?:ein )?datum\b|\bkein datum\b => without a date
    \bmehr als einem digest\b|\bmehreren digests\b|\bbeiden digests\b => more than one digest
    \bmehr als\b => more than
    \bweniger als\b => fewer than
    \bmindestens\b => at least
    \bhöchstens\b => at most
    \b(?:nur )?(?:einen?|einem) einzigen\b|\bnur einen?\b => one
    \beine?n?m?\b(?= authors) => one
    \bzwei\b => two
    \bdrei\b => three
    \bvier\b => four
    \bfünf\b => five
    \bsechs\b => six
    \bsieben\b => seven
    \bacht\b => eight
    \bneun\b => nine
    \bzehn\b => ten
    \bseit\b => since
    \bvor(?= (?:dem )?(?:jahr )?(?:\d|[a-zä]+ 20)) => before
    \bnach(?= (?:dem )?(?:jahr )?(?:\d|[a-zä]+ 20)) => after
    \bzwischen (\S+(?: \S+)?) und\b => between \1 and
    \b(?:aus|von|im)(?: dem)?(?: jahre?)?(?= \d{4}) => from
    \b(?:erwähnen|nennen|enthalten)\b => mention
    \b(?:handeln von|behandeln|beschäftigen sich mit|befassen sich mit|über|zum thema|zu|zur|zum)\b => about
    \b(?:verwenden|nutzen|benutzen)\b => use
    \boder\b => or
    \bund\b => and
    \bnicht\b => not
    \b(\d{1,2})\.(?= [a-zä]) => \1
    """,
    "januar februar märz april mai juni juli august september oktober november dezember",
    r"\b(?:gibt|es|sind|ist|was|welche[rs]?|haben|hat|stehen|steht|insgesamt|in|im|den|dem|der|die|das|des|vom|von|bibliothek|sammlung|hier"
    r"|wurden|veröffentlicht|erschienen|datiert|da|denn|alle|allen|dieser|diesem|mit)\b",
)
_FRENCH = _language(
    r"^\W*(?:et |alors )?combien (?:de |d['’]|des )|\bcombien y a-t-il\b"
    r"|\bquel(?:le)?s?\b.*\b(?:auteur|récent|ancien|digest|code|commentaire)",
    r"""
    \b(?:l['’]|le |la )?(?:article|papier|étude|publication) (?:le|la) plus récente?\b => the newest paper
    \b(?:l['’]|le |la )?(?:article|papier|étude|publication) (?:le|la) plus ancien(?:ne)?\b => the oldest paper
    \ble plus (?:de |d['’])(?=auteur|commentaire) => the most\x20
    \ble moins (?:de |d['’])(?=auteur|commentaire) => the fewest\x20
    \bquel(?:le)? (?:article|papier|étude|publication)\b => which paper
    \bquel(?:le)?s (?:articles|papiers|études|publications|travaux)\b => which papers
    \bcombien (?:y a-t-il )?(?:de |d['’]|des )(?:ces )?(?:articles?|papiers?|papers?)\b => how many papers
    \bcombien (?:y a-t-il )?(?:de |d['’]|des )(?:ces )?(?:publications|travaux|études)\b => how many papers
    \bcombien (?:y a-t-il )?(?:de |d['’]|des ) => how many\x20
    \bdigests? (?:du|de|des) => digest of
    \bauteurs?(?:rices?)?\b => authors
    \bcommentaires?\b => comments
    \b(?:sans|pas de|aucun) code\b => without code
    \baccompagnés (?:de|du) => avec
    \b(?:avec|ont|proposent|fournissent|publient|partagent) (?:(?:un|du|le|leur|lien|vers) )*code\b => with code
    \bsans date\b => without a date
    \b(?:plusieurs|les deux|plus d['’]un) digests?\b => more than one digest
    \bplus de\b => more than
    \bmoins de\b => fewer than
    \bau moins\b => at least
    \bau plus\b => at most
    \bun seul\b => one
    \bun(?= authors) => one
    \bdeux\b => two
    \btrois\b => three
    \bquatre\b => four
    \bcinq\b => five
    \bsept\b => seven
    \bhuit\b => eight
    \bneuf\b => nine
    \bdix\b => ten
    \bdepuis\b => since
    \bavant\b => before
    \baprès\b => after
    \bentre (\S+(?: \S+)?) et\b => between \1 and
    \b(?:en|de|du|datant de)(?= \d{4}) => from
    \bmentionnent\b|\bcontiennent\b => mention
    \b(?:à propos|au sujet|parlent|traitent) (?:d['’]|(?:de|du|des) )\s*(?:l['’]|la |le |les )? => about\x20
    \b(?:portent sur|concernent|sur) (?:l['’]|la |le |les )? => about\x20
    \butilisent (?:l['’]|la |le |les )? => use\x20
    \bou\b => or
    \bet\b => and
    \bpas\b => not
    """,
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    r"\b(?:y|quel(?:le)?|a-t-il|il|ont|sont|été|était|étaient|sorti\w*|est|a|au|total|en|dans|le|la|les|du|de|des|bibliothèque|collection|publiés|parus|ici)\b"
    r"|\b(?:datés|ne|qui)\b|\bn['’]|\bl['’]",
)
_SPANISH = _language(
    r"^\W*(?:y )?cu[aá]nt[oa]s\b|\b(?:qu[eé]|cu[aá]l(?:es)?)\b.*\b(?:autor|reciente|nuevo|antiguo|digest"
    r"|c[oó]digo|comentario)",
    r"""
    \b(?:el |la )?(?:art[ií]culo|trabajo|paper|estudio) m[aá]s (?:reciente|nuevo)\b => the newest paper
    \b(?:el |la )?(?:art[ií]culo|trabajo|paper|estudio) m[aá]s antiguo\b => the oldest paper
    \bm[aá]s (?=autor|comentario) => the most\x20
    \bmenos (?=autor|comentario) => the fewest\x20
    \b(?:qu[eé]|cu[aá]l) (?:art[ií]culo|trabajo|paper|estudio)\b => which paper
    \b(?:qu[eé]|cu[aá]les) (?:art[ií]culos|trabajos|papers|estudios)\b => which papers
    \bcu[aá]nt[oa]s (?:de (?:estos|los) )?(?:art[ií]culos|trabajos|papers?|estudios|publicaciones)\b => how many papers
    \bdigests? (?:del?) => digest of
    \bcu[aá]nt[oa]s\b => how many
    \bautor(?:es|as)?\b => authors
    \bcomentarios?\b => comments
    \b(?:sin|no tienen|no incluyen) c[oó]digo\b => without code
    \b(?:con|tienen|incluyen|ofrecen|publican|comparten) (?:(?:un|el|su|enlace|al?|link) )*c[oó]digo\b => with code
    \bsin fecha\b => without a date
    \b(?:varios|ambos|más de un|mas de un) digests?\b => more than one digest
    \bm[aá]s de\b => more than
    \bmenos de\b => fewer than
    \b(?:al|por lo) menos\b => at least
    \bcomo m[aá]ximo\b => at most
    \bun (?:solo|[uú]nico)\b => one
    \bun(?= authors) => one
    \bdos\b => two
    \btres\b => three
    \bcuatro\b => four
    \bcinco\b => five
    \bseis\b => six
    \bsiete\b => seven
    \bocho\b => eight
    \bnueve\b => nine
    \bdiez\b => ten
    \bdesde\b => since
    \bantes de\b => before
    \bdespu[eé]s de\b => after
    \bentre (\S+(?: \S+)?) y\b => between \1 and
    \b(?:en|de|del a[nñ]o)(?= \d{4}) => from
    \bmencionan\b|\bcontienen\b => mention
    \b(?:acerca del?|(?:tratan|hablan) (?:del?|sobre)|sobre) (?:el |la |los |las )? => about\x20
    \b(?:usan|utilizan|emplean) (?:el |la |los |las )? => use\x20
    \bo\b => or
    \by\b => and
    \b(\d{1,2}) de(?= [a-z]) => \1
    """,
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    r"\b(?:qu[eé]|cu[aá]l|es|hay|tienen|tiene|est[aá]n|son|en|el|la|los|las|del?|total|biblioteca|colecci[oó]n|publicaron|publicados)\b"
    r"|\b(?:aqu[ií]|que|se)\b",
)
_CHINESE = _language(
    r"多少|几篇|幾篇|几个|幾個|(?:哪些|哪篇|最新|最早).*(?:论文|文章|論文|paper)",
    r"""
    (?:哪些)\s*(?:论文|文章|論文|papers?) => \x20which papers\x20
    (?:哪(?:一)?篇)\s*(?:论文|文章|論文|papers?)?(?:的)?作者(?:数)?最多 => \x20which paper has the most authors\x20
    最新的(?:一篇)?(?:论文|文章|論文|paper) => \x20the newest paper\x20
    最早的(?:一篇)?(?:论文|文章|論文|paper) => \x20the oldest paper\x20
    (?:两个|兩個|多个|多個|不止一个)(?:摘要集|digests?) => \x20in more than one digest\x20
    (?:多少|几|幾)\s*(?:位|名|个|個)?\s*作者 => \x20how many authors\x20
    (?:多少|几|幾)\s*(?:份|期|个|個)?\s*(?:digests?|摘要集) => \x20how many digests\x20
    (?:多少|几|幾)\s*篇\s*(?:论文|文章|論文|papers?)? => \x20how many papers\x20
    (?:多少|几|幾)\s*(?:个|個)?\s*(?:论文|文章|論文|papers?) => \x20how many papers\x20
    (?:没有|沒有|无|不带|不提供)(?:源?代码|代碼|开源) => \x20without code\x20
    (?:提供|附带|带有|带|有|公开|发布)(?:了)?(?:源?代码|代碼)|开源|開源 => \x20with code\x20
    (?:没有|沒有|无)日期 => \x20without a date\x20
    (?:只有|仅有|仅)?(?:一|1)(?:位|名|个)作者|(?:只有|仅有)一个作者 => \x20one author\x20
    (?:超过|多于|大于)\s*(\d+)\s*(?:位|名|个)?作者 => \x20more than \1 authors\x20
    (?:至少|不少于)(?:有)?\s*(\d+)\s*(?:位|名|个)?作者 => \x20at least \1 authors\x20
    (?:少于|不到)\s*(\d+)\s*(?:位|名|个)?作者 => \x20fewer than \1 authors\x20
    (\d+)\s*(?:位|名|个)作者 => \x20\1 authors\x20
    作者 => \x20authors\x20
    (?:第)?\s*(\d+)\s*(?:期|号)?(?:摘要集|digest) => \x20digest \1\x20
    (?:摘要集|digest)\s*(\d+) => \x20digest \1\x20
    (20\d\d)年?(?:以来|至今|以后) => \x20since \1\x20
    (20\d\d)年?(?:之后|后) => \x20after \1\x20
    (20\d\d)年?(?:之前|以前|前) => \x20before \1\x20
    (20\d\d)年 => \x20from \1\x20
    (?:关于|涉及|讨论|研究|有关)\s*([A-Za-z][\w .+-]*[\w+]) => \x20about \1\x20
    (?:提到|提及|包含)(?:了)?\s*([A-Za-z][\w .+-]*[\w+]) => \x20mention \1\x20
    (?:使用|采用)(?:了)?\s*([A-Za-z][\w .+-]*[\w+]) => \x20use \1\x20
    [\uff1f\u3002\uff0c\u3001] => \x20
    """,
    " ".join(rf"(?<!\d)0?{n}月(?:(\d+)[日号])?" for n in range(1, 13)),
    r"[\u3400-\u9fff]+",
)
_COUNTED = re.compile(
    r"\bhow many (?:papers|authors|comments|digests)\b|\bthe (?:newest|oldest) paper\b"
    r"|\bwhich papers?\b.*\b(?:authors|comments|digests?|code|since|before|after|from \d{4})\b"
)
_LANGUAGES = {"German": _GERMAN, "French": _FRENCH, "Spanish": _SPANISH, "Chinese": _CHINESE}


def in_english(asked: str) -> str:
    """Return a count of papers, authors, comments or digests asked in another language in English; else the text."""
    text = asked
    for name, language in _LANGUAGES.items():
        if language.opening.search(text):
            tongue = tongue_of(name)
            for pattern, english in tongue.phrases:
                text = pattern.sub(f" {english} ", text) if english in tongue.terms else text
            for pattern, english in language.words:
                text = pattern.sub(english.replace("\\x20", " "), text)
            english = re.sub(r"\s+", " ", language.idle.sub(" ", text)).strip(" ¿¡")
            return english if _COUNTED.search(english) else asked
    return asked
