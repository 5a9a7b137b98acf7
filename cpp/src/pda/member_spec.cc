// SPDX-License-Identifier: Apache-2.0
#include "pda/member_spec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace pushmask::pda {
namespace {

using Word = MemberSpec::Word;

constexpr std::uint32_t kWordBits = 64;

bool Has(std::span<const Word> set, std::uint32_t bit) {
  return ((set[bit / kWordBits] >> (bit % kWordBits)) & 1U) != 0;
}
void Add(std::uint32_t bit, std::span<Word> set) {
  set[bit / kWordBits] |= Word{1} << (bit % kWordBits);
}

// A set to work on; small ones need no allocation.
class WordBuffer {
 public:
  explicit WordBuffer(std::span<const Word> from) : size_(from.size()) {
    if (size_ > small_.size()) large_.resize(size_);
    std::copy(from.begin(), from.end(), words().begin());
  }
  std::span<Word> words() { return {large_.empty() ? small_.data() : large_.data(), size_}; }

 private:
  std::size_t size_;
  std::array<Word, 16> small_;
  std::vector<Word> large_;
};

}  // namespace

MemberShape ShapeOf(const ir::MemberGroup& group, const Occurring& occurring) {
  const std::vector<bool>& occurs = occurring.items;
  MemberShape shape;
  std::vector<std::uint32_t> number(group.items.size());
  for (std::size_t i = 0; i < group.items.size(); ++i) {
    if (!occurs[i]) {
      // What can never occur and must: a contradiction.
      if (group.items[i].required) shape.clauses.push_back({});
      continue;
    }
    number[i] = shape.num_items();
    shape.required.push_back(group.items[i].required);
    if (i < group.num_ordered) ++shape.num_ordered;
  }
  shape.has_rest = occurring.rest;
  shape.has_keys = shape.has_rest && !group.keyed.empty();
  shape.has_keyed_items = occurring.keyed_items;
  if (shape.has_keys) shape.num_keys = occurring.num_keys;
  shape.min = group.min_members;
  shape.max = occurring.separator ? group.max_members : std::min(group.max_members, 1U);
  for (const auto& clause : group.clauses) {
    const auto& present = clause.present;
    const bool is_void =
        std::any_of(present.begin(), present.end(), [&](std::uint32_t i) { return !occurs[i]; }) ||
        (clause.then && std::find(present.begin(), present.end(), *clause.then) != present.end());
    if (is_void) continue;
    auto& kept = shape.clauses.emplace_back();
    for (const std::uint32_t item : present) kept.present.push_back(number[item]);
    if (clause.then && occurs[*clause.then]) kept.then = number[*clause.then];
  }
  return shape;
}

MemberSpec::MemberSpec(MemberShape shape) : shape_(std::move(shape)) {
  AssignBits();
  AddClauses();
  none_.resize(num_words());
  always_.resize(num_words());
  is_alive_ = CloseInitially();
  SetBounds();
  initial_ = Complete(0, 0, none_, always_);
  if (!is_alive_ || !is_decidable_) return;
  const std::uint64_t count = initial_.num_missing;
  is_alive_ = (max_ == ir::kUnbounded || count <= max_) && (shape_.min <= shape_.max);
  if (!is_alive_ || shape_.num_rest() == ir::kUnbounded || min_ == 0) return;
  const std::uint64_t available = std::uint64_t{NumAvailable(0, none_)} + shape_.num_rest();
  is_alive_ = clauses_.empty() ? available >= min_ : CanReachMin(initial_);
}

