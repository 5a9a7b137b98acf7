// SPDX-License-Identifier: Apache-2.0
// ForgetKeys: what a configuration has in common with those in which other keys were seen
// (pda/keys.h).
//
// Few tokens depend on the keys: those that end another key. So the mask is that of the
// configuration in whose registers it only says that there were some keys, and the mask's row is
// computed once for all of them. A step from there that does depend on a key is `unclear`
// (Stepper::TakeUnclear); then nothing is shared.
#pragma once

#include <span>
#include <vector>

#include "pda/machine.h"
#include "stack/register_table.h"
#include "stack/stack_node.h"

namespace pushmask::stack {

// Puts the configuration into `out`, with new nodes in `scratch`, which lies over the nodes of
// `links`. False if no register has keys, if many tokens depend on them (another key begins or goes
// on like one that was seen), or if finding out is too much work. Then `out` says nothing.
bool ForgetKeys(const pda::Machine& machine, RegisterTable* registers, std::span<const Link> links,
                ScratchStacks* scratch, std::vector<Link>* out);

}  // namespace pushmask::stack
