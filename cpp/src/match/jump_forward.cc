// SPDX-License-Identifier: Apache-2.0
// Text that the grammar forces: as long as exactly one byte can follow and the text cannot end.
#include <bitset>
#include <string>
#include <vector>

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
  std::bitset<256> bytes;
  stepper.NextBytes(current(), &bytes);
  std::string out;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    if (bytes[byte]) out.push_back(static_cast<char>(byte));
  }
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
    std::bitset<256> bytes;
    stepper.NextBytes(links, &bytes);
    if (bytes.count() != 1) break;
    std::size_t byte = 0;
    while (!bytes[byte]) ++byte;
    stepper.Step(links, static_cast<std::uint8_t>(byte), &next);
    std::swap(links, next);
    forced.push_back(static_cast<char>(byte));
  }
  return forced;
}

}  // namespace pushmask::match
