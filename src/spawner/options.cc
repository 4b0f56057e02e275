#include "spawner/options.h"

#include <charconv>
#include <map>

namespace leash::spawner {
namespace {

base::Error bad(const std::string& option, const char* why) {
  return base::plain_error("read the command line", option, why);
}

/// The options of a build for negative controls; no other knows them.
bool read_control(const std::string& name, const std::string& value, Options& options) {
  if (!sandbox::kNegativeControls) return false;
  const bool tolerant = name == "--serve-without-layer";
  if (!tolerant && name != "--without-layer") return false;
  const auto layer = sandbox::find_layer(value);
  if (!layer) return false;
  options.layers.missing = *layer;
  options.tolerant = tolerant;
  return true;
}

}  // namespace

base::Result<Options> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  const std::map<std::string, std::string*> texts = {{"--state-dir", &options.state_dir},
                                                     {"--resources", &options.resources},
                                                     {"--http-program", &options.http_program}};
  const std::map<std::string, int*> numbers = {{"--http-config-fd", &options.http_config_fd},
                                               {"--client-fd", &options.client_fd},
                                               {"--ready-slots", &options.ready_slots},
                                               {"--sweep-ms", &options.sweep_ms}};
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& name = arguments[i];
    if (i + 1 == arguments.size()) return bad(name, "it needs a value");
    const std::string& value = arguments[i + 1];
    if (const auto text = texts.find(name); text != texts.end()) {
      *text->second = value;
    } else if (name == "--remove-at-exit") {
      options.remove_at_exit.push_back(value);
    } else if (name == "--python-preload") {
      options.python_preload.push_back(value);
    } else if (const auto number = numbers.find(name); number != numbers.end()) {
      const char* end = value.data() + value.size();
      const auto parsed = std::from_chars(value.data(), end, *number->second);
      if (parsed.ec != std::errc() || parsed.ptr != end || *number->second < 0) {
        return bad(name, "not a number");
      }
    } else if (!read_control(name, value, options)) {
      return bad(name, "unknown option");
    }
  }
  if (options.state_dir.empty()) return bad("--state-dir", "it is missing");
  if (options.resources.empty()) return bad("--resources", "it is missing");
  const bool server = !options.http_program.empty() && options.http_config_fd >= 0;
  if (server == (options.client_fd >= 0)) {
    return bad("--client-fd", "give either --http-program with --http-config-fd, or this");
  }
  return options;
}

}  // namespace leash::spawner
