// SPDX-License-Identifier: Apache-2.0
#include "automaton/lengths.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>

#include "base/byte_set.h"

namespace pushmask::automaton {
namespace {

// How far a string of the form has come: so many bytes of `before`; in a state of the unit's
// automaton, the first one standing between units; so many bytes of `after`.
using Phase = std::uint32_t;

class Phases {
 public:
  explicit Phases(const Units& units) : units_(units) {
    for (const ByteEdge& edge : units.unit->bytes(0)) first_.AddRange(edge.first, edge.last);
  }

  Phase start() const { return 0; }
  bool IsBetween(Phase phase) const { return phase == between(); }
  bool IsPast(Phase phase) const { return phase >= past(); }
  bool IsInside(Phase phase) const { return phase > between() && phase < past(); }
  bool IsComplete(Phase phase) const {
    return units_.after.empty() ? IsBetween(phase) : phase + 1 == past() + units_.after.size();
  }
  // Whether the next unit and the end can be told apart by their first byte.
  bool IsClear() const {
    const auto& unit = *units_.unit;
    for (std::uint32_t s = 0; s < unit.size(); ++s) {
      if (unit.accept(s) && !unit.bytes(s).empty()) return false;
    }
    return !unit.accept(0) && (units_.after.empty() || !first_.Has(Byte(units_.after, 0)));
  }

  // Calls visit(first, last, phase) for parts of an edge's bytes; false if the form lacks some.
  template <typename Visit>
  bool Step(Phase phase, const ByteEdge& edge, Visit visit) const {
    const auto one = [&](std::uint8_t byte, Phase next) {
      if (edge.first != byte || edge.last != byte) return false;
      return visit(next);
    };
    if (phase < between()) return one(Byte(units_.before, phase), phase + 1);
    if (IsPast(phase)) {
      const std::size_t at = phase - past() + 1;
      return at < units_.after.size() && one(Byte(units_.after, at), phase + 1);
    }
    if (IsBetween(phase) && !units_.after.empty() && edge.first == Byte(units_.after, 0)) {
      return one(edge.first, past());
    }
    // Every byte must go on in the unit, all of them to one phase.
    int next_byte = edge.first;
    for (const ByteEdge& in_unit : units_.unit->bytes(phase - between())) {
      if (in_unit.last < next_byte) continue;
      if (in_unit.first > next_byte) return false;
      const bool ends = units_.unit->accept(in_unit.target);
      if (!visit(between() + (ends ? 0 : in_unit.target))) return false;
      if (in_unit.last >= edge.last) return true;
      next_byte = in_unit.last + 1;
    }
    return false;
  }

 private:
  static std::uint8_t Byte(const std::string& text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
  }
  Phase between() const { return static_cast<Phase>(units_.before.size()); }
  Phase past() const { return between() + static_cast<Phase>(units_.unit->size()); }

  const Units& units_;
  base::ByteSet first_;
};

// The phase of every state, or one of them where that is inside a unit: minimal automata join
// states that the unit's own keeps apart. Nothing if it is inside one on some ways only.
std::optional<std::vector<Phase>> FindPhases(const Dfa& dfa, const Phases& phases) {
  if (!phases.IsClear()) return std::nullopt;
  std::vector<std::vector<Phase>> phases_of(dfa.size());
  std::vector<std::pair<std::uint32_t, Phase>> work{{0, phases.start()}};
  phases_of[0].push_back(phases.start());
  while (!work.empty()) {
    const auto [state, phase] = work.back();
    work.pop_back();
    if (dfa.accept(state) && !phases.IsComplete(phase)) return std::nullopt;
    for (const ByteEdge& edge : dfa.bytes(state)) {
      const bool fits = phases.Step(phase, edge, [&](Phase next) {
        auto& known = phases_of[edge.target];
        if (std::find(known.begin(), known.end(), next) != known.end()) return true;
        if (!known.empty() && !(phases.IsInside(known[0]) && phases.IsInside(next))) return false;
        known.push_back(next);
        work.emplace_back(edge.target, next);
        return true;
      });
      if (!fits) return std::nullopt;
    }
  }
  std::vector<Phase> phase_of(dfa.size());
  for (std::size_t s = 0; s < dfa.size(); ++s) phase_of[s] = phases_of[s].at(0);
  return phase_of;
}

struct Source {
  std::uint32_t state;
  std::uint32_t cost;  // units begun
};

// Fills `on`, shortest ways first. Edges cost no unit or one.
void FindShortest(const Dfa& dfa, std::vector<StateLengths>* lengths) {
  std::vector<std::vector<Source>> sources(dfa.size());
  for (std::uint32_t s = 0; s < dfa.size(); ++s) {
    for (const ByteEdge& edge : dfa.bytes(s)) {
      const std::uint32_t cost = BeginsUnit((*lengths)[s], (*lengths)[edge.target]) ? 1 : 0;
      sources[edge.target].push_back({s, cost});
    }
  }
  std::deque<std::pair<std::uint32_t, std::uint32_t>> work;  // state, its least()
  for (std::uint32_t s = 0; s < dfa.size(); ++s) {
    if ((*lengths)[s].accept) work.emplace_back(s, 0);
  }
  while (!work.empty()) {
    const auto [state, least] = work.front();
    work.pop_front();
    if ((*lengths)[state].least() < least) continue;
    for (const auto& [source, cost] : sources[state]) {
      StateLengths& from = (*lengths)[source];
      const std::uint32_t length = least + cost;
      if (from.on <= length) continue;
      from.on = length;
      if (from.accept) continue;
      if (cost == 0) {
        work.emplace_front(source, length);
      } else {
        work.emplace_back(source, length);
      }
    }
  }
}

}  // namespace

std::optional<std::vector<StateLengths>> MeasureLengths(const Dfa& dfa, const Units& units) {
  const Phases phases(units);
  const auto phase_of = FindPhases(dfa, phases);
  if (!phase_of) return std::nullopt;
  std::vector<StateLengths> lengths(dfa.size());
  for (std::uint32_t s = 0; s < dfa.size(); ++s) {
    const Phase phase = (*phase_of)[s];
    lengths[s] = {kEndless, dfa.accept(s), phases.IsBetween(phase), phases.IsPast(phase)};
  }
  FindShortest(dfa, &lengths);
  return lengths;
}

}  // namespace pushmask::automaton
