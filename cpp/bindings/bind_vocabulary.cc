// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>
#include <vector>

#include "bindings.h"
#include "pushmask/vocabulary.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// Only bytes: a str would be encoded behind the caller's back, and a token need not be UTF-8.
std::vector<std::string> TokenBytes(const py::sequence& tokens) {
  std::vector<std::string> out;
  out.reserve(py::len(tokens));
  for (const py::handle token : tokens) {
    if (!py::isinstance<py::bytes>(token)) {
      throw py::type_error("token " + std::to_string(out.size()) + " is not bytes");
    }
    out.push_back(static_cast<std::string>(py::reinterpret_borrow<py::bytes>(token)));
  }
  return out;
}

Vocabulary MakeVocabulary(const py::sequence& tokens, std::vector<std::int32_t> stop_token_ids,
                          std::vector<std::int32_t> special_token_ids,
                          std::optional<std::size_t> size) {
  std::vector<std::string> bytes = TokenBytes(tokens);
  const py::gil_scoped_release release;
  return Vocabulary(std::move(bytes), std::move(stop_token_ids), std::move(special_token_ids),
                    size);
}

}  // namespace

void BindVocabulary(py::module_& module) {
  py::class_<Vocabulary>(module, "Vocabulary")
      .def(py::init(&MakeVocabulary), py::arg("tokens"), py::kw_only(), py::arg("stop_token_ids"),
           py::arg("special_token_ids") = py::tuple(), py::arg("size") = py::none())
      .def_property_readonly("size", &Vocabulary::size)
      .def_property_readonly("stop_token_ids", &Vocabulary::stop_token_ids)
      .def_property_readonly("special_token_ids", &Vocabulary::special_token_ids)
      .def(
          "token_bytes",
          [](const Vocabulary& self, std::int32_t token_id) {
            return py::bytes(std::string(self.token_bytes(token_id)));
          },
          py::arg("token_id"));
}

}  // namespace pushmask::bindings
