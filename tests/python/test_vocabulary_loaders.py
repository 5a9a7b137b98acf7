# SPDX-License-Identifier: Apache-2.0
"""Loaders find the bytes of every token: held against what the tokenizers themselves encode."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pushmask import ModelError, Vocabulary, VocabularyError
from pushmask.vocabulary import gguf, hf, sentencepiece, tiktoken
from pushmask.vocabulary.parts import BYTE_LEVEL_TABLE, VocabularyParts, byte_level_bytes

CORPUS = [
    'the quick brown fox {"name": "Ada", "age": 36} jumps over the lazy dog',
    "naïve café, 漢字かな交じり文, 🎉🎊 party, tabs\tand\nlines",
    "    indented    text    with    runs    of    spaces",
]
UNSEEN = ["Ünïcödé ẞ", "\u00a0 \u2028", "🤖👩‍🚀", "\x00\x7f", "<0xE2> ▁ Ġ"]


# --- byte-level BPE -------------------------------------------------------------------------------


def test_the_byte_level_table_is_one_character_for_each_byte() -> None:
    assert sorted(BYTE_LEVEL_TABLE.values()) == list(range(256))
    assert (BYTE_LEVEL_TABLE["Ġ"], BYTE_LEVEL_TABLE["Ċ"], BYTE_LEVEL_TABLE["A"]) == (32, 10, 65)


def test_a_byte_level_token_may_be_incomplete_utf8() -> None:
    assert byte_level_bytes("âĢ") == b"\xe2\x80"


def byte_level_tokenizer() -> Any:
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=320,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|end|>", "<|pad|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_tokens([tokenizers.AddedToken("<tool call>", special=False)])
    return tokenizer


@pytest.mark.parametrize("text", CORPUS + UNSEEN)
def test_byte_level_tokens_join_to_the_text(text: str) -> None:
    tokenizer = byte_level_tokenizer()
    parts = hf.read_tokenizers(tokenizer, stop_token_ids=[0])
    ids = tokenizer.encode(text).ids
    assert b"".join(parts.tokens[token_id] for token_id in ids) == text.encode()


def test_added_tokens_are_their_text_and_only_special_ones_are_special() -> None:
    tokenizer = byte_level_tokenizer()
    parts = hf.read_tokenizers(tokenizer, stop_token_ids=[0])
    assert parts.tokens[tokenizer.token_to_id("<tool call>")] == b"<tool call>"
    assert parts.special_token_ids == [0, 1]


# --- byte fallback --------------------------------------------------------------------------------


def byte_fallback_tokenizer() -> Any:
    tokenizers = pytest.importorskip("tokenizers")
    pieces = ["<unk>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces += ["▁", "a", "b", "▁a", "ab", "é"]
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.BPE(
            vocab={piece: token_id for token_id, piece in enumerate(pieces)},
            merges=[("▁", "a"), ("a", "b")],
            unk_token="<unk>",
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = tokenizers.normalizers.Replace(" ", "▁")
    tokenizer.decoder = tokenizers.decoders.Sequence(
        [
            tokenizers.decoders.Replace("▁", " "),
            tokenizers.decoders.ByteFallback(),
            tokenizers.decoders.Fuse(),
        ]
    )
    return tokenizer


@pytest.mark.parametrize("text", ["ab a b", "é è 漢", "🎉\n\t", "  "])
def test_byte_fallback_tokens_join_to_the_text(text: str) -> None:
    tokenizer = byte_fallback_tokenizer()
    parts = hf.read_tokenizers(tokenizer, stop_token_ids=[1])
    ids = tokenizer.encode(text).ids
    assert b"".join(parts.tokens[token_id] for token_id in ids) == text.encode()


@pytest.mark.parametrize("decoder", ["WordPiece", "CTC", None])
def test_a_decoder_that_gives_tokens_no_bytes_is_refused(decoder: str | None) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = byte_fallback_tokenizer()
    tokenizer.decoder = getattr(tokenizers.decoders, decoder)() if decoder else None
    with pytest.raises(VocabularyError, match=decoder or "no decoder"):
        hf.read_tokenizers(tokenizer, stop_token_ids=[1])


# --- SentencePiece --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sentencepiece_processor(tmp_path_factory: pytest.TempPathFactory) -> Any:
    library = pytest.importorskip("sentencepiece")
    prefix = tmp_path_factory.mktemp("model") / "small"
    library.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS),
        model_prefix=str(prefix),
        vocab_size=340,
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=False,
        hard_vocab_limit=False,
        user_defined_symbols=["<sep>"],
        minloglevel=2,
    )
    return library.SentencePieceProcessor(model_file=f"{prefix}.model")


@pytest.mark.parametrize("text", [text for text in CORPUS + UNSEEN if "▁" not in text])
def test_sentencepiece_tokens_join_to_the_text(sentencepiece_processor: Any, text: str) -> None:
    parts = sentencepiece.read(sentencepiece_processor, stop_token_ids=None)
    ids = sentencepiece_processor.encode(text)
    assert b"".join(parts.tokens[token_id] for token_id in ids) == text.encode()


def test_sentencepiece_control_pieces_are_special_and_the_end_piece_stops(
    sentencepiece_processor: Any,
) -> None:
    parts = sentencepiece.read(sentencepiece_processor, stop_token_ids=None)
    assert parts.special_token_ids == [0, 1, 2]  # <unk>, <s>, </s>
    assert parts.stop_token_ids == [2]


# --- tiktoken -------------------------------------------------------------------------------------


def tiktoken_encoding(special_tokens: dict[str, int]) -> Any:
    library = pytest.importorskip("tiktoken")
    ranks = {bytes([byte]): byte for byte in range(256)} | {b"ab": 256, b"\xe6\xbc": 257}
    return library.Encoding(
        "small", pat_str=r"\S+|\s+", mergeable_ranks=ranks, special_tokens=special_tokens
    )


def test_tiktoken_ids_without_a_token_are_special_and_empty() -> None:
    encoding = tiktoken_encoding({"<|endoftext|>": 258, "<|fim|>": 262})
    parts = tiktoken.read(encoding, stop_token_ids=None)
    assert parts.tokens[256:258] == [b"ab", b"\xe6\xbc"]
    assert parts.tokens[258:] == [b"<|endoftext|>", b"", b"", b"", b"<|fim|>"]
    assert parts.special_token_ids == [258, 259, 260, 261, 262]
    assert parts.stop_token_ids == [258]


def test_a_tokenizer_without_an_end_token_asks_for_one() -> None:
    encoding = tiktoken_encoding({})
    with pytest.raises(VocabularyError, match="stop_token_ids"):
        tiktoken.read(encoding, stop_token_ids=None)
    assert tiktoken.read(encoding, stop_token_ids=[7]).stop_token_ids == [7]


# --- transformers ---------------------------------------------------------------------------------


def test_a_transformers_tokenizer_adds_its_end_token_and_its_special_tokens() -> None:
    backend = byte_fallback_tokenizer()
    tokenizer = SimpleNamespace(backend_tokenizer=backend, eos_token_id=1, all_special_ids=[0, 1])
    parts = hf.read_transformers(tokenizer, stop_token_ids=None)
    assert (parts.stop_token_ids, parts.special_token_ids) == ([1], [0, 1])


def test_a_real_transformers_tokenizer_is_read() -> None:
    transformers = pytest.importorskip("transformers")
    backend = byte_level_tokenizer()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|end|>")
    parts = hf.read_transformers(tokenizer, stop_token_ids=None)
    assert parts.tokens == hf.read_tokenizers(backend, stop_token_ids=[0]).tokens
    assert parts.stop_token_ids == [0]


def test_a_slow_tokenizer_is_read_through_its_sentencepiece_model(
    sentencepiece_processor: Any,
) -> None:
    size = sentencepiece_processor.vocab_size()
    tokenizer = SimpleNamespace(
        sp_model=sentencepiece_processor,
        eos_token_id=2,
        all_special_ids=[0, 1, 2, size + 1],
        get_added_vocab=lambda: {"<image>": size + 1},
    )
    parts = hf.read_transformers(tokenizer, stop_token_ids=None)
    assert parts.tokens[size:] == [b"", b"<image>"]
    assert parts.special_token_ids == [0, 1, 2, size + 1]


# --- GGUF -----------------------------------------------------------------------------------------

BYTE_LEVEL_TOKENS = ["<|endoftext|>", "<|im_end|>", "Ġhello", "âĢ", "é", "<tool_call>", "  "]
BYTE_LEVEL_TYPES = [3, 3, 1, 1, 1, 4, 4]


def write_gguf(
    path: Path, *, model: str | None, tokens: list[str], types: list[int], eos: int | None
) -> Path:
    library = pytest.importorskip("gguf")
    writer = library.GGUFWriter(path, "llama")
    if model is not None:
        writer.add_tokenizer_model(model)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    if eos is not None:
        writer.add_eos_token_id(eos)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_a_byte_level_gguf_is_read(tmp_path: Path) -> None:
    path = write_gguf(
        tmp_path / "a.gguf", model="gpt2", tokens=BYTE_LEVEL_TOKENS, types=BYTE_LEVEL_TYPES, eos=0
    )
    parts = gguf.read(gguf.read_metadata(path), stop_token_ids=None)
    expected = [
        b"<|endoftext|>",
        b"<|im_end|>",
        b" hello",
        b"\xe2\x80",
        b"\xe9",
        b"<tool_call>",
        b"  ",
    ]
    assert parts == VocabularyParts(expected, stop_token_ids=[0, 1], special_token_ids=[0, 1])


def test_only_byte_typed_tokens_of_a_sentencepiece_gguf_are_bytes(tmp_path: Path) -> None:
    path = write_gguf(
        tmp_path / "a.gguf",
        model="llama",
        tokens=["<unk>", "</s>", "<0xE2>", "<0xE2>", "▁a", "▁b"],
        types=[2, 3, 6, 1, 1, 4],
        eos=1,
    )
    parts = gguf.read(gguf.read_metadata(path), stop_token_ids=None)
    assert parts.tokens[2:] == [b"\xe2", b"<0xE2>", b" a", "▁b".encode()]
    assert (parts.stop_token_ids, parts.special_token_ids) == ([1], [0, 1])


def test_a_vocabulary_is_made_from_a_gguf_and_padded(tmp_path: Path) -> None:
    path = write_gguf(
        tmp_path / "a.gguf", model="gpt2", tokens=BYTE_LEVEL_TOKENS, types=BYTE_LEVEL_TYPES, eos=0
    )
    for source in (path, gguf.read_metadata(path)):
        vocabulary = Vocabulary.from_gguf(source, size=64)
        assert vocabulary.size == 64
        assert vocabulary.token_bytes(2) == b" hello"
        assert isinstance(vocabulary, Vocabulary)


def test_a_model_file_that_is_not_there_is_an_error_with_its_path(tmp_path: Path) -> None:
    pytest.importorskip("gguf")
    with pytest.raises(ModelError, match="no such model file") as caught:
        Vocabulary.from_gguf(tmp_path / "none.gguf")
    assert caught.value.path == str(tmp_path / "none.gguf")


@pytest.mark.parametrize("kept", [0, 3, 4, 20, 60, 150, 300])
def test_a_truncated_gguf_is_an_error(tmp_path: Path, kept: int) -> None:
    path = write_gguf(
        tmp_path / "a.gguf", model="gpt2", tokens=BYTE_LEVEL_TOKENS, types=BYTE_LEVEL_TYPES, eos=0
    )
    assert path.stat().st_size > 300
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelError, match="not a complete GGUF file"):
        gguf.read_metadata(path)


@pytest.mark.parametrize(
    ("model", "types", "message"),
    [(None, [3, 1], "tokenizer.ggml.model"), ("bert", [3, 1], "bert"), ("gpt2", [3], "entries")],
)
def test_a_gguf_without_a_usable_tokenizer_is_refused(
    tmp_path: Path, model: str | None, types: list[int], message: str
) -> None:
    path = write_gguf(tmp_path / "a.gguf", model=model, tokens=["x", "y"], types=types, eos=0)
    metadata = gguf.read_metadata(path)
    with pytest.raises(ModelError, match=message):
        gguf.read(metadata, stop_token_ids=None)
