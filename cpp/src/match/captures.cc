// SPDX-License-Identifier: Apache-2.0
// What captured rules have matched: the text is read again, by the grammar with marks around what
// is captured (ir/capture_marks.h), and wherever a mark fits between two bytes it is tried.
//
// A reading is where the text stands and the marks on the way there. Two readings at the same place
// have the same ways on, so only the one that is preferred is kept: at the first difference, a mark
// that begins a capture comes before the next byte, and that before a mark that ends one. Readings
// are kept in that order. Cost: linear in the text and in the readings at once, of which there is
// one where the grammar says what a text means.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_set.h"
#include "base/capture_mark.h"
#include "base/hash_index.h"
#include "match/matcher_state.h"
#include "pushmask/error.h"
#include "stack/workspace.h"

namespace pushmask::match {
namespace {

using stack::Link;

constexpr std::uint32_t kNoEvent = 0xffffffffU;
// So many stack nodes in the scratch are worth moving out those that are still needed. With many
// readings that would cost more than it gives; their number in all is bounded.
constexpr std::size_t kManyNodes = 256;
constexpr std::size_t kFewReadings = 8;
// At one place; and of those that are not the first, in all, with some more for each byte.
constexpr std::size_t kMaxReadings = 16'384;
constexpr std::size_t kMaxOthers = 200'000;
constexpr std::size_t kOthersPerByte = 8;

struct Event {
  base::CaptureMark mark;
  std::size_t place;  // in bytes
  std::uint32_t before;
};

struct Reading {
  std::vector<Link> links;
  std::uint32_t last_event = kNoEvent;
};

class CaptureWalk {
 public:
  explicit CaptureWalk(const compile::CompiledGrammar& marked)
      : marked_(marked),
        registers_(marked.registers()),
        table_(std::numeric_limits<std::size_t>::max()),
        stepper_(workspace_->MakeStepper(marked.machine(), &registers_, &table_.stacks())) {
    readings_.push_back({stepper_.Initial()});
  }

  void Read(const Piece& piece) {
    if (piece.bytes != nullptr) {
      ReadBytes(*piece.bytes);
    } else {
      ReadToken(piece.token);
    }
    for (Reading& reading : readings_) stepper_.EndToken(&reading.links);
    std::erase_if(readings_, [](const Reading& reading) { return reading.links.empty(); });
    MoveOut();
  }

  // The marks of the preferred reading: of a text that is whole, or of the beginning of one.
  std::vector<Event> Finish(bool is_whole) {
    WithMarks();
    for (const Reading& reading : readings_) {
      if (!is_whole || stepper_.CanEnd(reading.links)) return EventsOf(reading);
    }
    return {};
  }

 private:
  void ReadToken(vocab::TokenId token) {
    const vocab::TokenTable& vocabulary = marked_.vocabulary();
    const compile::TokenReferences& references = marked_.references();
    const std::string_view bytes = vocabulary.bytes(token);
    const std::size_t begin = place_;
    std::vector<Reading> ends;
    if (!references.empty()) {
      const std::vector<Reading> start = readings_;
      WithMarks();
      for (std::size_t set = 0; set < references.size(); ++set) {
        if (references.Has(set, token)) ReadReference(references.spelling(set), &ends);
      }
      readings_ = start;
    }
    if (vocabulary.IsOrdinary(token)) {
      ReadBytes(bytes);
    } else {
      readings_.clear();
    }
    place_ = begin + bytes.size();
    if (ends.empty()) return;
    seen_.Clear();
    std::vector<Reading> all;
    for (auto* some : {&readings_, &ends}) {
      for (Reading& reading : *some) Keep(std::move(reading), &all);
    }
    readings_ = std::move(all);
  }

  void ReadReference(std::string_view spelling, std::vector<Reading>* ends) {
    for (Reading reading : readings_) {
      for (const char byte : spelling) Step(static_cast<std::uint8_t>(byte), &reading.links);
      if (!reading.links.empty()) ends->push_back(std::move(reading));
    }
  }

  void ReadBytes(std::string_view bytes) {
    for (const char byte : bytes) {
      WithMarks();
      seen_.Clear();
      std::vector<Reading> next;
      for (Reading& reading : readings_) {
        Step(static_cast<std::uint8_t>(byte), &reading.links);
        Keep(std::move(reading), &next);
      }
      readings_ = std::move(next);
      ++place_;
      MoveOut();
    }
  }

  void Step(std::uint8_t byte, std::vector<Link>* links) {
    stepper_.Step(*links, byte, &next_);
    links->assign(next_.begin(), next_.end());
  }

  // Adds a reading unless there is none or one at the same place.
  void Keep(Reading reading, std::vector<Reading>* to) {
    if (reading.links.empty()) return;
    const std::uint64_t hash = stack::HashLinks(reading.links);
    const std::uint32_t known = seen_.Find(
        hash, [&](std::uint32_t number) { return (*to)[number].links == reading.links; });
    if (known != base::HashIndex::kNone) return;
    seen_.Insert(hash, static_cast<std::uint32_t>(to->size()));
    to->push_back(std::move(reading));
    num_others_ += to->size() > 1 ? 1 : 0;
    CheckNumber(to->size());
  }

