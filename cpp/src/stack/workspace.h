// SPDX-License-Identifier: Apache-2.0
// Workspace: scratch nodes and step buffers of one operation, to be leased (base/lease.h).
#pragma once

#include <cstddef>

#include "base/lease.h"
#include "pda/machine.h"
#include "stack/register_table.h"
#include "stack/stack_node.h"
#include "stack/stepper.h"

namespace pushmask::stack {

struct Workspace {
  ScratchStacks scratch{nullptr};
  StepBuffers steps;

  // The scratch is emptied and put on top of `below`.
  Stepper MakeStepper(const pda::Machine& machine, RegisterTable* registers,
                      const SharedStacks* below, const SpecOverride* override_spec = nullptr) {
    scratch.Rebind(below);
    return Stepper(machine, registers, &scratch, override_spec, &steps);
  }
  std::size_t memory_bytes() const { return scratch.memory_bytes() + steps.memory_bytes(); }
};

using WorkspaceLease = base::Lease<Workspace>;

}  // namespace pushmask::stack
