# SPDX-License-Identifier: Apache-2.0
"""What the code is compiled for: this machine's CPU, as LLVM and the kernel report it."""

from __future__ import annotations

import ctypes
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# LLVM derives features from the CPU's model name; a hypervisor may hide some of them.
_CHECKED_FEATURES = {
    "avx2": "avx2",
    "fma": "fma",
    "f16c": "f16c",
    "avx512f": "avx512f",
    "avx512bw": "avx512bw",
    "avx512dq": "avx512dq",
    "avx512vl": "avx512vl",
    "avx512cd": "avx512cd",
    "avx512ifma": "avx512ifma",
    "avx512vbmi": "avx512vbmi",
    "avx512_vbmi2": "avx512vbmi2",
    "avx512_vnni": "avx512vnni",
    "avx512_bitalg": "avx512bitalg",
    "avx512_vpopcntdq": "avx512vpopcntdq",
    "amx_tile": "amx-tile",
    "amx_bf16": "amx-bf16",
}
_SYS_ARCH_PRCTL = 158  # Linux, x86-64
_ARCH_REQ_XCOMP_PERM = 0x1023
_XFEATURE_XTILEDATA = 18


@dataclass(frozen=True, slots=True)
class CpuTarget:
    """The machine that code is compiled for.

    Attributes:
        cpu: LLVM's name of the CPU.
        features: LLVM feature switches, `+name` or `-name`.
        use_amx: Matrix kernels use AMX tiles.
    """

    cpu: str
    features: tuple[str, ...]
    use_amx: bool

    def tvm_target(self) -> Any:
        """Give the TVM target."""
        import tvm

        return tvm.target.Target(
            {"kind": "llvm", "mcpu": self.cpu, "mattr": list(self.features)}
            if self.features
            else {"kind": "llvm", "mcpu": self.cpu}
        )


@cache
def host_target() -> CpuTarget:
    """Find this machine's target; asks the kernel for AMX state where the CPU has it."""
    from tvm.target import codegen

    flags = _cpu_flags()
    if not flags:
        return CpuTarget(codegen.llvm_get_system_cpu(), (), use_amx=False)
    use_amx = {"amx_tile", "amx_bf16"} <= flags and _request_amx()
    if not use_amx:
        flags -= {"amx_tile", "amx_bf16"}
    features = tuple(
        ("+" if flag in flags else "-") + name for flag, name in _CHECKED_FEATURES.items()
    )
    return CpuTarget(codegen.llvm_get_system_cpu(), features, use_amx=use_amx)


def _cpu_flags() -> frozenset[str]:
    """Give the CPU flags that Linux reports on x86-64; empty elsewhere."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        return frozenset()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("flags"):
            return frozenset(line.partition(":")[2].split())
    return frozenset()


def _request_amx() -> bool:
    """Ask Linux for AMX tile state in this process, which it grants only on request."""
    libc = ctypes.CDLL(None, use_errno=True)
    request = libc.syscall(_SYS_ARCH_PRCTL, _ARCH_REQ_XCOMP_PERM, _XFEATURE_XTILEDATA)
    return bool(request == 0)
