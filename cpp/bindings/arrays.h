// SPDX-License-Identifier: Apache-2.0
// Arguments that are arrays or lists.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "pushmask/matcher.h"
#include "pushmask/token_mask.h"

namespace pushmask::bindings {

// An array that is written to: int32 in C order. Another dtype or layout is a TypeError, because a
// mask written into a silent copy would be lost.
class OutArray {
 public:
  OutArray() = default;
  explicit OutArray(pybind11::object array) : array_(std::move(array)) {}

  // Whether it is such an array; cheaper than pybind11's own check, which makes a dtype to compare.
  static bool Takes(pybind11::handle value);

  // Throw ValueError for an array that is read-only or has another number of dimensions. `name` is
  // for the message.
  std::span<std::int32_t> Vector(const char* name);
  MaskRows Rows(const char* name);

 private:
  std::span<std::int32_t> Words(pybind11::ssize_t dimensions, const char* name);
  pybind11::object array_;  // not pybind11::array, whose default is a new array
};

// A Python integer of any size as the nearest of 64 bits: what lies outside them is outside every
// range that is asked for here.
std::int64_t Integer(pybind11::handle value);

// A token id as a Python integer of any size: VocabularyError if no vocabulary can hold it.
std::int32_t TokenId(pybind11::handle value);

// A sequence of integers or an array of one dimension, copied: the caller may change its own while
// the GIL is released.
std::vector<std::int32_t> TokenIds(pybind11::handle values);  // errors as TokenId
std::vector<std::int64_t> Indices(pybind11::handle values, const char* name);
std::vector<std::int32_t> Indices32(pybind11::handle values, const char* name);  // or ValueError

// The matchers among Python objects that stay alive elsewhere. TypeError for anything else.
std::vector<Matcher*> MatcherPointers(const pybind11::tuple& matchers);

}  // namespace pushmask::bindings

template <>
struct pybind11::detail::type_caster<pushmask::bindings::OutArray> {
  PYBIND11_TYPE_CASTER(pushmask::bindings::OutArray, const_name("numpy.NDArray[numpy.int32]"));

  bool load(handle source, bool /*convert*/) {
    if (!pushmask::bindings::OutArray::Takes(source)) return false;
    value = pushmask::bindings::OutArray(reinterpret_borrow<object>(source));
    return true;
  }
};
