// SPDX-License-Identifier: Apache-2.0
// ByteWalk: the configurations along a byte string, from one in a table on. Nothing is committed;
// new stack nodes lie in scratch memory, which threads keep from walk to walk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/lease.h"
#include "compile/compiled_grammar.h"
#include "stack/configuration_table.h"
#include "stack/register_table.h"
#include "stack/stepper.h"
#include "stack/workspace.h"

namespace pushmask::match {

class ByteWalk {
 public:
  // From `start`, links over `table`. Table and registers must outlive the walk.
  ByteWalk(const compile::CompiledGrammar& compiled, stack::RegisterTable* registers,
           const stack::ConfigurationTable& table, std::span<const stack::Link> start)
      : ByteWalk(compiled, registers, table.stacks(), start) {}
  ByteWalk(const compile::CompiledGrammar& compiled, stack::RegisterTable* registers,
           const stack::SharedStacks& stacks, std::span<const stack::Link> start)
      : compiled_(compiled),
        stepper_(buffers_->workspace.MakeStepper(compiled.machine(), registers, &stacks)),
        links_(start) {}

  // False if the bytes are not allowed; then the walk is over.
  bool Step(std::string_view bytes) {
    for (const char byte : bytes) {
      stepper_.Step(links_, static_cast<std::uint8_t>(byte), &buffers_->next);
      std::swap(buffers_->links, buffers_->next);
      links_ = buffers_->links;
      if (links_.empty()) return false;
    }
    return true;
  }

  // A token ends here (Stepper::EndToken). False if the walk is over.
  bool EndToken() {
    if (!compiled_.machine().has_max_tokens()) return true;
    stepper_.EndToken(&buffers_->links);
    links_ = buffers_->links;
    return !links_.empty();
  }
  // The same by one token, and its end: its bytes if it is ordinary, and all references to it
  // (token_step.cc).
  bool StepToken(vocab::TokenId token);
  // By the tokens of a set of references that are no stop tokens.
  bool StepReference(std::size_t set) { return Step(compiled_.references().spelling(set)); }

  // Where it is, over `scratch`.
  std::span<const stack::Link> links() const { return links_; }
  const stack::ScratchStacks& scratch() const { return buffers_->workspace.scratch; }
  bool CanEnd() const { return stepper_.CanEnd(links_); }
  // Whether this stop token is allowed: the text may end, or it is a mark and then the text may.
  // The walk is over.
  bool CanStopBy(vocab::TokenId token);
  stack::Stepper& stepper() { return stepper_; }

 private:
  struct Buffers {
    stack::Workspace workspace;
    std::vector<stack::Link> links;
    std::vector<stack::Link> next;
    std::vector<stack::Link> start;  // of a token that can be read in several ways
    std::vector<stack::Link> ends;

    std::size_t memory_bytes() const {
      return workspace.memory_bytes() +
             (links.capacity() + next.capacity() + start.capacity() + ends.capacity()) *
                 sizeof(stack::Link);
    }
  };

  const compile::CompiledGrammar& compiled_;
  base::Lease<Buffers> buffers_;
  stack::Stepper stepper_;
  std::span<const stack::Link> links_;
};

}  // namespace pushmask::match
