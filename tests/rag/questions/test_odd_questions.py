"""Questions as people type them: empty, small talk, typing errors, other languages, long ones, markup, nonsense."""

from __future__ import annotations

import pytest

from ingest.errors import UsageError
from rag import Assistant
from rag.lexical import LexicalIndex
from rag.questions.asides import small_reply
from rag.questions.question import MAX_CHARACTERS, kind_of
from rag.questions.rambling import LONG, the_point
from rag.questions.tidying import tidy, unshouted, without_greetings
from rag.questions.typos import edit_distance, mend_names, names_of
from tests.support.answers import check_answer
from tests.support.shelf import BY_ID, FROG, MERGE_A, QUANT_A, SHELF, TIDE, paper

NAMES = names_of(SHELF)
KNOWN = {"accuracy", "model", "merging", "oracle", "frogs", "quadratic"}
ACCURACY = "62.2%"


@pytest.mark.parametrize(
    "text",
    [
        "yo", "ty!", "merci", "danke schön", "hola", "bonjour", "Hallo!", "你好", "谢谢", "how do you do",
        "nice to meet you", "lol", "haha", "have a nice day", "sorry", "never mind", "great answer!", "hello world",
        "can you help me?", "how does this work?", "what are you able to do", "I love you", "wow", "hmm", "👍",
        "😀 hello", "that's all for now, bye", "sounds good", "who am I talking to?", "Hi, how are you? Thanks!",
        "ok bye", "you are great", "good morning citetrail", "thank you very much",
    ],
)  # fmt: skip
def test_small_talk_is_answered_briefly_without_a_paper(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert kind_of(text) == "small_talk"
    assert not answer.abstained
    assert (answer.citations, answer.sources) == ((), ())
    assert len(answer.text.split()) < 40
    check_answer(answer, BY_ID)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("thanks!", "You are welcome."),
        ("ok bye", "Goodbye."),
        ("hi", "Hello."),
        ("who are you?", "I am citetrail"),
        ("how are you?", "All is well."),
        ("sorry", "No harm done."),
        ("wow", "Ask me about the papers"),
    ],
)
def test_small_talk_gets_a_reply_that_fits(text: str, said: str) -> None:
    assert small_reply(text).startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "hi, what accuracy does FrogNet reach?",
        "Hello! What accuracy does FrogNet reach? Thanks!",
        "hey there, quick one: what accuracy does FrogNet reach",
        "thanks. And what accuracy does FrogNet reach? have a nice day",
        "Good morning, one more question: what accuracy does FrogNet reach?",
    ],
)
def test_a_question_among_small_talk_is_answered(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert ACCURACY in answer.text
    assert [c.title for c in answer.citations] == [FROG.title]


@pytest.mark.parametrize(
    "text",
    [
        "State what accuracy FrogNet reaches.",
        "Report the accuracy that FrogNet reaches",
        "Calculate how accurate FrogNet is",
        "Can you tell me the accuracy of FrogNet?",
        "What I would like to know is what accuracy FrogNet reaches.",
        "Hello, FrogNet accuracy",
        "Answer in one sentence: what accuracy does FrogNet reach?",
    ],
)
def test_an_imperative_about_a_paper_is_a_question(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert [c.title for c in answer.citations] == [FROG.title]
    assert ACCURACY in answer.text


def test_a_table_of_papers_is_a_list(assistant: Assistant) -> None:
    asked = assistant.ask("Output a table of papers on model merging")
    assert [c.title for c in asked.citations] == [
        c.title for c in assistant.ask("List papers on model merging").citations
    ]
    assert len(asked.citations) > 1


@pytest.mark.parametrize("text", ["", "?", "...", "  \n ", "!?", "—", "***", "``` ```"])
def test_an_empty_question_is_asked_back(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.abstention_reason == "the question is empty"
    assert answer.text.startswith("Ask me about the papers")


@pytest.mark.parametrize(
    "text",
    [
        "How many?",
        "Who?",
        "why",
        "and?",
        "What does it do?",
        "What is its accuracy?",
        "What about them?",
        "42",
        "which",
    ],
)
def test_what_names_nothing_is_asked_back(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.abstention_reason == "the question does not say what it is about"
    assert text in answer.text
    assert answer.citations == ()


def test_what_names_nothing_leans_on_the_conversation_where_there_is_one(assistant: Assistant) -> None:
    talk = [{"role": "user", "content": "What is FrogNet?"}, {"role": "assistant", "content": f"{FROG.abstract} [1]"}]
    answer = assistant.ask("What accuracy does it reach?", history=talk)
    assert ACCURACY in answer.text


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "xyzzy plugh", "fghj", "lorem ipsum dolor " * 40])
def test_keyboard_mash_is_declined(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert answer.abstention_reason == "no word of it is known here"
    assert (answer.citations, answer.sources) == ((), ())


@pytest.mark.parametrize("text", ["purple monkey dishwasher", "seventeen helicopters sing opera"])
def test_random_words_are_declined(assistant: Assistant, text: str) -> None:
    assert assistant.ask(text).abstained


@pytest.mark.parametrize(
    "text",
    [
        "What accuracy does FrogNte reach?",
        "What accuracy does Frognet reach?",
        "waht accuracy does forgnet reach",
        "wat accuracy dose FrogNett reach?",
        "WHAT ACCURACY DOES FROGNET REACH?!?!",
        "wHaT aCcUrAcY dOeS fRoGnEt ReAcH",
        "**What** accuracy does `FrogNet` reach?",
        "# What accuracy does FrogNet reach",
        "> what accuracy does FrogNet reach 🐸🐸",
        "<b>What accuracy</b> does FrogNet reach?",
        "what   accuracy\n\n does\tFrogNet reach",
        "what accuracy does frognet reach",
        "What accuracy does https://github.com/pond/frognet reach?",
        "What accuracy does [FrogNet](https://example.org/x) reach?",
        "FrogNet accuracy???",
    ],
)
def test_a_question_is_read_however_it_is_typed(assistant: Assistant, text: str) -> None:
    answer = assistant.ask(text)
    assert ACCURACY in answer.text
    assert answer.citations[0].title == FROG.title
    assert answer.question == text


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("What is FrogNte?", "What is FrogNet?"),
        ("what is tidepredcit", "what is TidePredict"),
        ("What is TidePerdikt?", "What is TidePredict?"),
        ("teh accuracy", "the accuracy"),
        ("hwo and waht", "how and what"),
        ("the orcale", "the oracle"),
        ("wich one", "which one"),
    ],
)
def test_a_slip_in_a_name_or_a_small_word_is_mended(text: str, mended: str) -> None:
    assert mend_names(text, NAMES, KNOWN)[0] == mended


@pytest.mark.parametrize(
    "text",
    [
        "What is FrogNet?",
        "What is FrogNets?",
        "GPT-5",
        "BART",
        "LLaVA",
        "accuracy",
        "won",
        "form",
        "toadnet",
        "Fröschnet",
    ],
)
def test_what_may_be_another_name_is_left(text: str) -> None:
    names = {**NAMES, "gpt-4": "GPT-4", "bert": "BERT", "llama": "LLaMA"}
    assert mend_names(text, names, KNOWN) == (text, {})


def test_another_version_is_another_name() -> None:
    assert mend_names("AutoDroid-V3", {"autodroid-v2": "AutoDroid-V2"}, ()) == ("AutoDroid-V3", {})
    assert mend_names("AutoDriod-V2", {"autodroid-v2": "AutoDroid-V2"}, ())[0] == "AutoDroid-V2"


def test_a_short_name_is_mended_only_where_letters_change_places() -> None:
    names = {"tarot": "TAROT", "splitwise": "Splitwise"}
    assert mend_names("What is TARTO?", names, ())[0] == "What is TAROT?"
    assert mend_names("What is TABOT?", names, ())[0] == "What is TABOT?"
    assert mend_names("What is splitwize?", names, ())[0] == "What is Splitwise?"


@pytest.mark.parametrize(("word", "name"), [("clause", "Claude"), ("imagined", "ImageNet"), ("blended", "Blender")])
def test_an_english_word_is_no_name_written_wrongly(word: str, name: str) -> None:
    for text in (f"How is a {word} one told?", f"{word.capitalize()} ones: how are they told?"):
        assert mend_names(text, {name.lower(): name}, ()) == (text, {})


def test_an_english_word_is_no_other_one_with_letters_exchanged() -> None:
    assert mend_names("after how many trial runs", {}, {"trail"}) == ("after how many trial runs", {})
    assert mend_names("which framewrok", {}, {"framework"})[0] == "which framework"


def test_of_two_names_as_near_neither_is_taken() -> None:
    assert mend_names("FrogNot", {"frognet": "FrogNet", "frognut": "FrogNut"}, ()) == ("FrogNot", {})


def test_names_are_short_titles_marked_words_and_proper_nouns() -> None:
    told = paper(
        "Splitwise: Phases of Serving", "We follow Halpern in this. Frogs sing of GPT-4. The Frogs sing. frogs"
    )
    assert names_of([told]) == {"splitwise": "Splitwise", "halpern": "Halpern", "gpt-4": "GPT-4"}


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbc", 1), ("ab", "wxyz", 3)],
)
def test_slips_are_counted(a: str, b: str, distance: int) -> None:
    assert edit_distance(a, b, 2) == distance


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("- one\n- two", "one two"),
        ("<b>bold</b> and [linked](https://example.org)", "bold and linked"),
        ("C++ and #1", "C++ and #1"),
        ("see www.example.org/x now", "see now"),
        ("a_b_c and 2 * 3 * 4", "a_b_c and 2 * 3 * 4"),
        ("what?!?! really!!!", "what? really!"),
        ("```python\nfrogs\n```", "frogs"),
        ("<script>x</script>", "<script>x</script>"),
        ("🐸", "🐸"),
        ("https://github.com/tiny/bits/", "TinyBits"),
    ],
)
def test_markup_is_taken_off(text: str, tidied: str) -> None:
    assert tidy(text, [QUANT_A]) == tidied


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("whats new?", "what's new?"),
        ("Wheres the code, and whos it by?", "Where's the code, and who's it by?"),
        ("papers that dont have a date", "papers that don't have a date"),
        ("it isnt dated and wont be", "it isn't dated and won't be"),
        ("Cant it? It wouldnt.", "Can't it? It wouldn't."),
        ("what's that, don't", "what's that, don't"),
        ("its code, as we want its code", "its code, as we want its code"),
        ("antennas of ants hunt", "antennas of ants hunt"),
    ],
)
def test_a_contraction_gets_its_apostrophe_and_what_is_a_word_without_it_none(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


def test_greetings_are_taken_off_and_answers_are_not() -> None:
    assert without_greetings("Hi, what is it? Thanks!") == "what is it?"
    assert without_greetings("yes, what is it?") == "yes, what is it?"
    assert without_greetings("hello") == "hello"


def test_a_few_acronyms_are_no_shouting() -> None:
    assert unshouted("GPT-4 vs BERT", NAMES) == "GPT-4 vs BERT"
    assert unshouted("WHAT DOES FROGNET DO ON GPUS", NAMES) == "what does FrogNet do on gpus"


@pytest.mark.parametrize(
    ("text", "paper_meant"),
    [
        ("Was ist FrogNet?", FROG),
        ("Welche Genauigkeit erreicht FrogNet?", FROG),
        ("Quelle est la précision de FrogNet ?", FROG),
        ("¿Qué precisión alcanza FrogNet?", FROG),
        ("FrogNet 的准确率是多少\uff1f", FROG),
        ("FrogNetの精度はどのくらいですか\uff1f", FROG),
        ("Qual è l'accuratezza di FrogNet?", FROG),
        ("Qual é a precisão do FrogNet?", FROG),
        ("Что такое FrogNet?", FROG),
        ("Wat is de nauwkeurigheid van FrogNet?", FROG),
        ("Welchen Fehler hat TidePredict?", TIDE),
        ("Welche Arbeit sagt Gezeiten mit Gaussian Processes voraus?", TIDE),
        ("Combien d'experts MergeKing fusionne-t-il ?", MERGE_A),
    ],
)
def test_a_question_in_another_language_finds_the_paper_it_shares_a_name_with(
    assistant: Assistant, text: str, paper_meant: object
) -> None:
    answer = assistant.ask(text)
    assert not answer.abstained
    assert answer.citations[0].title == getattr(paper_meant, "title", "")
    assert any(note.startswith("read the question, which is in") for note in answer.provenance.notes)
    check_answer(answer, BY_ID)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie koche ich Kartoffelsuppe?", "German"),
        ("Was ist das wichtigste Ergebnis?", "German"),
        ("Quelle est la capitale du Pérou ?", "French"),
        ("¿Cuál es la capital de España?", "Spanish"),
        ("今天天气怎么样\uff1f", "Chinese"),
        ("日本の首都はどこですか\uff1f", "Japanese"),
        ("Какая столица Франции?", "Russian"),
    ],
)
def test_one_that_shares_nothing_rare_is_declined(assistant: Assistant, text: str, language: str) -> None:
    answer = assistant.ask(text)
    assert answer.abstained
    assert answer.abstention_reason.startswith(f"it is in {language}")
    assert "Please ask in English" in answer.text
    assert (answer.citations, answer.sources) == ((), ())


