// SPDX-License-Identifier: Apache-2.0
// Sets of instance types, one bit each. They are finer than JSON Schema's names, so that every
// `type`, and every enum of null and booleans, is a set: "boolean" is two bits, and so is "number",
// because integers are numbers.
#pragma once

#include <array>
#include <cstdint>

namespace pushmask::frontend::json_schema {

using TypeSet = std::uint8_t;
inline constexpr TypeSet kNullType = 1;
inline constexpr TypeSet kFalseType = 2;
inline constexpr TypeSet kTrueType = 4;
inline constexpr TypeSet kBooleanType = kFalseType | kTrueType;
inline constexpr TypeSet kIntegerType = 8;    // numbers whose value is an integer
inline constexpr TypeSet kFractionType = 16;  // numbers whose value is none
inline constexpr TypeSet kNumberType = kIntegerType | kFractionType;
inline constexpr TypeSet kStringType = 32;
inline constexpr TypeSet kArrayType = 64;
inline constexpr TypeSet kObjectType = 128;
inline constexpr TypeSet kAllTypes = 255;

inline constexpr std::array<TypeSet, 8> kSingleTypes = {kNullType,    kFalseType,    kTrueType,
                                                        kIntegerType, kFractionType, kStringType,
                                                        kArrayType,   kObjectType};

}  // namespace pushmask::frontend::json_schema
