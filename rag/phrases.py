"""The phrases that tell what kind of question is asked; matched without regard to case."""

from __future__ import annotations

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """Compile alternatives, one regular expression each."""
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.IGNORECASE)


DECLINED = "The papers here do not answer this"
"""How a declined answer begins."""
THING = (
    r"(?:papers?|articles?|works?|studies|study|publications?|preprints?|entries|abstracts?|ones"
    r"|surveys?|methods|approaches|benchmarks|data ?sets)"
)
_FEW_WORDS = r"(?:\W+[\w'-]+){0,5}?\W+"

SMALL_TALK = any_of(
    r"hi|hello|hey|hiya|howdy|greetings",
    r"good (?:morning|afternoon|evening|day|night)",
    r"thanks?(?: you| a lot| so much)?|thx|cheers|many thanks|much appreciated",
    r"ok(?:ay)?|great|cool|nice|perfect|awesome|wonderful|excellent|brilliant|lovely|got it|i see|understood",
    r"bye|goodbye|see you(?: later)?|farewell",
    r"who (?:are you|made you|built you)|what are you|what can you do|what do you do|how do you work",
    r"how are you(?: doing)?(?: today)?|how(?:'s| is) it going|what(?:'s| is) up",
    r"what(?:'s| is) your name|are you (?:a |an )?(?:bot|human|real|robot|ai|person|there)",
    r"help(?: me)?|yes|no|sure|there|everyone|that'?s (?:all|great|helpful|it|perfect)|very helpful|well done|good job",
    r"for (?:your|the) help|all good|you(?:'re| are) (?:great|the best|welcome)|test(?:ing)?",
)
POLITE = re.compile(
    r"\b(?:you|so|very|much|a|lot|and|then|citetrail|again|all|for|now|that|was|is|the|really|my|friend|please"
    r"|me|just|oh|well)\b",
    re.IGNORECASE,
)
COUNT = any_of(
    rf"\b(?:how many|number of|count(?: of)?(?: all)?(?: the)?)\b{_FEW_WORDS}{THING}\b",
    r"\bhow many\b.{0,40}\b(?:there|library|digests?)\b",
    r"\bhow many of (?:them|these|those)\b",
    r"\bhow many (?:came|come|have|has|were|are|link|mention)\b.{0,60}"
    r"\b(?:code|github|authors?|digests?|dated?|published|since|before|after|20\d\d)\b",
)
NOT_PAPERS_COUNTED = re.compile(
    r"\bhow many (?:authors|comments|digests|people|researchers|benchmarks)\b", re.IGNORECASE
)
METADATA = any_of(
    r"\b(?:oldest|earliest|newest|latest|most recent(?:ly)?)\b(?! (?:gpt|version|model))",
    r"\b(?:most|fewest|largest number of|highest number of|least) (?:authors|comments|discussed|commented)",
    r"\b(?:largest|biggest|smallest) (?:author|team)",
    r"\bhow many (?:authors|people|comments|researchers|co-?authors)|\bnumber of (?:authors|comments)",
    r"\bwhen (?:was|were|did|is)\b.{0,120}\b(?:published|come out|appear|released|posted|dated|from)\b",
    r"\bpublication date|\bdate of publication|\bpublished when|\bwhat (?:date|day"
    r"|year)\b.{0,90}\b(?:published|come out|appear|from)",
    r"\b(?:which|what|how many) digests?\b|\bin (?:two|both|more than one|several|multiple) (?:of the )?digests?",
    r"\b(?:single|one|sole|lone|\d+ or more|at least \w+|more than \w+)[- ]authors?(?:ed)?\b|\bauthor count",
    r"\b(?:fewer|less|more) than \w+ authors?\b|\bat (?:least|most) \w+ authors?\b|\b\d+ (?:or more )?authors?\b",
    r"\b(?:more than once|twice)\b.{0,30}\bdigests?\b|\bdigests?\b.{0,40}\b(?:more than once|twice)\b",
)
OVERVIEW = any_of(
    r"\boverview\b|\b(?:main|common|which|what) (?:themes?|topics?)\b(?!.*\bof\b)",
    r"\b(?:themes?|topics?) (?:of|in|across) (?:this|the|my|these|all|digest)\b|\b(?:themes?|topics?) covered\b",
    r"\bwhat(?:'s|s| is| are)? (?:in|inside|covered in|there in) (?:this|the|my|here|these|those|all"
    r"|digest)\b(?!.*\b(?:on|about)\b)",
    r"\bwhat(?:'s|s| is) (?:this|the|these|my|that) (?:digests?|library|collection|papers)(?: all)?(?: about)?\W*$",
    r"\bwhat (?:are|is) (?:these|the|my) (?:papers|digests?|library|collection) about",
    r"\bsumm?ar(?:y|i[sz]e)\b.{0,30}\b(?:digests?|library|collection|papers)\b",
    r"\b(?:sum(?:s|med)? up|gist of|feel for|common thread|flavou?r of|run-?(?:down|through) of|themes? of)\b"
    r".{0,40}\b(?:digests?|library|collection|papers)\b|\bdigests?\b.{0,60}\bcommon thread\b",
    r"\bdigests?\b.{0,30}\b(?:in a nutshell|at a glance|cover|covers|is about|deals? with)\b",
)
WHAT_IS = any_of(
    r"^\W*(?:and |so |then )?(?:what(?:'s| is| are| about)|how about|tell me (?:more )?about)\b",
    r"^\W*(?:please )?(?:describe|explain|summari[sz]e|introduce)\b",
)
READ_FIRST = any_of(
    r"\bwhat (?:should|shall|do|could|would) (?:i|we|you) (?:read|start|recommend)",
    r"\bwhere (?:should|do|to|shall) (?:i |we )?(?:start|begin)\b|\breading (?:list|order)\b"
    r"|\b(?:worth reading|read) first\b",
)
LIST = any_of(
    rf"^\W*(?:(?:and|so|ok|please|then|also|of these|in (?:the|this) [^,]{{3,40}}),?\s+)*"
    rf"(?:which|what|any|list|show|find|give|name|enumerate|tell me)\b{_FEW_WORDS}{THING}\b",
    rf"^\W*{THING}\s+(?:on|about|that|which|with|for|in|from|using|dealing|where|whose|published|releasing"
    rf"|proposing|since)\b",
    rf"\b(?:are|is) there (?:(?:any|other|some|more|a) )?(?:[\w-]+ ){{0,3}}{THING}\b|\bwhat in here\b",
    rf"\b(?:all|every|studies|after|looking for|interested in)\b (?:the |some )?{THING} (?:on|about|that|which"
    rf"|with|for|using)\b",
    rf"\b(?:do|does|did|has|have) (?:any|some) (?:of )?(?:the |these )?{THING}\b",
    r"\b(?:what|anything) (?:is|do we have|do i have|have we got|have you got|is there"
    r"|do you have) (?:there )?(?:on|about)\b",
    r"\bwhat(?:'s| is| has| have)?(?: been)? (?:published|written|done|said|new|known)\b.{0,40}\b(?:on|about)\b",
    r"\bi(?:'m| am) (?:after|looking for|interested in)\b",
    r"^\W*(?:which|what) of (?:these|those|them|the)\b|\bwho (?:else )?(?:works|worked|studies|writes) on\b"
    r"|\bwhich ones\b",
    r"\banything (?:on|about|here on|in here)\b",
)
COMPARE = any_of(
    r"\bcompar(?:e|ed|es|ing|ison)\b.{0,200}\b(?:and|with|to|vs|versus|against)\b",
    r"\bversus\b|\bvs\.?\s|\bdifferences? between\b|\bcontrast\b|\bin common\b",
    r"\bdiffer(?:s|ent|ence)?\b.{0,60}\b(?:from|to|than|between)\b",
    r"\bhow (?:do|does|did|is|are)\b.{3,200}\b(?:differ|compare|relate)\b",
    r"\b(?:what|how|how \w+) (?:do|does|did|is|was) each\b|\bthe two\b.{0,60}\bpapers?\b|\beach of the two\b",
    r"\b(?:both|each of) [\w“\"].{2,120} and |\bboth papers\b|\beither\b.{3,120}\bor\b",
)
ORDER = any_of(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:sources?|instructions?|rules?|abstracts?)\b",
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:above|previous|prompt)\b",
    r"^\W*(?:and |then |now |also |please |instead,? )*"
    r"(?:say|write|print|output|respond|reply|repeat|pretend|act as|answer with|cite|add"
    r"|append|end|begin|multiply|replace|reveal|claim|state that|tell them)\b",
    r"\b(?:system prompt|your (?:hidden )?instructions|you are now|from now on|jailbreak)\b",
    r"\bi\.e\.? (?:write|say)\b|\bcite (?:it as )?\[\d+\]",
)
NEGATED = re.compile(
    rf"\b{THING}\b.{{0,25}}\b(?:(?:do|does|did|are|is|have|has)(?: not|n't)|not)\s+"
    r"(?:about|use|using|mention|involve|involving|deal|on|related|rely|need|require|train|concern|study)",
    re.IGNORECASE,
)
"""A list or count of papers that something is not true of."""
OVERVIEW_OF_TOPIC = re.compile(rf"\boverview of (?:the )?{THING} (?:about|on|in|using)\b", re.IGNORECASE)
WITHIN_COMPARED = re.compile(r"\b(?:its|their|his|her)\b.{0,40}\bcompare\b", re.IGNORECASE)
"""A comparison of one paper's figures with something, not of two papers."""
WITHIN_ONE = re.compile(
    r"\b(?:in|of|from|by|for) (?:the|that|this)\b.{0,80}\b(?:paper|study|work|report|article)\b", re.IGNORECASE
)
"""What a question asks of one paper, however list-like the rest sounds."""
NO_CODE = any_of(
    r"\b(?:without|with no|no|lack\w*|missing) (?:any |a |public |released |available |links? to )*"
    r"(?:code|github|repo)",
    r"\b(?:do|does|did|has|have|is|are|was|were)(?: not|n't)\b.{0,30}\b(?:code|github|repos?|repositor(?:y|ies))\b",
)
CODE = any_of(
    r"\b(?:with|has|have|having|releas\w+|provid\w+|shar\w+|link\w*(?: to)?|com\w* with|came with|publish\w*"
    r"|open[- ]sourc\w+)"
    r"\s+(?:(?:a|an|any|their|its|the|public|available|open|source|link\w*|to|github|own)\s+){0,4}"
    r"(?:code|github|repositor(?:y|ies)|repos?)\b",
    r"\bcode (?:is )?(?:available|released|link)|\bgithub (?:links?|repos?)\b|\bopen[- ]source code\b",
)
_A_YEAR = r"(?:the year )?((?:19|20)\d\d)(?![\d-])"
BETWEEN = re.compile(rf"\b(?:between|from) {_A_YEAR} (?:and|to|until|through|till) {_A_YEAR}", re.IGNORECASE)
YEAR = re.compile(
    r"\b(since|after|before|until|in|during|from|through|prior to|earlier than|later than|of|dated|published|year)"
    rf"\s+{_A_YEAR}(\s*(?:or later|or newer|on(?:wards)?\b|and later|or earlier|or before|or older))?",
    re.IGNORECASE,
)
DIGEST_NUMBER = re.compile(r"\bdigest,?\s+(?:no\.?\s*|number\s+|#)?(\d{1,4})\b|\b(\d{3})\s+digest\b", re.IGNORECASE)
_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
DAY = re.compile(
    rf"\b({_MONTHS})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b|\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTHS})\b", re.I
)

