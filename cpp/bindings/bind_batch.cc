// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "pushmask/batch.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// A batch with the Python objects of its matchers, which it keeps alive.
struct Batch {
  Batch(py::tuple matchers_of, std::size_t num_threads)
      : matchers(std::move(matchers_of)), batch(MatcherPointers(matchers), num_threads) {}

  py::tuple matchers;
  MatcherBatch batch;
};

Batch MakeBatch(const py::iterable& matchers, const py::object& num_threads) {
  const std::int64_t threads = Integer(num_threads);
  if (threads < 0) throw py::value_error("num_threads is negative");
  return Batch(py::tuple(matchers), static_cast<std::size_t>(threads));
}

void FillMasks(const Batch& self, OutArray mask, const std::optional<py::object>& rows) {
  const MaskRows out = mask.Rows("the mask");
  std::optional<std::vector<std::int64_t>> to;
  if (rows) to = Indices(*rows, "rows");
  const py::gil_scoped_release release;
  self.batch.FillMasks(out, to ? std::optional(std::span<const std::int64_t>(*to)) : std::nullopt);
}

std::vector<bool> AcceptTokens(Batch& self, const py::object& token_ids) {
  const std::vector<std::int32_t> tokens = TokenIds(token_ids);
  const py::gil_scoped_release release;
  return self.batch.AcceptTokens(tokens);
}

void RowIds(const Batch& self, OutArray out) {
  const std::span<std::int32_t> ids = out.Vector("out");
  const py::gil_scoped_release release;
  self.batch.RowIds(ids);
}

}  // namespace

void BindBatch(py::module_& module) {
  py::class_<Batch>(module, "MatcherBatch")
      .def(py::init(&MakeBatch), py::arg("matchers"), py::kw_only(), py::arg("num_threads") = 1)
      .def("__len__", [](const Batch& self) { return self.batch.size(); })
      .def_property_readonly("matchers", [](const Batch& self) { return self.matchers; })
      .def("fill_masks", &FillMasks, py::arg("mask"), py::arg("rows") = py::none())
      .def("accept_tokens", &AcceptTokens, py::arg("token_ids"))
      .def("row_ids", &RowIds, py::arg("out"));

  module.def(
      "fill_masks",
      [](const py::iterable& matchers, OutArray mask, const std::optional<py::object>& rows) {
        FillMasks(Batch(py::tuple(matchers), 1), std::move(mask), rows);
      },
      py::arg("matchers"), py::arg("mask"), py::arg("rows") = py::none());
}

}  // namespace pushmask::bindings