void MemberSpec::AssignBits() {
  std::vector<bool> needs_bit(shape_.num_items());
  for (const auto& clause : shape_.clauses) {
    if (clause.then && shape_.required[*clause.then]) continue;  // says nothing
    for (const std::uint32_t item : clause.present) needs_bit[item] = true;
    if (clause.then) needs_bit[*clause.then] = true;
  }
  bit_of_.assign(shape_.num_items(), kNone);
  for (std::uint32_t item = 0; item < shape_.num_items(); ++item) {
    if (IsOrdered(item)) bits_before_.push_back(num_bits());
    if (IsOrdered(item) && !needs_bit[item]) continue;
    bit_of_[item] = num_bits();
    item_of_.push_back(item);
  }
  const std::size_t num_unordered = shape_.num_items() - shape_.num_ordered;
  bits_before_.push_back(num_bits() - static_cast<std::uint32_t>(num_unordered));
  num_required_.assign(bits_before_.size(), 0);
  first_required_.assign(bits_before_.size(), kNone);
  for (std::uint32_t item = shape_.num_ordered; item-- > 0;) {
    const bool counts = bit_of_[item] == kNone && shape_.required[item];
    num_required_[item] = num_required_[item + 1] + (counts ? 1 : 0);
    first_required_[item] = counts ? item : first_required_[item + 1];
  }
}

void MemberSpec::AddClauses() {
  in_clauses_.resize(num_words());
  const auto name = [this](std::uint32_t item) {
    Add(bit_of_[item], in_clauses_);
    return bit_of_[item];
  };
  for (const auto& clause : shape_.clauses) {
    if (clause.then && shape_.required[*clause.then]) continue;
    HornClause& kept = clauses_.emplace_back();
    for (const std::uint32_t item : clause.present) kept.present.push_back(name(item));
    std::sort(kept.present.begin(), kept.present.end());
    kept.present.erase(std::unique(kept.present.begin(), kept.present.end()), kept.present.end());
    if (clause.then) kept.then = name(*clause.then);
    is_union_closed_ = is_union_closed_ && kept.present.size() < 2;
  }
  if (clauses_.empty()) return;
  clauses_of_.resize(num_bits());
  for (std::uint32_t i = 0; i < clauses_.size(); ++i) {
    for (const std::uint32_t bit : clauses_[i].present) clauses_of_[bit].push_back(i);
  }
}

bool MemberSpec::CloseInitially() {
  const auto need = [this](std::uint32_t bit) {
    return Has(always_, bit) || Close(bit, 0, always_).has_value();
  };
  for (std::uint32_t bit = 0; bit < num_bits(); ++bit) {
    if (shape_.required[item_of_[bit]] && !need(bit)) return false;
  }
  return std::all_of(clauses_.begin(), clauses_.end(), [&](const HornClause& clause) {
    return !clause.present.empty() || (clause.then != HornClause::kNoThen && need(clause.then));
  });
}

void MemberSpec::SetBounds() {
  const bool can_exceed = shape_.max < std::uint64_t{shape_.num_items()} + shape_.num_rest();
  max_ = can_exceed ? shape_.max : ir::kUnbounded;
  // A group of members has one at least, and those that must occur.
  std::uint32_t fewest = num_required_[0];
  for (const Word word : always_) fewest += static_cast<std::uint32_t>(std::popcount(word));
  min_ = shape_.min <= std::max(fewest, 1U) ? 0 : shape_.min;
  is_union_closed_ = is_union_closed_ && max_ == ir::kUnbounded;
  const bool has_end = shape_.num_rest() != ir::kUnbounded;
  if (!has_end || min_ == 0 || clauses_.empty() || is_union_closed_) return;
  search_.emplace(clauses_, num_bits());
  is_decidable_ = search_->is_small();
}

MemberSpec::State MemberSpec::Read(std::uint32_t next, std::uint32_t count,
                                   std::span<const Word> seen, std::span<Word> needed) const {
  std::copy(always_.begin(), always_.end(), needed.begin());
  if (clauses_.empty()) {
    for (std::size_t i = 0; i < seen.size(); ++i) needed[i] |= seen[i];
    return Complete(next, count, seen, needed);
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    for (Word left = seen[i]; left != 0; left &= left - 1) {
      const auto bit = static_cast<std::uint32_t>(i * kWordBits) +
                       static_cast<std::uint32_t>(std::countr_zero(left));
      if (!Has(needed, bit)) Close(bit, 0, needed);  // what came contradicts nothing
    }
  }
  return Complete(next, count, seen, needed);
}

