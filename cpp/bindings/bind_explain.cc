// SPDX-License-Identifier: Apache-2.0
// Explanations as the Python dataclasses of pushmask.explanation.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "pushmask/explanation.h"
#include "pushmask/matcher.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

py::object Class(const char* name) {
  return py::module_::import("pushmask.explanation").attr(name);
}

// Names of rules and sources are what people wrote, which need not be UTF-8.
py::str Text(const std::string& text) {
  return py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "replace"));
}

py::tuple Texts(const std::vector<std::string>& texts) {
  py::tuple out(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) out[i] = Text(texts[i]);
  return out;
}

py::object OrNone(const std::optional<std::string>& text) {
  return text ? py::object(Text(*text)) : py::object(py::none());
}

py::object OrNone(std::optional<std::size_t> number) {
  return number ? py::object(py::int_(*number)) : py::object(py::none());
}

std::optional<std::size_t> Positive(std::size_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

py::object ToPython(const RuleFrame& frame) {
  py::object repetition = py::none();
  if (frame.repetition) {
    repetition = Class("Repetition")(*frame.repetition, frame.min_repetitions,
                                     OrNone(frame.max_repetitions));
  }
  return Class("Frame")(Texts(frame.names), Text(frame.source_name), OrNone(Positive(frame.line)),
                        OrNone(Positive(frame.column)), Texts(frame.pointers), OrNone(frame.member),
                        repetition);
}

py::tuple ToPython(const std::vector<RulePath>& paths) {
  py::tuple out(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    py::tuple frames(paths[i].frames.size());
    for (std::size_t f = 0; f < frames.size(); ++f) frames[f] = ToPython(paths[i].frames[f]);
    out[i] =
        Class("Path")(frames, Texts(paths[i].expected), OrNone(paths[i].pointer), paths[i].is_cut);
  }
  return out;
}

}  // namespace

py::object ExplainToPython(const Matcher& matcher, const py::object& token) {
  Explanation explanation;
  const bool is_bytes = PyBytes_Check(token.ptr()) != 0;
  if (is_bytes) {
    const std::string bytes = token.cast<std::string>();
    const py::gil_scoped_release release;
    explanation = matcher.Explain(std::string_view(bytes));
  } else if (PyIndex_Check(token.ptr()) != 0) {
    const std::int32_t id = TokenId(token);
    const py::gil_scoped_release release;
    explanation = matcher.Explain(id);
  } else {
    throw py::type_error("a token is an id (int) or bytes");
  }
  return Class("Explanation")(explanation.is_allowed, py::bytes(explanation.bytes),
                              is_bytes ? py::object(py::none()) : token,
                              Texts(explanation.expected), ToPython(explanation.paths),
                              explanation.has_more_paths, OrNone(explanation.offset),
                              Texts(explanation.expected_there), ToPython(explanation.died),
                              explanation.has_more_died, Text(explanation.note));
}

}  // namespace pushmask::bindings
