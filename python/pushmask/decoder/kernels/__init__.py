# SPDX-License-Identifier: Apache-2.0
"""TensorIR kernels of the decoder, scheduled by hand for CPUs.

Reading order: storage, gemv, gemm, amx, elementwise, attention, sampling. Every builder is cached,
so that a kernel is parsed once however many layers call it.
"""
