// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "fast_methods.h"
#include "pushmask/matcher.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// For calls that may have much to compute.
using WithoutGil = py::call_guard<py::gil_scoped_release>;

py::object FillMask(Matcher& self, py::handle mask) {
  if (!OutArray::Takes(mask)) {
    throw py::type_error("the mask is not an array of int32 in C order");
  }
  OutArray array(py::reinterpret_borrow<py::object>(mask));
  const std::span<std::int32_t> words = array.Vector("the mask");
  // A copy is over before another thread could make use of the lock.
  if (const auto allows_all = self.FillKnownMask(words)) return py::bool_(*allows_all);
  bool allows_all = false;
  {
    const WithoutGil::type release;
    allows_all = self.FillMask(words);
  }
  return py::bool_(allows_all);
}

py::object AcceptToken(Matcher& self, py::handle token_id) {
  return py::bool_(self.AcceptToken(TokenId(token_id)));
}

py::object AcceptTokens(Matcher& self, py::handle token_ids) {
  return py::int_(self.AcceptTokens(TokenIds(token_ids)));
}

constexpr FastMethod<Matcher> kFillMask{"fill_mask", "mask", "fill_mask($self, mask)\n--\n\n",
                                        &FillMask};
constexpr FastMethod<Matcher> kAcceptToken{"accept_token", "token_id",
                                           "accept_token($self, token_id)\n--\n\n", &AcceptToken};
constexpr FastMethod<Matcher> kAcceptTokens{
    "accept_tokens", "token_ids", "accept_tokens($self, token_ids)\n--\n\n", &AcceptTokens};

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

// (name, start, end) each.
py::list Captures(const Matcher& self) {
  std::vector<Matcher::Capture> captures;
  {
    const WithoutGil::type release;
    captures = self.Captures();
  }
  py::list out;
  for (const Matcher::Capture& capture : captures) {
    out.append(py::make_tuple(capture.name, capture.start, capture.end));
  }
  return out;
}

}  // namespace

void BindMatcher(py::module_& module) {
  py::class_<Matcher> matcher(module, "Matcher");
  AddFastMethod<Matcher, kFillMask>(matcher);
  AddFastMethod<Matcher, kAcceptToken>(matcher);
  AddFastMethod<Matcher, kAcceptTokens>(matcher);
  matcher.def("row_id", &Matcher::RowId, WithoutGil())
      .def("forced_token", &Matcher::ForcedToken, WithoutGil())
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
      .def("captures", &Captures)
      .def("temperature", &Matcher::Temperature)
      .def("describe", &Matcher::Describe)
      .def("explain", &ExplainToPython, py::arg("token") = py::bytes())
      .def_property_readonly("can_stop", &Matcher::can_stop)
      .def_property_readonly("is_stopped", &Matcher::is_stopped)
      .def_property_readonly("num_tokens", &Matcher::num_tokens);
}

}  // namespace pushmask::bindings
