#include "http/audit_log.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <optional>

#include "http/access_log.h"
#include "service/sha256.h"

namespace leash::http {
namespace {

std::string hex_sha256(std::string_view text) {
  return fmt::format("{:02x}", fmt::join(service::sha256(text), ""));
}

/// As `sha256sum` writes it: a name with a line break does not look like two lines.
std::string line_of(const run::SourceFile& file) {
  std::string name;
  for (const char c : file.path) {
    if (c == '\n') {
      name += "\\n";
    } else {
      name += c;
    }
  }
  const bool escaped = name.size() != file.path.size();
  return fmt::format("{}{}  {}\n", escaped ? "\\" : "", hex_sha256(file.content), name);
}

std::string show(const std::optional<base::Millis>& limit) {
  return limit ? std::to_string(limit->count()) : "-";
}

}  // namespace

std::string hash_of_code(const std::vector<run::SourceFile>& files) {
  if (files.empty()) return "-";
  if (files.size() == 1) return hex_sha256(files.front().content);
  std::string lines;
  for (const run::SourceFile& file : files) lines += line_of(file);
  return hex_sha256(lines);
}

void AuditLog::run_ended(const service::Record& record) const {
  if (!logger_ || !logger_->should_log(spdlog::level::info)) return;
  const run::RunSnapshot end = record.run->snapshot();
  const run::RunSpec& spec = record.run->spec();
  const run::Limits& limits = spec.limits;
  logger_->info(
      "run id={} tenant={} language={} code={} wall_ms={} cpu_ms={} idle_ms={} memory_bytes={} "
      "tasks={} output_bytes={} disk_bytes={} status={} cause={} phase={} run_ms={} used_cpu_ms={}",
      end.id, escape_for_log(record.tenant), end.language, hash_of_code(spec.files),
      limits.wall.count(), show(limits.cpu), show(limits.idle), limits.memory.count, limits.tasks,
      limits.output.count, limits.disk.count, run::to_string(end.status),
      async::to_string(end.cause), run::to_string(end.phase), end.timing.run.count() / 1000,
      end.usage.cpu.count() / 1000);
}

}  // namespace leash::http
