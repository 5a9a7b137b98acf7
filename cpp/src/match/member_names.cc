// SPDX-License-Identifier: Apache-2.0
#include "match/member_names.h"

#include <deque>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace pushmask::match {
namespace {

using pda::StateId;

// What a reader of JSON knows.
struct Reading {
  enum class Mode : std::uint8_t {
    kOutside,      // of members, or nothing is known
    kString,       // in a string that may be a name; `name` is what has come of it
    kEscape,       // in it, behind a backslash
    kAfterString,  // behind it; a colon makes it a name
    kValue,        // of the member `name`
    kValueString,  // in a string there
    kValueEscape,
  };
  Mode mode = Mode::kOutside;
  bool is_known = true;  // the name is one text
  std::string name = {};
  friend auto operator<=>(const Reading&, const Reading&) = default;
};
using Mode = Reading::Mode;

constexpr std::size_t kMaxNameBytes = 256;

bool IsSpace(std::uint8_t byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

Reading After(Reading reading, std::uint8_t byte) {
  switch (reading.mode) {
    case Mode::kOutside:
      if (byte == '"') return {.mode = Mode::kString};
      return reading;
    case Mode::kString:
      if (byte == '"') {
        reading.mode = Mode::kAfterString;
        return reading;
      }
      if (byte == '\\') reading.mode = Mode::kEscape;
      break;
    case Mode::kEscape:
      reading.mode = Mode::kString;
      break;
    case Mode::kAfterString:
      if (IsSpace(byte)) return reading;
      if (byte != ':') return After({}, byte);
      reading.mode = Mode::kValue;
      return reading;
    case Mode::kValue:
      if (byte == ',' || byte == '}' || byte == '{' || byte == '[') return {};
      if (byte == '"') reading.mode = Mode::kValueString;
      return reading;
    case Mode::kValueString:
      if (byte == '"') reading.mode = Mode::kValue;
      if (byte == '\\') reading.mode = Mode::kValueEscape;
      return reading;
    case Mode::kValueEscape:
      reading.mode = Mode::kValueString;
      return reading;
  }
  reading.is_known = reading.is_known && reading.name.size() < kMaxNameBytes;
  if (reading.is_known) {
    reading.name.push_back(static_cast<char>(byte));
  } else {
    reading.name.clear();
  }
  return reading;
}

// By any byte of a segment. A name in which several bytes can stand is not one text.
std::set<Reading> AfterAny(Reading reading, const pda::Segment& segment) {
  std::set<Reading> out;
  if (segment.first != segment.last && reading.mode <= Mode::kEscape &&
      reading.mode != Mode::kOutside) {
    reading.is_known = false;
    reading.name.clear();
  }
  for (unsigned byte = segment.first; byte <= segment.last; ++byte) {
    out.insert(After(reading, static_cast<std::uint8_t>(byte)));
  }
  return out;
}

// Follows all readings through the states of one rule.
class Follower {
 public:
  // Takes what it looks at from `budget`.
  Follower(const pda::Machine& machine, std::size_t* budget)
      : machine_(machine), budget_(*budget) {}

  // False if the budget does not allow it.
  bool Run(StateId entry) {
    Reach(entry, {});
    while (!work_.empty()) {
      const auto [state, reading] = work_.front();
      work_.pop_front();
      for (const pda::Segment& segment : machine_.segments(state)) {
        const std::set<Reading> after = AfterAny(reading, segment);
        for (const pda::Action& action : machine_.actions(segment)) {
          // A key that must differ from others may be many texts.
          if (action.slot != 0 || machine_.state(action.target).num_keys != 0) continue;
          for (const Reading& next : after) Reach(action.target, next);
        }
      }
      for (std::uint32_t slot = 1; slot <= machine_.num_slots(state); ++slot) {
        for (const pda::CallLink& link : machine_.slot_links(state, slot)) {
          // A value, or whitespace, or all of a member: what is known stays so.
          if (link.parent == 0) Reach(link.target, reading);
        }
      }
      if (budget_ == 0) return false;
    }
    return true;
  }

  const std::set<std::pair<StateId, Reading>>& seen() const { return seen_; }

 private:
  void Reach(StateId state, const Reading& reading) {
    if (budget_ == 0 || !seen_.emplace(state, reading).second) return;
    work_.emplace_back(state, reading);
    --budget_;
  }

  const pda::Machine& machine_;
  std::size_t& budget_;
  std::set<std::pair<StateId, Reading>> seen_;
  std::deque<std::pair<StateId, Reading>> work_;
};

}  // namespace

std::optional<std::string> MemberNames::NameAt(StateId state) {
  const auto [entry, inserted] = by_rule_.try_emplace(machine_.state(state).rule);
  Names& names = entry->second;
  if (inserted) {
    Follower follower(machine_, &budget_);
    if (follower.Run(machine_.rule(state).entry)) {
      for (const auto& [at, reading] : follower.seen()) {
        std::optional<std::string> name;
        if (reading.mode >= Mode::kValue && reading.is_known) name = reading.name;
        const auto [known, is_first] = names.try_emplace(at, name);
        if (!is_first && known->second != name) known->second = std::nullopt;
      }
    }
  }
  const auto found = names.find(state);
  return found == names.end() ? std::nullopt : found->second;
}

}  // namespace pushmask::match
