// SPDX-License-Identifier: Apache-2.0
// RFC 3339: section 5.6 (date-time) with the days that each month has and the leap seconds of
// section 5.7; appendix A (duration).
#include <cstdio>
#include <string>
#include <vector>

#include "frontend/json_schema/formats/languages.h"

namespace pushmask::frontend::json_schema::formats {
namespace {

using ir::ExprId;

// Years are 0000 to 9999; February has 29 days in those that 4 divides, centuries by 400.
constexpr std::string_view kDate =
    "[0-9]{4}-"
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29";
constexpr std::string_view kFraction = "(?:\\.[0-9]+)?";
constexpr std::string_view kTime =
    "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?"
    "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";

constexpr int kHour = 60;  // minutes
constexpr int kDay = 24 * kHour;
constexpr int kLastMinute = kDay - 1;
// Civil clocks have kept to quarters of an hour for as long as there have been leap seconds. All
// other offsets would need a state for each minute of the day.
constexpr int kOffsetStep = kHour / 4;

std::string Clock(int minutes) {
  char text[sizeof("00:00")];
  std::snprintf(text, sizeof(text), "%02d:%02d", minutes / kHour % 24, minutes % kHour);
  return text;
}

// A leap second is 23:59:60 in UTC, whatever the clock says: hours and minutes follow from the
// offset. That the day had one is not looked at; nobody knows for the future.
ExprId LeapSecond(ir::Builder* builder) {
  ir::Builder& b = *builder;
  const ExprId fraction = Pattern(kFraction, builder);
  std::vector<ExprId> times;
  for (int shift = 0; shift < kDay; shift += kOffsetStep) {  // of the clock against UTC
    std::vector<ExprId> offsets = {b.Bytes("+" + Clock(shift)),
                                   b.Bytes("-" + Clock((kDay - shift) % kDay))};
    if (shift == 0) offsets.push_back(Pattern("[Zz]", builder));
    times.push_back(
        b.Seq({b.Bytes(Clock((kLastMinute + shift) % kDay) + ":60"), fraction, b.Choice(offsets)}));
  }
  return b.Choice(times);
}

ExprId TimeOfDay(ir::Builder* builder) {
  return builder->Choice({Pattern(kTime, builder), LeapSecond(builder)});
}

}  // namespace

Format Date(ir::Builder* builder) { return {Pattern(kDate, builder)}; }

Format Time(ir::Builder* builder) { return {TimeOfDay(builder)}; }

Format DateTime(ir::Builder* builder) {
  return {builder->Seq({Pattern(kDate, builder), Pattern("[Tt]", builder), TimeOfDay(builder)})};
}

// Its letters are those of ISO 8601, upper case.
Format Duration(ir::Builder* builder) {
  const std::string time = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
  const std::string date = "(?:[0-9]+D|[0-9]+M(?:[0-9]+D)?|[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?)";
  return {Pattern("P(?:" + date + "(?:" + time + ")?|" + time + "|[0-9]+W)", builder)};
}

}  // namespace pushmask::frontend::json_schema::formats
