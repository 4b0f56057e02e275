#include "cli/config/settings.h"

#include <algorithm>
#include <cctype>

namespace leash::cli {
namespace {

constexpr std::string_view kListening = "Listening";
constexpr std::string_view kRunning = "Running";
constexpr std::string_view kCompatible = "Compatible endpoints";
constexpr std::string_view kTimes = "Times";
constexpr std::string_view kKeeping = "What is kept";
constexpr std::string_view kMaxima = "The most a run may ask for";
constexpr std::uint64_t kDay = 86'400'000;  // ms

std::vector<Setting> make_table() {
  return {
      {"listen", &Settings::listen, kListening, "ADDRESS",
       "ADDRESS:PORT or unix:PATH to listen on; may be repeated"},
      {"state_dir", &Settings::state_dir, kListening, "DIR",
       "folder of this instance: token, locks, remains of a crash"},
      {"no_auth", &Settings::no_auth, kListening, "",
       "ask for no token; only with loopback addresses and unix sockets"},
      {"allowed_hosts", &Settings::allowed_hosts, kListening, "NAME",
       "further names in the Host header by which this server may be called"},
      {"allowed_origins", &Settings::allowed_origins, kListening, "ORIGIN",
       "web origins whose pages may call this server"},
      {"body_limit_bytes", &Settings::body_limit, kListening, "SIZE", "the largest request body",
       1024, base::mib(32).count},
      {.key = "half_close",
       .field = &Settings::half_close,
       .group = kListening,
       .placeholder = "WHAT",
       .help = "a client that shuts down its sending side only: abort (it has gone) or ignore",
       .choices = {"abort", "ignore"}},
      {"max_running", &Settings::max_running, kRunning, "N",
       "how many runs at once; default: from memory and cores", 1, 4096},
      {"max_queued", &Settings::max_queued, kRunning, "N",
       "how many runs may wait before further ones are refused", 0, 1'000'000},
      {"ready_slots", &Settings::ready_slots, kRunning, "N",
       "how many sandboxes are made ahead; default: automatic", 0, 1024},
      {"python_preload", &Settings::python_preload, kRunning, "MODULE",
       "Python modules that are imported once, for all runs; may be repeated"},
      {.key = "profile",
       .field = &Settings::profile,
       .group = kRunning,
       .placeholder = "P",
       .help = "sets execution_timeout_ms: dev 30 s, test 10 s, prod 300 s",
       .choices = {"dev", "test", "prod"}},
      {.key = "log_level",
       .field = &Settings::log_level,
       .group = kRunning,
       .placeholder = "LEVEL",
       .help = "debug, info, warn, error or off",
       .choices = {"debug", "info", "warn", "error", "off"}},
      {"flow_modules", &Settings::flow_modules, kCompatible, "DIR",
       "folder of modules that blocks of /flow/codeblock may require; may be repeated"},
      {"flow_console", &Settings::flow_console, kCompatible, "",
       "pass over console.* in these blocks; without it, it is an error"},
      {"execution_timeout_ms", &Settings::execution_timeout, kCompatible, "TIME",
       "time for a call of /flow/codeblock, also EXECUTION_TIMEOUT_MS; default: the profile's", 1,
       kDay},
      {"sharppad_wall_ms", &Settings::sharppad_wall, kCompatible, "TIME",
       "wall clock time of a run of /api/coderun", 1, 7 * kDay},
      {"queue_wait_ms", &Settings::queue_wait, kTimes, "TIME",
       "how long a run may wait for its turn", 1, kDay},
      {"stop_confirm_ms", &Settings::stop_confirm, kTimes, "TIME",
       "how long the answer to a stop waits for the last process to end", 1, 600'000},
      {"slow_client_ms", &Settings::slow_client, kTimes, "TIME",
       "how long the reader that paces a run may stand still", 1, kDay},
      {"drain_ms", &Settings::drain, kTimes, "TIME",
       "how long live runs have when the server is told to end", 0, kDay},
      {"write_margin_ms", &Settings::write_margin, kTimes, "TIME",
       "how long a client may take nothing of an answer that is ready", 1, 600'000},
      {"keepalive_ms", &Settings::keepalive, kTimes, "TIME",
       "how long a client is quiet before a comment, a ping or a TCP probe is sent", 10, 600'000},
      {"ticket_ms", &Settings::ticket, kTimes, "TIME",
       "how long a ticket for a run's stream can be used", 1, 600'000},
      {"retain_output_bytes", &Settings::retain_output, kKeeping, "SIZE",
       "how much output of a run late readers get", 0, base::gib(1).count},
      {"retain_time_ms", &Settings::retain_time, kKeeping, "TIME",
       "how long a finished run is remembered", 0, 365 * kDay},
      {"retain_total_bytes", &Settings::retain_total, kKeeping, "SIZE",
       "how much memory and disk finished runs may take together"},
      {"abandoned_ms", &Settings::abandoned, kKeeping, "TIME",
       "how long a run that ends with its last reader waits for its first one", 1, kDay},
      {"compile_cache_bytes", &Settings::compile_cache, kKeeping, "SIZE",
       "how much memory compiled programs may take that are kept to be run again; 0: none"},
      {"max_wall_ms", &Settings::max_wall, kMaxima, "TIME", "wall clock time", 1, 7 * kDay},
      {"max_memory_bytes", &Settings::max_memory, kMaxima, "SIZE", "memory", base::mib(1).count},
      {"max_output_bytes", &Settings::max_output, kMaxima, "SIZE", "output of each stream"},
      {"max_tasks", &Settings::max_tasks, kMaxima, "N", "processes and threads", 1, 1U << 16U},
      {"max_disk_bytes", &Settings::max_disk, kMaxima, "SIZE", "files"},
  };
}

std::string mapped(std::string_view prefix, std::string_view key, int (*map)(int)) {
  std::string name(prefix);
  for (const char c : key) name += static_cast<char>(map(static_cast<unsigned char>(c)));
  return name;
}

}  // namespace

std::string Setting::option() const {
  return mapped("--", key, [](int c) { return c == '_' ? '-' : c; });
}

std::string Setting::variable() const {
  return mapped("LEASH_", key, &std::toupper);
}

std::span<const Setting> setting_table() {
  static const std::vector<Setting> kTable = make_table();
  return kTable;
}

const Setting* find_setting(std::string_view key) {
  const auto table = setting_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [key](const Setting& setting) { return setting.key == key; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace leash::cli
