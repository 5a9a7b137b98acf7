// SPDX-License-Identifier: Apache-2.0
// Registers of groups whose keys must differ (pda/keys.h). Where nothing is known of keys they say
// what members came, as those of other groups do, in the lower 30 bits. The two bits above say
// more:
//
//     10 | number of a record: what members came, a set of keys, and inside a key how far it got
//     11 | what members came; some key was read that is not known
//
// A member of the rest counts as having come from the first byte of its key on; where it could be
// an item instead, from the key's end on. The text of a key is recorded only if another one may
// have to differ from it.
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "pushmask/error.h"
#include "stack/register_table.h"

namespace pushmask::stack {

using pda::CallOp;
using pda::MemberSpec;
using pda::Register;

namespace {

constexpr int kMemberBits = 30;
constexpr Register kUnknownKey = Register{1} << kMemberBits;
constexpr Register kTopBit = Register{1} << (kMemberBits - 1);  // of the number of a record

enum Flag : std::uint32_t {
  kInside = 1,    // of a key
  kRecords = 2,   // the key's text
  kOver = 4,      // the key reads no more
  kUnknown = 8,   // a key was read that `seen` does not have; inside a key: its own text
  kEarlier = 16,  // inside a key: one was read before that `seen` does not have
};

}  // namespace

bool RegisterTable::IsRecordOfTopTable(const pda::RegisterSpec& spec, Register reg) {
  if ((reg & kUnknownKey) != 0) return IsOfTopTable(spec, reg & (kUnknownKey - 1));
  return (reg & kTopBit) != 0;
}

RegisterTable::Keyed RegisterTable::ReadKeyed(Register reg) const {
  if ((reg & kOfKeys) == 0) return {.members = reg};
  if ((reg & kUnknownKey) != 0) return {.members = reg & (kUnknownKey - 1), .flags = kUnknown};
  const bool is_below = below_ != nullptr && (reg & kTopBit) == 0;
  return (is_below ? *below_ : *this).keyed_[reg & (kTopBit - 1)];
}

Register RegisterTable::InternKeyed(const Keyed& keyed) {
  if (keyed == Keyed{.members = keyed.members}) return keyed.members;
  if (keyed == Keyed{.members = keyed.members, .flags = kUnknown}) {
    return kOfKeys | kUnknownKey | keyed.members;
  }
  std::uint64_t hash =
      base::Combine((std::uint64_t{keyed.members} << 32) | keyed.seen, keyed.flags);
  hash = base::Combine(hash, (std::uint64_t{keyed.from_here} << 32) | keyed.text);
  const auto find_in = [&](const RegisterTable& table) {
    return table.keyed_index_.Find(
        hash, [&](std::uint32_t number) { return table.keyed_[number] == keyed; });
  };
  const bool is_of_top = KeyTable::IsOfTopTable(keyed.seen | keyed.from_here | keyed.text);
  if (below_ != nullptr && !is_of_top) {
    const std::lock_guard lock(below_->mu_);
    const std::uint32_t known = find_in(*below_);
    if (known != base::HashIndex::kNone) return kOfKeys | known;
  }
  const std::lock_guard lock(mu_);
  std::uint32_t number = find_in(*this);
  if (number == base::HashIndex::kNone) {
    number = static_cast<std::uint32_t>(keyed_.push_back(keyed));
    keyed_index_.Insert(hash, number);
    if (below_ == nullptr && BytesLocked() >= max_bytes_)
      is_full_.store(true, std::memory_order_relaxed);
  }
  if (number >= kTopBit) {
    throw LimitError("groups were begun with too many different keys", "max_memory_bytes", kTopBit,
                     number);
  }
  return kOfKeys | number | (below_ != nullptr ? kTopBit : 0);
}

std::uint32_t RegisterTable::RestLeft(const MemberSpec& spec, const Keyed& keyed) const {
  const std::uint32_t num_rest = spec.shape().num_rest();
  if (num_rest == ir::kUnbounded) return num_rest;
  const bool has_one_more = (keyed.flags & (kInside | kUnknown)) != 0;
  return num_rest - keys_.Count(keyed.seen) - (has_one_more ? 1 : 0);
}

RegisterTable::Reading RegisterTable::ReadKeyByte(const pda::RegisterSpec& spec, std::uint8_t byte,
                                                  std::uint32_t num_keys, bool may_end,
                                                  Register* reg) {
  const MemberSpec& members = *spec.members;
  Keyed keyed = ReadKeyed(*reg);
  if ((keyed.flags & kOver) != 0) return Reading::kRefused;
  if ((keyed.flags & kInside) == 0) {
    const std::uint32_t rest_left = RestLeft(members, keyed);
    Register after = keyed.members;
    if (!ApplyMember(members, MemberSpec::kRest, rest_left, &after)) return Reading::kRefused;
    if (!members.shape().has_keyed_items) keyed.members = after;
    keyed.flags |= kInside;
    if ((keyed.flags & kUnknown) != 0) keyed.flags ^= kUnknown | kEarlier;
    if (HasRoomForRest(members, after, RestLeft(members, keyed))) keyed.flags |= kRecords;
  }
  keyed.from_here = keys_.After(keyed.from_here, byte);
  if (keys_.Count(keyed.from_here) >= num_keys) return Reading::kRefused;
  // The key that is not known could be the only one that is left, or this one.
  if ((keyed.flags & kEarlier) != 0 && (may_end || num_keys != pda::kUnbounded)) {
    return Reading::kUnclear;
  }
  if ((keyed.flags & kRecords) != 0) keyed.text = keys_.Append(keyed.text, byte);
  *reg = InternKeyed(keyed);
  return Reading::kRead;
}

Register RegisterTable::EndKey(Register reg, bool forget) {
  Keyed keyed = ReadKeyed(reg);
  PUSHMASK_DCHECK((keyed.flags & kInside) != 0);
  keyed.flags |= kOver;
  if (forget) {
    keyed.from_here = KeyTable::kNone;
    keyed.text = KeyTable::kNone;
    if ((keyed.flags & kRecords) != 0) keyed.flags |= kUnknown;
  }
  return InternKeyed(keyed);
}

bool RegisterTable::IsNewKey(Register reg) const {
  return !keys_.HasEmpty(ReadKeyed(reg).from_here);
}

bool RegisterTable::IsKeyOver(Register reg) const { return (ReadKeyed(reg).flags & kOver) != 0; }

bool RegisterTable::HasEarlierKey(Register reg) const {
  return (ReadKeyed(reg).flags & kEarlier) != 0;
}

std::optional<Register> RegisterTable::ForgetKeys(const pda::RegisterSpec& spec, Register reg) {
  if (!SaysKeys(spec, reg)) return reg;
  Keyed keyed = ReadKeyed(reg);
  if (keyed.from_here != KeyTable::kNone) return std::nullopt;
  if (spec.members->shape().num_rest() != ir::kUnbounded) return std::nullopt;
  const bool is_inside = (keyed.flags & kInside) != 0;
  const bool matters = is_inside ? (keyed.flags & kRecords) != 0 : keyed.seen != KeyTable::kNone;
  if (matters) keyed.flags |= kUnknown;
  keyed.seen = KeyTable::kNone;
  keyed.text = KeyTable::kNone;
  return InternKeyed(keyed);
}

KeyTable::Id RegisterTable::KeysFrom(Register reg) const { return ReadKeyed(reg).from_here; }

bool RegisterTable::FinishKey(Keyed* keyed) {
  if (keys_.HasEmpty(keyed->from_here)) return false;
  PUSHMASK_DCHECK((keyed->flags & kEarlier) == 0);  // such a key does not get to its end
  const bool is_unknown = (keyed->flags & kUnknown) != 0;
  // Without a record no other key can come, so those seen do not matter any more either.
  if ((keyed->flags & kRecords) == 0) {
    keyed->seen = KeyTable::kNone;
  } else if (!is_unknown) {
    keyed->seen = keys_.Insert(keyed->seen, keyed->text);
  }
  keyed->from_here = KeyTable::kNone;
  keyed->text = KeyTable::kNone;
  keyed->flags &= kUnknown;
  return true;
}

bool RegisterTable::ApplyKeyed(const MemberSpec& spec, const pda::CallLink& call, Register* reg) {
  if (call.op == CallOp::kKeep) return true;
  Keyed keyed = ReadKeyed(*reg);
  const bool ends_key = call.op == CallOp::kKeyEnd || call.op == CallOp::kKeyMore;
  if (ends_key && !FinishKey(&keyed)) return false;
  const std::uint32_t rest_left = RestLeft(spec, keyed);
  if (call.op == CallOp::kKeyEnd && spec.shape().has_keyed_items &&
      !ApplyMember(spec, call.item, rest_left, &keyed.members)) {
    return false;
  }
  if (call.op == CallOp::kMember) {
    if (!ApplyMember(spec, call.item, rest_left, &keyed.members)) return false;
    keyed.from_here = KeyTable::kNone;
  }
  if (call.op == CallOp::kMore || call.op == CallOp::kKeyMore) {
    if (!ApplyMore(spec, rest_left, &keyed.members)) return false;
    keyed.from_here = keyed.seen;
  }
  *reg = InternKeyed(keyed);
  return true;
}

bool RegisterTable::KeyedMayEnd(const MemberSpec& spec, Register reg) const {
  const Keyed keyed = ReadKeyed(reg);
  return !keys_.HasEmpty(keyed.from_here) &&
         MayEndAfter(spec, keyed.members, RestLeft(spec, keyed));
}

bool RegisterTable::KeyedMustEnd(const MemberSpec& spec, Register reg) const {
  const Keyed keyed = ReadKeyed(reg);
  if ((keyed.flags & kInside) != 0) return false;  // the key may go on
  return MustEndAfter(spec, keyed.members, RestLeft(spec, keyed));
}

}  // namespace pushmask::stack
