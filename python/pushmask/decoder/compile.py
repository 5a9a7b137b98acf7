# SPDX-License-Identifier: Apache-2.0
"""From the model's modules to a library: an ordered list of phases."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tvm import relax

from pushmask.errors import ModelError

from .config import ModelConfig
from .kernels.storage import Storage
from .model.llama import Llama, method_spec
from .target import CpuTarget

_log = logging.getLogger("pushmask.decoder.compile")

# Every kernel is scheduled by hand, so nothing is fused or tuned: the phases only turn tensor
# programs into calls with planned memory.
_PHASES: tuple[tuple[str, Any], ...] = (
    ("leave dataflow", relax.transform.ToNonDataflow),
    ("drop purity", relax.transform.RemovePurityChecking),
    ("kernel calls take their outputs", relax.transform.CallTIRRewrite),
    ("plan memory", relax.transform.StaticPlanBlockMemory),
    ("allocate", relax.transform.LowerAllocTensor),
    ("free after last use", relax.transform.KillAfterLastUse),
    ("lower builtins", relax.transform.LowerRuntimeBuiltin),
    ("compute sizes", relax.transform.ComputePrimValue),
    ("match shapes", relax.transform.VMShapeLower),
    ("name functions", relax.transform.AttachGlobalSymbol),
)


def parameter_names(model: Llama) -> list[str]:
    """Give the parameters in the order in which compiled functions take them."""
    return [name for name, _ in model.named_parameters()]


def compile_model(
    config: ModelConfig, storage: Mapping[str, Storage], target: CpuTarget, library: Path
) -> list[str]:
    """Compile the model for one CPU.

    Args:
        config: Sizes of the model.
        storage: Packed shape of every matrix, by parameter name.
        target: The machine to compile for.
        library: Shared library to write.

    Returns:
        Parameter names in the order in which the compiled functions take them.

    Raises:
        ModelError: there is no C++ compiler to link the library with.
    """
    start = time.perf_counter()
    model = Llama(config, storage, use_amx=target.use_amx)
    module, parameters = model.export_tvm(spec=method_spec(config))
    _log.debug("built modules in %.2f s", time.perf_counter() - start)
    with target.tvm_target():
        for name, phase in _PHASES:
            begin = time.perf_counter()
            module = phase()(module)
            _log.debug("%s: %.2f s", name, time.perf_counter() - begin)
        begin = time.perf_counter()
        executable = relax.build(module, target.tvm_target(), relax_pipeline=None)
        _log.debug("machine code: %.2f s", time.perf_counter() - begin)
    try:
        executable.export_library(str(library))
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"cannot link the compiled model; is a C++ compiler there? {error}"
        ) from error
    _log.debug("compiled in %.2f s", time.perf_counter() - start)
    return [name for name, _ in parameters]
