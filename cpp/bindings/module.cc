// SPDX-License-Identifier: Apache-2.0
#include "bindings.h"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The native core of pushmask.";
  pushmask::bindings::BindErrors(module);
  pushmask::bindings::BindVocabulary(module);
  pushmask::bindings::BindGrammar(module);
  pushmask::bindings::BindGrammarBuilder(module);
  pushmask::bindings::BindMatcher(module);
  pushmask::bindings::BindBatch(module);
  pushmask::bindings::BindDraftTree(module);
  pushmask::bindings::BindRows(module);
  pushmask::bindings::BindCompiler(module);
  pushmask::bindings::BindSchemaKeywords(module);
}
