// SPDX-License-Identifier: Apache-2.0
// Where the text stands, what can come next, and why a token or bytes cannot.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/token_bytes.h"
#include "match/byte_walk.h"
#include "match/matcher_state.h"
#include "match/words.h"

namespace pushmask::match {

std::string MatcherState::Describe() const {
  if (is_stopped()) return "nothing: a stop token was accepted";
  const Step now = history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
  ByteWalk walk(*compiled_, registers.get(), table(now), links(now));
  return JoinedWords(ExpectedAt(*compiled_, &walk.stepper(), walk.links()));
}

Trace MatcherState::TraceNow() const {
  const Step now = history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
  ByteWalk walk(*compiled_, registers.get(), table(now), links(now));
  return TraceOf(*compiled_, &walk.stepper(), walk.scratch(), walk.links());
}

Verdict MatcherState::Explain(TokenId token) const {
  CheckToken(token);
  Verdict verdict;
  verdict.is_allowed = ValidateTokens({&token, 1}) == 1;
  const vocab::TokenTable& vocabulary = compiled_->vocabulary();
  const bool is_text = vocabulary.IsOrdinary(token);
  if (is_text) verdict.bytes = vocabulary.bytes(token);
  if (is_stopped()) {
    verdict.note = "a stop token was accepted: the text is over";
    return verdict;
  }
  verdict.now = TraceNow();
  if (verdict.is_allowed) return verdict;
  if (is_text) {
    ExplainRefusal(&verdict);
    return verdict;
  }
  verdict.note = vocabulary.IsStop(token)
                     ? "the text cannot end here"
                     : "a special token is no text: it is allowed only where the grammar names it";
  verdict.offset = 0;
  verdict.died = verdict.now;
  return verdict;
}

Verdict MatcherState::Explain(std::string_view bytes) const {
  Verdict verdict;
  verdict.bytes = bytes;
  verdict.is_allowed = bytes.empty();
  if (is_stopped()) {
    verdict.note = "a stop token was accepted: the text is over";
    return verdict;
  }
  verdict.now = TraceNow();
  ExplainRefusal(&verdict);
  verdict.is_allowed = !verdict.offset;
  return verdict;
}

void MatcherState::ExplainRefusal(Verdict* verdict) const {
  // In pieces, as AcceptBytes has it: a copy goes as far as whole pieces fit.
  constexpr std::size_t kPieceBytes = 64;
  const std::string_view bytes = verdict->bytes;
  MatcherState copy(*this);
  std::size_t begin = 0;
  while (begin < bytes.size() && copy.AcceptBytes(bytes.substr(begin, kPieceBytes))) {
    begin += std::min(kPieceBytes, bytes.size() - begin);
  }
  if (begin == bytes.size()) return;
  const Step now = copy.history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &copy.registers());
  std::size_t end = begin;  // the bytes before it fit
  {
    ByteWalk walk(*compiled_, registers.get(), copy.table(now), copy.links(now));
    while (end < bytes.size() && !base::IsTokenByte(bytes[end]) &&
           walk.Step(bytes.substr(end, 1))) {
      ++end;
    }
  }
  ByteWalk walk(*compiled_, registers.get(), copy.table(now), copy.links(now));
  walk.Step(bytes.substr(begin, end - begin));
  verdict->offset = end;
  verdict->died = TraceOf(*compiled_, &walk.stepper(), walk.scratch(), walk.links());
}

}  // namespace pushmask::match
