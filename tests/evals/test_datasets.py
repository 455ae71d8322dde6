from __future__ import annotations

import gzip
import json

import pytest

from evals.datasets import read_answers, read_corpus, read_pairs, read_queries
from evals.foreign import run_answers, run_grounding, run_retrieval
from ingest.errors import InputError


def lines(path, *rows):
    text = "\n".join(json.dumps(r) for r in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


def quiet(stage, done, total):
    pass


@pytest.fixture
def beir(tmp_path):
    docs = [
        {"_id": "d1", "title": "T", "text": "x"},
        {"id": "d2", "text": "y"},
        {"id": "d3", "title": None, "text": ""},
    ]
    lines(tmp_path / "corpus.jsonl", *docs)
    lines(
        tmp_path / "queries.jsonl", {"_id": "q1", "text": "one"}, {"id": "q2", "text": "two"}, {"id": "q3", "text": "3"}
    )
    table = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\nq2\td2\t1\nq2\tgone\t1\nq3\td1\t0\n"
    (tmp_path / "qrels.tsv").write_text(table, encoding="utf-8")
    return tmp_path


def test_a_retrieval_set_is_read(beir):
    papers = read_corpus(beir)
    assert [(p.paper_id, p.title, p.abstract) for p in papers] == [("d1", "T", "x"), ("d2", "", "y"), ("d3", "", "")]
    queries, unjudged = read_queries(beir, frozenset(p.paper_id for p in papers))
    assert {q.id: dict(q.grades) for q in queries} == {"q1": {"d1": 2, "d2": 1}, "q2": {"d2": 1}}
    assert unjudged == 1


def test_qrels_without_a_header(beir):
    (beir / "qrels.tsv").write_text("q2\t0\td2\t1\n", encoding="utf-8")
    queries, unjudged = read_queries(beir, frozenset({"d2"}))
    assert ([q.id for q in queries], unjudged) == (["q2"], 2)


def test_a_wrong_line_is_named(beir):
    (beir / "qrels.tsv").write_text("q1\td1\t1\nq1 d2 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"qrels\.tsv:2"):
        read_queries(beir, frozenset())
    lines(beir / "corpus.jsonl", {"title": "no id"})
    with pytest.raises(InputError, match=r"corpus.jsonl:1: 'id' is missing"):
        read_corpus(beir)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"corpus\.jsonl"):
        read_corpus(tmp_path)


def test_retrievers_are_scored_on_it(beir):
    queries, _ = read_queries(beir, frozenset({"d1", "d2"}))
    result = run_retrieval(queries, {"ours": lambda q, k: ["d2", "d1"], "nothing": lambda q, k: []}, quiet)
    values = {m.key: m.value for m in result.metrics}
    assert values["retrieval/ours/recall@1"] == 0.75
    assert values["retrieval/ours/mrr"] == 1
    assert values["retrieval/ours/ndcg@10"] < 1
    assert values["retrieval/nothing/ndcg@10"] == 0
    assert [r["ranked"] for r in result.rows] == [["d2", "d1"]] * 2
    assert result.to_dict()["per_second"] > 0


class Verdict:
    def __init__(self, support: str, score: float) -> None:
        self.support, self.score, self.reasons = support, score, ("because",)


class Echo:
    """Supports what is in the abstract word for word."""

    def check(self, claim, paper):
        return Verdict("supported", 0.9) if claim in paper.abstract else Verdict("unsupported", 0.1)


def test_a_grounding_set(tmp_path):
    pairs = read_pairs(
        lines(
            tmp_path / "pairs.jsonl",
            {"id": "1", "context": "a b", "claim_or_answer": "a", "label": "supported"},
            {"id": "1", "context": "a b", "claim_or_answer": "c", "label": "unsupported"},
            {"id": "3", "context": "a b", "claim_or_answer": "d", "label": "supported"},
        )
    )
    result = run_grounding(pairs, Echo(), {"length": lambda pair: float(len(pair.claim))}, quiet)
    values = {m.key: m.value for m in result.metrics}
    assert values["grounding/ours/balanced_accuracy"] == 0.75
    assert values["grounding/ours/auc"] == 0.75
    assert values["grounding/length/auc"] == 0.5
    assert [r["right"] for r in result.rows] == [True, True, False]


def test_a_wrong_label_is_refused(tmp_path):
    path = lines(tmp_path / "pairs.jsonl", {"context": "a", "claim_or_answer": "a", "label": "maybe"})
    with pytest.raises(InputError, match="'maybe'"):
        read_pairs(path)


class LongestFirst:
    def score(self, question, title, sentences):
        return [float(len(s)) for s in sentences]


def test_an_answers_set(tmp_path):
    sets = read_answers(
        lines(
            tmp_path / "set.jsonl.gz",
            {"question": "q", "title": "t", "sentences": ["aaa", "a"], "answers": [0], "source": "x"},
            {"question": "q", "title": "t", "sentences": ["bbbb", "b"], "answers": [1], "source": "y"},
            {"question": "q", "sentences": ["c"], "answers": [], "source": "y"},
        )
    )
    result = run_answers(sets, LongestFirst(), quiet)
    values = {m.key: m.value for m in result.metrics}
    assert values["answer_in_first_1"] == 0.5
    assert values["answer_in_first_3"] == 1
    assert values["x/answer_in_first_1"] == 1
    assert values["y/answer_in_first_1"] == 0
    assert values["answerable_auc"] == 1
    assert "aurc" in values
    assert "first_1" not in result.rows[2]


def test_an_answer_outside_the_sentences_is_refused(tmp_path):
    path = lines(tmp_path / "set.jsonl", {"question": "q", "sentences": ["a"], "answers": [1]})
    with pytest.raises(InputError, match=r"set.jsonl:1"):
        read_answers(path)
