// SPDX-License-Identifier: Apache-2.0
#include "frontend/json_schema/uri.h"

#include <algorithm>
#include <optional>

namespace pushmask::frontend::json_schema {
namespace {

// Section 5.3's components. Absent is not the same as empty.
struct Components {
  std::optional<std::string_view> scheme;
  std::optional<std::string_view> authority;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

// Cuts what follows `mark`, the mark itself excluded, off the end of `text`.
std::optional<std::string_view> CutAfter(char mark, std::string_view* text) {
  const std::size_t at = text->find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text->substr(at + 1);
  *text = text->substr(0, at);
  return rest;
}

bool IsSchemeByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.';
}

// Appendix B.
Components Split(std::string_view uri) {
  Components out;
  out.fragment = CutAfter('#', &uri);
  out.query = CutAfter('?', &uri);
  const std::size_t colon = uri.find(':');
  if (colon != std::string_view::npos && colon > 0 &&
      std::all_of(uri.begin(), uri.begin() + static_cast<std::ptrdiff_t>(colon), IsSchemeByte)) {
    out.scheme = uri.substr(0, colon);
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const std::size_t slash = std::min(uri.find('/'), uri.size());
    out.authority = uri.substr(0, slash);
    uri.remove_prefix(slash);
  }
  out.path = uri;
  return out;
}

// Section 5.2.4.
std::string RemoveDotSegments(std::string_view in) {
  std::string out;
  const auto drop_last = [&] {
    const std::size_t slash = out.rfind('/');
    out.resize(slash == std::string::npos ? 0 : slash);
  };
  while (!in.empty()) {
    if (in.starts_with("../")) {
      in.remove_prefix(3);
    } else if (in.starts_with("./") || in.starts_with("/./")) {
      in.remove_prefix(2);
    } else if (in == "/.") {
      in = "/";
    } else if (in.starts_with("/../")) {
      in.remove_prefix(3);
      drop_last();
    } else if (in == "/..") {
      in = "/";
      drop_last();
    } else if (in == "." || in == "..") {
      in = {};
    } else {
      const std::size_t end = std::min(in.find('/', 1), in.size());
      out += in.substr(0, end);
      in.remove_prefix(end);
    }
  }
  return out;
}

// Section 5.2.3.
std::string MergedPath(const Components& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const std::size_t slash = base.path.rfind('/');
  const std::string_view folder =
      slash == std::string_view::npos ? std::string_view() : base.path.substr(0, slash + 1);
  return std::string(folder) + std::string(path);
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string ResolveUri(std::string_view base_uri, std::string_view reference) {
  const Components base = Split(base_uri);
  const Components r = Split(reference);
  std::string path = RemoveDotSegments(r.path);
  auto query = r.query;
  auto authority = r.authority;
  const auto scheme = r.scheme ? r.scheme : base.scheme;
  if (!r.scheme && !r.authority) {
    authority = base.authority;
    if (r.path.empty()) {
      path = base.path;
      if (!query) query = base.query;
    } else if (!r.path.starts_with('/')) {
      path = RemoveDotSegments(MergedPath(base, r.path));
    }
  }
  std::string out;
  if (scheme) out += std::string(*scheme) + ":";
  if (authority) out += "//" + std::string(*authority);
  out += path;
  if (query) out += "?" + std::string(*query);
  if (r.fragment) out += "#" + std::string(*r.fragment);
  return out;
}

std::string_view WithoutFragment(std::string_view uri) { return uri.substr(0, uri.find('#')); }

std::string_view FragmentOf(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  return hash == std::string_view::npos ? std::string_view() : uri.substr(hash + 1);
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(text[i + 2]) : -1;
    if (low < 0) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

}  // namespace pushmask::frontend::json_schema
