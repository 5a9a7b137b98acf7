// SPDX-License-Identifier: Apache-2.0
// The part of a machine that a frame can use, written out. The inside of a JSON string or a number
// looks the same in every grammar, so what is computed for it can be shared under this key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "pda/machine.h"

namespace pushmask::pda {

// An injective description of everything that a frame in `state` can do before it ends, numbered
// from `state` on: equal keys mean equal behaviour for the next `horizon` bytes. Counters of other
// frames are written up to `horizon`; the register of the frame itself is not part of the key.
// nullopt if more than `max_states` states take part, if the frame is one of a member group, or if
// its rule has a register and can call itself.
std::optional<std::string> FragmentKey(const Machine& machine, StateId state, std::uint32_t horizon,
                                       std::size_t max_states);

}  // namespace pushmask::pda
