"""The phrases that tell what kind of question is asked; matched without regard to case."""

from __future__ import annotations

import re

from rag.lexical import STOPWORDS


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

_SMALL = (
    r"who (?:are you|(?:made|built|wrote|created|developed|trained) you|am i (?:talking|speaking) to)"
    r"|what are you(?: able to do)?"
    r"|what can you do(?: for me)?"
    r"|what do you do|how do you work|how does this work|how do i use (?:this|you)",
    r"how are (?:you|things)(?: doing)?(?: today)?|how do you do|how(?:'s| is) (?:it going|life|your day)|what(?:'s"
    r"| is) up"
    r"|(?:nice|good|pleased) to (?:meet|see) you|how have you been|are you (?:well|ok(?:ay)?)",
    r"what(?:'s| is) your name|are you (?:a |an )?(?:bot|human|real|robot|ai|person|there|machine|computer|alive"
    r"|chatgpt)",
    r"(?:can|could|will) you help(?: me)?|help(?: me)?|yes|no|yep|nope|sure|there|everyone|good job|very helpful"
    r"|well done"
    r"|that(?:'s| is| was) (?:all|great|helpful|it|perfect|nice|good|wonderful|interesting)|nothing|never ?mind"
    r"|forget it",
    r"for (?:your|the) help|all good|you(?:'re| are) (?:great|the best|welcome|awesome|amazing|nice|smart)"
    r"|test(?:ing)?",
    r"sorry|my bad|apologies|i (?:love|like) (?:you|it|this)|(?:great|good|nice|helpful) (?:answer|work|one|stuff)"
    r"|world",
    r"hi+|hello|hallo|hey+|hiya|howdy|yo|greetings|hola|bonjour|salut|ciao|moin|servus|guten (?:tag|morgen|abend)"
    r"|good (?:morning|afternoon|evening|day|night)|buenos d[ií]as|ol[aá]",
    r"thanks?(?: you| a lot| so much)?|thx|ty|cheers|many thanks|much appreciated|i appreciate it|thank you (?:kindly"
    r"|in advance)|merci(?: beaucoup)?|danke(?: sch[oö]n)?|vielen dank|gracias|grazie|obrigad[oa]",
    r"ok(?:ay)?|great|cool|nice|perfect|awesome|wonderful|excellent|brilliant|lovely|amazing|got it|i see|understood"
    r"|fine|alright|wow|ha(?:ha)+|lol|h+m+|oh|ah|aha|interesting|impressive|sounds good|fair enough|makes sense",
    r"bye|goodbye|see you(?: later| soon)?|see ya|farewell|adi[oó]s|tsch[uü]ss|au revoir|have a (?:nice|good"
    r"|great) (?:day"
    r"|one|evening|weekend)|happy (?:new year|birthday)|merry christmas",
)
SMALL_TALK = re.compile(
    rf"(?<![\w-])(?:{'|'.join(_SMALL)})(?![\w-])|你好|您好|谢谢|謝謝|再见|こんにちは|ありがとう", re.IGNORECASE
)
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2b50]|[:;]-?[)D(P]|<3")
POLITE = re.compile(
    r"\b(?:you|so|very|much|a|lot|and|then|citetrail|again|all|for|now|that|was|is|the|really|my|friend|please"
    r"|me|just|oh|well|dear|sir|madam|folks|guys|guy|team|bot|today|to|too|indeed|this|it|s|with)\b",
    re.IGNORECASE,
)
LEADING_ANSWER = re.compile(r"(?:yes|no|yep|nope|sure|fine|nothing|test|world)\b", re.IGNORECASE)
"""Small talk that is no greeting before a comma."""
_LONGEST_SMALL_TALK = 200


def is_small_talk(text: str) -> bool:
    """Tell whether a text is nothing but greetings, thanks and the like."""
    if len(text) > _LONGEST_SMALL_TALK or not SMALL_TALK.search(text):
        return False
    return not re.search(r"\w", POLITE.sub(" ", SMALL_TALK.sub(" ", text)))


