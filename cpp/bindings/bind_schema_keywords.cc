// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <tuple>
#include <vector>

#include "bindings.h"
#include "pushmask/schema_keywords.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

using Row = std::tuple<std::string, std::vector<std::string>, std::string, std::string>;

std::vector<Row> Rows() {
  std::vector<Row> rows;
  for (const SchemaKeyword& keyword : SchemaKeywords()) {
    rows.emplace_back(std::string(keyword.name),
                      std::vector<std::string>(keyword.drafts.begin(), keyword.drafts.end()),
                      std::string(keyword.support), std::string(keyword.note));
  }
  return rows;
}

}  // namespace

void BindSchemaKeywords(py::module_& module) { module.def("schema_keywords", &Rows); }

}  // namespace pushmask::bindings