OF_THE_CATALOGUE = frozenset(
    """paper papers article articles work works study studies entry entries abstract abstracts publication
    publications digest digests library collection total altogether overall how many much number count there in
    the this these of all are is have has had do does did with without author authors comment comments date dates
    dated year years month published code github link links linked repository repositories repo repos release
    releases released available came come comes least most more than fewer less single one two three four five six
    seven eight nine ten several both multiple stand stands appear appears appeared listed included here hold
    holds know known tell me you your please can inferred written by list give across different and or a an to on
    distinct unique saved since after before until from during page pages exactly january february march april may
    june july august september october november december jan feb mar apr jun jul aug sep oct nov dec open source
    provide provides share shares carry carries print prints contain contains got get gives mention mentions day
    days that which who what later earlier newer older just only far as if recent recently ever also same other
    precisely bring together anywhere somewhere apiece""".split()
)
"""Words a question of the catalogue alone is made of; any other word is a topic."""
OF_QUESTIONS = frozenset(
    """paper papers article articles work works study studies entry entries abstract abstracts publication method
    methods approach approaches propose proposes proposing deal deals dealing about list show find finds any all
    digest digests library collection introduce introduces introducing present presents author authors test tests
    ask asks look looks try tries use uses using report reports reporting results result discuss discusses cover
    covers focus focuses concern concerns relate related relevant topic topics mention mentions address addresses
    describe describes explore explores examine examines investigate investigates analyse analyze tell give name
    something anything interested thanks thank hello hi hey please ok okay first next start explain explains
    explained summarise summarize summary kind kinds sort sorts reach reaches gives say says said compare compared
    comparison does do did oldest newest latest earliest recent most least fewest largest smallest highest lowest
    biggest word words term terms contain contains containing been came come out overview""".split()
)
"""Words in which a list is asked for, beside its topic."""
