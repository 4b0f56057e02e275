#include "http/access_log.h"

#include <spdlog/spdlog.h>

#include <iterator>
#include <string>

namespace leash::http {

std::string escape_for_log(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c > 0x20 && c < 0x7f && c != '\\') {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

void AccessLog::write(const AccessEntry& entry) const {
  if (!logger_ || !logger_->should_log(spdlog::level::info)) return;
  logger_->info("request id={} method={} route={} status={} ms={:.3f} tenant={} run={}",
                escape_for_log(entry.request_id), escape_for_log(entry.method), entry.route,
                entry.status, static_cast<double>(entry.elapsed.count()) / 1000.0,
                escape_for_log(entry.tenant), entry.run_id.empty() ? "-" : entry.run_id);
}

}  // namespace leash::http
