// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <span>
#include <string>

#include "arrays.h"
#include "bindings.h"
#include "pushmask/matcher.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// For calls that may have much to compute.
using WithoutGil = py::call_guard<py::gil_scoped_release>;

bool FillMask(const Matcher& self, OutArray mask) {
  const std::span<std::int32_t> words = mask.Vector("the mask");
  const WithoutGil::type release;
  return self.FillMask(words);
}

void Rollback(Matcher& self, const py::object& num_tokens) {
  const std::int64_t number = Integer(num_tokens);
  if (number < 0) throw py::value_error("num_tokens is negative");
  self.Rollback(static_cast<std::size_t>(number));
}

py::bytes JumpForward(const Matcher& self) {
  std::string bytes;
  {
    const WithoutGil::type release;
    bytes = self.JumpForward();
  }
  return py::bytes(bytes);
}

}  // namespace

void BindMatcher(py::module_& module) {
  py::class_<Matcher>(module, "Matcher")
      .def("fill_mask", &FillMask, py::arg("mask"))
      .def("row_id", &Matcher::RowId, WithoutGil())
      .def("forced_token", &Matcher::ForcedToken, WithoutGil())
      .def(
          "accept_token",
          [](Matcher& self, const py::object& token_id) {
            return self.AcceptToken(TokenId(token_id));
          },
          py::arg("token_id"))
      .def(
          "accept_tokens",
          [](Matcher& self, const py::object& token_ids) {
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
          [](const Matcher& self, const py::object& token_ids) {
            return self.ValidateTokens(TokenIds(token_ids));
          },
          py::arg("token_ids"))
      .def("rollback", &Rollback, py::arg("num_tokens"))
      .def("fork", &Matcher::Fork)
      .def("reset", &Matcher::Reset)
      .def("jump_forward", &JumpForward)
      .def("jump_forward_tokens", &Matcher::JumpForwardTokens, WithoutGil())
      .def("next_bytes", [](const Matcher& self) { return py::bytes(self.NextBytes()); })
      .def("describe", &Matcher::Describe)
      .def_property_readonly("can_stop", &Matcher::can_stop)
      .def_property_readonly("is_stopped", &Matcher::is_stopped)
      .def_property_readonly("num_tokens", &Matcher::num_tokens);
}

}  // namespace pushmask::bindings