def test_a_follow_up_in_another_language_leans_on_the_conversation(assistant: Assistant) -> None:
    talk = [{"role": "user", "content": "What is FrogNet?"}, {"role": "assistant", "content": f"{FROG.abstract} [1]"}]
    answer = assistant.ask("Und wie hoch ist die Genauigkeit?", history=talk)
    assert [c.title for c in answer.citations] == [FROG.title]


def test_a_long_question_is_answered_on_its_point(assistant: Assistant) -> None:
    chatter = "I was walking the dog and it rained. My aunt says that soup is cold. You know how it is, right? "
    text = f"{chatter * 90}What accuracy does FrogNet reach on PondBench? {chatter * 90}"
    assert 15_000 < len(text) < MAX_CHARACTERS
    answer = assistant.ask(text)
    assert ACCURACY in answer.text
    assert [c.title for c in answer.citations] == [FROG.title]
    assert answer.standalone_question == "What accuracy does FrogNet reach on PondBench?"
    assert any(note.startswith("of a long question this was read") for note in answer.provenance.notes)


def test_a_long_question_without_any_full_stop_too(assistant: Assistant) -> None:
    text = f"{'so the soup was cold and ' * 100}what accuracy does FrogNet reach {'and the dog was wet ' * 100}"
    assert ACCURACY in assistant.ask(text).text


def test_over_the_limit_is_an_error_that_says_what_to_do(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match=r"20,001 characters; at most 20,000 are read\. Ask for one thing at a time\."):
        assistant.ask("x" * (MAX_CHARACTERS + 1))


def test_the_point_keeps_what_says_what_it_is_about() -> None:
    index = LexicalIndex(SHELF)

    def weight(text: str) -> float:
        return float(sum(index.idf(t) for t in index.analyzer.terms(text) if t in index.document_frequency))

    chatter = "It rained and the soup was cold. " * 20
    text = f"{chatter}I read about FrogNet and PondBench and its ponds. {chatter}How good is it on audio?"
    assert len(text.split()) > LONG
    assert the_point(text, weight) == "I read about FrogNet and PondBench and its ponds. How good is it on audio?"
    told = f"{chatter}I read about FrogNet and PondBench and its ponds. {chatter}Tell me how it does on audio."
    assert the_point(told, weight).endswith("its ponds. Tell me how it does on audio.")
    assert the_point(f"{chatter}FrogNet hears ponds. {chatter}", weight) == "FrogNet hears ponds."
    assert the_point("How good is it?", weight) == "How good is it?"
