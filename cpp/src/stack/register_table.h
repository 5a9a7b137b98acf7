// SPDX-License-Identifier: Apache-2.0
// What a register's value means. A count is itself. What is known of a group's members is packed
// into the register if it fits:
//
//     0 | items seen, one bit each | next ordered item | number of members
//
// and otherwise interned here. Of a group whose sets do not fit at all, only the states that
// members begin in are interned; after a member the register says that it came:
//
//     1 | member + 1 (0: none) | number of the interned state (0: the initial state)
//
// so that the members that could come, of which there may be thousands, leave nothing behind.
//
// Where keys must differ (pda/keys.h) there is more to know, and the register names a record of it
// (key_registers.cc): what members came, as above; the keys seen; and inside a key its text so far.
//
// Registers of a compiled grammar's table live as long as it does, so they have a byte budget. Once
// it is used up, whoever steps does so with a table on top of it: one that ends with the operation,
// or the matcher's own. Registers that such a table made have the highest bit of the number set and
// mean nothing elsewhere.
//
// Safe under threads: reads take no lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "base/chunked_vector.h"
#include "base/hash_index.h"
#include "pda/machine.h"
#include "stack/key_table.h"

namespace pushmask::stack {

class RegisterTable {
 public:
  explicit RegisterTable(std::size_t max_bytes = std::numeric_limits<std::size_t>::max())
      : max_bytes_(max_bytes), is_full_(max_bytes == 0) {}
  // On top of `below`, which must outlive it.
  explicit RegisterTable(const RegisterTable* below) : below_(below), keys_(&below->keys_) {}

  // Whether the budget is used up, so that a table on top should be used. (Operations that began
  // before may still add to this one.)
  bool IsFull() const { return is_full_.load(std::memory_order_relaxed); }
  bool IsEmpty() const { return states_.size() == 0 && keyed_.size() == 0; }
  bool IsOnTop() const { return below_ != nullptr; }
  // Whether a table on top of another made this register.
  static bool IsOfTopTable(const pda::RegisterSpec& spec, pda::Register reg);

  // Whether a rule with this register may end; whether it must, because it may and no call can
  // follow.
  bool MayEnd(const pda::RegisterSpec& spec, pda::Register reg) const;
  bool MustEnd(const pda::RegisterSpec& spec, pda::Register reg) const;

  // Applies a call to the register of its frame. False if the guard forbids the call.
  bool Apply(const pda::RegisterSpec& spec, const pda::CallLink& call, pda::Register* reg);

  // A value that behaves as `reg` does for the next `horizon` calls: counts far from both bounds
  // are one class. The same class means the same token partition when no token is longer.
  std::uint64_t Class(const pda::RegisterSpec& spec, pda::Register reg,
                      std::uint32_t horizon) const;

  // Keys, of groups where they must differ (key_registers.cc). `num_keys` is that of the state that
  // `byte` leads to, and a key may end there if `may_end`. kUnclear: it depends on a key that is
  // not known, see EndKey.
  enum class Reading : std::uint8_t { kRefused, kRead, kUnclear };
  Reading ReadKeyByte(const pda::RegisterSpec& spec, std::uint8_t byte, std::uint32_t num_keys,
                      bool may_end, pda::Register* reg);
  // Inside a key: the register that reads no more of it. With `forget` its text is taken for some
  // new one that is not known.
  pda::Register EndKey(pda::Register reg, bool forget);
  // Whether the keys seen let the key end here; whether the register reads no more of it.
  bool IsNewKey(pda::Register reg) const;
  bool IsKeyOver(pda::Register reg) const;
  // The keys seen that begin like the key so far, without that part.
  KeyTable::Id KeysFrom(pda::Register reg) const;
  // Whether a key was read before the one at hand that is not known.
  bool HasEarlierKey(pda::Register reg) const;
  // Whether it is a register that says something of keys.
  static bool SaysKeys(const pda::RegisterSpec& spec, pda::Register reg) {
    return (reg & kOfKeys) != 0 && HasKeys(spec);
  }
  // A register that says that there were keys, if there were some that can matter, and not which.
  // nullopt if one of them matters to most keys that can come next.
  std::optional<pda::Register> ForgetKeys(const pda::RegisterSpec& spec, pda::Register reg);
  const KeyTable& keys() const { return keys_; }

  std::size_t memory_bytes() const;

