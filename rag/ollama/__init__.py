"""The Ollama server: whether it answers, which of its models is used, and a writer for it.

Nothing here takes a proxy from the environment (the official client would send a question for this machine through
``HTTP_PROXY``), and every time-out is explicit.
"""

from rag.ollama.opening import open_writer, writer_of
from rag.ollama.server import OllamaStatus, loaded, probe
from rag.ollama.writer import OllamaWriter, window_of

__all__ = ["OllamaStatus", "OllamaWriter", "loaded", "open_writer", "probe", "window_of", "writer_of"]
