"""The command line of ``citetrail evals``."""

from __future__ import annotations

import argparse
from pathlib import Path

from evals.rows import SPLITS, TYPES
from evals.session import PARTS
from ingest.settings import ANSWER_MODES

_ABOUT = """Measure citetrail: every question of the fact set through the same Assistant a user calls, the retrieval
baselines and the claim set beside it. Without options: on the bundled sample and, when CITETRAIL_DIGESTS names
them, on the real digests. The exit code is 1 when a gate is broken."""


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command and its subcommands."""
    parser = argparse.ArgumentParser(prog="citetrail evals", description=_ABOUT)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--library", metavar="DIR", help="an existing library, as it is")
    where.add_argument("--digests", nargs="+", metavar="PATH", type=Path, help="digests, in a temporary library")
    where.add_argument("--sample", action="store_true", help="the bundled sample only")
    parser.add_argument("--facts", metavar="FILE", type=Path, help="a fact set of your own")
    parser.add_argument("--claims", metavar="FILE", type=Path, help="a claim set of your own")
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="all", help="which rows (default: all)")
    parser.add_argument("--type", action="append", choices=TYPES, metavar="T", help="only this type of row; repeatable")
    parser.add_argument("--generator", default="extractive", help="extractive (default), ollama or auto")
    parser.add_argument("--model", default=None, help="Ollama chat model")
    parser.add_argument("--part", action="append", choices=PARTS, help="measure only this; repeatable")
    parser.add_argument("--limit", type=_positive, metavar="N", help="the first N rows only")
    parser.add_argument("--gates", metavar="FILE", type=Path, help="another gates file")
    parser.add_argument("--baseline", metavar="FILE", type=Path, help="JSON report of an earlier run to compare with")
    for name in ("json", "junit", "html"):
        parser.add_argument(f"--{name}", metavar="FILE", type=Path, help=f"write the {name.upper()} report there")
    _add_commands(parser)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number from 1")
    return number


def _add_commands(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="command", metavar="{models,retrieval,grounding,answers,check}")
    models = commands.add_parser("models", help="several models and ways to answer, on the same questions")
    models.add_argument("--name", action="append", metavar="MODEL", help="repeatable (default: all chat models)")
    modes = [mode for mode in ANSWER_MODES if mode != "auto"]
    models.add_argument("--mode", action="append", choices=modes, help="a way to answer; repeatable (default: all)")
    models.add_argument("--count", type=_positive, default=24, metavar="N", help="questions (default: 24)")
    models.add_argument("--json", dest="json_file", type=Path, metavar="FILE", help="write metrics and answers there")
    retrieval = commands.add_parser("retrieval", help="our retriever on a data set in BEIR's layout")
    retrieval.add_argument("--dataset", required=True, type=Path, metavar="DIR", help="corpus, queries and qrels")
    grounding = commands.add_parser("grounding", help="our checker on claims with their context")
    form = "id, context, claim_or_answer, label"
    grounding.add_argument("--pairs", required=True, type=Path, metavar="FILE", help=form)
    answers = commands.add_parser("answers", help="our sentence picker on questions with their sentences")
    answers.add_argument("--set", required=True, type=Path, metavar="FILE", help="question, title, sentences, answers")
    for command in (retrieval, grounding):
        command.add_argument("--baselines", action="store_true", help="run every baseline beside ours; takes longer")
    for command in (retrieval, grounding, answers):
        command.add_argument("--limit", dest="first", type=_positive, metavar="N", help="the first N rows only")
        command.add_argument("--json", dest="json_file", type=Path, metavar="FILE", help="write metrics and rows there")
    check = commands.add_parser("check", help="check the fact and claim sets against the papers they speak of")
    check.add_argument("--papers", required=True, nargs="+", type=Path, metavar="PATH", help="digests")
    check.add_argument("--facts", dest="fact_file", type=Path, metavar="FILE", help="a fact set of your own")
    check.add_argument("--claims", dest="claim_file", type=Path, metavar="FILE", help="a claim set of your own")
    check.add_argument("--partial", action="store_true", help="pass over rows about papers that are not there")
