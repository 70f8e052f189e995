// SPDX-License-Identifier: Apache-2.0
// Triggers that the service refuses, that never fire, and their neighbours that do.
#include "findings.hpp"

namespace tidegate::adf {
namespace {

const std::string code = "adf.trigger-recurrence";

Files trigger(const std::string& type, const std::string& properties) {
  return {{"trigger/t.json", object_text("t", "\"type\": \"" + type + "\", §\"typeProperties\": {" + properties + "}")}};
}

Files unmarked(Files files) {
  for (auto& file : files) take_mark("", file.second);
  return files;
}

Files schedule(const std::string& recurrence) {
  Files files = unmarked(trigger("ScheduleTrigger", "\"recurrence\": {#}"));
  std::string& text = files.at("trigger/t.json");
  return {{"trigger/t.json", text.replace(text.find('#'), 1, recurrence)}};
}

Files window(const std::string& members) {
  Files files = unmarked(trigger("TumblingWindowTrigger", "#"));
  std::string& text = files.at("trigger/t.json");
  return {{"trigger/t.json", text.replace(text.find('#'), 1, members)}};
}

TEST(Recurrence, times) {
  const std::string day = "\"frequency\": \"Day\", \"interval\": 1, ";
  expect_code("error " + code, schedule(day + "\"startTime\": \"2026-05-01T00:00:00Z\", \"endTime\": §\"2026-04-30T23:59:59Z\""));
  expect_code("error " + code, schedule(day + "\"startTime\": \"2026-05-01T00:00:00Z\", \"endTime\": §\"2026-05-01T00:00:00.000Z\""));
  expect_no(code, schedule(day + "\"startTime\": \"2026-05-01T00:00:00Z\", \"endTime\": \"2026-05-01T00:00:01Z\""));
  expect_no(code, schedule(day + "\"startTime\": \"2026-05-01T00:00:00Z\", \"endTime\": \"2026-05-01T00:00:00+02:00\""));  // other zones
  expect_no(code, schedule(day + "\"startTime\": \"2026-05-01T00:00:00Z\", \"endTime\": \"@pipeline().x\""));
  expect_code("error " + code, schedule(day + "\"startTime\": §\"2025-02-29T00:00:00Z\""));
  expect_code("error " + code, schedule(day + "\"startTime\": §\"2025-03-01T24:00:00Z\""));
  expect_no(code, schedule(day + "\"startTime\": \"2024-02-29T23:59:59.123Z\""));
  expect_no(code, schedule(day + "\"startTime\": \"01/02/2024\""));  // a form that is not known here
  expect_code("error " + code, window("\"frequency\": \"Hour\", \"interval\": 1, \"startTime\": \"2026-05-02T00:00:00Z\", \"endTime\": §\"2026-05-01T00:00:00Z\""));
}

TEST(Recurrence, intervals) {
  for (const char* wrong : {"0", "-1", "1.5", "\"0\"", "\"often\"", "true"}) {
    expect_code("error " + code, schedule("\"frequency\": \"Day\", \"interval\": §" + std::string(wrong)));
  }
  for (const char* right : {"1", "\"2\"", "1000", "null", "\"@pipeline().x\"", "{\"value\": \"@1\", \"type\": \"Expression\"}"}) {
    expect_no(code, schedule("\"frequency\": \"Day\", \"interval\": " + std::string(right)));
  }
}

TEST(Recurrence, tumbling_windows) {
  expect_code("error " + code, window("\"frequency\": \"Minute\", \"interval\": §4"));
  expect_no(code, window("\"frequency\": \"Minute\", \"interval\": 5"));
  expect_no(code, window("\"frequency\": \"Hour\", \"interval\": 1"));
  expect_code("warning " + code, window("\"frequency\": \"Hour\", \"interval\": 24, \"startTime\": \"2026-05-01T00:00:00Z\", \"endTime\": §\"2026-05-01T23:00:00Z\""));
  expect_no(code, window("\"frequency\": \"Hour\", \"interval\": 24, \"startTime\": \"2026-05-01T00:00:00Z\", \"endTime\": \"2026-05-02T00:00:00Z\""));
}

TEST(Recurrence, lists) {
  const auto with = [](const std::string& frequency, const std::string& lists) {
    return schedule("\"frequency\": \"" + frequency + "\", \"interval\": 1, \"schedule\": {" + lists + "}");
  };
  expect_code("error " + code, with("Day", "\"hours\": [0, §24]"));
  expect_code("error " + code, with("Day", "\"minutes\": [§60, 59]"));
  expect_code("error " + code, with("Day", "\"minutes\": [§-1]"));
  expect_code("error " + code, with("Day", "\"hours\": [§\"noon\"]"));
  expect_code("error " + code, with("Month", "\"monthDays\": [1, §0]"));
  expect_code("error " + code, with("Month", "\"monthDays\": [§32, -31]"));
  expect_code("error " + code, with("Month", "\"monthlyOccurrences\": [{\"day\": \"Monday\", \"occurrence\": §6}]"));
  expect_code("error " + code, with("Month", "\"monthlyOccurrences\": [{\"day\": \"Monday\", \"occurrence\": §0}]"));
  expect_no(code, with("Day", "\"hours\": [0, 23, \"12\"], \"minutes\": [0, 59], \"monthDays\": [], \"weekDays\": []"));
  expect_no(code, with("Month", "\"monthDays\": [1, 31, -1, -31], \"monthlyOccurrences\": [{\"day\": \"Monday\", \"occurrence\": -5}]"));
  // Lists of other frequencies.
  expect_code("error " + code, with("Week", "§\"monthDays\": [1]"));
  expect_code("error " + code, with("Day", "§\"monthlyOccurrences\": [{\"day\": \"Monday\", \"occurrence\": 1}]"));
  expect_code("error " + code, with("Month", "§\"weekDays\": [\"Monday\"]"));
  expect_code("error " + code, with("Minute", "§\"hours\": [1]"));
  expect_no(code, with("Week", "\"weekDays\": [\"Monday\"], \"hours\": [1], \"minutes\": [5]"));
}

TEST(Recurrence, days_that_never_come) {
  const auto yearly = [](const std::string& start, const std::string& interval, const std::string& days) {
    return schedule("\"frequency\": \"Month\", \"interval\": " + interval + ", \"startTime\": \"" + start + "\", \"schedule\": {\"monthDays\": " + days + "}");
  };
  expect_code("warning " + code, yearly("2026-02-01T00:00:00Z", "12", "§[30]"));
  expect_code("warning " + code, yearly("2026-04-01T00:00:00Z", "12", "§[31, -31]"));
  expect_no(code, yearly("2026-02-01T00:00:00Z", "12", "[29]"));
  expect_no(code, yearly("2026-02-01T00:00:00Z", "12", "[30, 1]"));
  expect_no(code, yearly("2026-02-01T00:00:00Z", "6", "[30]"));  // August
  expect_no(code, yearly("2026-01-01T00:00:00Z", "12", "[31]"));
}

TEST(Recurrence, events) {
  const auto blob = [](const std::string& more) { return trigger("BlobEventsTrigger", "\"scope\": \"s\", \"events\": [\"Microsoft.Storage.BlobCreated\"]" + more); };
  expect_code("error " + code, blob(""));
  expect_code("error " + code, blob(", \"blobPathBeginsWith\": \"\""));
  const auto begins = [&](const std::string& path) { return unmarked(blob(", \"blobPathBeginsWith\": " + path)); };
  for (const char* right : {"\"/orders/blobs/daily/\"", "\"/orders/blobs/\"", "\"/orders/\"", "\"/orders\"", "\"/orders/bl\"", "\"/@{pipeline().x}\"",
                            "{\"value\": \"@x\", \"type\": \"Expression\"}"}) {
    expect_no(code, begins(right));
  }
  for (const char* wrong : {"orders/blobs/daily/", "/orders/daily/", "//blobs/x"}) {
    EXPECT_NE(all_findings(begins("\"" + std::string(wrong) + "\""), {}, code).find("warning " + code), std::string::npos) << wrong;
  }
  expect_no(code, unmarked(blob(", \"blobPathEndsWith\": \".csv\"")));
  for (const char* type : {"BlobEventsTrigger", "CustomEventsTrigger"}) {
    Files files = unmarked(trigger(type, "\"scope\": \"s\", \"events\": [], \"blobPathEndsWith\": \"x\""));
    EXPECT_NE(all_findings(files, {}, code).find("warning " + code), std::string::npos) << type;
  }
}

}  // namespace
}  // namespace tidegate::adf
