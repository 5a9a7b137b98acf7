// SPDX-License-Identifier: Apache-2.0
#include "arrays.h"

#include <limits>
#include <string>

#include "pushmask/error.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

using Int32Array = py::array_t<std::int32_t, py::array::c_style>;

constexpr bool FitsInt32(std::int64_t value) {
  return value >= std::numeric_limits<std::int32_t>::min() &&
         value <= std::numeric_limits<std::int32_t>::max();
}

std::int32_t ToTokenId(std::int64_t id) {
  if (FitsInt32(id)) return static_cast<std::int32_t>(id);
  throw VocabularyError("token id " + std::to_string(id) + " is outside the vocabulary");
}

void CheckDimensions(const py::array& array, py::ssize_t expected, const char* name) {
  if (array.ndim() == expected) return;
  throw py::value_error(std::string(name) + " has " + std::to_string(array.ndim()) +
                        " dimensions, not " + std::to_string(expected));
}

// convert(int64) for each value; an int32 array needs no Python object per element.
template <typename T, typename Convert>
std::vector<T> Values(py::handle values, const char* name, Convert convert) {
  if (py::isinstance<py::array>(values)) {
    CheckDimensions(py::reinterpret_borrow<py::array>(values), 1, name);
  }
  std::vector<T> out;
  if (Int32Array::check_(values)) {
    const auto array = py::reinterpret_borrow<Int32Array>(values);
    out.assign(array.data(), array.data() + array.size());
    return out;
  }
  const auto items = py::reinterpret_steal<py::object>(
      PySequence_Fast(values.ptr(), (std::string(name) + " is not a sequence").c_str()));
  if (!items) throw py::error_already_set();
  out.reserve(static_cast<std::size_t>(PySequence_Fast_GET_SIZE(items.ptr())));
  // The size is asked for each time: an item's __index__ may change the list.
  for (py::ssize_t i = 0; i < PySequence_Fast_GET_SIZE(items.ptr()); ++i) {
    const auto item = py::reinterpret_borrow<py::object>(PySequence_Fast_GET_ITEM(items.ptr(), i));
    out.push_back(convert(Integer(item)));
  }
  return out;
}

}  // namespace

bool OutArray::Takes(py::handle value) {
  if (!py::isinstance<py::array>(value)) return false;
  const auto* array = py::detail::array_proxy(value.ptr());
  constexpr int kAligned = py::detail::npy_api::NPY_ARRAY_ALIGNED_;
  constexpr int kLayout = kAligned | static_cast<int>(py::array::c_style);
  if ((array->flags & kLayout) != kLayout) return false;
  const auto type = py::reinterpret_borrow<py::dtype>(array->descr);
  return type.kind() == 'i' && type.itemsize() == sizeof(std::int32_t) &&
         (type.byteorder() == '=' || type.byteorder() == '|');
}

std::span<std::int32_t> OutArray::Words(py::ssize_t dimensions, const char* name) {
  auto array = py::reinterpret_borrow<py::array>(array_);
  CheckDimensions(array, dimensions, name);
  if (!array.writeable()) throw py::value_error(std::string(name) + " is read-only");
  return {static_cast<std::int32_t*>(array.mutable_data()), static_cast<std::size_t>(array.size())};
}

std::span<std::int32_t> OutArray::Vector(const char* name) { return Words(1, name); }

MaskRows OutArray::Rows(const char* name) {
  const auto words = Words(2, name);
  return {words, static_cast<std::size_t>(py::reinterpret_borrow<py::array>(array_).shape(0))};
}

std::int64_t Integer(py::handle value) {
  py::object index;
  if (!PyLong_Check(value.ptr())) {
    index = py::reinterpret_steal<py::object>(PyNumber_Index(value.ptr()));
    if (!index) throw py::error_already_set();
    value = index;
  }
  int overflow = 0;
  const std::int64_t result = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow == 0) return result;
  return overflow > 0 ? std::numeric_limits<std::int64_t>::max()
                      : std::numeric_limits<std::int64_t>::min();
}

std::int32_t TokenId(py::handle value) { return ToTokenId(Integer(value)); }

std::vector<std::int32_t> TokenIds(py::handle values) {
  return Values<std::int32_t>(values, "the list of token ids", ToTokenId);
}

std::vector<std::int64_t> Indices(py::handle values, const char* name) {
  return Values<std::int64_t>(values, name, [](std::int64_t value) { return value; });
}

std::vector<std::int32_t> Indices32(py::handle values, const char* name) {
  return Values<std::int32_t>(values, name, [name](std::int64_t value) {
    if (FitsInt32(value)) return static_cast<std::int32_t>(value);
    throw py::value_error(std::string(name) + " has " + std::to_string(value));
  });
}

std::vector<Matcher*> MatcherPointers(const py::tuple& matchers) {
  std::vector<Matcher*> out;
  out.reserve(matchers.size());
  for (const py::handle matcher : matchers) {
    if (!py::isinstance<Matcher>(matcher)) {
      throw py::type_error("item " + std::to_string(out.size()) + " is not a Matcher");
    }
    out.push_back(matcher.cast<Matcher*>());
  }
  return out;
}

}  // namespace pushmask::bindings
