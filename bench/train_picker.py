"""Trains the cross-encoder that picks answer sentences, from all-MiniLM-L6-v2, on a CPU.

It reads a question together with a title and one sentence and gives one number, a logit: how much more likely the
sentence is to answer than that nothing does. It is trained listwise: a softmax over some sentences of one passage, one
sentence of another passage, and "none of them" (logit 0), which is the right choice where a question has no answer.
Several sequences share a row (each attends to itself alone), so that hardly any padding is computed. The word and
position embeddings stay as they are. ::

    python -m pip install jax optax
    python -m bench.train_picker ANSWERS/train.jsonl.gz --dev ANSWERS/dev.jsonl.gz --out FOLDER

The data are JSON lines, gzipped: ``question``, ``title``, ``sentences``, ``answers`` (indices of the answering
sentences; none: unanswerable). The folder receives ``model-fp32.onnx`` and ``model.onnx`` (8-bit weights).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bench.picker_files import export, with_head
from ingest.embeddings.minilm_graph import HEADS, LAYERS, WIDTH
from ingest.embeddings.weights import find_weights
from ingest.errors import MissingPart
from rag.cross_encoder import CrossEncoderPicker, paired
