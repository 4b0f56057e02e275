#include "run/local/figures.h"

#include <sys/statfs.h>

#include <algorithm>
#include <charconv>

#include "sys/file.h"

namespace leash::run {
namespace {

using protocol::SlotFd;

std::string read(const ClaimedSlot& slot, SlotFd which) {
  auto text = sys::read_from_start(slot.fd(which), "cgroup file");
  return text ? std::move(*text) : std::string();
}

/// v1 shows the list of the first look for as long as a description of the file is in use.
std::string read_anew(const ClaimedSlot& slot, SlotFd which) {
  auto text = sys::read_file("/proc/self/fd/" + std::to_string(slot.fd(which)));
  return text ? std::move(*text) : read(slot, which);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::uint64_t> find_figure(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ') {
      return parse_number(line.substr(key.size() + 1));
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

base::Micros read_cpu_time(const ClaimedSlot& slot) {
  const std::string text = read(slot, SlotFd::kCpuStat);
  if (const auto us = find_figure(text, "usage_usec")) {
    return base::Micros(static_cast<std::int64_t>(*us));
  }
  const auto ns = parse_number(text);  // cpuacct.usage
  return base::Micros(static_cast<std::int64_t>(ns.value_or(0) / 1000));
}

bool had_oom_kill(const ClaimedSlot& slot) {
  return find_figure(read(slot, SlotFd::kMemoryEvents), "oom_kill").value_or(0) > 0;
}

std::uint64_t count_processes(const ClaimedSlot& slot) {
  const std::string text =
      slot.has_v2() ? read(slot, SlotFd::kProcs) : read_anew(slot, SlotFd::kProcs);
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  return lines > 0 ? lines - 1 : 0;
}

bool is_populated(const ClaimedSlot& slot) {
  if (slot.has_v2()) {
    return find_figure(read(slot, SlotFd::kEvents), "populated").value_or(0) != 0;
  }
  return parse_number(read(slot, SlotFd::kEvents)).value_or(0) != 0;
}

Usage read_usage(const ClaimedSlot& slot) {
  Usage usage{.cpu = read_cpu_time(slot)};
  usage.peak_memory = {parse_number(read(slot, SlotFd::kMemoryPeak)).value_or(0)};
  const auto peak = parse_number(read(slot, SlotFd::kPidsPeak)).value_or(0);
  usage.peak_tasks = static_cast<std::uint32_t>(peak > 0 ? peak - 1 : 0);
  usage.tasks_refused = find_figure(read(slot, SlotFd::kPidsEvents), "max").value_or(0);
  struct statfs files {};
  if (::fstatfs(slot.fd(SlotFd::kDiskMeter), &files) == 0) {
    usage.disk_full = files.f_bfree == 0 || files.f_ffree == 0;
  }
  return usage;
}

}  // namespace leash::run
