// SPDX-License-Identifier: Apache-2.0
#include "fast_methods.h"

#include <string>

namespace py = pybind11;

namespace pushmask::bindings {

py::handle OnlyArgument(const PyMethodDef& method, const char* name, PyObject* const* args,
                        Py_ssize_t num_positional, PyObject* names) {
  const Py_ssize_t num_named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  if (num_positional + num_named != 1) {
    throw py::type_error(std::string(method.ml_name) + "() takes one argument, '" + name + "'; " +
                         std::to_string(num_positional + num_named) + " were given");
  }
  if (num_named == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), name) != 0) {
    throw py::type_error(std::string(method.ml_name) + "() has no argument '" +
                         py::cast<std::string>(PyTuple_GET_ITEM(names, 0)) + "', only '" + name +
                         "'");
  }
  return args[0];
}

}  // namespace pushmask::bindings
