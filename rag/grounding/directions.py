"""Words that point somewhere: pairs of opposites, signs and negations; general English, of no one field."""

from __future__ import annotations

import re
from functools import lru_cache


def _stems(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(words.split())})")


_MORE = (
    r"outperform\w* surpass\w* exceed\w* beats? beating increas\w* improv\w* rais\w+ rises? rose rising boost\w*"
    r" better higher more greater faster larg(?:er|est) gains? gained grow\w* grew widen\w* enhanc\w* elevat\w+"
    r" strengthen\w* super\w*ior\w* best highest most wins? longer lengthen\w* amplif\w+ speeds? stronger expand\w*"
    r" promot\w+ facilitat\w+ accelerat\w+ activat\w+ induc\w+ stimulat\w+ enabl\w+ upregulat\w+ exacerbat\w+"
    r" intensif\w+ foster\w* broad\w* longest strongest fastest"
)
_LESS = (
    r"underperform\w* decreas\w* reduc\w+ lower\w* worse\w* fewer less\w* slow\w* smaller drops? dropp\w+ declin\w+"
    r" shrink\w* shrank falls? fell falling degrad\w+ weak\w+ hurts? harms? harmed lags? trails? inferior worst lowest"
    r" least los(?:e|es|ing) shorten\w* shorter deteriorat\w+ diminish\w* cuts? short narrow\w* imped\w+ suppress\w*"
    r" impair\w* inhibit\w* prevent\w* hinder\w* block\w* attenuat\w+ disrupt\w* damag\w+ abolish\w* antagoni\w+"
    r" downregulat\w+ mitigat\w+ alleviat\w+ protect\w* repress\w* slows? smallest shortest"
)
_PAIRS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (_stems(up), _stems(down))
    for up, down in (
        (_MORE, _LESS),
        (
            r"easy easily ease simple simply simplif\w+ effortless\w*",
            r"hard harder difficult\w* challeng\w+ struggl\w+",
        ),
        (
            r"help\w* benefi\w+ effective\w* improv\w* useful protect\w* efficac\w+ safe",
            r"hurts? harm\w* detriment\w* ineffective\w* useless insufficient risk\w* danger\w* worsen\w*",
        ),
        (
            r"requir\w+ needs? needed necess\w+ rel(?:y|ies|ying) depend\w*",
            r"avoid\w* unnecess\w+ needless independen\w+",
        ),
        (r"allow\w* support\w* enabl\w+", r"prevent\w* hinder\w* block\w* prohibit\w* forbid\w*"),
        (r"succe\w+ solv\w+ accept\w* able", r"fail\w* reject\w* unable"),
        (r"with", r"without"),
        (r"before early earlier", r"after late later"),
        (r"positive\w*", r"negative\w*"),
        (r"high", r"low"),
        (r"large larger largest big bigger biggest", r"small smaller smallest tiny"),
        (r"strong\w*", r"weak\w*"),
        (r"soft", r"hard"),
        (r"continuous\w*", r"discret\w*"),
        (r"wide\w* broad\w*", r"narrow\w*"),
        (r"upper maxim\w+", r"lower minim\w+"),
        (
            r"critical\w* crucial\w* major important\w* key substantial\w* significant\w*",
            r"minor negligib\w+ insignificant\w* unimportant marginal\w* trivial\w*",
        ),
        (r"superior outperform\w* surpass\w* better", r"comparab\w+ competitive\w* on-par"),
        (r"specific\w* dependent", r"agnostic independent"),
        (r"online", r"offline"),
        (r"internal\w*", r"external\w*"),
        (r"local\w*", r"global\w*"),
        (r"static\w*", r"dynamic\w*"),
        (r"explicit\w*", r"implicit\w*"),
        (r"theoretical\w*", r"empirical\w*"),
        (r"encod\w+", r"decod\w+"),
        (r"exponential\w*", r"linear\w* quadratic\w* polynomial\w* logarithmic\w*"),
        (r"robust\w* stable stabili\w+", r"brittle fragile unstable instabili\w+"),
        (r"similar\w* same equal\w* alike", r"differ(?:s|ent|ently|ence|ences)? disparate"),
        (r"include\w* including", r"exclude\w* excluding except"),
        (r"presence present", r"absence absent lack\w*"),
        (r"associated related linked", r"unrelated unassociated"),
        (r"directly direct", r"indirectly indirect"),
        (r"common frequent\w*", r"rare rarely uncommon infrequent\w*"),
    )
)
"""Words that point opposite ways."""
_UP = _stems(
    _MORE + r" high risen prolong\w* extend\w* strong\w* expans\w+ active aggravat\w+ worsen\w* potentiat\w+ abundan\w+"
    r" susceptib\w+ vulnerab\w+ prone encourag\w+ contribut\w+ caus(?:e|es|ed|ing) driv(?:e|es|en|ing) drove trigger\w*"
    r" elicit\w* evok\w+ lead(?:s|ing)? led mediat(?:e|es|ed|ing) over(?:express|estimat)\w* hyper\w+ presence present"
    r" prevalent frequent\w* common essential requir\w+ necessary needs? needed sufficient effective efficac\w+"
    r" accura\w+ sensitiv\w+ positive\w* helps? benefi\w+ allow\w* support\w* associat\w+ correlat\w+ linked"
    r" relat(?:ed|es) produc\w+ generat\w+ depend\w* responsible useful success\w* succeed\w* likely capable able"
    r" robust\w* stable easy easily solv\w+"
)
_DOWN = _stems(
    _LESS + r" low small lost loss short\w* harm\w* weak ameliorat\w+ rescu\w+ restor\w+ deplet\w+ deficien\w+ lack\w*"
    r" absen\w+ ablat\w+ knock\w* delet\w+ immune resistan\w+ insensitiv\w+ scarc\w+ rare\w* halt\w* stop\w*"
    r" interfer\w+ limit\w* restrict\w* counteract\w* revers\w+ deactivat\w+ inactivat\w+ silenc\w+ compromis\w+"
    r" dispensable independen\w+ unrelated fail\w* unable incapable trivial\w* hypo\w+ discourag\w+ delay\w*"
    r" insufficient\w* inaccura\w+ ineffective\w* minimal\w* little negative\w* inverse\w* remov\w+ eliminat\w+"
    r" avoid\w* without uncommon infrequent\w* unnecessary unlikely destabili\w+ unstable brittle fragile"
    r" under(?:express|estimat)\w* hard\w* difficult\w* struggl\w+ useless"
)
NEGATIONS = frozenset(
    "not no never without cannot neither nor none hardly unable lack lacks lacking fail fails failed avoid avoids"
    " avoiding rarely seldom absent little few unlike".split()
)
_DENIAL = re.compile(r"^(?:un|non|in|im|ir|il|dis|a(?=symmetr))(?=\w{4})")
_NO_DENIAL = _stems(
    r"improv\w* inform\w* input\w* import\w* impart\w* impact\w* impress\w* intens\w* intend\w* intern\w*"
    r" instanc\w* inside income\w* invest\w* inven\w+ involv\w* inspir\w* install\w* induc\w* index\w* indent\w*"
    r" discount\w* discover\w* display\w* dismiss\w* distract\w* dispose\w* disease\w* implant\w* infer\w*"
)
"""Words that begin like a denial and are none."""
_CONTRACTED = re.compile(r"\w+n't$")


def is_negation(word: str) -> bool:
    """Tell whether a word negates what follows it."""
    return word in NEGATIONS or bool(_CONTRACTED.fullmatch(word))


@lru_cache(maxsize=20_000)
def denies(word: str, other: str) -> bool:
    """Tell whether a word is another with a prefix of denial before it: "unbounded" and "bounded"."""
    bare = _DENIAL.sub("", word)
    return bare != word and bare == other and not _NO_DENIAL.fullmatch(word)


@lru_cache(maxsize=20_000)
def side(word: str) -> tuple[tuple[int, int], ...]:
    """Return the classes of opposites a word belongs to, with +1 or -1."""
    found = []
    for number, (up, down) in enumerate(_PAIRS):
        if up.fullmatch(word):
            found.append((number, 1))
        elif down.fullmatch(word):
            found.append((number, -1))
    return tuple(found)


@lru_cache(maxsize=20_000)
def sign(word: str) -> int:
    """Return +1 for a word of more, of causing or of being there, -1 for one of less or of not, and 0 for any other."""
    if is_negation(word):
        return -1
    if _UP.fullmatch(word):
        return 1
    return -1 if _DOWN.fullmatch(word) else 0
