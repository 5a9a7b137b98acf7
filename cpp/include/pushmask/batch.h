// SPDX-License-Identifier: Apache-2.0
// MatcherBatch: the matchers of the sequences that one decode step serves, asked in one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "pushmask/matcher.h"
#include "pushmask/token_mask.h"

namespace pushmask {

namespace base {
class ThreadPool;
}

// A batch sees its matchers move when they are used one by one, too. Every call uses all of them:
// it throws MatcherStateError, and does nothing, if one is in use by another thread.
class MatcherBatch {
 public:
  // The matchers must outlive the batch and stay where they are. With more than one thread,
  // `num_threads` - 1 workers (started when they are first needed) help to compute masks that are
  // not known yet; known ones are copied by the calling thread. Throws std::invalid_argument for a
  // matcher that is there twice, for vocabularies of different sizes, and for 0 threads.
  explicit MatcherBatch(std::vector<Matcher*> matchers, std::size_t num_threads = 1);
  MatcherBatch(MatcherBatch&&) noexcept;
  ~MatcherBatch();

  std::size_t size() const { return matchers_.size(); }

  // Writes the mask of matcher i into row i, or into row `rows[i]`; other rows are left. Throws
  // std::invalid_argument, and writes nothing, for rows of another width, too few of them, and
  // `rows` of another length, outside the mask or equal.
  void FillMasks(MaskRows mask,
                 std::optional<std::span<const std::int64_t>> rows = std::nullopt) const;

  // Moves matcher i past tokens[i]; entry i of the result says whether it moved. Throws
  // VocabularyError, and moves none, if an id is outside.
  std::vector<bool> AcceptTokens(std::span<const std::int32_t> tokens);

  // Writes Matcher::RowId of each matcher, -1 for none.
  void RowIds(std::span<std::int32_t> out) const;

 private:
  class Use;  // marks all matchers as in use by this thread
  // work(i) for every matcher, where it needs computing on all threads.
  template <typename Work>
  void ForEach(const Work& work) const;

  std::vector<Matcher*> matchers_;
  std::size_t words_per_row_ = 0;
  std::unique_ptr<base::ThreadPool> pool_;  // null with one thread
};

}  // namespace pushmask
