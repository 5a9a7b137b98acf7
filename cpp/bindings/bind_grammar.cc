// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include <string>

#include "bindings.h"
#include "pushmask/grammar.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

// A schema is its text; anything else becomes text by json.dumps.
std::string SchemaText(const py::object& schema) {
  if (py::isinstance<py::str>(schema)) return schema.cast<std::string>();
  const py::object dumps = py::module_::import("json").attr("dumps");
  return dumps(schema, py::arg("allow_nan") = false, py::arg("ensure_ascii") = false)
      .cast<std::string>();
}

JsonSchemaOptions Options(const std::string& whitespace, const std::string& property_order) {
  JsonSchemaOptions options;
  if (whitespace == "compact") {
    options.whitespace = Whitespace::kCompact;
  } else if (whitespace == "indented") {
    options.whitespace = Whitespace::kIndented;
  } else if (whitespace != "flexible") {
    throw py::value_error("whitespace is 'flexible', 'compact' or 'indented', not '" + whitespace +
                          "'");
  }
  if (property_order == "schema") {
    options.property_order = PropertyOrder::kSchema;
  } else if (property_order != "any") {
    throw py::value_error("property_order is 'any' or 'schema', not '" + property_order + "'");
  }
  return options;
}

Grammar FromJsonSchema(const py::object& schema, const std::string& whitespace,
                       const std::string& property_order, const std::string& source_name) {
  const std::string text = SchemaText(schema);
  const JsonSchemaOptions options = Options(whitespace, property_order);
  const py::gil_scoped_release release;
  return Grammar::FromJsonSchema(text, options, source_name);
}

}  // namespace

void BindGrammar(py::module_& module) {
  py::class_<Grammar>(module, "Grammar")
      .def_static("from_json_schema", &FromJsonSchema, py::arg("schema"), py::kw_only(),
                  py::arg("whitespace") = "flexible", py::arg("property_order") = "any",
                  py::arg("source_name") = "<schema>")
      .def_static("from_ebnf", &Grammar::FromEbnf, py::arg("text"), py::kw_only(),
                  py::arg("root") = "root", py::arg("source_name") = "<grammar>",
                  py::call_guard<py::gil_scoped_release>())
      .def_static("from_regex", &Grammar::FromRegex, py::arg("pattern"), py::kw_only(),
                  py::arg("source_name") = "<regex>", py::call_guard<py::gil_scoped_release>())
      .def("__str__", &Grammar::ToString);
}

}  // namespace pushmask::bindings
