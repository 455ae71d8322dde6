from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import get_response_synthesizer
from llama_index.core.schema import NodeWithScore

import rag.retrieval.retrieve
from ingest.embeddings.minilm import MiniLMEmbedding
from ingest.errors import UsageError
from ingest.library import Library
from ingest.pipeline import ingest, store_papers
from rag import Assistant
from rag.lexical import Analyzer, LexicalIndex, american
from rag.questions.filters import Filters
from rag.retrieval.retrieve import AS_FAR, HybridRetriever, build_index
from tests.support.llms import telling
from tests.support.pages import abstract, write_page
from tests.support.shelf import ALPHA, BY_ID, FROG, SHELF, TIDE, bag, fill, paper, seen, settings_in


def test_it_is_a_llamaindex_retriever_of_passages(assistant: Assistant) -> None:
    retriever = assistant.retriever
    assert isinstance(retriever, BaseRetriever)
    nodes = retriever.retrieve("How are frogs counted in ponds?")
    assert all(isinstance(node, NodeWithScore) for node in nodes)
    assert len(nodes) == assistant.settings.top_k
    assert nodes[0].node.metadata["paper_id"] == FROG.paper_id
    for node in nodes:
        told = node.node.metadata
        assert set(told) == {"paper_id", "title", "start", "end"}
        held = BY_ID[told["paper_id"]]
        assert node.text == held.abstract[told["start"] : told["end"]] != ""
        assert told["title"] == held.title
    scores = [node.score or 0.0 for node in nodes]
    assert scores == sorted(scores, reverse=True)
    assert len({node.node.metadata["paper_id"] for node in nodes}) == len(nodes)


def test_it_stands_in_a_llamaindex_query_engine(assistant: Assistant) -> None:
    llm = telling("Frogs are counted.")
    engine = RetrieverQueryEngine(assistant.retriever, get_response_synthesizer(llm=llm))
    response = engine.query("How are frogs counted?")
    assert str(response) == "Frogs are counted."
    assert "FrogNet counts frogs in ponds" in llm.prompts[0]
    assert response.source_nodes[0].node.metadata["title"] == FROG.title


@pytest.mark.parametrize("wanted", SHELF, ids=lambda p: p.title[:12])
def test_a_paper_is_found_by_the_words_of_its_abstract(assistant: Assistant, wanted: object) -> None:
    (p,) = [p for p in SHELF if p == wanted]
    question = p.abstract.split(". ")[0]
    assert assistant.retriever.search(question)[0].paper == p


def test_as_many_papers_are_returned_as_asked(assistant: Assistant) -> None:
    assert len(assistant.retriever.search("frogs", 3)) == 3
    assert len(assistant.retriever.search("frogs", 10_000)) == len(SHELF)
    assert [s.rank for s in assistant.search("frogs", 4)] == [1, 2, 3, 4]


def test_filters_bound_what_is_found(assistant: Assistant) -> None:
    hits = assistant.retriever.search("frogs", 100, Filters(digest=ALPHA))
    assert {h.paper.paper_id for h in hits} == {p.paper_id for p in SHELF if ALPHA in p.digests}
    assert assistant.retriever.search("frogs", 100, Filters(digest="no such")) == []
    assert [s.title for s in assistant.search("frogs", 5, {"digest": ALPHA, "has_code": True})] == [FROG.title]


def test_a_search_for_nothing_is_refused(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="empty"):
        assistant.search("  ")


@pytest.mark.parametrize("question", ["?", "🐸", "the of and", "x" * 5000, "zzzz qqqq"])
def test_a_search_of_no_known_word_still_orders_papers(assistant: Assistant, question: str) -> None:
    hits = assistant.retriever.search(question)
    assert len(hits) == assistant.settings.top_k
    assert all(np.isfinite(hit.score) for hit in hits)


