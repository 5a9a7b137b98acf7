// SPDX-License-Identifier: Apache-2.0
#include "match/trace.h"

#include <algorithm>
#include <utility>

#include "match/call_chains.h"
#include "match/member_names.h"
#include "match/words.h"

namespace pushmask::match {
namespace {

using pda::RuleNames;
using stack::Link;

// Links that one trace looks at.
constexpr std::size_t kMaxLinks = 4096;
constexpr std::uint32_t kNobody = 0xffffffffU;
// Nodes with more links are taken as they are: to compare all with all would take long.
constexpr std::size_t kMaxCompared = 64;

bool SameNames(const std::vector<const pda::RuleName*>& a,
               const std::vector<const pda::RuleName*>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto* x, const auto* y) { return x->name == y->name; });
}

class Tracer {
 public:
  Tracer(const compile::CompiledGrammar& compiled, stack::Stepper* stepper,
         const stack::ScratchStacks& scratch)
      : compiled_(compiled),
        machine_(compiled.machine()),
        names_(compiled.names()),
        stepper_(*stepper),
        scratch_(scratch),
        chains_(compiled.machine(), compiled.names()),
        members_(compiled.machine()),
        reads_json_(std::any_of(names_.sources.begin(), names_.sources.end(),
                                [](const auto& source) { return source->is_json_schema; })) {}

  Trace Run(std::span<const Link> links) {
    const std::vector<Link> tops = WithoutShadows(links, nullptr);
    for (const Link& top : tops) {
      if (IsFull()) break;
      AddPathsFrom(top);
    }
    for (std::size_t i = 0; i < trace_.paths.size(); ++i) {
      trace_.paths[i].expected = ExpectedAt(compiled_, &stepper_, tops_[i]);
    }
    trace_.expected = ExpectedAt(compiled_, &stepper_, links);
    return std::move(trace_);
  }

 private:
  struct Visit {
    std::vector<Link> links;
    std::size_t next = 0;
  };

  bool IsFull() {
    if (trace_.paths.size() < Trace::kMaxPaths && num_links_ < kMaxLinks) return false;
    trace_.has_more_paths = true;
    return true;
  }

  // All ways down from `top`, depth first.
  void AddPathsFrom(const Link& top) {
    ++num_links_;
    if (top.state == pda::kEnd) {
      Add({top}, false);
      return;
    }
    std::vector<Link> chain{top};
    std::vector<Visit> visits{{WithoutShadows(scratch_.links(top.below), &top)}};
    while (!visits.empty()) {
      Visit& visit = visits.back();
      if (visit.next == visit.links.size() || IsFull()) {
        visits.pop_back();
        chain.pop_back();
        continue;
      }
      const Link link = visit.links[visit.next++];
      ++num_links_;
      if (link.state == pda::kEnd) {
        Add(chain, false);
      } else if (chain.size() == Trace::kMaxFrames) {
        Add(chain, true);
      } else {
        chain.push_back(link);
        visits.push_back({WithoutShadows(scratch_.links(link.below), &link)});
      }
    }
  }

  // A node that returns to where a rule may end holds what lies below that too (stack_node.h). That
  // is not another way to be here, unless a call from there leads to the rule of `callee`.
  std::vector<Link> WithoutShadows(std::span<const Link> links, const Link* callee) {
    std::vector<Link> out(links.begin(), links.end());
    if (links.size() > kMaxCompared) return out;
    std::erase_if(out, [&](const Link& link) {
      const bool is_below = std::any_of(links.begin(), links.end(), [&](const Link& other) {
        if (other == link || !other.below.valid() || !machine_.state(other.state).accept) {
          return false;
        }
        const auto below = scratch_.links(other.below);
        return std::find(below.begin(), below.end(), link) != below.end();
      });
      if (!is_below || callee == nullptr) return is_below;
      return !chains_.Calls(link.state, machine_.state(callee->state).rule);
    });
    return out;
  }

  // `chain`: innermost first.
  void Add(const std::vector<Link>& chain, bool is_cut) {
    TracePath path{.frames = {}, .is_cut = is_cut, .expected = {}};
    pda::StateId waits = pda::kEnd;
    for (std::size_t i = chain.size(); i-- > 0;) {
      const Link& link = chain[i];
      if (link.state == pda::kEnd) {  // the root has ended
        if (machine_.root_entry().valid()) {
          AddFrame(kNobody, machine_.state(machine_.root_entry()).rule, &path.frames);
        }
        break;
      }
      const std::uint32_t rule = machine_.state(link.state).rule;
      const bool knows_caller = !is_cut || i + 1 < chain.size();
      const std::uint32_t caller = knows_caller ? AddBetween(waits, rule, &path.frames) : kNobody;
      AddFrame(caller, rule, &path.frames);
      NoteRepetition(link, &path.frames.back());
      waits = link.state;
    }
    if (chain.front().state != pda::kEnd) NoteMember({chain.front().state}, &path.frames.back());
    Keep(std::move(path), chain.front());
  }

