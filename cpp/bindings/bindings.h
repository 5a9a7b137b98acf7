// SPDX-License-Identifier: Apache-2.0
// One bind_*.cc per public header; module.cc calls them in order.
#pragma once

#include <pybind11/pybind11.h>

#include "pushmask/error.h"

namespace pushmask::bindings {

// A pushmask.errors.Diagnostic.
pybind11::object ToPython(const Diagnostic& diagnostic);

// In a catch block, of a function that Python calls without pybind11: sets the Python error that
// pybind11 would set for the exception at hand.
void RaiseCurrentException();

void BindErrors();
void BindVocabulary(pybind11::module_& module);
void BindGrammar(pybind11::module_& module);
void BindCompiler(pybind11::module_& module);
void BindMatcher(pybind11::module_& module);
void BindBatch(pybind11::module_& module);
void BindDraftTree(pybind11::module_& module);
void BindRows(pybind11::module_& module);
void BindSchemaKeywords(pybind11::module_& module);

}  // namespace pushmask::bindings
