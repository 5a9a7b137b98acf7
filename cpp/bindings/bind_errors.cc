// SPDX-License-Identifier: Apache-2.0
// C++ exceptions to the Python classes of pushmask.errors, with their attributes.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "bindings.h"
#include "pushmask/error.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

py::object ErrorClass(const char* name) {
  return py::module_::import("pushmask.errors").attr(name);
}

void Raise(const py::object& error) {
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.ptr())), error.ptr());
}

}  // namespace

py::object ToPython(const Diagnostic& diagnostic) {
  const auto or_none = [](std::size_t value) -> py::object {
    return value == 0 ? py::object(py::none()) : py::object(py::int_(value));
  };
  py::object pointer = py::none();
  if (diagnostic.pointer) pointer = py::str(*diagnostic.pointer);
  py::object offset = py::none();
  if (diagnostic.offset) offset = py::int_(*diagnostic.offset);
  return ErrorClass("Diagnostic")(py::str(diagnostic.message), py::str(diagnostic.source_name),
                                  offset, diagnostic.length, or_none(diagnostic.line),
                                  or_none(diagnostic.column), pointer, py::str(diagnostic.hint),
                                  py::str(diagnostic.excerpt));
}

Diagnostic FromPython(const py::object& diagnostic) {
  const auto number = [&](const char* name) {
    return diagnostic.attr(name).cast<std::optional<std::size_t>>();
  };
  return {.message = diagnostic.attr("message").cast<std::string>(),
          .source_name = diagnostic.attr("source_name").cast<std::string>(),
          .offset = number("offset"),
          .length = number("length").value_or(0),
          .line = number("line").value_or(0),
          .column = number("column").value_or(0),
          .pointer = diagnostic.attr("pointer").cast<std::optional<std::string>>(),
          .hint = diagnostic.attr("hint").cast<std::string>(),
          .excerpt = diagnostic.attr("excerpt").cast<std::string>()};
}

namespace {

py::tuple Diagnostics(const GrammarError& error) {
  py::list list;
  for (const Diagnostic& diagnostic : error.diagnostics()) list.append(ToPython(diagnostic));
  return py::tuple(list);
}

void RaiseGrammarError(const char* name, const GrammarError& error) {
  Raise(ErrorClass(name)(error.what(), Diagnostics(error)));
}

// Most derived classes first.
void Translate(std::exception_ptr pointer) {
  if (!pointer) return;
  try {
    std::rethrow_exception(pointer);
  } catch (const SyntaxError& error) {
    RaiseGrammarError("GrammarSyntaxError", error);
  } catch (const SchemaError& error) {
    RaiseGrammarError("SchemaError", error);
  } catch (const UnsupportedError& error) {
    Raise(ErrorClass("UnsupportedError")(error.what(), Diagnostics(error), error.feature()));
  } catch (const EmptyLanguageError& error) {
    RaiseGrammarError("EmptyLanguageError", error);
  } catch (const GrammarError& error) {
    RaiseGrammarError("GrammarError", error);
  } catch (const LimitError& error) {
    py::list diagnostics;
    if (error.diagnostic()) diagnostics.append(ToPython(*error.diagnostic()));
    Raise(ErrorClass("LimitError")(error.what(), error.limit(), error.bound(), error.reached(),
                                   py::tuple(diagnostics)));
  } catch (const VocabularyError& error) {
    Raise(ErrorClass("VocabularyError")(error.what()));
  } catch (const MatcherStateError& error) {
    Raise(ErrorClass("MatcherStateError")(error.what()));
  } catch (const InternalError& error) {
    Raise(ErrorClass("InternalError")(error.what()));
  } catch (const Error& error) {
    Raise(ErrorClass("Error")(error.what()));
  }
}

}  // namespace

void RaiseCurrentException() {
  try {
    Translate(std::current_exception());
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const py::builtin_exception& error) {
    error.set_error();
  } catch (const std::invalid_argument& error) {
    PyErr_SetString(PyExc_ValueError, error.what());
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
}

void BindErrors(py::module_& module) {
  py::register_local_exception_translator(&Translate);
  module.def(
      "diagnostic_at",
      [](const py::bytes& text, std::size_t begin, std::size_t end, std::string source_name,
         std::string message, std::string hint) {
        return ToPython(Diagnostic::At(std::move(source_name), static_cast<std::string_view>(text),
                                       begin, end, std::move(message), std::move(hint)));
      },
      py::arg("text"), py::arg("begin"), py::arg("end"), py::kw_only(), py::arg("source_name"),
      py::arg("message"), py::arg("hint"));
  module.def(
      "error_text", [](const py::object& diagnostic) { return FromPython(diagnostic).ToString(); },
      py::arg("diagnostic"));
}

}  // namespace pushmask::bindings
