# SPDX-License-Identifier: Apache-2.0
"""Messages to prompt tokens, with the chat template that the model file carries.

The template is a program from an untrusted file: it runs in jinja2's immutable sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pushmask.errors import ModelError, RequestError

from .tokenizer import Tokenizer

# From a private-use area: no template or tokenizer gives these characters a meaning.
_GUARD = "\ue000"


def render_prompt(
    metadata: Mapping[str, Any], tokenizer: Tokenizer, messages: Sequence[Mapping[str, str]]
) -> list[int]:
    """Render a conversation and encode it, ready for the assistant's turn.

    Args:
        metadata: GGUF metadata; without `tokenizer.chat_template` the messages' texts are joined
            by blank lines.
        tokenizer: The model's tokenizer. Special tokens are read in what the template writes, not
            in what the messages hold.
        messages: Each with `role` and `content`.

    Raises:
        RequestError: there is no message, one lacks a key, or the template refuses them.
        ModelError: the template is not valid.
    """
    _check(messages)
    template = metadata.get("tokenizer.chat_template")
    if template is None:
        ids = tokenizer.encode("\n\n".join(message["content"] for message in messages))
        return ids if tokenizer.bos_id is None else [tokenizer.bos_id, *ids]
    guard = _unused_guard(messages)
    guarded = [
        {"role": message["role"], "content": tokenizer.break_specials(message["content"], guard)}
        for message in messages
    ]
    return tokenizer.encode_template(_render(template, guarded, metadata), guard)


def _check(messages: Sequence[Mapping[str, str]]) -> None:
    if not messages:
        raise RequestError("the request has no message")
    for index, message in enumerate(messages):
        for key in ("role", "content"):
            if not isinstance(message.get(key), str):
                raise RequestError(f"message {index} has no text under '{key}'")


def _unused_guard(messages: Sequence[Mapping[str, str]]) -> str:
    """Give a guard that no message contains."""
    guard = _GUARD
    while any(guard in message["content"] for message in messages):
        guard += _GUARD
    return guard


def _render(
    template: str, messages: Sequence[Mapping[str, str]], metadata: Mapping[str, Any]
) -> str:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def raise_exception(message: str) -> NoReturn:
        raise RequestError(f"the chat template refuses the messages: {message}")

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = raise_exception
    texts: Sequence[str] = metadata.get("tokenizer.ggml.tokens", ())
    names = {
        f"{name}_token": texts[metadata[key]]
        for name in ("bos", "eos")
        if (key := f"tokenizer.ggml.{name}_token_id") in metadata
    }
    try:
        return environment.from_string(template).render(
            {"messages": messages, "add_generation_prompt": True, **names}
        )
    except jinja2.TemplateError as error:
        raise ModelError(f"the model's chat template fails: {error}") from error