COUNTS_PAPERS = re.compile(r"\bhow (?:many|much) papers\b", re.IGNORECASE)
WHAT_IS = any_of(
    r"^\W*(?:and |so |then )?(?:what(?:'s| is| are| about)|how about|tell me (?:more )?about)\b",
    r"^\W*(?:please )?(?:describe|explain|summari[sz]e|introduce|(?:the |a )?(?:tl;?dr|gist|summary)(?: of)?)\b"
    r"|^\W*(?:and )?what does\b.{2,90}\bdo\W*$",
)
READ_FIRST = any_of(
    r"\bwhat (?:should|shall|do|could|would) (?:i|we|you) (?:read|start|recommend)",
    r"\bwhere (?:should|do|to|shall) (?:i |we )?(?:start|begin)\b|\breading (?:list|order)\b"
    r"|\b(?:worth reading|read) first\b",
)
_NO_COMPARISON = r"^(?!.*\b(?:compar\w+|contrast\w*|differ\w*|versus|vs|both|in common)\b|\W*(?:what|how|why|does|is) )"
LIST = any_of(
    rf"^\W*(?:(?:and|so|ok|please|then|also|of these|(?:in|since|before|after|of) [^,]{{3,40}}),?\s+)*"
    rf"(?:which|what|any|list|show|find|give|name|enumerate|tell me)\b{_FEW_WORDS}{THING}\b",
    rf"(?:^|[.?!;]\s)\W*(?:(?:any|some|new|recent|good|other|more|open|public)\s+)*{THING}(?:\s+(?:or|and)\s+[\w-]+)?\s+"
    rf"(?:on|of|about|that|which|with|for|in|from|using|dealing|where|whose|published|releasing|proposing|since)\b",
    r"\bwhich (?:papers|works|articles|studies|publications|preprints|entries)\b|\bwhat (?:papers|articles|studies)\b",
    r"^\W*which (?:use|have|study|deal|work|train|apply|propose|report|test|evaluate|look|cover|mention|need|require"
    r"|release|come|merge|try|show|compare)\b|\b(?:does|do|did|is) any(?:one|body)\b",
    r"^\W*any(?:thing|one|body)?\b.{0,30}?\b(?:about|on|with|that|using|for)\b|\bwhat(?:'s| is) there (?:about|on)\b",
    r"\b(?:is|are) there (?:something|anything|any)\b(?: in)?(?: here)? (?:on|about|for|with|using)\b"
    r"|\bdo (?:you|we|i) have (?:something|anything|any)\b"
    r"|\bwho(?: has| have)? worked on\b|^\W*who (?:here )?does\b",
    r"(?<!^)\b(?:list|show|tell|give)(?: me)? what (?:(?:the|my|these|this|all) )?\w+"
    r" (?:have|has|had|holds?|contains?)\W*$",
    rf"\b(?:are|is) there (?:(?:any|other|some|more|a) )?(?:[\w-]+ ){{0,3}}{THING}\b|\bwhat in here\b",
    rf"\b(?:all|every|studies|after|looking for|interested in)\b (?:the |some )?{THING} (?:on|about|that|which"
    rf"|with|for|using)\b",
    rf"\b(?:do|does|did|has|have) (?:any|some) (?:of )?(?:the |these )?{THING}\b",
    r"\b(?:what|anything) (?:is|do we have|do i have|have we got|have you got|is there"
    r"|do you have) (?:there )?(?:on|about)\b",
    r"\bwhat(?:'s| is| has| have)?(?: been)? (?:published|written|done|said|new|known)\b.{0,40}\b(?:on|about)\b",
    r"\bi(?:'m| am) (?:after|looking for|interested in)\b",
    r"^\W*(?:(?:and|so|but|then|ok|now),?\s+)*(?:which|what) of (?:these|those|them|the)\b"
    r"|\bwho (?:else )?(?:works?|worked|writes|wrote) (?:on|about)\b"
    r"|^\W*who (?:else |here )?(?!is\b|was\b|has\b|does\b)\w{3,}s\b|\bwho (?:else )?(?:use|tries|tackles|looks at)\b"
    r"|\bwhich ones\b|^\W*(?:and "
    r"|so )?which one\b",
    r"\b(?:papers|articles|studies|literature),? (?:please|pls|wanted)\W*$"
    r"|\b(?:any|relevant|related|such) (?:papers?|articles?|stud(?:y|ies)|work|literature)"
    r"(?: looking into (?:this|that|it))?\W*$"
    r"|\bany(?:thing|one|body) like (?:this|that)\W*$|^\W*ha(?:s|ve) any(?:one|body)\b",
    rf"{_NO_COMPARISON}(?!.*\b(?:of|in|from|by) (?:the|this|that|these|those)\b)[^?:]{{3,60}}\b(?:papers"
    rf"|articles|studies)\W*$",
    r"^\W*(?:(?:and|just|please)\s+)*(?:list|show|give|name|print|tell)\b(?: me)?(?: all)?(?: the| their)? titles\b",
    r"^\W*(?:\w+\W+){0,3}?anything (?:on|about|here on|in here)\b|^\W*(?:please )?(?:list|show|find"
    r"|give)(?: me)? (?:everything|all)\b",
    rf"{_NO_COMPARISON}\W*(?:[\w-]+ ){{1,3}}{THING}\s+(?:that|which|for|on|about|with|without|using|needing)\b",
)
_CLAUSE = re.compile(
    r"[.?!;:]\s+|,\s+(?:(?:and|but|so|then)\s+)?|\s[–—-]\s|\b(?:and|but|so)\s+(?=(?:what|how|why|which)\b)", re.I
)
_ASKED = re.compile(
    r"^\W*(?:(?:and|so|but|ok(?:ay)?|then|please|in|into|of|at|by|for|with|to|on|under)\s+)*(?:what|which|who|whose|whom|how|why|when|where"
    r"|whether|is|are|was|were|am|do|does|did|can|could|should|would|will|shall|may|might|must|has|have|had|if|because|since|while"
    r"|i|we|it|they|he|she|you|this|that|these|those|there|one|tell|explain|describe|summari[sz]e|compare|define|state"
    r"|say|write|print|ask|answer|let|remind|help|walk|rank|sort|calculate|compute|count)\b|\b(?:what|how|why)\b.*\?",
    re.IGNORECASE,
)
"""A clause that asks, orders or tells."""
_MEASURE = (
    r"accurac(?:y|ies)|precision|recall|f-?1?[ -]?scores?|scores?|rates?|ratios?|errors?|loss|gains?|speed-?ups?|speed"
    r"|savings?|drops?|improvements?|reductions?|increases?|overhead|bandwidth|latency|throughput|memory|costs?|price"
    r"|sizes?|lengths?|number|amount|share|fraction|percentage|percent|proportion|factor|margin|value|pass@\d+"
    r"|perplexity|auc|success|drawbacks?|effect|impact|energy|date|name"
)
_DETAIL_OF = re.compile(
    rf"^\W*(?:(?:what|which)(?: is| was| are| were)? )?(?:the |an? )?(?:[\w@%./-]+ ){{0,4}}?(?:{_MEASURE})(?: \w+ed)?"
    r" (?:of|for|from|by|on|in|over|when|against|under|between|with|at|to)\b",
    re.IGNORECASE,
)
"""A measure or a detail of something, which one paper gives: "mean accuracy of X on Y", "energy saved by Z"."""
_DEMANDS = re.compile(
    r"^\W*(?:please |just )?(?:list|name|show|give|find|enumerate|put|point|make|any|get|bring|pull|run|send|up)\b|\?",
    re.IGNORECASE,
)
_MOST_BARE = 20


