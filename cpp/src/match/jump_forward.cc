// SPDX-License-Identifier: Apache-2.0
// Text that the grammar forces: as long as exactly one byte can follow and the text cannot end.
#include <string>
#include <vector>

#include "base/byte_set.h"
#include "match/matcher_state.h"

namespace pushmask::match {
namespace {

// A grammar can force any amount of text ("a"{1000000}); more than this is left to the next call.
constexpr std::size_t kMaxForcedBytes = std::size_t{1} << 20;

}  // namespace

std::string MatcherState::NextBytes() const {
  if (is_stopped()) return {};
  stack::ScratchStacks scratch(&table_->stacks());
  stack::Stepper stepper(compiled_->machine(), compiled_->registers(), &scratch);
  base::ByteSet bytes;
  stepper.NextBytes(current(), &bytes);
  std::string out;
  bytes.ForEach([&](std::uint8_t byte) { out.push_back(static_cast<char>(byte)); });
  return out;
}

std::string MatcherState::JumpForward() const {
  if (is_stopped()) return {};
  stack::ScratchStacks scratch(&table_->stacks());
  stack::Stepper stepper(compiled_->machine(), compiled_->registers(), &scratch);
  std::vector<stack::Link> links(current().begin(), current().end());
  std::vector<stack::Link> next;
  std::string forced;
  while (forced.size() < kMaxForcedBytes && !stepper.CanEnd(links)) {
    base::ByteSet bytes;
    stepper.NextBytes(links, &bytes);
    if (bytes.size() != 1) break;
    bytes.ForEach([&](std::uint8_t byte) {
      stepper.Step(links, byte, &next);
      forced.push_back(static_cast<char>(byte));
    });
    std::swap(links, next);
  }
  return forced;
}

}  // namespace pushmask::match