MemberSpec::State MemberSpec::Complete(std::uint32_t next, std::uint32_t count,
                                       std::span<const Word> seen,
                                       std::span<const Word> needed) const {
  State state{
      next, count, seen, needed, num_required_[next], first_required_[next], shape_.num_rest()};
  for (std::size_t i = seen.size(); i-- > 0;) {
    const Word missing = needed[i] & ~seen[i];
    if (missing == 0) continue;
    state.num_missing += static_cast<std::uint32_t>(std::popcount(missing));
    const auto bit = i * kWordBits + static_cast<std::size_t>(std::countr_zero(missing));
    if (IsOrdered(item_of_[bit]))
      state.first_missing = std::min(state.first_missing, item_of_[bit]);
  }
  return state;
}

std::optional<std::uint32_t> MemberSpec::Close(std::uint32_t bit, std::uint32_t next,
                                               std::span<Word> needed) const {
  Add(bit, needed);
  if (clauses_.empty() || clauses_of_[bit].empty()) return 0;
  std::uint32_t num_added = 0;
  std::vector<std::uint32_t> work{bit};
  while (!work.empty()) {
    const std::uint32_t premise = work.back();
    work.pop_back();
    for (const std::uint32_t index : clauses_of_[premise]) {
      const HornClause& clause = clauses_[index];
      if (clause.then != HornClause::kNoThen && Has(needed, clause.then)) continue;
      const bool fires = std::all_of(clause.present.begin(), clause.present.end(),
                                     [&](std::uint32_t b) { return Has(needed, b); });
      if (!fires) continue;
      if (clause.then == HornClause::kNoThen || !CanCome(clause.then, next)) return std::nullopt;
      Add(clause.then, needed);
      ++num_added;
      work.push_back(clause.then);
    }
  }
  return num_added;
}

std::optional<MemberSpec::Step> MemberSpec::Take(const State& state, std::uint32_t member) const {
  // An ordered item that must come is not passed over. (The rest comes after every item.)
  if (member > state.first_missing) return std::nullopt;
  Step step{std::min(member, shape_.num_ordered), state.count, state.num_missing};
  if (member < shape_.num_ordered) ++step.next;
  if (step.count < max_count()) ++step.count;
  if (member == kRest) {
    if (state.rest_left == 0) return std::nullopt;
    return CanComplete(state, member, step) ? std::optional(step) : std::nullopt;
  }
  if (IsOrdered(member) && member < state.next) return std::nullopt;
  const std::uint32_t bit = bit_of_[member];
  if (bit == kNone) {
    if (shape_.required[member]) --step.num_missing;
  } else if (Has(state.seen, bit)) {
    return std::nullopt;
  } else if (Has(state.needed, bit)) {
    --step.num_missing;
  } else if (!clauses_.empty() && !clauses_of_[bit].empty()) {
    WordBuffer needed(state.needed);
    const auto num_added = Close(bit, step.next, needed.words());
    if (!num_added) return std::nullopt;
    step.num_missing += *num_added;
  }
  return CanComplete(state, member, step) ? std::optional(step) : std::nullopt;
}

bool MemberSpec::CanComplete(const State& state, std::uint32_t member, const Step& step) const {
  if (max_ != ir::kUnbounded) {
    if (state.count >= max_) return false;
    if (std::uint64_t{step.count} + step.num_missing > max_) return false;
  }
  if (state.rest_left == ir::kUnbounded || step.count >= min_) return true;
  const std::uint32_t rest_left = state.rest_left - (member == kRest ? 1 : 0);
  if (clauses_.empty()) {
    std::uint32_t available = NumAvailable(step.next, state.seen);
    if (member != kRest && !IsOrdered(member)) --available;  // the member itself
    return std::uint64_t{step.count} + available + rest_left >= min_;
  }
  WordBuffer seen(state.seen);
  WordBuffer needed(state.needed);
  Advance(state, member, seen.words(), needed.words());
  State after = Complete(step.next, step.count, seen.words(), needed.words());
  after.rest_left = rest_left;
  return CanReachMin(after);
}

