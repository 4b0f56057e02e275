#include "cli/config/server_config.h"

#include <boost/json.hpp>

namespace leash::cli {
namespace json = boost::json;
namespace {

base::Error broken(std::string detail) {
  return base::plain_error("read", "configuration handed over", std::move(detail));
}

}  // namespace

std::string serialize(const ServerConfig& config) {
  json::object settings;
  for (const Setting& setting : setting_table()) {
    settings[json::string_view(setting.key.data(), setting.key.size())] =
        json::value_from(texts_of(config.settings, setting));
  }
  return json::serialize(json::object{{"version", LEASH_VERSION},
                                      {"token", config.token},
                                      {"resources", config.resources},
                                      {"colours", config.colours},
                                      {"settings", std::move(settings)}});
}

base::Result<ServerConfig> deserialize(std::string_view text) try {
  json::error_code failed;
  const json::value document = json::parse({text.data(), text.size()}, failed);
  if (failed) return broken("it is not JSON");
  const json::object& object = document.as_object();
  if (object.at("version").as_string() != LEASH_VERSION) return broken("it is of another version");
  ServerConfig config;
  config.token = object.at("token").as_string();
  config.resources = object.at("resources").as_string();
  config.colours = object.at("colours").as_bool();
  for (const auto& [key, value] : object.at("settings").as_object()) {
    const Setting* setting = find_setting({key.data(), key.size()});
    if (setting == nullptr) return broken("it has an unknown key");
    const auto texts = json::value_to<std::vector<std::string>>(value);
    if (auto done = assign(config.settings, *setting, texts); !done) return done.error();
  }
  return config;
} catch (const std::exception& error) {
  return broken(error.what());
}

}  // namespace leash::cli
