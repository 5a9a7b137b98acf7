// SPDX-License-Identifier: Apache-2.0
#include "stack/register_table.h"

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/hash.h"
#include "pda/machine.h"
#include "pushmask/error.h"

namespace pushmask::stack {

using pda::CallOp;
using pda::MemberSpec;
using pda::Register;
using pda::RegisterKind;
using pda::RegisterSpec;

namespace {

// Below the bit that tells interned registers from packed ones. Groups with keys have two bits more
// to say, see key_registers.cc.
constexpr int kValueBits = 31;
constexpr int kValueBitsWithKeys = 29;

// Where the parts of a group's registers lie.
struct Layout {
  int value_bits;
  bool is_packed;  // whether states without large counts are packed
  int count_bits;  // of a packed register
  int next_bits;
  int member_bits;  // of an interned one; 0 if states are packed

  Register interned() const { return Register{1} << value_bits; }
  int number_bits() const { return value_bits - member_bits; }
  Register top_table_bit() const { return Register{1} << (number_bits() - 1); }
};

int WidthOf(std::uint64_t value) { return static_cast<int>(std::bit_width(value)); }

Layout LayoutOf(const MemberSpec& spec) {
  // Counts past this many bits are rare enough to be interned.
  constexpr int kUsualCountBits = 12;
  const int next_bits = WidthOf(spec.shape().num_ordered);
  const auto fixed = static_cast<std::int64_t>(spec.num_bits()) + next_bits;
  const int count_bits = WidthOf(spec.max_count());
  const int value_bits = spec.shape().has_keys ? kValueBitsWithKeys : kValueBits;
  const bool is_packed = fixed + std::min(count_bits, kUsualCountBits) <= value_bits;
  if (!is_packed) return {value_bits, false, 0, 0, WidthOf(spec.num_items() + 1)};
  const int left = value_bits - static_cast<int>(fixed);
  return {value_bits, true, std::min(count_bits, left), next_bits, 0};
}

std::uint32_t LowBits(std::uint32_t value, int width) {
  return value & static_cast<std::uint32_t>((std::uint64_t{1} << width) - 1);
}

std::uint32_t MemberNumber(const MemberSpec& spec, std::uint32_t member) {
  return (member == MemberSpec::kRest ? spec.num_items() : member) + 1;
}

// The packed register of a state; layout.interned() if it does not fit.
Register Pack(const Layout& layout, const MemberSpec::State& state) {
  if (!layout.is_packed || WidthOf(state.count) > layout.count_bits) return layout.interned();
  Register reg = state.seen.empty() ? 0 : static_cast<Register>(state.seen[0]);
  reg = (reg << layout.next_bits) | (layout.next_bits == 0 ? 0 : state.next);
  return (reg << layout.count_bits) | state.count;
}

// The upper half of a class, to tell it from one that is a register.
constexpr std::uint64_t kOfDistances = std::uint64_t{1} << 63;

struct Bounds {
  std::uint32_t min;
  std::uint32_t max;
  std::uint64_t most;  // larger distances are alike
};

// The distances from `count` to its bounds, `width` bits each.
std::uint64_t ClassOf(const Bounds& bounds, std::uint32_t count, int width) {
  const auto near = [&](std::uint64_t distance) { return std::min(distance, bounds.most); };
  const std::uint64_t to_min = count < bounds.min ? near(bounds.min - count) : 0;
  const std::uint64_t to_max =
      bounds.max == pda::kUnbounded ? bounds.most : near(bounds.max - count);
  return (to_min << width) | to_max;
}

// Sets of a state that is made here.
struct OwnSets {
  explicit OwnSets(std::size_t num_words) : words(2 * num_words), num_words_(num_words) {}
  std::span<MemberSpec::Word> seen() { return std::span(words).first(num_words_); }
  std::span<MemberSpec::Word> needed() { return std::span(words).last(num_words_); }
  std::vector<MemberSpec::Word> words;

 private:
  std::size_t num_words_;
};

}  // namespace

// A register's state, and the member that came after it.
struct RegisterTable::Decoded {
  MemberSpec::State state;
  std::uint32_t member = MemberSpec::kNone;
  std::uint32_t number = 0;     // of an interned state
  std::uint32_t rest_left = 0;  // after the member
  Word seen = 0;                // the sets of a packed one
  Word needed = 0;

