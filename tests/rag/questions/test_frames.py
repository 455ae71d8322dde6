from __future__ import annotations

import pytest

from rag import Assistant
from rag.questions.frames import in_english
from tests.support.counting import counted
from tests.support.shelf import BREAD, CHESS, FROG, MERGE_A, POND, TIDE, WIND

PUT = [
    ("Wie viele Arbeiten gibt es?", "how many papers"),
    ("Wie viele Artikel haben Code?", "how many papers with code"),
    ("Wie viele Paper sind im Digest vom 31. Oktober?", "how many papers digest of 31 October"),
    ("Wie viele Arbeiten haben mehr als fünf Autoren?", "how many papers more than five authors"),
    ("Wie viele Arbeiten haben nur einen Autor?", "how many papers one authors"),
    ("Wie viele Arbeiten wurden seit 2024 veröffentlicht?", "how many papers since 2024"),
    ("Wie viele Arbeiten handeln von Reinforcement Learning?", "how many papers about Reinforcement Learning"),
    ("Wie viele Autoren hat TAROT?", "how many authors TAROT"),
    ("Wieviele Veröffentlichungen ohne Quellcode?", "how many papers without code"),
    ("Combien d'articles y a-t-il ?", "how many papers"),
    ("Combien d’articles ont du code ?", "how many papers with code"),
    ("Combien d'articles dans le digest du 31 octobre ?", "how many papers digest of 31 October"),
    ("Combien de papiers ont un seul auteur ?", "how many papers one authors"),
    ("Combien d'articles depuis 2024 ?", "how many papers since 2024"),
    ("Combien d'articles mentionnent GitHub ?", "how many papers mention GitHub"),
    ("¿Cuántos artículos hay?", "how many papers"),
    ("¿Cuántos artículos tienen código?", "how many papers with code"),
    ("¿Cuántos artículos hay en el digest del 31 de octubre?", "how many papers digest of 31 October"),
    ("¿Cuántos artículos tienen más de cinco autores?", "how many papers more than five authors"),
    ("¿Cuántos artículos se publicaron antes de 2024?", "how many papers before 2024"),
    ("有多少篇论文", "how many papers"),
    ("有多少篇论文有代码", "how many papers with code"),
    ("有多少篇论文只有一位作者", "how many papers one author"),
    ("有多少篇论文超过5位作者", "how many papers more than 5 authors"),
    ("10月31日的digest有多少篇论文", "October 31 digest how many papers"),
    ("2024年以来有多少篇论文", "since 2024 how many papers"),
    ("有多少篇关于reinforcement learning的论文", "how many papers about reinforcement learning"),
    ("有多少篇论文关于强化学习", "how many papers about reinforcement learning"),
    ("Wie viele Arbeiten handeln von bestärkendem Lernen?", "how many papers about reinforcement learning"),
    ("¿Cuántos artículos hablan de aprendizaje por refuerzo?", "how many papers about reinforcement learning"),
    ("Combien d'articles parlent d'élagage ?", "how many papers about pruning"),
    ("combien d'articles ont été publiés en 2024 ?", "how many papers from 2024"),
    ("combien d'articles sont accompagnés de code ?", "how many papers with code"),
    ("Welche Arbeit hat die meisten Autoren?", "which paper the most authors"),
    ("Welche Arbeit hat die wenigsten Kommentare?", "which paper the fewest comments"),
    ("Welche Arbeiten haben Code?", "which papers with code"),
    ("Was ist die neueste Arbeit?", "the newest paper"),
    ("Was ist die älteste Arbeit?", "the oldest paper"),
    ("Quel article a le plus d'auteurs ?", "which paper the most authors"),
    ("Quel article a le moins de commentaires ?", "which paper the fewest comments"),
    ("Quels articles ont du code ?", "which papers with code"),
    ("Quel est l'article le plus récent ?", "the newest paper"),
    ("Quel est l'article le plus ancien ?", "the oldest paper"),
    ("¿Qué artículo tiene más autores?", "which paper the most authors"),
    ("¿Qué artículo tiene menos comentarios?", "which paper the fewest comments"),
    ("¿Qué artículos tienen código?", "which papers with code"),
    ("¿Cuál es el artículo más reciente?", "the newest paper"),
    ("¿Cuál es el artículo más antiguo?", "the oldest paper"),
    ("哪些论文同时出现在两个摘要集里?", "which papers in more than one digest"),
    ("哪些论文有代码?", "which papers with code"),
    ("哪篇论文作者最多?", "which paper has the most authors"),
    ("最新的论文是哪篇?", "the newest paper"),
    ("最早的论文是哪篇?", "the oldest paper"),
]


@pytest.mark.parametrize(("asked", "english"), PUT)
def test_the_frame_of_a_count_is_put_into_english(asked: str, english: str) -> None:
    assert in_english(asked).rstrip(" ?") == english


@pytest.mark.parametrize(
    "asked",
    [
        "How many papers are there?",
        "Wie viele Frösche zählt FrogNet?",
        "Was ist FrogNet?",
        "Combien de grenouilles compte FrogNet ?",
        "¿Cuántas ranas hay?",
        "FrogNet有多少个参数",
        "Was ist die neueste Methode?",
        "Was macht FrogNet mit Code?",
        "Welche Arbeit zeigt etwas über Code?",
        "Quelle est la méthode la plus récente ?",
        "¿Qué hay de nuevo en digestión?",
        "最新的方法是什么?",
        "",
    ],
)
def test_what_is_no_count_of_papers_is_left_as_it_is(asked: str) -> None:
    assert in_english(asked) == asked


@pytest.mark.parametrize(
    ("asked", "operation", "papers"),
    [
        ("Welche Arbeit hat die meisten Autoren?", "max_authors", {BREAD.title}),
        ("Was ist die neueste Arbeit?", "max_published", {BREAD.title}),
        (
            "combien d'articles ont été publiés en 2024 ?",
            "count",
            {FROG.title, MERGE_A.title, CHESS.title, WIND.title},
        ),
        ("Quel est l'article le plus récent ?", "max_published", {BREAD.title}),
        ("¿Qué artículo tiene más autores?", "max_authors", {BREAD.title}),
        ("¿Cuál es el artículo más antiguo?", "min_published", {TIDE.title}),
        ("哪些论文同时出现在两个摘要集里?", "list", {POND.title}),
        ("最新的论文是哪篇?", "max_published", {BREAD.title}),
    ],
)
def test_what_is_asked_of_the_catalogue_in_another_language_is_computed(
    assistant: Assistant, asked: str, operation: str, papers: set[str]
) -> None:
    answer = assistant.ask(asked)
    assert answer.catalogue is not None and answer.catalogue.operation == operation
    assert counted(answer) == papers