def is_bare_topic(text: str) -> bool:
    """Tell whether a text only names a topic, as one types into a search box: no clause of it asks or tells a thing."""
    if len(text.split()) > _MOST_BARE or _DETAIL_OF.match(text):
        return False
    return not any(map(_ASKED.search, filter(None, _CLAUSE.split(text))))


def is_measure(text: str) -> bool:
    """Tell whether a text opens with a measure or a detail of something: "mean accuracy of X on Y"."""
    return _DETAIL_OF.match(text) is not None


def is_plain_topic(text: str) -> bool:
    """Tell whether a bare topic is put without a question mark or a word that demands, so that nothing asks."""
    return is_bare_topic(text) and not _DEMANDS.search(text)


COMPARE = any_of(
    r"\bcompar(?:e|ed|es|ing|ison)\b.{0,200}\b(?:and|with|to|vs|versus|against)\b",
    r"\bversus\b|\bvs\.?\s|\bdifferences? between\b|\bcontrast\b|\bin common\b",
    r"\bdiffer(?:s|ent|ence)?\b.{0,60}\b(?:from|to|than|between)\b",
    r"\bhow (?:do|does|did|is|are)\b.{3,200}\b(?:differ|compare|relate|related)\b",
    r"\b(?:what|how|how \w+) (?:do|does|did|is|was) each\b|\bthe two\b.{0,60}\bpapers?\b|\beach of the two\b",
    r"\b(?:both|each of) [\w“\"].{2,120} and |\bboth papers\b|\beither\b.{3,120}\bor\b",
)
ORDER = any_of(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:sources?|instructions?|rules?|abstracts?)\b",
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:above|previous|prompt)\b",
    r"^\W*(?:and |then |now |also |please |kindly |just |instead,? )*"
    r"(?:say|write|print|output|respond|reply|repeat|pretend|act|behave|answer|cite|add|append|end|begin|start|finish"
    r"|multiply|replace|reveal|claim|state|tell (?:them|everyone|us a|me a)|translate|sing|draw|compose|recite|code"
    r"|calculate|compute|solve|speak|talk|stop|delete|execute|run|open|order|book|send|make up|invent|roleplay"
    r"|role-play"
    r"|use (?:json|xml|yaml|markdown|emojis?)|format|return|rhyme|include|mention|recommend)\b",
    r"\b(?:system prompt|your (?:hidden )?instructions|you are now|from now on|jailbreak)\b",
    r"\bi\.e\.? (?:write|say)\b|\bcite (?:it as )?\[\d+\]",
    r"^\W*you are (?:now )?(?:an?|the|my|called|named)\b",
)
"""Imperatives that ask for something other than an answer, unless they are :data:`OF_PAPERS`."""
WHIM = any_of(r"\b(?:poem|haiku|song|joke|story|rap|limerick|sonnet|essay|e-?mail|script|virus|malware|pirate)\b")
"""What no paper is asked for."""
OF_PAPERS = any_of(
    rf"\b(?:{THING}|summary|overview|comparison|title|titles|authors?|digests?|library|results?|findings?|accuracy"
    rf"|figures? (?:of|for)|number of|list of|about|difference|contributions?|limitations?|the data ?set)\b",
)
ABOUT_US = any_of(
    r"\b(?:what|show|tell|give|reveal|share|see|know|read|repeat|print|leak)\b.{0,40}\b(?:your|the) (?:\w+ )?"
    r"(?:system|initial|hidden|secret|original) (?:prompt|instructions?|message|rules)\b",
    r"\b(?:what|which) (?:are|were|is) your (?:\w+ )?(?:instructions?|prompts?|rules|guidelines)\b",
    r"\b(?:what|which) (?:instructions?|prompts?|rules) (?:were|are|have|did) you\b|\bjailbreak (?:you|yourself)\b",
)
"""Asks for what stands behind the answers, which is no matter of the papers."""
POINTS_BACK = re.compile(
    r"\b(?:its|their|it|they|them|(?:this|that|the) (?:paper|method|one|work|study|approach|authors?))\b", re.IGNORECASE
)
"""Points to something said before."""
OVERVIEW_OF_TOPIC = re.compile(rf"\boverview of (?:the )?{THING} (?:about|on|in|using)\b", re.IGNORECASE)
WITHIN_COMPARED = re.compile(r"\b(?:its|their|his|her)\b.{0,40}\bcompare\b", re.IGNORECASE)
"""A comparison of one paper's figures with something, not of two papers."""
WITHIN_ONE = any_of(
    r"\b(?:in|of|from|by|for|what (?:did|does)) (?:the|that|this)\b.{0,80}\b(?:paper|study|work|report|article)\b",
    r"^\W*(?:(?:on|in|at|by|for|with|to|from) )?(?:what|which) (?:methods?|approach(?:es)?|benchmarks?|data ?sets?) "
    r"(?:do|does|did|is|was|were)\b(?!.*\b(?:papers|studies|works|articles|of (?:these|them|those))\b)",
)
"""What a question asks of one paper, however list-like the rest sounds."""
NO_CODE = any_of(
    r"\b(?:without|with no|no|lack\w*|missing) (?:any |a |public |released |available |links? to )*"
    r"(?:code|github|repo)",
    r"\b(?:do|does|did|has|have|is|are|was|were)(?: not|n't)\b.{0,30}\b(?:code|github|repos?|repositor(?:y|ies))\b",
)
CODE = any_of(
    r"\b(?:with|has|have|having|releas\w+|provid\w+|shar\w+|link\w*(?: to)?|com\w* with|came with|publish\w*"
    r"|open[- ]sourc\w+|authors? and|comments? and)"
    r"\s+(?:(?:a|an|any|their|its|the|public|available|open|source|link\w*|to|github|own)\s+){0,4}"
    r"(?:code|github|repositor(?:y|ies)|repos?)\b",
    r"\bcode (?:is )?(?:available|released|link)|\bgithub (?:links?|repos?)\b|\bopen[- ]source code\b",
)
OF_THE_CATALOGUE = frozenset(
    """paper papers article articles work works study studies entry entries abstract abstracts publication
    publications digest digests library collection total altogether overall how many much number count there in
    the this these of all are is have has had do does did with without author authors comment comments date dates
    dated year years month months published link links linked repository repositories repo repos release
    releases released available came come comes least most more than fewer less single one two three four five six
    seven eight nine ten several both multiple stand stands appear appears appeared listed included here hold
    holds know known tell me you your please can inferred written by list give across different and or a an to on
    distinct unique saved since after before until from during page pages exactly january february march april may
    june july august september october november december jan feb mar apr jun jul aug sep oct nov dec open source
    provide provides share shares carry carries print prints contain contains got get gives mention mentions day
    days that which who what later earlier newer older just only far as if recent recently ever also same other
    precisely bring together anywhere somewhere apiece actually really currently roughly approximately talk talks
    talking speak speaks per percentage percent fraction proportion median average first second third fourth fifth
    sixth seventh eighth ninth tenth last older newer chronological chronologically sorted sort ranked rank top undated
    missing unknown longest shortest title titles ones don't doesn't
    didn't isn't aren't wasn't haven't hasn't cite cites cited citing evaluate evaluates evaluated employ employs
    apply applies applied rely relies consider considers""".split()
)
"""Words a question of the catalogue alone is made of; any other word is a topic."""
OF_QUESTIONS = frozenset(
    """tldr tl dr gist pls plz please
    paper papers article articles work works study studies entry entries abstract abstracts publication method
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
NO_TOPIC = OF_THE_CATALOGUE | OF_QUESTIONS | STOPWORDS
"""Words of a question that are about papers, digests, authors or dates, or that ask, not about a topic."""
