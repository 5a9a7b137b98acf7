// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include <cstdint>
#include <string>

#include "arrays.h"
#include "bindings.h"
#include "pushmask/rows.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

void Read(const RowTable& self, const py::object& first, OutArray mask) {
  const std::int64_t row_id = Integer(first);
  const MaskRows rows = mask.Rows("the mask");
  if (row_id < 0) throw py::value_error("there is no row " + std::to_string(row_id));
  const py::gil_scoped_release release;
  self.Read(static_cast<std::size_t>(row_id), rows);
}

}  // namespace

void BindRows(py::module_& module) {
  py::class_<RowTable>(module, "RowTable")
      .def("__len__", &RowTable::num_rows)
      .def_property_readonly("num_rows", &RowTable::num_rows)
      .def("read", &Read, py::arg("first"), py::arg("mask"));
}

}  // namespace pushmask::bindings
