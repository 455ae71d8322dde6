"""The phrases in which questions of the catalogue are put: counts, metadata, overviews, what papers lack."""

from __future__ import annotations

import re

from rag.questions.phrases import THING, any_of
from rag.questions.times import MONTH

_NO_VERB = r"(?!(?:have|has|had|do|does|did|are|is|was|were|can|could|will|would|should)\b)"
_FEW_WORDS = rf"(?:\W+{_NO_VERB}[\w'-]+){{0,5}}?\W+"
_PAPERS = r"\b(?:papers|articles|works|library|collection|digests?|they|these|those|it)\b"
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"
_PLURAL = r"(?:papers|works|articles|studies|publications|entries|abstracts|ones)"
_CODE = r"(?:code|repo\w*|github|implementation)"

COUNT = any_of(
    rf"\b(?:how many|number of|count(?: of)?(?: all)?(?: the)?)\b{_FEW_WORDS}{THING}\b",
    r"\bhow many (?:are|were) (?:there|in (?:the|this|my|all|digests?|0\d\d))\b",
    r"\bsize of (?:this|the|my) (?:library|collection)\b",
    r"\bhow (?:big|large) (?:is|are) (?:this|the|my) (?:library|collection)\b",
    r"\bhow many of (?:them|these|those)\b(?=\W*$| (?:papers|ones|are|were|is|have|has|had|do|does|come|came"
    r"|use|mention"
    r"|link|release|appear|stand|in|on|with|from)\b)",
    r"\bhow many (?:came|have|has|were|are|link|mention)\b.{0,60}"
    r"\b(?:code|github|authors?|digests?|dated?|published|since|before|after|20\d\d)\b",
    r"\bhow many (?:mention|contain|talk|deal|concern|discuss|cover|address|focus|speak|use(?! cases?\b)"
    r"|do(?: not|n['’]t)|are (?:not |only |just )?(?:about|on|from|in|dated|newer|older|with|without|by|undated))\b",
    r"\bhow many (?:paper )?titles\b",
    rf"\b(?:percentage|percent|share|fraction|proportion) of (?:all |the |these |those )*(?:[\w-]+ )?{THING}\b",
)
_MEANS = r"(?:data ?sets|methods|approaches|techniques|algorithms|models|frameworks|systems)"
NOT_PAPERS_COUNTED = re.compile(
    r"\bhow many (?:authors|comments|digests|people|researchers|benchmarks)\b"
    rf"|\b(?:on|across|over|against|with|by) how many {_MEANS}\b|\bhow many {_MEANS} (?:was|is)\b"
    r"|\bhow many (?:papers|articles|studies|works|publications) (?!.*\b(?:digests?|library|collection)\b)"
    r"(?:(?:did|does|do|has|have) (?:it|they|(?:the|this|that|their) (?:[\w-]+ ){0,4}?"
    r"(?:review|survey|study|thesis|authors))"
    r"|(?:is|are|was|were) (?:it|this|that|they|these) (?:all )?(?:drawn|based|taken|built|made|from|\w+ed)) ?\b",
    re.IGNORECASE,
)
"""Counts something else, as it says, or what one paper was tried on ("on how many data sets was it tested") or read
("how many papers did the survey go through")."""
_EXTREMES = (
    rf"\b(?:oldest|earliest|newest|latest|most recent(?:ly)?)\b(?=\W*$| (?:[\w-]+ )?{THING}\b| (?:in|of|from|by|with"
    rf"|on|about|and|or|published|dated|added|come|came|{_NUMBER})\b)",
    r"\b(?:most|fewest|largest number of|highest number of|least) (?:authors|comments|digests|discussed|commented"
    r"|popular)|\bdiscussed (?:the )?most\b|\b(?:largest|biggest|smallest) (?:author|team)",
    r"\b(?:arxiv|doi|pdf) (?:id|number|identifier|link|url|address|page)\b|\bdoi (?:of|for)\b|\burl\b"
    r"|\b(?:link|url|address|page|pdf) (?:of|to|for) (?:the )?(?:paper|article|pdf)\b|\bwhere (?:can"
    r"|do) i (?:read|find|get) (?:the )?(?:paper|article|pdf)\b",
    r"\b(?:longest|shortest) (?:title|abstract)|\b(?:more|fewer) (?:authors"
    r"|comments)\b.{0,20}\bthan (?:the (?:rest|others)|any|all)\b",
    r"\b(?:which|who|is|was)\b.{0,160}\b(?:older|newer|more recent|(?:more|fewer|less) (?:authors|comments)"
    r"|(?:published|come|(?:came|come) out) (?:first|last|earlier|later|before|after)"
    r"|came (?:earlier|later|before|after|(?:first|last)(?! (?:in|on|at)\b(?!.*\b(?:digests?|library)\b))))\b",
    r"\b(?:sort|order|rank|list|arrange)\w*\b.{0,80}\b(?:by|in order of) (?:the )?(?:\w+ )?(?:date|year|authors"
    r"|comments|number of (?:authors|comments))\b|\bchronological|\b(?:newest|oldest) first\b",
    r"\btop \w+\b.{0,30}\bby\b.{0,20}\b(?:authors|comments)\b",
)
_VALUES = (
    r"^\W*(?:(?:and|the) )?(?:authors?|(?:author|comment) count|date|comments|digests?)\W*$",
    r"\bhow many (?:authors|comments|co-?authors)|\bnumber of (?:authors|comments)",
    r"\bhow many (?:people|researchers) (?:wrote|authored|co-?authored|(?:worked|are|were) (?:on|behind|listed))\b",
    r"\b(?:average|mean|median|total) (?:number of )?(?:authors|comments)\b|\b(?:authors|comments) on average\b",
    r"\bwhen (?:was|were|did|is)\b.{0,120}\b(?:published|come out|appear|released|posted|dated|from)\b",
    r"\bpublication date|\bdate of publication|\bpublished when"
    r"|\b(?:what|which) (?:date|day|year)\b.{0,90}\b(?:published|come out|appear|from)",
    r"^\W*(?:is|was|are|were)\b(?! there\b).{0,150}\b(?:published|dated|released|from|in|newer than|older than)\b"
    r".{0,20}\b(?:20\d\d|digests?)\b",
    rf"\b(?:date|time|publication) ?(?:range|span|period)\b.*{_PAPERS}|\bhow far back\b.*{_PAPERS}",
    rf"\b(?:range|span) of (?:dates|years)\b|\b(?:what|which) (?:period|years|dates)\b.{{0,40}}{_PAPERS}.*"
    r"\b(?:cover|span|range)",
    r"\b(?:no|without|lack\w*|missing|unknown) (?:a |any |the )?(?:known )?(?:publication )?dates?\b|\bundated\b",
    r"\b(?:single|one|sole|lone|\d+ or more|at least \w+|more than \w+)[- ]authors?(?:ed)?\b|\bauthor count",
    rf"\bwritten by (?:just |only )?(?:one|an?|a single|{_NUMBER}) (?:person|people|authors?|researchers?)\b",
    r"\b(?:fewer|less|more) than \w+ (?:authors?|comments?)\b|\bat (?:least|most) \w+ (?:authors?|comments?)\b"
    r"|\b\d+ (?:or more )?(?:authors?|comments)\b|\bbetween \w+ and \w+ (?:authors|comments)\b",
)
_DIGESTS = (
    rf"\b{THING}\b.{{0,40}}\b(?:per|by|for each|for every|in each|each|every) (?:digest|year|month)\b",
    r"\b(?:which|what) (?:(?:one )?of (?:the|these|my) )?digests?\b|\b(?:which|what) (?:year|month)\b.*\b(?:most|fewest"
    r"|more|many)\b.{0,20}\bpapers\b",
    r"\b(?:which|what) (?:year|month) (?:are|were|have|do) most\b.{0,20}\bpapers\b",
    r"\b(?:which|what)(?: is|['’]s) the (?:largest|biggest|smallest|oldest|newest|latest) digest\b",
    r"\b(?:when|what (?:day|date)|date of|from when)\b.{0,40}\bdigest\b|\boverlap\b.{0,40}\bdigests?\b",
    r"^\W*what (?:(?:has|have|is|was|were|got) )?(?:been )?(?:came out|come out|appeared|published|released)\b"
    r"(?:\W+\w+){0,4}\W*$|^\W*(?:is there |list |show |give me )*(?:anything|everything|something)"
    r"(?: (?:published|dated|released|that came out))? (?:from|in|of|since|before|after)\b(?:\W+\w+){0,3}\W*$",
    r"\b(?:which|what|how many) digests?\b|\bin (?:two|both|more than one|several|multiple) (?:of the )?digests?",
    r"\bboth\b.{0,60}\bdigests?\b|\bdigests?\b.{0,60}\b(?:both|but not in)\b|\b(?:also|only) in\b.{0,40}\bdigests?\b",
    r"\bdigests?\b.{0,80}\b(?:bigger|larger|smaller|longer|shorter|(?:more|fewer) papers|how many more)\b"
    r"|\b(?:bigger|larger|smaller)\b.{0,60}\bdigests?\b|\b(?:what|which)\b.{0,20}\bdates?\b.{0,30}\bdigests?\b"
    r"|\bhow many more\b.{0,40}\bdigests?\b",
    r"\b(?:more than once|twice|only once)\b.{0,30}\bdigests?\b"
    r"|\bdigests?\b.{0,40}\b(?:more than once|twice|only once)\b",
)
METADATA = any_of(*_EXTREMES, *_VALUES, *_DIGESTS)
CODE_OF = re.compile(
    r"^(?!.*\b(?:papers|works|articles|studies|ones|which|any of|anything|how many|licen[cs]e|language)\b).*(?:"
    r"\b(?:have|has|had|releas\w+|provid\w+|publish\w*|shar\w+|link\w*(?: to)?|com\w* with|with)\s+(?:\w+\s+){0,3}"
    rf"{_CODE}\b|\b(?:is|are|was)\b.{{0,80}}\b{_CODE}\b.{{0,30}}\b(?:available|released|public\w*|open|online|published"
    rf"|provided|shared|out)\b|\b(?:is|are) there (?:\w+ ){{0,3}}{_CODE}\b"
    rf"|\b(?:where|(?:can|to|do|does|could|we|i|you|one) (?:find|get|see)|link|url|address)\b.{{0,60}}\b{_CODE}\b"
    rf"|^\W*(?:please )?(?:find|get|see)(?: me)? (?:the|its|their) (?:\w+ )?{_CODE}\b"
    r"|\b(?:code|github|repo\w*) (?:link|url|repo\w*|page|address)\b|\bopen[- ]sourced?\b\W*$)",
    re.IGNORECASE | re.DOTALL,
)
"""Whether one paper's code is to be had, and where."""
OF_THE_LIBRARY = re.compile(r"\b(?:digests?|library|collection|papers)\b", re.IGNORECASE)
"""Speaks of the papers at hand, not of what one of them is about."""
OVERVIEW = any_of(
    r"\boverview\b|\b(?:main|common|which|what) (?:themes?|topics?)\b(?!.*\bof\b)",
    r"\b(?:themes?|topics?) (?:of|in|across) (?:this|the|my|these|all|digest)\b|\b(?:themes?|topics?) covered\b",
    r"\bwhat(?:'s|s|’s| is| are)? (?:in|inside|covered in|there in) (?:(?:this|here|these|those|all|digest)\b"
    r"|(?:the|my) (?:[\w-]+ ){0,3}?(?:digests?|library|collection|papers|articles|abstracts|index|corpus|batch|issue"
    r"|feed|list|archive|database|set|latest|newest|new|last|first|second|third|\d\w*)\b)(?!.*\b(?:on|about)\b)",
    r"\bwhat(?:'s|s| is|’s)? new\b(?!.*\b(?:on|about)\b)|\bhighlights? (?:of|from|in)\b|\b(?:key )?takeaways\b",
    r"\b(?:tell me about|describe|introduce|present|walk me through) (?:this|the|my|these|all)\b.{0,40}"
    r"\b(?:digests?|library|collection)\W*$",
    r"\bwhat (?:does|do|did)\b.{0,40}\b(?:digests?|library|collection)\b.{0,20}\b(?:contain|hold|have|offer|include)\b",
    r"\b(?:tell me|know|say)\b(?: \w+)? about\b.{0,30}\b(?:digests?(?: \d+)?|library|collection)\W*$",
    r"\bwhat(?:'s|s| is) (?:this|the|these|my|that) (?:digests?|library|collection|papers)(?: all)?(?: about)?\W*$",
    r"\bwhat (?:are|is) (?:these|the|my) (?:papers|digests?|library|collection) about",
    r"\blist what (?:the|my|these|this|all) (?:digests?|library|collection) (?:have|has|holds?|contains?)\W*$",
    r"\bsumm?ar(?:y|i[sz]e)\b.{0,30}\b(?:digests?|library|collection|papers)\b",
    r"\b(?:sum(?:s|med)? up|gist of|feel for|common thread|flavou?r of|run-?(?:down|through) of|themes? of)\b"
    r".{0,40}\b(?:digests?|library|collection|papers)\b|\bdigests?\b.{0,60}\bcommon thread\b",
    r"\bdigests?\b.{0,30}\b(?:in a nutshell|at a glance|cover|covers|is about|deals? with)\b",
)
NEGATED = re.compile(
    rf"\b(?:{THING}|how many|which|those|ones|any)\b.{{0,80}}?(?P<not>"
    r"(?:\b(?:do|does|did|are|is|was|were|have|has)(?: not|n['’]t)|\bnot|\bnever)\s+(?:\w+ly\s+)?"
    r"(?:about|use|using|mention\w*|involv\w*|deal\w*|on|relat\w*|concern\w*|stud\w*|discuss\w*|cover\w*|talk\w*"
    r"|address\w*|focus\w*|includ\w*|contain\w*|say|speak|refer\w*|evaluat\w*|employ\w*|based on|work (?:on|with))\b"
    r"|\bneither\b(?: about| on)?|\bwithout (?:any )?(?:mention\w*|reference|talk\w*|say\w*|discuss\w*)\b"
    r"|\b(?:except(?: for)?|excluding|other than|apart from|but not)\s+(?:for )?(?:those |the ones |ones |papers )?"
    r"(?:on|about)\b)",
    re.IGNORECASE,
)
"""A list or count of papers that something is not true of; what a paper is said not to need is a property of it."""
OPERATION = any_of(
    r"\b(?:share|ratio|mean|range|span|average|total|sum|order|number|list) of\b|\bmean number\b",
    r"\b(?:date|time|year) (?:range|span)\b|\b(?:in|by)(?: chronological)? order\b|\border(?:ed|ing)?\b.{0,30}\bby\b",
    r"\bdiscussed (?:the )?most\b|\b(?:author |largest |biggest |smallest )teams?\b",
    r"\bthan (?:the (?:rest|others)|any other|all (?:the )?others?)\b",
    r"\b(?:anything|everything|something)\b|\b(?:turn|show|pop|crop)(?:s|ed|ing)? up\b"
    r"|\boverlaps?\b.{0,20}\bdigests?\b",
    r"\bhow old\b|\bsize of (?:this|the|my)\b|\bhow (?:big|large) (?:is|are)\b",
    r"\bby (?:date|year|number)\b|\bin (?:all|total)\b|\bon average\b|\bmost (?:discussed|commented(?: on)?|popular)\b",
)
"""Words that say what to compute, which could be a topic elsewhere."""
ONE_PAPER = re.compile(r"\b(?:paper|study|work|article|survey|report)\b", re.IGNORECASE)
IN_TITLE = any_of(
    r"\b(?:in|of) (?:the|its|their|a|any) titles?\b|\bwhose titles?\b|\btitled\b",
    r"\btitles? (?:that |which )?(?:contain|mention|say|has|have|with|includ|speak)\w*\b",
)
"""Asks for words of titles alone."""
_SOMEONE = rf"(?:Dr\.? |Prof\.? )?(?!(?i:{MONTH})\b)[A-Z][a-z]+\b"
AUTHORS_NAMED = any_of(
    r"\bshar\w+ (?:(?:an?|the|any|some|same|common) )*(?:co-?)?authors?\b|\b(?:same|common) (?:co-?)?authors\b",
    r"\bmost (?:prolific|productive|frequent) (?:author|researcher|writer)s?\b",
    r"\b(?:which|what|who are the) (?:co-?)?(?:authors|researchers)\b",
)
"""Asks who the authors of the library are, which digests do not give."""
BY_SOMEONE = re.compile(
    rf"\bet al\b|\b(?i:papers|articles|works|written|authored|published|paper|study)\b[^.?!]{{0,20}}\bby {_SOMEONE}"
    rf"|\b[Dd]id {_SOMEONE}(?: [A-Z][a-z]+)? (?:write|author|publish)\b"
)
"""Asks for papers by the name of who wrote them, which digests do not give."""
SAID_OF_PAPERS = re.compile(
    rf"\b(?:{_PLURAL}|those)\b(?:\s+[\w-]+){{0,4}}\s+"
    r"(?:published|dated|released|posted|written|since|from|before|after|of|in|between|with|without|that|which)\b",
    re.IGNORECASE,
)
"""A time or code that a question says of papers, not of what it asks."""
THE_PAPER = re.compile(
    r"\b(?:the|that) (?:(?!(?:old|new|earli|lat|long|short)est\b|most\b|fewest\b)[\w-]+ ){0,4}"
    r"(?:paper|study|work|article|survey|report|one)\b(?:\W*\w*\W*$|.{0,20}\b(?:have|has|published|come|appear)\b"
    r"|\s+(?:on|about|that|which|for|from|of|introducing|presenting|proposing|with|where|dealing|in which|called)\b)",
    re.IGNORECASE,
)
"""One paper, described rather than named."""
MANY_PAPERS = re.compile(
    rf"\b(?:how many|number of|count|list|which|what|show|percentage of|share of)\b{_FEW_WORDS}{_PLURAL}\b"
    r"(?! (?:does|do|did)\b)(?! (?:is|are|was|were) (?!about|on|in|from|published|dated)\w+ (?:in|by)\b)"
    r"|\bhow many (?:of (?:them|these|those) )?(?:mention|use|talk|cite)\b",
    re.IGNORECASE,
)
"""Papers of the catalogue, even where one is named ("how many papers mention BERT")."""
