// SPDX-License-Identifier: Apache-2.0
// Reaches: how they are found, and how what they leave open goes on.
//
// A reach is found by a walk over kBottom, the unknown stack: where the walk could return to it, it
// leaves the rule, and what is left of the tokens is open. A rule that the start can call is not
// walked but has a reach of its own, whose open tokens go on with the places that the call returns
// to. These are positions over kBottom again, so their reaches tell the rest.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/hash.h"
#include "mask/token_walk.h"
#include "mask/trie_walk.h"

namespace pushmask::mask {
namespace {

using pda::StateId;
using stack::Link;
using vocab::TokenId;
using vocab::TokenTrie;

// Rules call rules, and every level is a walk inside of another. What is deeper is walked plainly.
constexpr int kMaxNesting = 24;
// A single walk for a reach that takes more steps is given up for the partition.
constexpr std::size_t kMaxSteps = 2048;
// All of them together, for one mask: 1 to 2 ms. A grammar that takes nearly any text takes more,
// and its partitions are found sooner.
constexpr std::size_t kMaxReachSteps = 4096;
// Where more tokens are left than there were, and than this, nearly every byte may be the last of
// the rule; so also where they are left below more large nodes.
constexpr std::size_t kMinLeft = 64;
constexpr std::size_t kMaxLeft = 4096;
constexpr std::size_t kMaxLargeNodes = 6;
// The tokens below so few exits stay where they are.
constexpr std::size_t kFewNodes = 2;
// Of one mask: so many times open tokens may go on with a link before the rest is walked plainly.
constexpr std::size_t kMaxContinued = std::size_t{1} << 14;
// What takes as long as so many steps, about.
constexpr std::size_t kStepsPerReach = 2;        // beside its walk
constexpr std::size_t kStepsPerPartition = 512;  // of a large subtree
constexpr std::size_t kTokensPerStep = 4;        // tokens to be left open
constexpr std::size_t kLazyNodesPerStep = 128;   // nodes met in states that are met often
// To so many links a walk over all of them together is as fast.
constexpr std::size_t kFewLinks = 3;
// More tokens than this below one exit stay where they are: their bytes are not copied.
constexpr std::size_t kManyTokens = 256;
// Larger residual tries meet the same configurations again and again.
constexpr std::uint32_t kLargeResiduals = 2048;
constexpr std::size_t kNoBound = ~std::size_t{0};

// Calls visit(node) for the nodes below the slice's top that its bytes alone lead to, but for large
// ones.
template <typename Visit>
void ForEachSmallNode(const TokenTrie& trie, const TokenSlice& slice, Visit visit) {
  const std::uint32_t end = trie.subtree_end(slice.top());
  for (std::uint32_t node = slice.top() + 1; node < end;) {
    if (!slice.bytes().Has(trie.byte(node))) {
      node = trie.subtree_end(node);
      continue;
    }
    const bool is_large = std::ranges::binary_search(slice.large_nodes(), node);
    if (!IsLast(trie, node) && !is_large) visit(node);
    ++node;
  }
}

// Moves the residuals of few tokens from `exits` to `left`: one group of tokens is looked up
// faster than many.
void MergeSmall(std::vector<OpenTokens>* exits, std::vector<Exit>* left) {
  constexpr std::size_t kFewTokens = 64;
  const auto is_small = [](const OpenTokens& open) {
    return open.residuals != nullptr &&
           open.residuals->trie.subtree_tokens(open.node).size() <= kFewTokens;
  };
  for (const OpenTokens& open : *exits) {
    if (!is_small(open)) continue;
    ForEachTokenBelow(open.residuals->trie, open.node,
                      [&](const std::string& path, TokenId token, std::uint32_t index) {
                        if (open.meant == nullptr || open.meant->Means(*open.residuals, index)) {
                          left->push_back({path, token, 0});
                        }
                      });
  }
  std::erase_if(*exits, is_small);
}

std::uint64_t HashOpen(const OpenTokens& tokens, const Link& link) {
  std::uint64_t hash = base::Combine(reinterpret_cast<std::uintptr_t>(tokens.source()),
                                     reinterpret_cast<std::uintptr_t>(tokens.meant));
  hash = base::Combine(hash, (std::uint64_t{tokens.node} << 32) | link.state.value);
  return base::Combine(hash, (std::uint64_t{link.reg} << 32) | link.below.value);
}

bool IsSame(const OpenTokens& a, const OpenTokens& b) {
  return a.residuals == b.residuals && a.slice == b.slice && a.meant == b.meant && a.node == b.node;
}

}  // namespace

TokenWalk::TokenWalk(const TokenWalk& outer, int nesting)
    : machine_(outer.machine_),
      registers_(outer.registers_),
      partitions_(outer.partitions_),
      trie_(outer.trie_),
      stepper_(workspace_->MakeStepper(machine_, registers_, nullptr)),
      nesting_(nesting),
      reach_steps_left_(outer.reach_steps_left_) {
  PrepareBuffers();
}

bool TokenWalk::MayReach(const Link& link) const {
  return link.state != pda::kEnd && machine_.state(link.state).spec == 0 &&
         !machine_.rule(link.state).meets_keys && nesting_ < kMaxNesting &&
         *reach_steps_left_ > 0 && buffers_->continued.size() < kMaxContinued &&
         partitions_.reaches().HasRoom();
}

void TokenWalk::AllowReaches() { reach_steps_ = kMaxReachSteps; }

void TokenWalk::Spend(std::size_t steps) {
  *reach_steps_left_ -= std::min(*reach_steps_left_, steps);
}

bool TokenWalk::ReachesBelow(stack::NodeId node) const {
  if (is_relative()) return true;
  const auto links = workspace_->scratch.links(node);
  return links.size() > kFewLinks && std::ranges::all_of(links, [this](const Link& link) {
           return link.state == pda::kEnd || MayReach(link);
         });
}

bool TokenWalk::MayTake(StateId state, const OpenTokens& tokens) const {
  const auto segments = machine_.segments(state);
  if (tokens.slice != nullptr) {
    const TokenSlice& slice = *tokens.slice;
    return std::ranges::any_of(segments, [&](const pda::Segment& segment) {
      return slice.HasSmallExits(segment.first, segment.last) ||
             slice.bytes().HasAny(segment.first, segment.last);
    });
  }
  const TokenTrie& trie = tokens.residuals != nullptr ? tokens.residuals->trie : trie_;
  const auto bytes = trie.child_bytes(tokens.node);
  return std::ranges::any_of(segments, [&](const pda::Segment& segment) {
    const auto found = std::ranges::lower_bound(bytes, segment.first);
    return found != bytes.end() && *found <= segment.last;
  });
}

const Reach* TokenWalk::ReachOf(StateId state, const OpenTokens& tokens) {
  static const Reach kNothing;
  if (!MayTake(state, tokens)) return &kNothing;
  const ReachTable::Key key{state, tokens.node, tokens.source()};
  if (const Reach* known = partitions_.reaches().Find(key)) {
    return known->is_given_up ? nullptr : known;
  }
  Spend(kStepsPerReach);
  OpenTokens all = tokens;
  all.meant = nullptr;  // each use counts those that it means
  auto found = TokenWalk(*this, nesting_ + 1).FindReach(state, all);
  if (found == nullptr) return nullptr;
  std::shared_ptr<const void> source;
  if (tokens.residuals != nullptr) source = tokens.residuals->shared_from_this();
  if (tokens.slice != nullptr) source = tokens.slice->shared_from_this();
  const Reach* reach = partitions_.reaches().Add(key, found, std::move(source));
  if (reach == nullptr) {
    reach = found.get();
    buffers_->keep.push_back(std::move(found));
  }
  return reach->is_given_up ? nullptr : reach;
}

void TokenWalk::OpenSlice(const std::shared_ptr<const TokenSlice>& slice, stack::NodeId below) {
  buffers_->keep.push_back(slice);
  buffers_->pending.push_back({{.slice = slice.get()}, below});
  for (const Node node : slice->large_nodes()) buffers_->pending.push_back({{.node = node}, below});
}

void TokenWalk::AddReach(const Reach& reach, const OpenTokens& tokens, stack::NodeId below) {
  if (tokens.meant == nullptr) {
    row_->Add(reach.accepted);
  } else {
    const auto residuals = tokens.residuals->trie.subtree_tokens(0);
    for (const std::uint32_t index : reach.indices) {
      if (tokens.meant->Means(*tokens.residuals, index)) row_->Add({&residuals[index], 1});
    }
  }
  for (OpenTokens open : reach.exits) {
    if (tokens.meant != nullptr) open.meant = tokens.meant;
    buffers_->pending.push_back({open, below});
  }
}

std::shared_ptr<const Reach> TokenWalk::FindReach(StateId state, const OpenTokens& tokens) {
  RowBuilder row(partitions_.vocabulary_size(), partitions_.shared());
  row_ = &row;
  start_link_ = {state, 0, stack::kBottom};
  start_node_ = tokens.node;
  WalkFrom(start_link_, tokens);
  ContinuePending();
  auto reach = std::make_shared<Reach>();
  reach->exits = buffers_->exits;
  const auto residuals = CloseExits(tokens, &reach->exits);
  if (residuals != nullptr) {
    reach->exits.push_back({.residuals = residuals.get()});
    reach->keep_bytes = residuals->memory_bytes();
    reach->keep.push_back(residuals);
  }
  if (*reach_steps_left_ == 0) return nullptr;
  if (is_endless_) {
    auto given_up = std::make_shared<Reach>();
    given_up->is_given_up = true;
    return given_up;
  }
  reach->accepted = row.FinishUnion();
  reach->indices.assign(buffers_->indices.begin(), buffers_->indices.end());
  std::move(buffers_->keep.begin(), buffers_->keep.end(), std::back_inserter(reach->keep));
  return reach;
}

void TokenWalk::WalkFrom(const Link& start, const OpenTokens& tokens) {
  steps_left_ = kMaxSteps;
  if (tokens.residuals != nullptr) {
    WalkOpenResiduals(tokens, {&start, 1}, &buffers_->indices);
  } else if (tokens.slice != nullptr) {
    is_endless_ |= !WalkSlice(*tokens.slice, start);
  } else if (machine_.state(start.state).wide) {
    AddPartition(PartitionOf(start, tokens.node), start.below);
  } else if (!WalkPosition(tokens.node, start, 0) && !HasGivenUp()) {
    Spend(kStepsPerPartition);
    AddPartition(PartitionOf(start, tokens.node), start.below);
  }
}

bool TokenWalk::WalkSlice(const TokenSlice& slice, const Link& position) {
  auto& frames = buffers_->frames;
  if (frames.empty()) frames.emplace_back();
  auto& [positions, links, looked_up] = frames[0];
  LookUpCalls({.slice = &slice}, position, &looked_up);
  const base::ByteSet first = BytesOf(position, looked_up);
  if (!WalkSliceExits(slice, position, looked_up, 0)) return false;
  // Where the position takes bytes of the class as well, it may do so after any number of them.
  const base::ByteSet both = first.Without(first.Without(slice.bytes()));
  bool finished = true;
  if (both.empty()) return finished;
  ForEachSmallNode(trie_, slice, [&](Node node) {
    ForEachChild(trie_, node, both, [&](Node child) {
      finished = finished && TakeStep();
      if (!finished) return;
      stepper_.StepPosition(position, trie_.byte(child), looked_up, &links);
      finished = WalkChild(child, links, 1);
    });
  });
  return finished;
}

bool TokenWalk::WalkSliceExits(const TokenSlice& slice, const Link& position,
                               std::span<const std::uint8_t> looked_up, std::size_t depth) {
  auto& links = buffers_->frames[depth].links;
  bool finished = true;
  BytesOf(position, looked_up).Without(slice.bytes()).ForEach([&](std::uint8_t byte) {
    const auto exits = slice.small_exits(byte);
    if (exits.empty()) return;
    finished = finished && TakeStep();
    if (!finished) return;
    stepper_.StepPosition(position, byte, looked_up, &links);
    for (const Node node : exits) finished = finished && WalkChild(node, links, depth + 1);
  });
  return finished;
}

void TokenWalk::WalkOpenResiduals(const OpenTokens& open, std::span<const Link> links,
                                  std::vector<std::uint32_t>* taken) {
  const TokenTrie& trie = open.residuals->trie;
  const auto tokens = trie.subtree_tokens(0);
  const auto take = [&](Node node) {
    const std::uint32_t first = trie.token_begin(node);
    const auto count = static_cast<std::uint32_t>(trie.tokens(node).size());
    for (std::uint32_t index = first; index < first + count; ++index) {
      if (open.meant != nullptr && !open.meant->Means(*open.residuals, index)) continue;
      row_->Add({&tokens[index], 1});
      if (taken != nullptr) taken->push_back(index);
    }
  };
  const auto leave = [&](Node node) {
    if (taken != nullptr) return buffers_->exit_nodes.push_back(node);
    OpenTokens left = open;
    left.node = node;
    buffers_->exits.push_back(left);
  };
  if (trie.num_nodes() > kLargeResiduals) {
    if (is_relative()) Spend(trie.num_nodes() / kLazyNodesPerStep);
    stack::LazyAutomaton automaton(&stepper_);
    WalkTrie(
        trie, open.node, automaton.Start(links), &automaton,
        [&](Node node, stack::LazyAutomaton::Id id) {
          take(node);
          if (is_relative() && automaton.can_end(id)) leave(node);
        },
        take);
    return;
  }
  steps_left_ = trie.num_nodes();
  Descend(trie, open.node, links, [&](Node node) {
    take(node);
    if (is_relative() && !IsLast(trie, node) && stepper_.CanEnd(buffers_->next)) leave(node);
  });
}

std::shared_ptr<const Residuals> TokenWalk::CloseExits(const OpenTokens& tokens,
                                                       std::vector<OpenTokens>* exits) {
  auto& nodes = buffers_->exit_nodes;
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  if (HasGivenUp()) return nullptr;
  const Residuals* residuals = tokens.residuals;
  const TokenTrie& trie = residuals != nullptr ? residuals->trie : trie_;
  const bool has_rounds = residuals != nullptr && !residuals->rounds.empty();
  const auto mark_of = [&](std::uint32_t index) {
    if (residuals == nullptr) return 0U;  // all are meant
    return has_rounds ? residuals->rounds[index] : residuals->exits[index];
  };
  std::vector<Exit> left;
  std::size_t num_large = 0;
  const std::size_t max_left =
      std::min(kMaxLeft, kMinLeft + trie.subtree_tokens(tokens.node).size());
  for (const Node top : nodes) {
    if (IsLast(trie, top)) continue;
    if (left.size() > max_left || num_large > kMaxLargeNodes) {
      is_endless_ = true;
      return nullptr;
    }
    if (nodes.size() <= kFewNodes || trie.subtree_tokens(top).size() > kManyTokens) {
      exits->push_back({.residuals = residuals, .node = top});
      num_large += trie.subtree_tokens(top).size() > kManyTokens ? 1 : 0;
      continue;
    }
    ForEachTokenBelow(trie, top, [&](const std::string& path, TokenId token, std::uint32_t index) {
      left.push_back({path, token, mark_of(index)});
    });
  }
  if (residuals == nullptr) MergeSmall(exits, &left);
  Spend(left.size() / kTokensPerStep);
  if (left.empty()) return nullptr;
  return partitions_.reaches().Intern(std::move(left),
                                      has_rounds ? ExitMark::kRounds : ExitMark::kNode);
}

void TokenWalk::ContinuePending() {
  for (std::size_t i = 0; i < buffers_->pending.size() && !HasGivenUp(); ++i) {
    const WalkBuffers::Pending pending = buffers_->pending[i];  // it grows
    Continue(pending.tokens, pending.below);
  }
  buffers_->pending.clear();
}

void TokenWalk::Continue(const OpenTokens& tokens, stack::NodeId below) {
  if (!IsNew(tokens, {StateId(), 0, below})) return;
  const auto links = workspace_->scratch.links(below);
  buffers_->below.assign(links.begin(), links.end());  // steps may move the scratch
  const bool is_short = !is_relative() && links.size() <= kFewLinks;
  if (is_short && tokens.residuals != nullptr && tokens.node == 0) {
    return WalkResiduals(tokens, buffers_->below);
  }
  auto& others = buffers_->others;
  others.clear();
  for (const Link& link : buffers_->below) {
    if (!IsNew(tokens, link)) continue;
    if (link.state == pda::kEnd) {
      if (is_relative()) buffers_->exits.push_back(tokens);
      continue;
    }
    const bool may_reach = MayReach(link);
    const Reach* reach = may_reach ? ReachOf(link.state, tokens) : nullptr;
    if (reach != nullptr) {
      AddReach(*reach, tokens, link.below);
    } else if (may_reach && is_relative()) {
      is_endless_ = true;
      return;
    } else {
      others.push_back(link);
    }
  }
  if (!others.empty()) ContinueOver(tokens, others);
}

void TokenWalk::ContinueOver(const OpenTokens& tokens, std::span<const Link> links) {
  if (tokens.residuals != nullptr) {
    const bool is_plain = !is_relative() && tokens.node == 0;
    return is_plain ? WalkResiduals(tokens, links) : WalkOpenResiduals(tokens, links, nullptr);
  }
  for (const Link& link : links) {
    steps_left_ = machine_.rule(link.state).meets_keys ? kNoBound : kMaxSteps;
    const bool finished = tokens.slice != nullptr ? WalkSlice(*tokens.slice, link)
                                                  : WalkOrLookUp(tokens.node, link, 0);
    if (finished || HasGivenUp()) continue;
    if (tokens.slice == nullptr) {
      AddPartition(PartitionOf(link, tokens.node), link.below);
      continue;
    }
    ForEachSmallNode(trie_, *tokens.slice,
                     [&](Node node) { AddPartition(PartitionOf(link, node), link.below); });
  }
}

bool TokenWalk::IsNew(const OpenTokens& tokens, const Link& link) {
  auto& continued = buffers_->continued;
  const std::uint64_t hash = HashOpen(tokens, link);
  const std::uint32_t known = buffers_->continued_index.Find(hash, [&](std::uint32_t number) {
    return continued[number].second == link && IsSame(continued[number].first, tokens);
  });
  if (known != base::HashIndex::kNone) return false;
  buffers_->continued_index.Insert(hash, static_cast<std::uint32_t>(continued.size()));
  continued.emplace_back(tokens, link);
  return true;
}

}  // namespace pushmask::mask