def test_the_lexical_index_is_made_once_for_many_questions(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    class Counting(LexicalIndex):
        def __init__(self, papers: object) -> None:
            made.append(1)
            super().__init__(SHELF)

    monkeypatch.setattr(rag.retrieval.retrieve, "LexicalIndex", Counting)
    retriever = HybridRetriever(assistant.library)
    first = retriever.index
    for question in ("How are frogs counted?", "Which papers merge?", "How many papers are there?"):
        retriever.search(question)
    assert retriever.index is first
    assert made == [1]


def test_what_is_derived_follows_the_library(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    fill(settings).close()
    assistant = Assistant.open(settings, embed_model=bag())
    before = assistant.retriever.index
    assert assistant.ask("What does ZebraNet count?").abstained
    assert assistant.retriever.index is before
    zebra = paper("ZebraNet: Stripes", "ZebraNet counts the stripes of zebras. It needs no labels.", seen(ALPHA))
    store_papers(Library.open(settings, bag()), [zebra])
    after = assistant.retriever.index
    assert after is not before
    assert after.lexical is not before.lexical
    assert len(after.papers) == len(SHELF) + 1
    answer = assistant.ask("What does ZebraNet count?")
    assert answer.sentences[0].text == "ZebraNet counts the stripes of zebras."
    assert answer.provenance.library_revision == assistant.library.revision
    assert assistant.retriever.index is after


def test_a_further_ingest_is_seen_by_an_open_assistant(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    ingest([write_page(tmp_path, "one.txt", ("On Owls", abstract("owls")))], settings, embed_model=bag())
    assistant = Assistant.open(settings, embed_model=bag())
    assert [s.title for s in assistant.search("newts")] == ["On Owls"]
    ingest([write_page(tmp_path, "two.txt", ("On Newts", abstract("newts")))], settings, embed_model=bag())
    assert [s.title for s in assistant.search("newts")] == ["On Newts", "On Owls"]


def test_a_new_text_of_a_paper_replaces_the_old_one_in_answers(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    library = fill(settings)
    assistant = Assistant.open(settings, embed_model=bag())
    old = assistant.ask("What accuracy does FrogNet reach?")
    newer = paper(FROG.title, FROG.abstract.replace("62.2%", "71.9%"), FROG.appearances)
    store_papers(library, [newer])
    new = assistant.ask("What accuracy does FrogNet reach?")
    assert "62.2%" in old.text
    assert "71.9%" in new.text
    assert "62.2%" not in new.text
    assert old.citations[0].text_hash != new.citations[0].text_hash
    assert library.version(FROG.paper_id, old.citations[0].text_hash).abstract == FROG.abstract


def test_a_library_without_papers_finds_nothing_and_says_so(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    Library.open(settings, bag(), create=True)
    assistant = Assistant.open(settings, embed_model=bag())
    assert assistant.retriever.retrieve("frogs") == []
    assert assistant.search("frogs") == []
    for question in ("What is wake steering?", "Which papers are about frogs?", "How many papers are there?",
                     "What is in the library?", "Compare frogs and tides", "Which is the oldest paper?"):  # fmt: skip
        answer = assistant.ask(question)
        assert answer.citations == ()
        assert answer.abstained or "0 papers" in answer.text


def test_an_index_of_any_papers_can_be_built(tmp_path: Path) -> None:
    retriever = build_index([TIDE, FROG], settings_in(tmp_path), tmp_path / "own", bag())
    assert retriever.search("forecasting tides in harbours")[0].paper == TIDE
    assert Path(retriever.library.where) == tmp_path / "own"


def test_a_paper_without_an_abstract_is_no_stumbling_block(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    fill(settings, [*SHELF, paper("On Emptiness", "")]).close()
    assistant = Assistant.open(settings, embed_model=bag())
    for question in ("What is emptiness?", "Which papers are about emptiness?", "What does “On Emptiness” find?",
                     "Compare “On Emptiness” and FrogNet"):  # fmt: skip
        assert assistant.ask(question).text


class TestLexical:
    def test_terms_are_stemmed_and_function_words_left_out(self) -> None:
        assert Analyzer().terms("The frogs were counting the frogs") == ["frog", "count", "frog"]

    def test_a_compound_gives_its_parts_and_itself(self) -> None:
        assert Analyzer().terms("chain-of-thought") == ["chain", "thought", "chain-of-thought"]

    @pytest.mark.parametrize(
        ("british", "ours"),
        [
            ("optimisation", "optimization"),
            ("quantised", "quantized"),
            ("tokeniser", "tokenizer"),
            ("analyse", "analyze"),
            ("catalysed", "catalyzed"),
            ("behaviour", "behavior"),
            ("behavioural", "behavioral"),
            ("neighbourhood", "neighborhood"),
            ("modelling", "modeling"),
            ("labelled", "labeled"),
            ("channelled", "channeled"),
            ("centre", "center"),
            ("metres", "meters"),
            ("fibre", "fiber"),
        ],
    )
    def test_british_spelling_shares_a_stem_with_american(self, british: str, ours: str) -> None:
        assert american(british) == american(ours) == ours
        assert Analyzer().stem(british) == Analyzer().stem(ours)
        assert Analyzer().terms(f"A {british} of frogs") == Analyzer().terms(f"{ours} of frogs")

    @pytest.mark.parametrize(
        "words",
        [
            "noise noises raise raised raising wise rise poised basis base phrase release increase",
            "four hour hours your tour tours course courses source sourced resource journal",
            "tell well selling rolling controlled labels models",
            "more score store ignore future feature entire structure are genre there",
            "analysis this is his us of",
        ],
    )
    def test_common_words_have_no_british_ending(self, words: str) -> None:
        assert [word for word in words.split() if american(word) != word] == []

    @pytest.mark.parametrize(
        "forms", ["promise promises promised promising", "exercise exercises exercised", "contour contours"]
    )
    def test_a_word_that_only_looks_british_still_meets_its_own_forms(self, forms: str) -> None:
        assert len({Analyzer().stem(form) for form in forms.split()}) == 1

    def test_the_share_of_terms_held_is_by_weight(self) -> None:
        index = LexicalIndex(SHELF)
        rare, common = "whale", "merg"
        assert index.share({rare, common}, {rare, "frog"}) > 0.5 > index.share({rare, common}, {common})
        assert index.share({rare}, {rare}) == 1.0
        assert index.share(set(), {rare}) == 0.0

    def test_every_paper_gets_a_score_and_rare_words_weigh_more(self) -> None:
        index = LexicalIndex(SHELF)
        scores = index.scores("frogs")
        assert scores.shape == (len(SHELF),)
        assert int(scores.argmax()) == SHELF.index(FROG)
        assert index.idf("whale") > index.idf("quantiz")
        assert index.idf("unheard") >= index.idf("whale")

    def test_words_that_no_paper_holds_score_nothing(self) -> None:
        assert not LexicalIndex(SHELF).scores("unheard words").any()
        assert not LexicalIndex(SHELF).scores("").any()
        assert LexicalIndex([]).scores("frogs").shape == (0,)


def test_pieces_of_a_question_weigh_what_their_words_do() -> None:
    index = LexicalIndex(SHELF)
    question = "Which frogs, X-rayed?"
    spans = [(0, 5), (6, 8), (8, 11), (11, 12), (13, 14), (14, 15), (15, 20)]
    which, fr, ogs, comma, x, hyphen, rayed = index.rarities(question, spans)
    assert which == comma == hyphen == 0 and fr == ogs == index.idf("frog") > 0
    assert rayed == index.idf("ray") > fr and x == 0
    assert index.rarities("", [(0, 1)]) == [0.0]


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> HybridRetriever:
    """A library of the shelf made with the embedded model."""
    settings = settings_in(tmp_path_factory.mktemp("late"))
    return build_index(SHELF, settings, Path(settings.library), MiniLMEmbedding())


def test_a_question_is_held_against_the_word_pieces(late: HybridRetriever, monkeypatch: pytest.MonkeyPatch) -> None:
    index, question = late.index, "How are amphibians in small lakes told by their voices?"
    ids = list(index.place)
    with_pieces = {hit.paper.paper_id: hit.standing for hit in late.search(question, len(ids))}
    scores = late._late(index, question, ids)
    assert scores is not None and FROG.paper_id in [ids[i] for i in np.argsort(-scores)[:2]]
    assert abs(scores.mean()) < 1e-4 and scores.std() == pytest.approx(1.0, abs=1e-3), "the sample is the library"
    monkeypatch.setattr(rag.retrieval.retrieve, "LATE_WEIGHT", 0.0)
    without = {hit.paper.paper_id: hit.standing for hit in late.search(question, len(ids))}
    place = {paper_id: row for row, paper_id in enumerate(ids)}
    for paper_id, standing in with_pieces.items():
        mean = (without[paper_id] / AS_FAR + scores[place[paper_id]]) / 2
        assert standing == pytest.approx(AS_FAR * mean, abs=1e-4), "the weight 0 was stretched too"


def test_papers_beyond_the_sample_are_held_against_the_same(late: HybridRetriever, monkeypatch) -> None:
    index, question = late.index, "How are amphibians in small lakes told by their voices?"
    ids = list(index.place)
    whole = late._late(index, question, ids)
    monkeypatch.setattr(index, "sample", index.sample[:-2])
    monkeypatch.delattr(index, "_sampled")
    part = late._late(index, question, ids)
    assert whole is not None and part is not None
    assert np.corrcoef(whole, part)[0, 1] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("question", ["", "the of and", "?!"])
def test_a_question_without_telling_words_has_no_late_interaction(late: HybridRetriever, question: str) -> None:
    assert late._late(late.index, question, list(late.index.place)) is None


def test_a_library_made_without_word_pieces_is_searched_without(tmp_path: Path) -> None:
    settings, question = settings_in(tmp_path), "How are amphibians in small lakes told by their voices?"
    plain = build_index(SHELF, settings, tmp_path / "library", MiniLMEmbedding(late_interaction="off"))
    before = [(hit.paper.paper_id, hit.score) for hit in plain.search(question)]
    plain.library.close()
    reopened = HybridRetriever(Library.open(settings, MiniLMEmbedding()))
    assert [(hit.paper.paper_id, hit.score) for hit in reopened.search(question)] == before
    assert reopened._late(reopened.index, question, list(reopened.index.place)) is None
