// SPDX-License-Identifier: Apache-2.0
// The formats one by one; formats.cc has the table of their names.
#pragma once

#include <string_view>

#include "frontend/json_schema/formats/formats.h"
#include "ir/builder.h"

namespace pushmask::frontend::json_schema::formats {

// The language of a pattern that is part of this program; see docs/reference/regex.md.
ir::ExprId Pattern(std::string_view pattern, ir::Builder* builder);

// date_time.cc: RFC 3339.
Format Date(ir::Builder* builder);
Format Time(ir::Builder* builder);
Format DateTime(ir::Builder* builder);
Format Duration(ir::Builder* builder);

// ip.cc
Format Ipv4(ir::Builder* builder);
Format Ipv6(ir::Builder* builder);

// hostname.cc, idn.cc
Format Hostname(ir::Builder* builder);
Format IdnHostname(ir::Builder* builder);

// email.cc
Format Email(ir::Builder* builder);
Format IdnEmail(ir::Builder* builder);

// uri.cc
Format Uri(ir::Builder* builder);
Format UriReference(ir::Builder* builder);
Format Iri(ir::Builder* builder);
Format IriReference(ir::Builder* builder);
Format UriTemplate(ir::Builder* builder);

// pointer.cc
Format JsonPointer(ir::Builder* builder);
Format RelativeJsonPointer(ir::Builder* builder);
Format Uuid(ir::Builder* builder);

// ecma_pattern.cc
Format EcmaPattern(ir::Builder* builder);

}  // namespace pushmask::frontend::json_schema::formats