void MemberSpec::Advance(const State& state, std::uint32_t member, std::span<Word> seen,
                         std::span<Word> needed) const {
  std::copy(state.seen.begin(), state.seen.end(), seen.begin());
  std::copy(state.needed.begin(), state.needed.end(), needed.begin());
  if (member == kRest || bit_of_[member] == kNone) return;
  const std::uint32_t bit = bit_of_[member];
  Add(bit, seen);
  if (!Has(needed, bit)) Close(bit, 0, needed);
}

std::uint32_t MemberSpec::NumFreeWithoutBit(std::uint32_t next) const {
  return (shape_.num_ordered - next) - (bits_before_.back() - bits_before_[next]);
}

std::uint32_t MemberSpec::NumAvailable(std::uint32_t next, std::span<const Word> seen) const {
  std::uint32_t count = NumFreeWithoutBit(next);
  for (std::uint32_t bit = bits_before_[next]; bit < num_bits();) {
    const Word left = ~seen[bit / kWordBits] >> (bit % kWordBits);
    const std::uint32_t width = std::min(kWordBits - bit % kWordBits, num_bits() - bit);
    const Word meant = width == kWordBits ? left : left & ((Word{1} << width) - 1);
    count += static_cast<std::uint32_t>(std::popcount(meant));
    bit += width;
  }
  return count;
}

// Free items can be added one by one. Those of clauses are added greedily first, each with what
// follows from it. If clauses cannot exclude items from each other, that adds all that can be
// added; otherwise it may fail where a choice of others would do, and the search decides.
bool MemberSpec::CanReachMin(const State& state) const {
  WordBuffer available_words(none_);
  const std::span<Word> available = available_words.words();
  std::uint64_t num_free = std::uint64_t{NumFreeWithoutBit(state.next)} + state.rest_left;
  std::uint32_t num_free_missing = num_required_[state.next];
  std::uint32_t added = 0;  // items of clauses beyond those seen
  for (std::uint32_t bit = bits_before_[state.next]; bit < num_bits(); ++bit) {
    if (Has(state.seen, bit)) continue;
    const bool is_needed = Has(state.needed, bit);
    if (Has(in_clauses_, bit)) {
      Add(bit, available);
      added += is_needed ? 1 : 0;
    } else {
      ++num_free;
      num_free_missing += is_needed ? 1 : 0;
    }
  }
  if (state.count + num_free + added >= min_) return true;
  const std::uint32_t most =
      max_ == ir::kUnbounded ? num_items() : max_ - state.count - num_free_missing;
  const auto fewest = static_cast<std::uint32_t>(min_ - state.count - num_free);
  WordBuffer chosen(state.needed);
  for (std::uint32_t bit = bits_before_[state.next]; bit < num_bits(); ++bit) {
    if (!Has(available, bit) || Has(chosen.words(), bit)) continue;
    WordBuffer tried(chosen.words());
    const auto more = Close(bit, state.next, tried.words());
    if (!more || added + 1 + *more > most) continue;
    added += 1 + *more;
    std::ranges::copy(tried.words(), chosen.words().begin());
    if (added >= fewest) return true;
  }
  return search_ && search_->CanAdd(state.seen, state.needed, available, fewest, most);
}

bool MemberSpec::MayContinue(const State& state) const {
  // Then the group is not complete, and it can be completed.
  if (!MayEnd(state.count, state.num_missing)) return true;
  if (max_ != ir::kUnbounded && state.count >= max_) return false;
  if (state.rest_left > 0 || NumFreeWithoutBit(state.next) > 0) return true;
  for (std::uint32_t bit = bits_before_[state.next]; bit < num_bits(); ++bit) {
    if (Has(state.seen, bit)) continue;
    if (!Has(in_clauses_, bit) || Take(state, item_of_[bit])) return true;
  }
  return false;
}

std::size_t MemberSpec::memory_bytes() const {
  std::size_t numbers = bit_of_.size() + item_of_.size() + 3 * bits_before_.size();
  for (const HornClause& clause : clauses_) numbers += 4 * clause.present.size() + 32;
  return sizeof(*this) + numbers * sizeof(std::uint32_t) + 3 * num_words() * sizeof(Word) +
         clauses_of_.size() * sizeof(clauses_of_[0]);
}

}  // namespace pushmask::pda
