// SPDX-License-Identifier: Apache-2.0
// A grammar's structure as the Python dataclasses of pushmask.structure.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <vector>

#include "bindings.h"
#include "pushmask/grammar.h"
#include "pushmask/grammar_structure.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

using Kind = GrammarStructure::Kind;

const char* NameOf(Kind kind) {
  switch (kind) {
    case Kind::kNothing:
      return "nothing";
    case Kind::kText:
      return "text";
    case Kind::kClass:
      return "class";
    case Kind::kSequence:
      return "sequence";
    case Kind::kChoice:
      return "choice";
    case Kind::kRepeat:
      return "repeat";
    case Kind::kRule:
      return "rule";
    case Kind::kIntersection:
      return "intersection";
    case Kind::kComplement:
      return "complement";
    case Kind::kMembers:
      return "members";
    case Kind::kAutomaton:
      return "automaton";
    case Kind::kTokens:
      return "tokens";
    case Kind::kJsonString:
      return "json_string";
  }
  return "";
}

}  // namespace

py::object StructureToPython(const Grammar& grammar) {
  GrammarStructure structure;
  {
    const py::gil_scoped_release release;
    structure = grammar.Structure();
  }
  const py::module_ module = py::module_::import("pushmask.structure");
  py::tuple nodes(structure.nodes.size());
  for (std::size_t i = 0; i < structure.nodes.size(); ++i) {
    const GrammarStructure::Node& node = structure.nodes[i];
    nodes[i] = module.attr("Node")(NameOf(node.kind), node.text, py::tuple(py::cast(node.children)),
                                   node.min, node.max, node.rule, py::tuple(py::cast(node.labels)),
                                   node.num_keys);
  }
  py::tuple rules(structure.rules.size());
  for (std::size_t i = 0; i < structure.rules.size(); ++i) {
    rules[i] = module.attr("Rule")(structure.rules[i].name, structure.rules[i].node);
  }
  return module.attr("Structure")(rules, structure.root, nodes);
}

}  // namespace pushmask::bindings
