// SPDX-License-Identifier: Apache-2.0
#include "pda/machine.h"

#include <algorithm>

namespace pushmask::pda {

const Segment* Machine::FindSegment(StateId id, std::uint8_t byte) const {
  const auto all = segments(id);
  const auto found = std::lower_bound(
      all.begin(), all.end(), byte,
      [](const Segment& segment, std::uint8_t value) { return segment.last < value; });
  return found != all.end() && found->first <= byte ? &*found : nullptr;
}

StateId Machine::KeyTarget(StateId id, std::uint8_t byte) const {
  const Segment* segment = FindSegment(id, byte);
  if (segment == nullptr) return {};
  const auto all = actions(*segment);
  const auto own = std::find_if(all.begin(), all.end(), [this](const Action& action) {
    return action.slot == 0 && state(action.target).num_keys != 0;
  });
  return own == all.end() ? StateId() : own->target;
}

std::size_t Machine::memory_bytes() const {
  std::size_t bytes = states_.size() * sizeof(State) + rules_.size() * sizeof(MachineRule) +
                      segments_.size() * sizeof(Segment) + actions_.size() * sizeof(Action) +
                      slots_.size() * (sizeof(Range) + sizeof(StateId)) +
                      links_.size() * sizeof(CallLink) + specs_.size() * sizeof(RegisterSpec);
  for (const RegisterSpec& spec : specs_) {
    if (spec.members != nullptr) bytes += spec.members->memory_bytes();
    if (spec.keys != nullptr) bytes += spec.keys->memory_bytes();
  }
  return bytes;
}

}  // namespace pushmask::pda