 private:
  using Word = pda::MemberSpec::Word;
  static constexpr pda::Register kOfKeys = pda::Register{1} << 31;
  struct Interned {
    const pda::MemberSpec* spec;
    std::uint32_t next;
    std::uint32_t count;
    std::uint32_t num_missing;
    std::uint32_t first_missing;
    std::uint32_t begin;  // of its words in words_: the set seen, then the set needed
  };
  struct Decoded;
  // What a register of a group with keys names.
  struct Keyed {
    pda::Register members = 0;            // with the member that the key belongs to
    KeyTable::Id seen = KeyTable::kNone;  // keys
    // Of `seen`, those that begin like the key so far; all before a member; none after it.
    KeyTable::Id from_here = KeyTable::kNone;
    KeyTable::Id text = KeyTable::kNone;  // of the key so far, if it will matter
    std::uint32_t flags = 0;
    friend bool operator==(const Keyed&, const Keyed&) = default;
  };

  static bool HasKeys(const pda::RegisterSpec& spec) {
    return spec.members != nullptr && spec.members->shape().has_keys;
  }
  // Of a register that says something of keys.
  static bool IsRecordOfTopTable(const pda::RegisterSpec& spec, pda::Register reg);
  Keyed ReadKeyed(pda::Register reg) const;
  pda::Register InternKeyed(const Keyed& keyed);
  // How many members of the rest can come after those that came.
  std::uint32_t RestLeft(const pda::MemberSpec& spec, const Keyed& keyed) const;
  bool ApplyKeyed(const pda::MemberSpec& spec, const pda::CallLink& call, pda::Register* reg);
  // False if the key was seen.
  bool FinishKey(Keyed* keyed);
  bool KeyedMayEnd(const pda::MemberSpec& spec, pda::Register reg) const;
  bool KeyedMustEnd(const pda::MemberSpec& spec, pda::Register reg) const;
  std::size_t BytesLocked() const;

  // `rest_left`: after the members that came.
  void Decode(const pda::MemberSpec& spec, pda::Register reg, std::uint32_t rest_left,
              Decoded* out) const;
  void DecodeMembers(const pda::MemberSpec& spec, pda::Register reg, Decoded* out) const;
  bool MembersMayEnd(const pda::MemberSpec& spec, const Decoded& decoded) const;
  bool MembersMayContinue(const pda::MemberSpec& spec, const Decoded& decoded) const;
  bool MayEndAfter(const pda::MemberSpec& spec, pda::Register members,
                   std::uint32_t rest_left) const;
  bool MustEndAfter(const pda::MemberSpec& spec, pda::Register members,
                    std::uint32_t rest_left) const;
  bool HasRoomForRest(const pda::MemberSpec& spec, pda::Register members,
                      std::uint32_t rest_left) const;
  bool ApplyMember(const pda::MemberSpec& spec, std::uint32_t member, std::uint32_t rest_left,
                   pda::Register* reg);
  bool ApplyMore(const pda::MemberSpec& spec, std::uint32_t rest_left, pda::Register* reg);
  // The register of `state` with no member after it.
  pda::Register Intern(const pda::MemberSpec& spec, const pda::MemberSpec::State& state);
  static std::uint64_t Hash(const pda::MemberSpec& spec, const pda::MemberSpec::State& state);
  // The number of an interned state here; HashIndex::kNone if it has none. Find takes the lock, the
  // others need it.
  std::uint32_t Find(const pda::MemberSpec& spec, const pda::MemberSpec::State& state,
                     std::uint64_t hash) const;
  std::uint32_t FindLocked(const pda::MemberSpec& spec, const pda::MemberSpec::State& state,
                           std::uint64_t hash) const;
  std::uint32_t AddLocked(const pda::MemberSpec& spec, const pda::MemberSpec::State& state,
                          std::uint64_t hash);

  const RegisterTable* const below_ = nullptr;
  const std::size_t max_bytes_ = std::numeric_limits<std::size_t>::max();
  std::atomic<bool> is_full_ = false;
  mutable std::mutex mu_;
  base::ChunkedVector<Interned> states_;  // by number - 1; appended to under: mu_
  base::ChunkedVector<Word> words_;       // appended to under: mu_
  base::HashIndex index_;                 // guarded by: mu_
  base::ChunkedVector<Keyed> keyed_;      // by number; appended to under: mu_
  base::HashIndex keyed_index_;           // guarded by: mu_
  KeyTable keys_;
};

// The table that one operation steps with: the given one or, once that is full, one on top of it
// that ends with the operation. Where keys must differ it always is one on top: the keys that
// tokens could begin, of which there are thousands, leave nothing behind.
class OperationRegisters {
 public:
  OperationRegisters(const pda::Machine& machine, RegisterTable* table) : table_(table) {
    if (!table->IsFull() && (!machine.has_keys() || table->IsOnTop())) return;
    on_top_ = std::make_unique<RegisterTable>(table);
    table_ = on_top_.get();
  }
  OperationRegisters(const OperationRegisters&) = delete;
  OperationRegisters& operator=(const OperationRegisters&) = delete;
  RegisterTable* get() const { return table_; }

 private:
  std::unique_ptr<RegisterTable> on_top_;
  RegisterTable* table_;
};

}  // namespace pushmask::stack
