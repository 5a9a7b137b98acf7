# SPDX-License-Identifier: Apache-2.0
"""Records data/smollm2.npz: `python tests/decoder/record_reference.py MODEL.gguf`.

The logits come from transformers, in float32, on the weights that the gguf package dequantises.
Needs torch and transformers, which the tests do not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
import transformers

PROMPT = "<|im_start|>user\nDescribe a person as JSON.<|im_end|>\n<|im_start|>assistant\n"
STEPS = 40
NUM_IDS = 300  # of logits kept per step; the file stays below 100 KB


def load(path: str) -> tuple[transformers.PreTrainedTokenizerBase, transformers.LlamaForCausalLM]:
    """Let transformers read and dequantise the GGUF file."""
    file = Path(path)
    names = {"pretrained_model_name_or_path": file.parent, "gguf_file": file.name}
    tokenizer = transformers.AutoTokenizer.from_pretrained(**names)
    model = transformers.AutoModelForCausalLM.from_pretrained(**names, dtype=torch.float32)
    return tokenizer, model.eval()


def main(path: str) -> None:
    tokenizer, model = load(path)
    prompt = tokenizer.encode(PROMPT, add_special_tokens=False)
    tokens = list(prompt)
    rows = []
    with torch.no_grad():
        for _ in range(STEPS):
            logits = model(torch.tensor([tokens])).logits[0, -1].numpy()
            rows.append(logits)
            tokens.append(int(logits.argmax()))
    generated = tokens[len(prompt) :]
    others = np.random.default_rng(0).choice(len(rows[0]), NUM_IDS, replace=False)
    ids = np.unique([*others[: NUM_IDS - len(set(generated))], *generated])
    np.savez_compressed(
        Path(__file__).parent / "data" / "smollm2.npz",
        prompt=np.array(prompt, dtype=np.int32),
        tokens=np.array(generated, dtype=np.int32),
        ids=ids.astype(np.int32),
        logits=np.array(rows, dtype=np.float32)[:, ids],
    )


if __name__ == "__main__":
    main(sys.argv[1])
