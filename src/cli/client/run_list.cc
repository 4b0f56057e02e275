#include "cli/client/run_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "cli/client/http_client.h"
#include "cli/client/json_field.h"
#include "cli/text/table.h"
#include "cli/text/units.h"

namespace leash::cli {
namespace asio = boost::asio;
namespace json = boost::json;
namespace {

constexpr std::string_view kLimit = "limit=100";

/// All pages of one query.
asio::awaitable<base::Result<void>> add_pages(ServerAddress server, std::string query,
                                              json::array& runs) {
  for (std::string after;;) {
    std::string target = fmt::format("/v1/runs?{}", query);
    if (!after.empty()) target += "&after=" + percent_encode(after);
    const auto response = co_await exchange_once(server, Request::get(std::move(target)));
    if (!response) co_return response.error();
    if (!response->is_success()) co_return response->refusal("list the runs");
    auto document = response->json();
    if (!document) co_return document.error();
    auto* page = document->if_object();
    auto* found = page == nullptr ? nullptr : page->if_contains("runs");
    if (found == nullptr || !found->is_array()) {
      co_return base::plain_error("list the runs", "", "the answer holds no runs");
    }
    for (json::value& run : found->as_array()) runs.push_back(std::move(run));
    after = text_field(*page, "next");
    if (after.empty()) co_return base::Result<void>();
  }
}

std::string created(const json::value& run) {
  const auto* object = run.if_object();
  return object == nullptr ? std::string() : text_field(*object, "created_at");
}

std::string show_result(const json::object& run) {
  const std::string status = text_field(run, "status");
  const std::string signal = text_field(run, "signal");
  const auto code = number_field(run, "exit_code");
  if (status == "failed" && code) return fmt::format("failed ({:.0f})", *code);
  if (status == "signaled") return fmt::format("signaled ({})", signal);
  if (status == "cancelled" || status == "timed_out" || status == "limit_exceeded") {
    return fmt::format("{} ({})", status, text_field(run, "cause"));
  }
  return status;
}

}  // namespace

std::optional<base::WallTime> parse_wall_time(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int milli = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d.%3dZ", &year, &month, &day, &hour, &minute,
                  &second, &milli) != 7) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(milli);
}

asio::awaitable<base::Result<json::array>> list_runs(ServerAddress server, Which which) {
  static constexpr std::array<std::string_view, 4> kUnfinished = {"queued", "starting", "running",
                                                                  "stopping"};
  json::array runs;
  if (which == Which::kAll) {
    auto added = co_await add_pages(std::move(server), std::string(kLimit), runs);
    if (!added) co_return added.error();
    co_return runs;
  }
  for (const std::string_view state : kUnfinished) {
    auto added = co_await add_pages(server, fmt::format("{}&state={}", kLimit, state), runs);
    if (!added) co_return added.error();
  }
  std::stable_sort(runs.begin(), runs.end(), [](const json::value& a, const json::value& b) {
    return created(a) > created(b);
  });
  // A run that changed its state between two of the questions is there twice.
  const auto same = [](const json::value& a, const json::value& b) {
    return a.is_object() && b.is_object() &&
           text_field(a.as_object(), "id") == text_field(b.as_object(), "id");
  };
  json::array once;
  for (json::value& run : runs) {
    const bool seen = std::any_of(once.begin(), once.end(),
                                  [&](const json::value& other) { return same(run, other); });
    if (!seen) once.push_back(std::move(run));
  }
  co_return once;
}

std::string show_runs(const json::array& runs, base::WallTime now) {
  Table table({"ID", "LANGUAGE", "STATE", "RESULT", "KEY", "AGE", "RAN"});
  for (const json::value& run : runs) {
    const auto* object = run.if_object();
    if (object == nullptr) continue;
    std::string age;
    if (const auto since = parse_wall_time(text_field(*object, "created_at"))) {
      const auto elapsed = std::max(now - *since, base::WallTime::duration::zero());
      age = show_duration(std::chrono::duration_cast<base::Micros>(elapsed));
    }
    std::string ran;
    const auto* timing = object_field(*object, "timing");
    const double run_ms = timing == nullptr ? 0 : number_field(*timing, "run_ms").value_or(0);
    if (run_ms > 0) ran = show_duration(base::Micros(static_cast<std::int64_t>(run_ms * 1000)));
    table.add({text_field(*object, "id"), text_field(*object, "language"),
               text_field(*object, "state"), show_result(*object), text_field(*object, "key"),
               std::move(age), std::move(ran)});
  }
  return table.text();
}

}  // namespace leash::cli
