// SPDX-License-Identifier: Apache-2.0
// One token, read in every way that it can be: as the text of its bytes, and as itself where the
// grammar refers to it.
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "match/byte_walk.h"

namespace pushmask::match {

bool ByteWalk::StepToken(vocab::TokenId token) {
  const vocab::TokenTable& vocabulary = compiled_.vocabulary();
  const compile::TokenReferences& references = compiled_.references();
  const bool is_text = vocabulary.IsOrdinary(token);
  if (references.empty()) return is_text && Step(vocabulary.bytes(token)) && EndToken();
  buffers_->start.assign(links_.begin(), links_.end());
  buffers_->ends.clear();
  const auto read = [this](std::string_view bytes) {
    links_ = buffers_->start;
    if (Step(bytes)) buffers_->ends.insert(buffers_->ends.end(), links_.begin(), links_.end());
  };
  if (is_text) read(vocabulary.bytes(token));
  for (std::size_t set = 0; set < references.size(); ++set) {
    if (references.Has(set, token)) read(references.spelling(set));
  }
  stepper_.Merge(&buffers_->ends);
  std::swap(buffers_->links, buffers_->ends);
  links_ = buffers_->links;
  return !links_.empty() && EndToken();
}

bool ByteWalk::CanStopBy(vocab::TokenId token) {
  if (CanEnd()) return true;
  const compile::TokenReferences& references = compiled_.references();
  buffers_->start.assign(links_.begin(), links_.end());
  for (std::size_t set = 0; set < references.size(); ++set) {
    const auto& stops = references.stop_tokens(set);
    if (std::find(stops.begin(), stops.end(), token) == stops.end()) continue;
    links_ = buffers_->start;
    if (Step(references.spelling(set)) && CanEnd()) return true;
  }
  return false;
}

}  // namespace pushmask::match
