// SPDX-License-Identifier: Apache-2.0
// Methods that are called for every token and every sequence, without pybind11's dispatch, which
// takes longer than they do: a method here is a plain method descriptor (METH_FASTCALL), so the
// interpreter calls it without a tuple of arguments, and no list of overloads is tried.
//
// A method has one argument, by position or by name. Errors are those that pybind11 would raise.
#pragma once

#include <pybind11/pybind11.h>

#include "bindings.h"

namespace pushmask::bindings {

// The only argument of a call: TypeError if there is another number, or another name.
pybind11::handle OnlyArgument(const PyMethodDef& method, const char* name, PyObject* const* args,
                              Py_ssize_t num_positional, PyObject* names);

// The C++ object of a bound instance, whose class is T's or derived from it. TypeError if its
// constructor never ran.
template <typename T>
T& ObjectOf(PyObject* self) {
  const auto* instance = reinterpret_cast<const pybind11::detail::instance*>(self);
  // The layout of all instances but those of classes with several bound bases.
  void* const value = instance->simple_layout ? instance->simple_value_holder[0]
                                              : pybind11::handle(self).cast<T*>();
  if (value == nullptr) throw pybind11::type_error("the object was never initialised");
  return *static_cast<T*>(value);
}

// What a method needs: `Call` takes the object and the argument.
template <typename T>
struct FastMethod {
  const char* name;
  const char* argument;
  const char* doc;  // with the signature, as CPython reads it: "name($self, argument)\n--\n\n"
  pybind11::object (*call)(T&, pybind11::handle);
};

// Adds a method to a class bound with pybind11.
template <typename T, const FastMethod<T>& method>
void AddFastMethod(const pybind11::class_<T>& to) {
  static PyMethodDef definition = {method.name, nullptr, METH_FASTCALL | METH_KEYWORDS, method.doc};
  using Entry = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);  // METH_FASTCALL
  const Entry entry = [](PyObject* self, PyObject* const* args, Py_ssize_t num_positional,
                         PyObject* names) -> PyObject* {
    try {
      const pybind11::handle argument =
          OnlyArgument(definition, method.argument, args, num_positional, names);
      return method.call(ObjectOf<T>(self), argument).release().ptr();
    } catch (...) {
      RaiseCurrentException();
      return nullptr;
    }
  };
  definition.ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(entry));
  auto* const type = reinterpret_cast<PyTypeObject*>(to.ptr());
  const auto descriptor =
      pybind11::reinterpret_steal<pybind11::object>(PyDescr_NewMethod(type, &definition));
  if (!descriptor) throw pybind11::error_already_set();
  to.attr(method.name) = descriptor;
}

}  // namespace pushmask::bindings
