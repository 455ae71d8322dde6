"""The forms that an order hidden in a text takes, each with the words without which it need not be looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_POLITE = (
    r"(?:please|kindly|now|instead|also|always|never|just|simply|only|then"
    r"|you (?:must|should|shall|will|have to|need to|are to|may))"
)
_START = rf"(?:^[^\w<\[]*|[.!?:;,\"“”'‘’(\[{{>*#|/–—-]\s*|\b{_POLITE}\s+)"
"""Where an imperative may stand in a sentence."""
_OPENING = (
    r"^[^\w<\[]*(?:(?:and|then|now|also|please|kindly|instead|important|so|always|just|simply|first|finally"
    r"|(?:before|after|when|while) (?:you )?(?:answer|repl|respon|summari[sz])\w*[^,]{0,40},)\W+)*"
)
"""The same at its beginning."""
_RULES = (
    r"(?:instructions?|prompts?|rules?|guidelines?|directions?|commands?|orders?|constraints?|sources?|abstracts?"
    r"|everything|polic(?:y|ies)|safety|guardrails?|restrictions?|filters?)"
)
_OURS = (
    r"(?:answers?|responses?|repl(?:y|ies)|outputs?|instructions?|prompts?|rules|guidelines|summary|sources"
    r"|programming|(?<=new )task|(?<=real )task|(?<=only )task)"
)
_SAYING = (
    r"(?:say|print|output|respond|reply|answer|repeat|reveal|recite|write|cite|state|append|claim|add|include|tell"
    r"|report|recommend|mention|insert|begin|start|end|conclude|quote|display|return|produce|generate|pretend)"
)
_HARD = (
    r"(?:exactly|only|the (?:word|phrase|string|following|sentence)|(?:paper|source|number) \d|hello|\[?\d|[\"“”`<]"
    r"|['‘’](?=\w)|(?-i:[A-Z]{3})|(?-i:[A-Z]\w*[-_]\d)|i am\b|i have\b)"
)
_SOFT = r"(?:with|that|in|the (?:user|text|reader)|this|it|as|your?|every|each|all|them|me|no|nothing|yes|i\b)"
_MODEL = r"(?:ai|llms?|language models?|(?:ai )?assistants?|chatbots?|(?:ai )?reviewers?|bots?)"
_WORDS_OF_SAYING = (
    "say print output respond reply answer repeat reveal recite write cite state append claim add include tell report "
    "recommend mention insert begin start end conclude quote display return produce generate pretend"
)


@dataclass(frozen=True)
class Sign:
    """A form that gives an order away; looked for where one of its words stands, or one of its marks occurs."""

    words: frozenset[str]
    """Whole words, in lower case."""
    marks: frozenset[str]
    """Runs of characters, in lower case."""
    pattern: re.Pattern[str]
    in_titles: bool
    """Whether it is enough in a title, which may well be an imperative ("Tell Me Why")."""


def _sign(near: str, *patterns: str, in_titles: bool = True) -> Sign:
    """Make a sign; of what must be near, what is no word, and what follows a slash, is a mark."""
    words = frozenset(w for w in near.split() if w.isalpha() or w == "don't")
    marks = frozenset(w.removeprefix("/") for w in near.split() if w not in words)
    whole = "|".join(f"(?:{pattern})" for pattern in patterns)
    return Sign(words, marks, re.compile(whole, re.IGNORECASE), in_titles)


SIGNS = (
    # imperatives about instructions
    _sign(
        "ignore disregard forget override bypass neglect discard obey follow",
        rf"{_START}(?:ignore|disregard|forget|override|bypass|neglect|discard|do not (?:follow|obey))\b"
        rf"(?:\W+\w+){{0,5}}?\W+{_RULES}\b(?!:)",
        rf"{_START}(?:ignore|disregard|forget)\b (?:\w+ )?(?:what|everything|anything|all|the|your"
        rf"|other) (?:\w+ ){{0,4}}"
        r"(?:above|before|previously|earlier|told|said|wrote|know|numbers|question)\b",
        rf"{_OPENING}(?:forget|ignore|disregard) (?:everything|all of (?:it|this|that))\b",
        rf"\b(?:ignore|disregard|forget|override) (?:\w+ ){{1,4}}{_RULES}\W+(?:and|then)\W+(?:\w+ )?(?:say|print|output"
        r"|respond|reply|answer|write|cite|tell|reveal)\b",
    ),
    _sign(
        "instructions instruction rules orders directives task",
        r"\b(?:new|updated|real|actual|secret|hidden|revised|additional) (?:system )?(?:instructions?|rules?|orders?"
        r"|directives?)\s*(?::|for (?:you|the (?:ai|model|assistant))\b)",
        r"(?-i:\b(?:INSTRUCTIONS?|NEW TASK|NEW RULES?)\b\s*:)",
    ),
    _sign("now mode", r"\byou are now\b", r"\bfrom now on\W+(?!we\b|let\b|the\b|this\b|our\b|it\b|i\b)\w"),
    _sign(
        "mode",
        r"\b(?:developer|jailbreak|dan|god|debug|admin|sudo|unrestricted) mode\b\W{0,3}(?:on\b|enabled|activated?|:|$)",
    ),
    _sign("your", rf"\byour (?:\w+ ){{0,2}}?{_OURS}\b", in_titles=False),
    _sign(
        "prompt message instructions keys key passwords password credentials",
        rf"{_START}(?:reveal|print|show|output|repeat|display|leak|disclose|expose|give|tell|recite"
        rf"|translate)\b.{{0,40}}"
        r"\b(?:(?:system|hidden|initial|secret|original) (?:prompt|instructions?|message)|instructions above|api keys?"
        r"|passwords?|credentials)\b",
    ),
    # imperatives about answers and citations
    _sign(
        _WORDS_OF_SAYING,
        rf"{_OPENING}(?:say|print|output|respond|reply|repeat|reveal|recite|pretend|tell|append|cite|claim|state"
        r"|answer|write"
        rf"|insert|quote|return|include|add|mention|report|recommend)\b(?!-)\W{{0,3}}{_HARD}",
        rf"\b(?:you|{_MODEL}|model) (?:must|should|shall|will|have to|has to|need to|are to|is to) "
        rf"(?:(?:now|always|only|never|instead|then|also) )*{_SAYING}\b\W{{0,3}}(?:{_HARD}|{_SOFT}\b)",
        r"\b(?:cite|cited|citing) (?:it |this |them |only |paper |source )*(?:as )?\[\d+\]",
    ),
    _sign(
        _WORDS_OF_SAYING,
        rf"{_OPENING}(?:say|print|output|respond|reply|repeat|reveal|recite|pretend|tell|append|cite|claim|state"
        r"|answer|write"
        rf"|insert|quote|return)\b\W{{0,3}}(?:{_SOFT}\b|:)",
        r"^\W*(?:say|print|output|reply|respond)\b(?:\W+\w+){1,3}\W*$|^\W*repeat after me\b",
        r"\b(?:you (?:must|should|shall|have to|need to|are to)|please|kindly) (?:(?:now|always|only"
        rf"|also) )*{_SAYING}\b",
        r"\b(?:all|every|each|any|the) (?:answers?|repl(?:y|ies)|responses?|outputs?) (?:must|should|shall|has to"
        r"|have to"
        r"|needs? to) (?:\w+ )?(?:include|contain|begin|start|end|say|mention|cite|read)\b",
        rf"{_OPENING}(?:begin|start|end|finish|conclude) (?:your|every|each|all|the) (?:\w+ )?{_OURS}",
        r"\b(?:only|always|never) cite\b|\bcite only\b",
        in_titles=False,
    ),
    _sign(
        "do don't never stop refuse",
        rf"{_OPENING}(?:do not|don't|never|stop|refuse to) (?:cite|citing|mention|mentioning|reveal|quote|answer"
        r"|trust|tell"
        r"|say|summari[sz]e|use (?:the|any|your) (?:other )?(?:sources?|abstracts?|papers?))\b",
        in_titles=False,
    ),
    _sign(
        "act behave speak talk translate rank rate recommend",
        rf"{_OPENING}(?:act|behave|speak|talk) (?:as|like) (?:if|an?|the|my|your)\b",
        rf"{_OPENING}(?:translate|rank|rate|recommend) (?:this|everything|it|all of this)\b",
        in_titles=False,
    ),
    _sign(
        "when whenever if",
        rf"{_OPENING}(?:when(?:ever)?|if)\b[^,]{{0,80}}\b(?:ask(?:s|ed)?|answering|summari[sz]\w*|questions?"
        r"|quer(?:y|ies)|read(?:s|ing)?)\b"
        rf"[^,]{{0,60}},\s*(?:you |please |always |just |only |then )*(?:must |should )?{_SAYING}\b",
    ),
    _sign("answer", r"\bthe (?:correct |right |only )?answer to (?:all|any|every|each) (?:\w+ )?questions? is\b"),
    _sign("review", r"\b(?:positive|glowing|favou?rable) review only\b"),
    # addresses
    _sign(
        "ai llm llms models model assistant assistants chatbot chatbots reviewer reviewers agents bots bot reader",
        rf"\b{_MODEL},? (?:that (?:is|are) )?(?:reading|processing|summari[sz]ing|seeing|parsing) th(?:is|ese)\b",
        r"\b(?:note|message|instructions?|attention|reminder|memo|notice|hint):? (?:to|for) (?:the |any "
        rf"|all )?{_MODEL}\W",
        rf"\battention,? {_MODEL}\b|\bdear (?:{_MODEL}|model|reader)\b|^\W*(?:to|hey|hello) (?:the |any "
        rf"|all )?{_MODEL}\s*[,:]",
        rf"\bas an? (?:large )?{_MODEL}\b[^.]{{0,40}}\byou\b",
    ),
    _sign(
        "you",
        r"\byou are (?:an? |the |my )(?:\w+ ){0,2}(?:ai|assistant|chatbot|pirate|model|bot|expert|hacker|terminal"
        r"|dan|poet)\b",
    ),
    # imitations of a prompt, of its fences, of its sources
    _sign(
        "<| [inst] [/inst] <<sys>> <</sys>> </ <system <assistant <user <instruction <source <document <context",
        r"<\|(?:im_start|im_end|system|user|assistant|start_header_id|end_header_id|eot_id|begin_of_text)\|>"
        r"|\[/?INST\]|<</?SYS>>|</?start_of_turn>",
        r"</?(?:system|assistant|user|instructions?|sources?|context|documents?|data|prompt|abstract)>",
    ),
    _sign("<< >> == ##", r"<{2,}\s*/?\s*DATA\b|\bDATA\s*>{2,}|^\W*={2,}\s*\w+\s*={2,}",
          r"#{2,}\s*(?:instructions?|system|response|assistant|user|new)\b"),
    _sign(
        "end begin start stop",
        r"(?:-{2,}|={2,}|\[|\(|\*{2,}|^)\s*(?:end|begin|start|stop) (?:of )?(?:the )?(?:system|prompt|sources?|data"
        r"|documents?"
        r"|abstracts?|instructions?|context|user|input)\b\s*(?:[-=\])*.:]|$|prompt|message|instructions)",
    ),
    _sign(
        "system assistant developer administrator admin root",
        r"^[^\w]*(?:system|assistant|developer|administrator|admin|root)\b(?: (?:prompt|message|override|note"
        r"|instructions?"
        r"|alert|update|notice|command)){0,2}\s*[\])>*]*\s*:",
        r"(?-i:\bSYSTEM\b(?: (?:PROMPT|MESSAGE|OVERRIDE|NOTE|INSTRUCTION|ALERT|UPDATE))?\s*[:\]>]|\bSYSTEM OVERRIDE\b)",
    ),
    _sign(
        "human user answer response instruction instructions prompt",
        r"^[^\w]*(?:human|user|answer|response|instructions?|prompt)\s*[\])>*]*\s*:",
        in_titles=False,
    ),
    _sign("[ source abstract document passage reference citation",
          r"^\W*(?:source|abstract|document|passage|reference|citation)s?(?:\W{0,3}\d{1,3}\s*[\])]?\s*[:—–-]"
          r"|\s*:\s*\[\d)",
          r"^(?:[^\w\[]*\[\d{1,3}\])+\s*(?:[\"“]|(?-i:[A-Z])[\w-]*(?: [\w-]+){0,8}:)"),
    _sign(
        '": \':', r"[\"'](?:role|tool|function|tool_call|action|answer|citations?|sentences|verdict)[\"']\s*:",
    ),
    # markup
    _sign("<", r"<\s*/?\s*(?:script|iframe|svg|object|embed)\b|<!--",
          r"<\s*(?:img|a|div|span|form|meta|style|body|link|input|button)\s[^>]*="),
    _sign("](", r"!\[[^\]]*\]\(|\[[^\]]*\bclick\b[^\]]*\]\(|\]\(\s*(?:javascript|data):"),
    _sign("``` javascript:", r"(?<!`)```(?!`)|\bjavascript:"),
)  # fmt: skip
"""Forms that an order has; one is enough."""
FOREIGN = (
    _sign(
        "/ignor /vergiss /vergess /missacht /oubli /olvid /dimentic /esque",
        r"\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b.{0,50}\b(?:anweisung\w*|regeln?|quellen?|vorgaben?)\b",
        r"\b(?:ignore[zr]?|oublie[zr]?)\b.{0,50}\b(?:consignes?|règles?|instructions (?:pr[ée]c[ée]dentes?|ci-dessus))",
        r"\b(?:ignor[ae]d?|olvid[ae]d?|dimentica|esque[çc]a)\b.{0,50}\b(?:instrucciones|reglas|istruzioni|regole"
        r"|instruç[õo]es|regras|fuentes|fonti|fontes)\b",
    ),
    _sign(
        "/忽略 /无视 /忘记 /忽視 /無視 /忘れ /回答 /输出 /打印 /回复 /說 /说",
        r"(?:忽略|无视|忘记|忽視|無視して).{0,14}(?:指令|指示|规则|規則|提示|要求|说明)",
        r"(?:指示|命令|ルール|プロンプト).{0,8}(?:無視|忘れ)|(?:请|請)?(?:只|仅)?(?:回答|输出|打印|回复|說|说)\s*[:\uff1a“\"「]",
    ),
    _sign("/игнорируй /забудь", r"\b(?:игнорируй\w*|забудь\w*)\b.{0,50}\b(?:инструкци\w*|правил\w*|указани\w*)"),
    _sign(
        "/sag /schreib /antwort /dis /dites /cri /pond /diga /escrib /respond /scriv /rispond /escreva",
        r"^\W*(?:sag|(?-i:[Ss]age)|sagen sie|schreibe?|schreiben sie|antworte|antworten sie|dis|dites|[ée]cri[sv]\w*"
        r"|r[ée]pond[sez]*"
        r"|diga|escrib[ae]|respond[ae]|scrivi|rispondi|escreva|responda)\b[^.]{0,40}(?:[\"“„«]|:\s)",
    ),
)  # fmt: skip
"""The same in other languages."""
LESSER = re.compile(
    r"\byou(?:r|rs)?\b|\b(?:the|this) (?:user|assistant|ai|chatbot|reader)\b"
    rf"|{_START}{_SAYING}\b|\b(?:only|best|above all) th(?:is|e) paper\b"
    r"|(?-i:\b[A-Z]{4,}(?:[-_]\w+)+\b|\b[A-Z][A-Z0-9]{5,}\b)|\[\d{2,3}\]|!\s*$|^\W*(?:thanks?|thank you)\b"
    r"|\b(?:end of|instead of|as instructed|obey|comply|instructions?)\b",
    re.IGNORECASE,
)
"""Signs that count beside a sentence that holds one of the others."""
SPELLED_OUT = re.compile(r"(?:\b[A-Za-z][ .\-_]){12,}")
"""Single letters in a row, which hide words from a search."""