  void CheckNumber(std::size_t num_readings) const {
    const bool are_many_here = num_readings > kMaxReadings;
    const std::size_t max_others = kMaxOthers + kOthersPerByte * place_;
    if (!are_many_here && num_others_ <= max_others) return;
    throw LimitError(
        "the text can be read in too many ways to say what was captured (limit max_readings)",
        "max_readings", are_many_here ? kMaxReadings : max_others,
        are_many_here ? num_readings : num_others_);
  }

  bool CanRead(const Reading& reading, std::uint8_t byte) {
    base::ByteSet first;
    stepper_.FirstBytes(reading.links, &first);
    return first.Has(byte);
  }

  // Puts beside each reading, in order, those with marks that can come right here.
  void WithMarks() {
    if (std::ranges::none_of(readings_, [this](const Reading& reading) {
          return CanRead(reading, base::kMarkByte);
        })) {
      return;
    }
    struct Visit {
      Reading reading;
      bool has_marks;  // its marks were tried
    };
    std::vector<Visit> work;
    for (std::size_t i = readings_.size(); i-- > 0;) {
      work.push_back({std::move(readings_[i]), false});
    }
    seen_.Clear();
    std::vector<Reading> met;  // all so far, for seen_
    readings_.clear();
    while (!work.empty()) {
      Visit visit = std::move(work.back());
      work.pop_back();
      if (visit.has_marks) {
        readings_.push_back(std::move(visit.reading));
        continue;
      }
      const std::size_t num_met = met.size();
      Keep(visit.reading, &met);
      if (met.size() == num_met) continue;
      auto [begins, ends] = Marked(visit.reading);
      for (std::size_t i = ends.size(); i-- > 0;) work.push_back({std::move(ends[i]), false});
      work.push_back({std::move(visit.reading), true});
      for (std::size_t i = begins.size(); i-- > 0;) work.push_back({std::move(begins[i]), false});
    }
  }

  // A reading with one mark more: with one that begins a capture, with one that ends one.
  std::pair<std::vector<Reading>, std::vector<Reading>> Marked(const Reading& reading) {
    std::pair<std::vector<Reading>, std::vector<Reading>> out;
    if (!CanRead(reading, base::kMarkByte)) return out;
    std::vector<Link> first = reading.links;
    Step(base::kMarkByte, &first);
    base::ByteSet seconds;
    stepper_.FirstBytes(first, &seconds);
    seconds.ForEach([&](std::uint8_t second) {
      std::vector<Link> inside = first;
      Step(second, &inside);
      base::ByteSet thirds;
      stepper_.FirstBytes(inside, &thirds);
      thirds.ForEach([&](std::uint8_t third) {
        Reading marked{inside, static_cast<std::uint32_t>(events_.size())};
        Step(third, &marked.links);
        if (marked.links.empty()) return;
        const base::CaptureMark mark = base::MarkOf(second, third);
        events_.push_back({mark, place_, reading.last_event});
        (mark.is_end ? out.second : out.first).push_back(std::move(marked));
      });
    });
    return out;
  }

  // Keeps of the scratch what the readings need.
  void MoveOut() {
    const bool is_worth_it =
        workspace_->scratch.num_nodes() >= kManyNodes && readings_.size() <= kFewReadings;
    if (!is_worth_it) return;
    for (Reading& reading : readings_) {
      const auto id = table_.Commit(workspace_->scratch, reading.links);
      const auto links = table_.links(*id);
      reading.links.assign(links.begin(), links.end());
    }
    workspace_->scratch.Rebind(&table_.stacks());
  }

  std::vector<Event> EventsOf(const Reading& reading) const {
    std::vector<Event> events;
    for (std::uint32_t i = reading.last_event; i != kNoEvent; i = events_[i].before) {
      events.push_back(events_[i]);
    }
    std::ranges::reverse(events);
    return events;
  }

  const compile::CompiledGrammar& marked_;
  stack::RegisterTable registers_;
  stack::ConfigurationTable table_;
  stack::WorkspaceLease workspace_;
  stack::Stepper stepper_;
  std::vector<Reading> readings_;  // the preferred one first
  std::vector<Event> events_;
  std::size_t place_ = 0;  // bytes read
  std::vector<Link> next_;
  base::HashIndex seen_;
  std::size_t num_others_ = 0;
};

}  // namespace

std::vector<MatcherState::Capture> MatcherState::Captures() const {
  std::vector<Capture> captures;
  if (!text_) return captures;
  const compile::CaptureGrammar& grammar = *compiled_->captures();
  CaptureWalk walk(grammar.compiled);
  std::vector<Piece> pieces = text_->All();
  if (is_stopped()) pieces.pop_back();  // the stop token
  for (const Piece& piece : pieces) walk.Read(piece);
  std::vector<std::size_t> open;  // in captures
  std::vector<bool> is_complete;
  for (const Event& event : walk.Finish(is_stopped() || can_stop())) {
    if (!event.mark.is_end) {
      open.push_back(captures.size());
      captures.push_back({grammar.names[event.mark.capture], event.place, event.place});
      is_complete.push_back(false);
      continue;
    }
    captures[open.back()].end = event.place;
    is_complete[open.back()] = true;
    open.pop_back();
  }
  std::vector<Capture> complete;
  for (std::size_t i = 0; i < captures.size(); ++i) {
    if (is_complete[i]) complete.push_back(std::move(captures[i]));
  }
  return complete;
}

}  // namespace pushmask::match
