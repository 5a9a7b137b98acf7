// SPDX-License-Identifier: Apache-2.0
// What can come next, in words: `'a' to 'z', '"' or the end`.
#include <cstdio>
#include <string>
#include <vector>

#include "match/byte_walk.h"
#include "match/matcher_state.h"

namespace pushmask::match {
namespace {

std::string ByteName(unsigned char byte) {
  switch (byte) {
    case ' ':
      return "space";
    case '\n':
      return "newline";
    case '\t':
      return "tab";
    case '\r':
      return "carriage return";
    default:
      break;
  }
  if (byte > 0x20 && byte < 0x7F) return std::string("'") + static_cast<char>(byte) + "'";
  char buffer[16];
  std::snprintf(buffer, sizeof(buffer), "byte 0x%02X", byte);
  return buffer;
}

bool IsPlain(unsigned char byte) { return byte > 0x20 && byte < 0x7F; }

// Runs of neighbours as "first to last"; all of 0x80 and up as one item.
std::vector<std::string> Items(const std::string& bytes) {
  std::vector<std::string> items;
  bool beyond_ascii = false;
  for (std::size_t i = 0; i < bytes.size();) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    if (first >= 0xC2 && first <= 0xF4) {
      beyond_ascii = true;
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < bytes.size() && IsPlain(first) &&
           IsPlain(static_cast<unsigned char>(bytes[end])) &&
           static_cast<unsigned char>(bytes[end]) == first + (end - i)) {
      ++end;
    }
    const auto last = static_cast<unsigned char>(bytes[end - 1]);
    if (last - first < 2) end = i + 1;
    items.push_back(end == i + 1 ? ByteName(first) : ByteName(first) + " to " + ByteName(last));
    i = end;
  }
  if (beyond_ascii) items.push_back("a character beyond ASCII");
  return items;
}

}  // namespace

std::vector<std::string> MatcherState::NextReferences() const {
  const Step now = history_.last();
  const stack::OperationRegisters registers(compiled_->machine(), &this->registers());
  const compile::TokenReferences& references = compiled_->references();
  std::vector<std::string> names;
  for (std::size_t set = 0; set < references.size(); ++set) {
    ByteWalk walk(*compiled_, registers.get(), table(now), links(now));
    if (walk.StepReference(set)) names.push_back(references.name(set));
  }
  return names;
}

std::string MatcherState::Describe() const {
  if (is_stopped()) return "nothing: a stop token was accepted";
  std::vector<std::string> items = Items(NextBytes());
  for (const std::string& token : NextReferences()) items.push_back("the token " + token);
  if (can_stop()) items.emplace_back("the end");
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " or " : ", ";
    out += items[i];
  }
  return out;
}

}  // namespace pushmask::match
