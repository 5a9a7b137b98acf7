// SPDX-License-Identifier: Apache-2.0
// Matcher::Use: the one way to a matcher's state. One thread at a time, checked: a race would
// corrupt the history silently.
#pragma once

#include <atomic>

#include "match/matcher_state.h"
#include "pushmask/error.h"
#include "pushmask/matcher.h"

namespace pushmask {

class Matcher::Use {
 public:
  explicit Use(const Matcher& matcher) : matcher_(matcher) {
    if (!TryBegin(matcher)) ThrowInUse();
  }
  ~Use() { End(matcher_); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  match::MatcherState* operator->() const { return matcher_.state_.get(); }
  match::MatcherState& operator*() const { return *matcher_.state_; }

  // The same by hand, for many matchers at once.
  static bool TryBegin(const Matcher& matcher) {
    return !matcher.in_use_.exchange(true, std::memory_order_acquire);
  }
  static void End(const Matcher& matcher) {
    matcher.in_use_.store(false, std::memory_order_release);
  }
  static match::MatcherState& StateOf(const Matcher& matcher) { return *matcher.state_; }
  [[noreturn]] static void ThrowInUse() {
    throw MatcherStateError("the matcher is in use by another thread; fork it to share it");
  }

 private:
  const Matcher& matcher_;
};

}  // namespace pushmask
