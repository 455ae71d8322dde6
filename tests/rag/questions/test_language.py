from __future__ import annotations

import re

import pytest

from ingest.text import normalise
from rag import Assistant
from rag.lexical import LexicalIndex
from rag.questions.language import ask_in_english, language_of, tongue_of, tongues
from rag.questions.translating import Translated, shared_weights, translated
from rag.questions.typos import names_of
from tests.support.shelf import FROG, SHELF, TIDE

INDEX = LexicalIndex(SHELF)
WORDS = {w for p in SHELF for w in re.findall(r"[^\W\d_]{4,}", normalise(f"{p.title} {p.abstract}"))}


def put(text: str) -> Translated:
    """Put a question into English over the shelf."""
    return translated(text, language_of(text), SHELF, INDEX, WORDS, names_of(SHELF))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Was ist FrogNet?", "German"),
        ("Welche Arbeiten behandeln Quantisierung?", "German"),
        ("wie viel kostet das", "German"),
        ("Quelle est la précision de FrogNet ?", "French"),
        ("Combien de grenouilles ?", "French"),
        ("¿Qué hace FrogNet?", "Spanish"),
        ("Cuántos autores tiene el artículo", "Spanish"),
        ("什么是FrogNet?", "Chinese"),
        ("FrogNetは何ですか", "Japanese"),
        ("FrogNet은 무엇입니까", "Korean"),
        ("Что такое FrogNet?", "Russian"),
        ("Qual è il risultato?", "Italian"),
        ("Quais são os resultados?", "Portuguese"),
        ("Wat is het resultaat van deze methode?", "Dutch"),
        ("What is FrogNet?", ""),
        ("papers on merging", ""),
        ("die casting results", ""),
        ("Is there a de facto standard?", ""),
        ("Laplace et al", ""),
        ("\u03b1-divergence and β-VAE bounds", ""),
        ("wat is frognet", ""),
        ("What does “les” mean here?", ""),
        ("FrogNet", ""),
        ("", ""),
    ],
)
def test_a_language_is_told_by_its_small_words_or_its_script(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Welche Genauigkeit erreicht FrogNet?", "which accuracy reach FrogNet?"),
        ("Quelle est la précision de FrogNet ?", "which accuracy of FrogNet?"),
        ("FrogNet 的准确率是多少\uff1f", "FrogNet accuracy how many?"),
        ("Was ist FrogNet?", "What is FrogNet?"),
        ("Was macht FrogNet", "What is FrogNet"),
        ("Welche Arbeiten behandeln Quantisierung?", "which papers quantization?"),
        ("Wie groß ist der Fehler nach 2,35 Stunden?", "how large error 2.35?"),
    ],
)
def test_a_question_is_put_into_english_as_far_as_that_goes(text: str, english: str) -> None:
    assert put(text).text == english


@pytest.mark.parametrize(
    "text",
    [
        "Was ist FrogNet?",
        "¿Qué es PondBench?",
        "Wie gut sind Gaussian Processes bei Gezeiten?",  # two words of one paper
        "Welche Arbeiten behandeln Quantisierung?",  # a term of the field
    ],
)
def test_a_name_or_rare_terms_are_something_to_hold_on_to(text: str) -> None:
    assert put(text).anchored


@pytest.mark.parametrize(
    "text",
    [
        "Wie koche ich Kartoffelsuppe?",
        "Wie funktioniert eine Waschmaschine?",
        "Welche Methode ist die beste?",
        "Quels sont les avantages de la photosynthèse ?",
        "¿Cómo se prepara la paella valenciana?",
        "法国的首都是哪里\uff1f",
        "Was ist ToadNet?",
        "Que fait la perplexité ?",  # only like a word of the library
        "Qui a gagné la coupe du monde des robots l'année dernière à Paris ?",  # one word of many
    ],
)
def test_common_words_and_lookalikes_are_not(text: str) -> None:
    assert not put(text).anchored


def test_the_one_paper_that_shares_most_is_named() -> None:
    assert put("Was ist FrogNet?").paper == FROG
    assert put("Wie gut sind Gaussian Processes bei Gezeiten?").paper == TIDE
    assert put("Welche Arbeiten behandeln Model Merging?").paper is None


def test_rare_words_weigh_and_common_ones_do_not() -> None:
    assert max(shared_weights("Gaussian processes", INDEX)) > max(shared_weights("Gaussian", INDEX)) > 0
    assert max(shared_weights("what papers the and zebra", INDEX)) == 0


def test_every_line_of_the_glossary_is_whole() -> None:
    assert {"German", "French", "Spanish", "Chinese"} <= set(tongues())
    for tongue in tongues().values():
        assert all(english.strip() == english != "" for _, english in tongue.phrases)
        assert tongue.terms <= {english for _, english in tongue.phrases}


def test_a_language_without_a_glossary_still_has_its_names() -> None:
    assert tongue_of("Russian").phrases == ()
    assert put("Что такое FrogNet?").text == "What is FrogNet?"


def test_english_is_asked_for_in_the_askers_language_where_it_is_known() -> None:
    assert "Bitte" in ask_in_english("German")
    assert ask_in_english("Russian") == ask_in_english("Italian")


@pytest.mark.parametrize("asked", ["¿Cuántos artículos hablan de jirafas?", "Wie viele Arbeiten handeln von Giraffen?"])
def test_a_count_on_a_word_that_no_glossary_and_no_paper_has_is_declined(assistant: Assistant, asked: str) -> None:
    answer = assistant.ask(asked)
    assert answer.abstained and answer.catalogue is None
    assert "shares no name" in answer.text
