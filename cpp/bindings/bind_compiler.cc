// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <string>

#include "bindings.h"
#include "pushmask/compiler.h"
#include "pushmask/matcher.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

const Limits kDefaults;
// Layout programs take long for more, and nobody reads it.
constexpr std::size_t kMaxDotStates = 2000;

Limits MakeLimits(std::size_t max_rules, std::size_t max_states, std::size_t max_edges,
                  std::size_t max_product_states, std::size_t max_steps,
                  std::size_t max_memory_bytes) {
  return {max_rules, max_states, max_edges, max_product_states, max_steps, max_memory_bytes};
}

py::dict StatsDict(const CompiledGrammar& self) {
  const CompiledGrammar::Stats stats = self.stats();
  py::dict out;
  out["states"] = stats.states;
  out["stack_nodes"] = stats.stack_nodes;
  out["stack_links"] = stats.stack_links;
  out["configurations"] = stats.configurations;
  out["transitions"] = stats.transitions;
  out["partitions"] = stats.partitions;
  out["rows"] = stats.rows;
  out["bytes"] = stats.bytes;
  return out;
}

}  // namespace

void BindCompiler(py::module_& module) {
  py::class_<Limits>(module, "Limits")
      .def(py::init(&MakeLimits), py::kw_only(), py::arg("max_rules") = kDefaults.max_rules,
           py::arg("max_states") = kDefaults.max_states, py::arg("max_edges") = kDefaults.max_edges,
           py::arg("max_product_states") = kDefaults.max_product_states,
           py::arg("max_steps") = kDefaults.max_steps,
           py::arg("max_memory_bytes") = kDefaults.max_memory_bytes)
      .def_readonly("max_rules", &Limits::max_rules)
      .def_readonly("max_states", &Limits::max_states)
      .def_readonly("max_edges", &Limits::max_edges)
      .def_readonly("max_product_states", &Limits::max_product_states)
      .def_readonly("max_steps", &Limits::max_steps)
      .def_readonly("max_memory_bytes", &Limits::max_memory_bytes);

  py::class_<CompiledGrammar>(module, "CompiledGrammar")
      .def_property_readonly("vocabulary", &CompiledGrammar::vocabulary)
      .def_property_readonly("rows", &CompiledGrammar::rows)
      .def("matcher", &CompiledGrammar::NewMatcher)
      .def("stats", &StatsDict)
      .def("to_dot", &CompiledGrammar::ToDot, py::kw_only(), py::arg("max_states") = kMaxDotStates,
           py::call_guard<py::gil_scoped_release>());

  py::class_<Compiler>(module, "Compiler")
      .def(py::init<Vocabulary, std::size_t, const Limits&>(), py::arg("vocabulary"), py::kw_only(),
           py::arg("num_threads") = 1, py::arg("limits") = kDefaults)
      .def(
          "compile",
          [](const Compiler& self, const Grammar& grammar, bool eager, bool keep_rules) {
            return self.Compile(grammar, {.eager = eager, .keep_rules = keep_rules});
          },
          py::arg("grammar"), py::kw_only(), py::arg("eager") = false,
          py::arg("keep_rules") = false, py::call_guard<py::gil_scoped_release>());
}

}  // namespace pushmask::bindings
