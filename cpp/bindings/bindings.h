// SPDX-License-Identifier: Apache-2.0
// One bind_*.cc per public header; module.cc calls them in order.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "pushmask/error.h"
#include "pushmask/grammar.h"
#include "pushmask/matcher.h"

namespace pushmask::bindings {

// A pushmask.errors.Diagnostic.
pybind11::object ToPython(const Diagnostic& diagnostic);
Diagnostic FromPython(const pybind11::object& diagnostic);

// The strings of an iterable that is not a string itself.
std::vector<std::string> Strings(const pybind11::iterable& strings);

// The UTF-8 of a str. A lone surrogate, which has none, is its three bytes: whatever reads the text
// refuses them and says where they are.
std::string SourceText(const pybind11::str& text);

// A schema is its text; pushmask.schema makes text of anything else.
std::string SchemaText(const pybind11::handle& schema);

// A text in pieces: `by` is "chars", "words" (runs of word characters, runs of white space, other
// characters one by one), or "chunks" for a text that is an iterable of pieces already.
std::vector<std::string> Chunks(const pybind11::object& text, const std::string& by);

// In a catch block, of a function that Python calls without pybind11: sets the Python error that
// pybind11 would set for the exception at hand.
void RaiseCurrentException();

// A pushmask.explanation.Explanation. `token` is an id or bytes; TypeError for anything else.
pybind11::object ExplainToPython(const Matcher& matcher, const pybind11::object& token);

// A pushmask.structure.Structure.
pybind11::object StructureToPython(const Grammar& grammar);

void BindErrors(pybind11::module_& module);
void BindVocabulary(pybind11::module_& module);
void BindGrammar(pybind11::module_& module);
void BindGrammarBuilder(pybind11::module_& module);
void BindCompiler(pybind11::module_& module);
void BindMatcher(pybind11::module_& module);
void BindBatch(pybind11::module_& module);
void BindDraftTree(pybind11::module_& module);
void BindRows(pybind11::module_& module);
void BindSchemaKeywords(pybind11::module_& module);

}  // namespace pushmask::bindings
