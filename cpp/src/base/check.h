// SPDX-License-Identifier: Apache-2.0
// PUSHMASK_CHECK: our own invariants, never user input. A failure is an InternalError.
#pragma once

#include <string>

#include "pushmask/error.h"

namespace pushmask::base {

[[noreturn]] inline void CheckFailed(const char* file, int line, const char* condition) {
  const std::string path(file);
  const std::string name = path.substr(path.find_last_of('/') + 1);
  throw InternalError("internal error: " + name + ":" + std::to_string(line) + ": " + condition +
                      " does not hold; this is a defect of pushmask");
}

}  // namespace pushmask::base

#define PUSHMASK_CHECK(condition)                                    \
  do {                                                               \
    if (!(condition)) [[unlikely]]                                   \
      ::pushmask::base::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)

#ifdef NDEBUG
#define PUSHMASK_DCHECK(condition) static_cast<void>(0)
#else
#define PUSHMASK_DCHECK(condition) PUSHMASK_CHECK(condition)
#endif