  // The state after the member, whose sets are put into `sets`.
  MemberSpec::State After(const MemberSpec& spec, OwnSets* sets) const {
    const auto step = spec.Take(state, member);
    PUSHMASK_CHECK(step.has_value());
    spec.Advance(state, member, sets->seen(), sets->needed());
    auto after = spec.Complete(step->next, step->count, sets->seen(), sets->needed());
    after.rest_left = rest_left;
    return after;
  }
};

void RegisterTable::Decode(const MemberSpec& spec, Register reg, std::uint32_t rest_left,
                           Decoded* out) const {
  DecodeMembers(spec, reg, out);
  out->rest_left = out->state.rest_left = rest_left;
  const bool is_rest = out->member == MemberSpec::kRest;
  if (is_rest && rest_left != ir::kUnbounded) ++out->state.rest_left;
}

void RegisterTable::DecodeMembers(const MemberSpec& spec, Register reg, Decoded* out) const {
  const Layout layout = LayoutOf(spec);
  if ((reg & layout.interned()) == 0) {
    if (!layout.is_packed) {
      out->state = spec.initial();  // register 0
      return;
    }
    const std::uint32_t count = LowBits(reg, layout.count_bits);
    const Register rest = reg >> layout.count_bits;
    const std::uint32_t next = LowBits(rest, layout.next_bits);
    out->seen = rest >> layout.next_bits;
    out->state =
        spec.Read(next, count, {&out->seen, spec.num_words()}, {&out->needed, spec.num_words()});
    return;
  }
  out->number = LowBits(reg, layout.number_bits());
  const std::uint32_t member = (reg & ~layout.interned()) >> layout.number_bits();
  if (member != 0) out->member = member > spec.num_items() ? MemberSpec::kRest : member - 1;
  if (out->number == 0) {
    out->state = spec.initial();
    return;
  }
  const bool is_below = below_ != nullptr && (out->number & layout.top_table_bit()) == 0;
  const RegisterTable& table = is_below ? *below_ : *this;
  const Interned& interned = table.states_[(out->number & ~layout.top_table_bit()) - 1];
  const std::span<const Word> words = table.words_.Range(interned.begin, 2 * spec.num_words());
  out->state = {interned.next,
                interned.count,
                words.first(spec.num_words()),
                words.last(spec.num_words()),
                interned.num_missing,
                interned.first_missing};
}

bool RegisterTable::IsOfTopTable(const RegisterSpec& spec, Register reg) {
  if (spec.kind != RegisterKind::kMembers) return false;
  if (SaysKeys(spec, reg)) return IsRecordOfTopTable(spec, reg);
  const Layout layout = LayoutOf(*spec.members);
  return (reg & layout.interned()) != 0 && (reg & layout.top_table_bit()) != 0;
}

std::uint64_t RegisterTable::Hash(const MemberSpec& spec, const MemberSpec::State& state) {
  std::uint64_t hash = base::Combine(reinterpret_cast<std::uintptr_t>(&spec), state.next);
  hash = base::Combine(hash, state.count);
  for (const Word word : state.seen) hash = base::Combine(hash, word);
  return hash;
}

std::uint32_t RegisterTable::Find(const MemberSpec& spec, const MemberSpec::State& state,
                                  std::uint64_t hash) const {
  const std::lock_guard lock(mu_);
  return FindLocked(spec, state, hash);
}

std::uint32_t RegisterTable::FindLocked(const MemberSpec& spec, const MemberSpec::State& state,
                                        std::uint64_t hash) const {
  return index_.Find(hash, [&](std::uint32_t number) {
    const Interned& other = states_[number - 1];
    return other.spec == &spec && other.next == state.next && other.count == state.count &&
           std::ranges::equal(words_.Range(other.begin, state.seen.size()), state.seen);
  });
}

std::uint32_t RegisterTable::AddLocked(const MemberSpec& spec, const MemberSpec::State& state,
                                       std::uint64_t hash) {
  const std::size_t begin = words_.Append(2 * state.seen.size());
  const std::span<Word> words = words_.Range(begin, 2 * state.seen.size());
  std::ranges::copy(state.seen, words.begin());
  std::ranges::copy(state.needed, words.begin() + static_cast<std::ptrdiff_t>(state.seen.size()));
  const auto number = static_cast<std::uint32_t>(
      1 + states_.push_back({&spec, state.next, state.count, state.num_missing, state.first_missing,
                             static_cast<std::uint32_t>(begin)}));
  index_.Insert(hash, number);
  if (BytesLocked() >= max_bytes_) is_full_.store(true, std::memory_order_relaxed);
  return number;
}

Register RegisterTable::Intern(const MemberSpec& spec, const MemberSpec::State& state) {
  const Layout layout = LayoutOf(spec);
  if (const Register packed = Pack(layout, state); packed != layout.interned()) return packed;
  const std::uint64_t hash = Hash(spec, state);
  if (below_ != nullptr) {
    const std::uint32_t known = below_->Find(spec, state, hash);
    if (known != base::HashIndex::kNone) return layout.interned() | known;
  }
  const std::lock_guard lock(mu_);
  std::uint32_t number = FindLocked(spec, state, hash);
  if (number == base::HashIndex::kNone) number = AddLocked(spec, state, hash);
  if (number >= layout.top_table_bit()) {
    throw LimitError("a group of " + std::to_string(spec.num_items()) +
                         " items was begun in too many different ways",
                     "max_memory_bytes", layout.top_table_bit(), number);
  }
  return layout.interned() | number | (below_ != nullptr ? layout.top_table_bit() : 0);
}

bool RegisterTable::MembersMayEnd(const MemberSpec& spec, const Decoded& decoded) const {
  const MemberSpec::State& state = decoded.state;
  if (decoded.member == MemberSpec::kNone) return spec.MayEnd(state.count, state.num_missing);
  const auto step = spec.Take(state, decoded.member);
  return step && spec.MayEnd(step->count, step->num_missing);
}

bool RegisterTable::MembersMayContinue(const MemberSpec& spec, const Decoded& decoded) const {
  if (decoded.member == MemberSpec::kNone) return spec.MayContinue(decoded.state);
  OwnSets sets(spec.num_words());
  return spec.MayContinue(decoded.After(spec, &sets));
}

bool RegisterTable::MayEndAfter(const MemberSpec& spec, Register members,
                                std::uint32_t rest_left) const {
  Decoded decoded;
  Decode(spec, members, rest_left, &decoded);
  return MembersMayEnd(spec, decoded);
}

bool RegisterTable::MustEndAfter(const MemberSpec& spec, Register members,
                                 std::uint32_t rest_left) const {
  if (rest_left > 0 && spec.max() == ir::kUnbounded) return false;  // one more can always come
  Decoded decoded;
  Decode(spec, members, rest_left, &decoded);
  return MembersMayEnd(spec, decoded) && !MembersMayContinue(spec, decoded);
}

bool RegisterTable::HasRoomForRest(const MemberSpec& spec, Register members,
                                   std::uint32_t rest_left) const {
  Decoded decoded;
  Decode(spec, members, rest_left, &decoded);
  if (decoded.member == MemberSpec::kNone) return spec.HasRoomForRest(decoded.state);
  OwnSets sets(spec.num_words());
  return spec.HasRoomForRest(decoded.After(spec, &sets));
}

bool RegisterTable::MayEnd(const RegisterSpec& spec, Register reg) const {
  switch (spec.kind) {
    case RegisterKind::kNone:
    case RegisterKind::kTokens:  // see Stepper::EndToken
    case RegisterKind::kLength:  // what would be too long was not read
      return true;
    case RegisterKind::kCount:
      return reg >= spec.min;
    case RegisterKind::kMembers: {
      const MemberSpec& members = *spec.members;
      if (SaysKeys(spec, reg)) return KeyedMayEnd(members, reg);
      return MayEndAfter(members, reg, members.shape().num_rest());
    }
  }
  return false;
}

bool RegisterTable::MustEnd(const RegisterSpec& spec, Register reg) const {
  switch (spec.kind) {
    case RegisterKind::kNone:
    case RegisterKind::kTokens:
    case RegisterKind::kLength:  // the state has a say, see Stepper
      return false;
    case RegisterKind::kCount:
      return reg >= spec.max;
    case RegisterKind::kMembers: {
      const MemberSpec& members = *spec.members;
      if (SaysKeys(spec, reg)) return KeyedMustEnd(members, reg);
      return MustEndAfter(members, reg, members.shape().num_rest());
    }
  }
  return false;
}

bool RegisterTable::ApplyMember(const MemberSpec& spec, std::uint32_t member,
                                std::uint32_t rest_left, Register* reg) {
  Decoded decoded;
  Decode(spec, *reg, rest_left, &decoded);
  PUSHMASK_DCHECK(decoded.member == MemberSpec::kNone);
  const auto step = spec.Take(decoded.state, member);
  if (!step) return false;
  const Layout layout = LayoutOf(spec);
  if (!layout.is_packed) {
    *reg =
        layout.interned() | (MemberNumber(spec, member) << layout.number_bits()) | decoded.number;
    return true;
  }
  Word seen = decoded.state.seen.empty() ? 0 : decoded.state.seen[0];
  Word needed = 0;
  if (member != MemberSpec::kRest && spec.bit_of(member) != MemberSpec::kNone) {
    seen |= Word{1} << spec.bit_of(member);
  }
  *reg = Intern(spec, spec.Read(step->next, step->count, {&seen, spec.num_words()},
                                {&needed, spec.num_words()}));
  return true;
}

bool RegisterTable::ApplyMore(const MemberSpec& spec, std::uint32_t rest_left, Register* reg) {
  Decoded decoded;
  Decode(spec, *reg, rest_left, &decoded);
  if (decoded.member == MemberSpec::kNone) return spec.MayContinue(decoded.state);
  OwnSets sets(spec.num_words());
  const MemberSpec::State state = decoded.After(spec, &sets);
  if (!spec.MayContinue(state)) return false;
  *reg = Intern(spec, state);
  return true;
}

bool RegisterTable::Apply(const RegisterSpec& spec, const pda::CallLink& call, Register* reg) {
  if (SaysKeys(spec, *reg)) return ApplyKeyed(*spec.members, call, reg);
  switch (call.op) {
    case CallOp::kKeep:
      return true;
    case CallOp::kCount:
      if (*reg >= spec.max) return false;
      // Without an upper bound nothing beyond `min` can be told apart.
      if (spec.max != pda::kUnbounded || *reg < spec.min) ++*reg;
      return true;
    case CallOp::kMember:
      return ApplyMember(*spec.members, call.item, spec.members->shape().num_rest(), reg);
    case CallOp::kMore:
      return ApplyMore(*spec.members, spec.members->shape().num_rest(), reg);
    case CallOp::kKeyEnd:
    case CallOp::kKeyMore:
      break;
  }
  return false;
}

std::uint64_t RegisterTable::Class(const RegisterSpec& spec, Register reg,
                                   std::uint32_t horizon) const {
  if (spec.kind == RegisterKind::kTokens) return 0;
  if (spec.kind == RegisterKind::kNone || HasKeys(spec)) return reg;
  std::uint64_t most = std::uint64_t{horizon} + 1;
  if (spec.kind == RegisterKind::kLength) {
    return std::min<std::uint64_t>(spec.max - reg, horizon + std::uint64_t{spec.max_least});
  }
  if (spec.kind == RegisterKind::kCount) return ClassOf({spec.min, spec.max, most}, reg, 32);
  const MemberSpec& members = *spec.members;
  const Layout layout = LayoutOf(members);
  // Members that must come count against the upper bound too, and items can all be such.
  most += members.num_items();
  constexpr int kWidth = 16;
  if ((reg & layout.interned()) != 0 || !layout.is_packed || most >> kWidth != 0) return reg;
  const std::uint32_t count = LowBits(reg, layout.count_bits);
  const std::uint64_t rest = reg >> layout.count_bits;
  return (rest << (2 * kWidth)) | ClassOf({members.min(), members.max(), most}, count, kWidth) |
         kOfDistances;
}

std::size_t RegisterTable::memory_bytes() const {
  const std::lock_guard lock(mu_);
  return BytesLocked();
}

std::size_t RegisterTable::BytesLocked() const {
  return states_.memory_bytes() + words_.memory_bytes() + index_.memory_bytes() +
         keyed_.memory_bytes() + keyed_index_.memory_bytes() + keys_.memory_bytes();
}

}  // namespace pushmask::stack
