// SPDX-License-Identifier: Apache-2.0
#include "mask/token_partition.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/lease.h"
#include "mask/leaf_automaton.h"
#include "mask/trie_walk.h"
#include "stack/lazy_automaton.h"
#include "stack/workspace.h"

namespace pushmask::mask {
namespace {

using vocab::TokenId;
using vocab::TokenTrie;

// More tokens than this are a mask: setting bit after bit would take longer than copying it.
constexpr std::size_t kMaxSparse = 256;

// Nodes reached by a walk: their tokens, and those after whose bytes the rule may have ended.
struct Reached {
  std::vector<TokenId> accepted;
  std::vector<std::uint32_t> exits;

  void Visit(const TokenTrie& trie, std::uint32_t node, bool can_end) {
    const auto tokens = trie.tokens(node);
    accepted.insert(accepted.end(), tokens.begin(), tokens.end());
    if (can_end && trie.subtree_end(node) > node + 1) exits.push_back(node);
  }
};

Reached Walk(const pda::Machine& machine, stack::RegisterTable* registers, const TokenRange& range,
             pda::StateId state, pda::Register reg) {
  Reached reached;
  const TokenTrie& trie = *range.trie;
  if (machine.state(state).leaf) {
    LeafAutomaton automaton(machine);
    automaton.Walk(trie, range.top, state,
                   [&](std::uint32_t node, bool can_end) { reached.Visit(trie, node, can_end); });
    return reached;
  }
  // kBottom stands for the unknown stack: "can end" means that the walk leaves the rule.
  const stack::WorkspaceLease workspace;
  stack::Stepper stepper = workspace->MakeStepper(machine, registers, nullptr);
  stack::LazyAutomaton automaton(&stepper);
  const stack::Link start{state, reg, stack::kBottom};
  WalkTrie(trie, range.top, automaton.Start({&start, 1}), &automaton,
           [&](std::uint32_t node, stack::LazyAutomaton::Id id) {
             reached.Visit(trie, node, automaton.can_end(id));
           });
  return reached;
}

// Which tokens are accepted; all unset between uses.
class AcceptedMarks {
 public:
  void Set(std::span<const TokenId> tokens, std::size_t vocabulary_size) {
    marks_.resize(std::max(marks_.size(), vocabulary_size));
    for (const TokenId token : tokens) marks_[static_cast<std::size_t>(token)] = 1;
  }
  void Clear(std::span<const TokenId> tokens) {
    for (const TokenId token : tokens) marks_[static_cast<std::size_t>(token)] = 0;
  }
  bool Has(TokenId token) const { return marks_[static_cast<std::size_t>(token)] != 0; }
  std::size_t memory_bytes() const { return marks_.capacity(); }

 private:
  std::vector<std::uint8_t> marks_;
};

}  // namespace

std::size_t TokenPartition::memory_bytes() const {
  std::size_t bytes =
      sizeof(*this) +
      (without.capacity() + sparse.capacity() + dropped.capacity()) * sizeof(std::uint32_t);
  if (dense != nullptr && dense.use_count() == 1) {
    bytes += dense->words.capacity() * sizeof(std::int32_t);
  }
  for (const auto& own : {residuals, more_residuals}) {
    if (own != nullptr && own.use_count() <= 2) bytes += own->memory_bytes();  // with the copy here
  }
  return bytes;
}

TokenPartition ClassifyTokens(const pda::Machine& machine, stack::RegisterTable* registers,
                              const TokenRange& range, pda::StateId state, pda::Register reg) {
  Reached reached = Walk(machine, registers, range, state, reg);
  TokenPartition partition;
  if (!reached.exits.empty()) {
    const base::Lease<AcceptedMarks> marks;
    marks->Set(reached.accepted, range.vocabulary_size);
    std::vector<Exit> exits;
    for (const std::uint32_t node : reached.exits) {
      AppendExits(*range.trie, node, &exits, [&](TokenId token) { return !marks->Has(token); });
    }
    marks->Clear(reached.accepted);
    partition.residuals = MakeResiduals(std::move(exits), ExitMark::kNode);
  }
  SetAccepted(std::move(reached.accepted), range.vocabulary_size, &partition);
  return partition;
}

void SetAccepted(std::vector<TokenId> accepted, std::size_t vocabulary_size,
                 TokenPartition* partition) {
  if (accepted.size() <= kMaxSparse) {
    partition->sparse.assign(accepted.begin(), accepted.end());
  } else {
    partition->dense = MakeDense(accepted, vocabulary_size);
  }
}

std::shared_ptr<const Residuals> MakeResiduals(std::vector<Exit> exits, ExitMark mark) {
  if (exits.empty()) return nullptr;
  std::sort(exits.begin(), exits.end());  // the order of the trie's tokens
  auto out = std::make_shared<Residuals>();
  auto& marks = mark == ExitMark::kRounds ? out->rounds : out->exits;
  std::vector<TokenTrie::Entry> entries;
  entries.reserve(exits.size());
  marks.reserve(exits.size());
  for (const Exit& exit : exits) {
    entries.emplace_back(exit.residual, exit.token);
    marks.push_back(exit.mark);
  }
  out->trie = TokenTrie(std::move(entries));
  return out;
}

}  // namespace pushmask::mask
