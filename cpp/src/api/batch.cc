// SPDX-License-Identifier: Apache-2.0
#include "pushmask/batch.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "api/matcher_use.h"
#include "base/thread_pool.h"

namespace pushmask {
namespace {

constexpr std::size_t kMaxThreads = 1024;

[[noreturn]] void Refuse(const std::string& message) { throw std::invalid_argument(message); }

const match::MatcherState& StateOf(const Matcher* matcher) {
  return Matcher::Use::StateOf(*matcher);
}

// Matcher i goes to a row of its own.
void CheckRows(std::span<const std::int64_t> rows, std::size_t num_rows) {
  std::vector<bool> seen(num_rows);
  for (const std::int64_t row : rows) {
    if (row < 0 || static_cast<std::uint64_t>(row) >= num_rows) {
      Refuse("row " + std::to_string(row) + " is outside a mask of " + std::to_string(num_rows) +
             " rows");
    }
    if (seen[static_cast<std::size_t>(row)]) {
      Refuse("row " + std::to_string(row) + " is there twice");
    }
    seen[static_cast<std::size_t>(row)] = true;
  }
}

}  // namespace

class MatcherBatch::Use {
 public:
  explicit Use(const std::vector<Matcher*>& matchers) : matchers_(matchers) {
    for (; num_begun_ < matchers_.size(); ++num_begun_) {
      if (Matcher::Use::TryBegin(*matchers_[num_begun_])) continue;
      EndAll();
      Matcher::Use::ThrowInUse();
    }
  }
  ~Use() { EndAll(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  void EndAll() {
    for (std::size_t i = 0; i < num_begun_; ++i) Matcher::Use::End(*matchers_[i]);
  }

  const std::vector<Matcher*>& matchers_;
  std::size_t num_begun_ = 0;
};

MatcherBatch::MatcherBatch(std::vector<Matcher*> matchers, std::size_t num_threads)
    : matchers_(std::move(matchers)) {
  if (num_threads == 0 || num_threads > kMaxThreads) {
    Refuse("num_threads is " + std::to_string(num_threads) + ", not from 1 to " +
           std::to_string(kMaxThreads));
  }
  std::vector<Matcher*> sorted = matchers_;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    Refuse("a matcher is in the batch twice; fork it");
  }
  for (const Matcher* matcher : matchers_) {
    const std::size_t size = StateOf(matcher).compiled().vocabulary().size();
    const std::size_t first = StateOf(matchers_[0]).compiled().vocabulary().size();
    if (size == first) continue;
    Refuse("a batch has one width of masks; there are vocabularies of " + std::to_string(first) +
           " and " + std::to_string(size) + " tokens");
  }
  if (!matchers_.empty()) {
    words_per_row_ = NumMaskWords(StateOf(matchers_[0]).compiled().vocabulary().size());
  }
  if (num_threads > 1) pool_ = std::make_unique<base::ThreadPool>(num_threads - 1);
}

MatcherBatch::MatcherBatch(MatcherBatch&&) noexcept = default;
MatcherBatch::~MatcherBatch() = default;

template <typename Work>
void MatcherBatch::ForEach(const Work& work) const {
  std::vector<std::size_t> cold;  // their masks have to be computed
  for (std::size_t i = 0; i < matchers_.size(); ++i) {
    if (StateOf(matchers_[i]).IsRowKnown()) {
      work(i);
    } else {
      cold.push_back(i);
    }
  }
  if (pool_ == nullptr) {
    for (const std::size_t i : cold) work(i);
    return;
  }
  // Sequences in one place have one mask: it is computed for the first of them, and the others
  // find it.
  const auto place = [this](std::size_t i) { return StateOf(matchers_[i]).place(); };
  std::ranges::sort(cold, {}, place);
  std::vector<std::size_t> firsts;
  std::vector<std::size_t> others;
  for (std::size_t k = 0; k < cold.size(); ++k) {
    const bool first = k == 0 || place(cold[k]) != place(cold[k - 1]);
    (first ? firsts : others).push_back(cold[k]);
  }
  for (const auto& part : {firsts, others}) {
    pool_->ParallelFor(part.size(), [&](std::size_t k) { work(part[k]); });
  }
}

void MatcherBatch::FillMasks(MaskRows mask,
                             std::optional<std::span<const std::int64_t>> rows) const {
  if (rows && rows->size() != matchers_.size()) {
    Refuse("there are " + std::to_string(rows->size()) + " rows for " +
           std::to_string(matchers_.size()) + " matchers");
  }
  if (matchers_.empty()) return;
  if (mask.words_per_row() != words_per_row_ || (!rows && mask.num_rows < matchers_.size())) {
    Refuse("the mask has shape (" + std::to_string(mask.num_rows) + ", " +
           std::to_string(mask.words_per_row()) + "); " + std::to_string(matchers_.size()) +
           " rows of " + std::to_string(words_per_row_) + " words are needed");
  }
  if (rows) CheckRows(*rows, mask.num_rows);
  const Use use(matchers_);
  ForEach([&](std::size_t i) {
    const std::size_t row = rows ? static_cast<std::size_t>((*rows)[i]) : i;
    StateOf(matchers_[i]).FillMask(mask.row(row));
  });
}

std::vector<bool> MatcherBatch::AcceptTokens(std::span<const std::int32_t> tokens) {
  if (tokens.size() != matchers_.size()) {
    Refuse("there are " + std::to_string(tokens.size()) + " tokens for " +
           std::to_string(matchers_.size()) + " matchers");
  }
  const Use use(matchers_);
  for (std::size_t i = 0; i < tokens.size(); ++i) StateOf(matchers_[i]).CheckToken(tokens[i]);
  std::vector<bool> accepted(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    accepted[i] = Matcher::Use::StateOf(*matchers_[i]).AcceptToken(tokens[i]);
  }
  return accepted;
}

void MatcherBatch::RowIds(std::span<std::int32_t> out) const {
  if (out.size() != matchers_.size()) {
    Refuse("there is room for " + std::to_string(out.size()) + " row ids of " +
           std::to_string(matchers_.size()) + " matchers");
  }
  const Use use(matchers_);
  ForEach([&](std::size_t i) {
    const auto id = StateOf(matchers_[i]).RowId();
    out[i] = id ? static_cast<std::int32_t>(*id) : -1;
  });
}

}  // namespace pushmask
