// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "arrays.h"
#include "bindings.h"
#include "pushmask/draft_tree.h"

namespace py = pybind11;

namespace pushmask::bindings {
namespace {

py::array_t<bool> BoolArray(const std::vector<bool>& values) {
  py::array_t<bool> out(static_cast<py::ssize_t>(values.size()));
  std::copy(values.begin(), values.end(), out.mutable_data());
  return out;
}

py::array_t<bool> FillTree(const Matcher& matcher, const py::object& tokens,
                           const py::object& parents, OutArray mask) {
  const std::vector<std::int32_t> token_ids = TokenIds(tokens);
  const std::vector<std::int32_t> parent_ids = Indices32(parents, "parents");
  const MaskRows rows = mask.Rows("the mask");
  std::vector<bool> allowed;
  {
    const py::gil_scoped_release release;
    allowed = FillDraftTree(matcher, {token_ids, parent_ids}, rows);
  }
  return BoolArray(allowed);
}

py::array_t<bool> FillTrees(const py::iterable& matchers, const py::object& tokens,
                            const py::object& parents, const py::object& offsets, OutArray mask) {
  const py::tuple keep(matchers);
  const std::vector<Matcher*> mutable_pointers = MatcherPointers(keep);
  const std::vector<const Matcher*> pointers(mutable_pointers.begin(), mutable_pointers.end());
  const std::vector<std::int32_t> token_ids = TokenIds(tokens);
  const std::vector<std::int32_t> parent_ids = Indices32(parents, "parents");
  const std::vector<std::int32_t> tree_offsets = Indices32(offsets, "offsets");
  const MaskRows rows = mask.Rows("the mask");
  std::vector<bool> allowed;
  {
    const py::gil_scoped_release release;
    allowed = FillDraftTrees(pointers, {token_ids, parent_ids}, tree_offsets, rows);
  }
  return BoolArray(allowed);
}

}  // namespace

void BindDraftTree(py::module_& module) {
  module.def("fill_draft_tree", &FillTree, py::arg("matcher"), py::arg("tokens"),
             py::arg("parents"), py::arg("mask"));
  module.def("fill_draft_trees", &FillTrees, py::arg("matchers"), py::arg("tokens"),
             py::arg("parents"), py::arg("offsets"), py::arg("mask"));
}

}  // namespace pushmask::bindings
