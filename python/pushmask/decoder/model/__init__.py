# SPDX-License-Identifier: Apache-2.0
"""The Llama model as Relax modules: layers, attention, llama."""
