// SPDX-License-Identifier: Apache-2.0
// Workspace: the buffers of one walk, kept by the thread from walk to walk so that a short walk
// allocates nothing.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "pda/machine.h"
#include "stack/register_table.h"
#include "stack/stack_node.h"
#include "stack/stepper.h"

namespace pushmask::stack {

struct Workspace {
  ScratchStacks scratch{nullptr};
  StepBuffers steps;
};

// Takes a workspace of this thread, or a new one while all are taken; gives it back at the end.
class WorkspaceLease {
 public:
  explicit WorkspaceLease(const SharedStacks* below) {
    auto& free = Free();
    if (free.empty()) {
      workspace_ = std::make_unique<Workspace>();
    } else {
      workspace_ = std::move(free.back());
      free.pop_back();
    }
    workspace_->scratch.Rebind(below);
  }
  ~WorkspaceLease() {
    // One that a hard grammar has blown up is not worth keeping.
    constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
    if (workspace_->scratch.memory_bytes() <= kMaxBytes) Free().push_back(std::move(workspace_));
  }
  WorkspaceLease(const WorkspaceLease&) = delete;
  WorkspaceLease& operator=(const WorkspaceLease&) = delete;

  Workspace* operator->() const { return workspace_.get(); }
  Stepper MakeStepper(const pda::Machine& machine, RegisterTable* registers,
                      const SpecOverride* override_spec = nullptr) const {
    return Stepper(machine, registers, &workspace_->scratch, override_spec, &workspace_->steps);
  }

 private:
  static std::vector<std::unique_ptr<Workspace>>& Free() {
    thread_local std::vector<std::unique_ptr<Workspace>> free;
    return free;
  }
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace pushmask::stack