  // Frames of the rules that lie unseen between the one that waits at `waits` and `rule`. Returns
  // the last rule before `rule`.
  std::uint32_t AddBetween(pda::StateId waits, std::uint32_t rule,
                           std::vector<TraceFrame>* frames) {
    std::uint32_t caller = waits == pda::kEnd ? kNobody : machine_.state(waits).rule;
    const CallChains::Chain& chain = chains_.Between(waits, rule);
    const auto callee_at = [&](std::size_t i) { return i < chain.size() ? chain[i] : rule; };
    if (caller != kNobody && callee_at(0)) {
      NoteMember(chains_.CallsTo(waits, *callee_at(0)), &frames->back());
    }
    for (std::size_t i = 0; i < chain.size(); ++i) {
      if (chain[i]) {
        AddFrame(caller, *chain[i], frames);
        if (callee_at(i + 1)) {
          NoteMember(chains_.LastCalls(*chain[i], *callee_at(i + 1)), &frames->back());
        }
      } else {
        frames->emplace_back();
      }
      caller = chain[i].value_or(kNobody);
    }
    return caller;
  }

  // Paths that look the same are one.
  void Keep(TracePath path, const Link& top) {
    const auto same = std::find_if(trace_.paths.begin(), trace_.paths.end(), [&](const auto& p) {
      return p.is_cut == path.is_cut && p.frames == path.frames;
    });
    if (same == trace_.paths.end()) {
      trace_.paths.push_back(std::move(path));
      tops_.push_back({top});
      return;
    }
    std::vector<Link>& tops = tops_[static_cast<std::size_t>(same - trace_.paths.begin())];
    if (std::find(tops.begin(), tops.end(), top) == tops.end()) tops.push_back(top);
  }

  // The rules that the grammar names where `caller` calls `callee`; a part of the caller's
  // right-hand side is no frame of its own.
  void AddFrame(std::uint32_t caller, std::uint32_t callee, std::vector<TraceFrame>* frames) {
    std::vector<std::vector<const pda::RuleName*>> chains;
    bool is_part = false;
    const RuleNames::Rule& rule = names_.rules[callee];
    const auto first = std::lower_bound(
        names_.uses.begin(), names_.uses.end(), caller,
        [](const RuleNames::Use& use, std::uint32_t of) { return use.caller < of; });
    for (auto at = first; at != names_.uses.end() && at->caller == caller; ++at) {
      const RuleNames::Use& use = *at;
      if (use.callee != callee) continue;
      std::vector<const pda::RuleName*> chain;
      if (use.begin == RuleNames::Use::kOwnName) {
        chain.push_back(&rule.own);
      } else {
        for (std::uint32_t i = use.begin; i < use.end; ++i) chain.push_back(&names_.others[i]);
      }
      is_part |= chain.empty();
      const auto is_same = [&](const auto& known) { return SameNames(known, chain); };
      if (std::none_of(chains.begin(), chains.end(), is_same)) chains.push_back(std::move(chain));
    }
    if (chains.empty()) {
      is_part = rule.is_part;
      chains.push_back({&rule.own});
    }
    if (is_part && !frames->empty()) return;
    // Of rules that name each other only one is shown where several are alike.
    if (chains.size() == 1) {
      for (const pda::RuleName* name : chains[0]) frames->emplace_back().names = {name};
      if (chains[0].empty()) frames->emplace_back().names = {&rule.own};
      return;
    }
    TraceFrame frame;
    for (const auto& chain : chains) {
      const pda::RuleName* name = chain.empty() ? &rule.own : chain.front();
      const bool is_known =
          std::any_of(frame.names.begin(), frame.names.end(),
                      [&](const auto* known) { return known->name == name->name; });
      if (!is_known) frame.names.push_back(name);
    }
    frames->push_back(std::move(frame));
  }

  // The member whose value is read in all of `states`.
  void NoteMember(const std::vector<pda::StateId>& states, TraceFrame* frame) {
    if (!reads_json_) return;
    std::optional<std::string> member;
    for (const pda::StateId state : states) {
      auto name = members_.NameAt(state);
      if (!name || (member && *member != *name)) return;
      member = std::move(name);
    }
    if (member) frame->member = std::move(member);
  }

  void NoteRepetition(const Link& link, TraceFrame* frame) const {
    const pda::RegisterSpec& spec = machine_.spec(link.state);
    if (spec.kind == pda::RegisterKind::kCount) {
      frame->repetition = TraceFrame::Repetition{link.reg, spec.min, spec.max};
    }
  }

  const compile::CompiledGrammar& compiled_;
  const pda::Machine& machine_;
  const RuleNames& names_;
  stack::Stepper& stepper_;
  const stack::ScratchStacks& scratch_;
  CallChains chains_;
  MemberNames members_;
  const bool reads_json_;
  Trace trace_;
  std::vector<std::vector<Link>> tops_;  // by path: the positions that it leads to
  std::size_t num_links_ = 0;
};

}  // namespace

Trace TraceOf(const compile::CompiledGrammar& compiled, stack::Stepper* stepper,
              const stack::ScratchStacks& scratch, std::span<const Link> links) {
  return Tracer(compiled, stepper, scratch).Run(links);
}

}  // namespace pushmask::match
