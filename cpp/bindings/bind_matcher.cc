// SPDX-License-Identifier: Apache-2.0
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "bindings.h"
#include "pushmask/error.h"
#include "pushmask/matcher.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// py::array::c_style and .noconvert() refuse another dtype or layout: a mask written into a silent
// copy would be lost.
using MaskArray = py::array_t<std::int32_t, py::array::c_style>;

// Ids come as Python integers of any size; what no vocabulary holds is the same error as any other
// id outside.
std::int32_t TokenId(std::int64_t id) {
  if (id < std::numeric_limits<std::int32_t>::min() ||
      id > std::numeric_limits<std::int32_t>::max()) {
    throw VocabularyError("token id " + std::to_string(id) + " is outside the vocabulary");
  }
  return static_cast<std::int32_t>(id);
}

std::vector<std::int32_t> TokenIds(const std::vector<std::int64_t>& ids) {
  std::vector<std::int32_t> out;
  out.reserve(ids.size());
  for (const std::int64_t id : ids) out.push_back(TokenId(id));
  return out;
}

bool FillMask(const Matcher& self, MaskArray mask) {
  if (mask.ndim() != 1) {
    throw py::value_error("the mask has " + std::to_string(mask.ndim()) +
                          " dimensions; fill_mask takes one row");
  }
  if (!mask.writeable()) throw py::value_error("the mask is read-only");
  const std::span<std::int32_t> words(mask.mutable_data(), static_cast<std::size_t>(mask.size()));
  const py::gil_scoped_release release;
  return self.FillMask(words);
}

}  // namespace

void BindMatcher(py::module_& module) {
  py::class_<Matcher>(module, "Matcher")
      .def("fill_mask", &FillMask, py::arg("mask").noconvert())
      .def(
          "accept_token",
          [](Matcher& self, std::int64_t token_id) { return self.AcceptToken(TokenId(token_id)); },
          py::arg("token_id"))
      .def(
          "accept_tokens",
          [](Matcher& self, const std::vector<std::int64_t>& token_ids) {
            return self.AcceptTokens(TokenIds(token_ids));
          },
          py::arg("token_ids"))
      .def(
          "accept_bytes",
          [](Matcher& self, const py::bytes& data) {
            return self.AcceptBytes(std::string_view(data));
          },
          py::arg("data"))
      .def(
          "validate_tokens",
          [](const Matcher& self, const std::vector<std::int64_t>& token_ids) {
            return self.ValidateTokens(TokenIds(token_ids));
          },
          py::arg("token_ids"))
      .def("rollback", &Matcher::Rollback, py::arg("num_tokens"))
      .def("fork", &Matcher::Fork)
      .def("reset", &Matcher::Reset)
      .def("jump_forward", [](const Matcher& self) { return py::bytes(self.JumpForward()); })
      .def("next_bytes", [](const Matcher& self) { return py::bytes(self.NextBytes()); })
      .def("describe", &Matcher::Describe)
      .def_property_readonly("can_stop", &Matcher::can_stop)
      .def_property_readonly("is_stopped", &Matcher::is_stopped)
      .def_property_readonly("num_tokens", &Matcher::num_tokens);
}

}  // namespace pushmask::bindings
