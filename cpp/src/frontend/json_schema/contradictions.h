// SPDX-License-Identifier: Apache-2.0
// Why parts of a schema match nothing, for the error if nothing is left of the whole. The reader
// notes what it sees at once, the lowering what comes out of joining keywords.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "frontend/json/value.h"

namespace pushmask::frontend::json_schema {

// One that turns out not to matter (another alternative matches, the property is optional) is
// rewound.
class Contradictions {
 public:
  struct Note {
    std::vector<const json::Value*> places;  // the keywords in conflict
    std::string message;
  };

  void Add(std::vector<const json::Value*> places, std::string message) {
    notes_.push_back({std::move(places), std::move(message)});
  }
  std::size_t mark() const { return notes_.size(); }
  void Rewind(std::size_t mark) {
    notes_.erase(notes_.begin() + std::ptrdiff_t(mark), notes_.end());
  }
  const std::vector<Note>& notes() const { return notes_; }

 private:
  std::vector<Note> notes_;
};

}  // namespace pushmask::frontend::json_schema
