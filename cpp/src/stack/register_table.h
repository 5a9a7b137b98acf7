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
// Safe under threads: reads take no lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "base/chunked_vector.h"
#include "base/hash_index.h"
#include "pda/machine.h"

namespace pushmask::stack {

class RegisterTable {
 public:
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

  std::size_t memory_bytes() const;

 private:
  using Word = pda::MemberSpec::Word;
  struct Interned {
    const pda::MemberSpec* spec;
    std::uint32_t next;
    std::uint32_t count;
    std::uint32_t num_missing;
    std::uint32_t first_missing;
    std::uint32_t begin;  // of its words in words_: the set seen, then the set needed
  };
  struct Decoded;

  void Decode(const pda::MemberSpec& spec, pda::Register reg, Decoded* out) const;
  bool MembersMayEnd(const pda::MemberSpec& spec, const Decoded& decoded) const;
  bool MembersMayContinue(const pda::MemberSpec& spec, const Decoded& decoded) const;
  bool ApplyMember(const pda::MemberSpec& spec, std::uint32_t member, pda::Register* reg);
  bool ApplyMore(const pda::MemberSpec& spec, pda::Register* reg);
  // The register of `state` with no member after it.
  pda::Register Intern(const pda::MemberSpec& spec, const pda::MemberSpec::State& state);

  mutable std::mutex mu_;
  base::ChunkedVector<Interned> states_;  // by number - 1; appended to under: mu_
  base::ChunkedVector<Word> words_;       // appended to under: mu_
  base::HashIndex index_;                 // guarded by: mu_
};

}  // namespace pushmask::stack
