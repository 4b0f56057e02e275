#include "cli/host/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

namespace leash::cli {
namespace json = boost::json;
namespace {

std::string mark(bool good, bool required, const Colours& colours) {
  if (good) return colours.good("ok     ");
  return required ? colours.bad("missing") : colours.weak("absent ");
}

}  // namespace

std::string describe(const Diagnosis& diagnosis, const Colours& colours) {
  const run::Capabilities& found = diagnosis.capabilities;
  std::string text = fmt::format(
      "{} on {}, as {}{}; cgroups: {}\n\n{}\n", colours.strong("leash " LEASH_VERSION),
      diagnosis.kernel, diagnosis.user, found.rootless ? " (rootless)" : "",
      found.cgroup_mode.empty() ? "none" : found.cgroup_mode, colours.strong("Sandbox"));
  std::size_t width = 12;
  for (const run::Layer& layer : found.layers) width = std::max(width, layer.name.size());
  for (const auto& language : diagnosis.languages) width = std::max(width, language.id.size());
  for (const run::Layer& layer : found.layers) {
    text += fmt::format("  {}  {:<{}}  {}\n", mark(layer.proved, layer.required, colours),
                        layer.name, width, colours.weak(layer.detail));
    if (!layer.proved && !layer.remedy.empty()) {
      text += fmt::format("  {:7}  {:<{}}  {}\n", "", "", width, layer.remedy);
    }
  }
  if (!diagnosis.languages.empty()) text += fmt::format("\n{}\n", colours.strong("Languages"));
  for (const auto& language : diagnosis.languages) {
    text += fmt::format("  {}  {:<{}}  {}\n", mark(language.available, false, colours), language.id,
                        width, language.available ? language.version : language.reason);
  }
  for (const std::string& what : diagnosis.left) {
    text += fmt::format("\n{} {}\n", colours.bad("Not cleaned up:"), what);
  }
  text += found.complete()
              ? fmt::format("\n{}\n", colours.good("Everything that is required is there."))
              : fmt::format("\n{}\n", colours.bad("Code is not run here until what is missing is "
                                                  "there."));
  return text;
}

json::object to_json(const Diagnosis& diagnosis) {
  const run::Capabilities& found = diagnosis.capabilities;
  json::array layers;
  for (const run::Layer& layer : found.layers) {
    layers.emplace_back(json::object{{"name", layer.name},
                                     {"required", layer.required},
                                     {"proved", layer.proved},
                                     {"detail", layer.detail},
                                     {"remedy", layer.remedy}});
  }
  json::array languages;
  for (const auto& language : diagnosis.languages) {
    languages.emplace_back(json::object{{"id", language.id},
                                        {"version", language.version},
                                        {"available", language.available},
                                        {"reason", language.reason}});
  }
  return {{"version", LEASH_VERSION},
          {"kernel", diagnosis.kernel},
          {"user", diagnosis.user},
          {"executor", found.executor},
          {"cgroup_mode", found.cgroup_mode},
          {"rootless", found.rootless},
          {"complete", found.complete()},
          {"layers", std::move(layers)},
          {"languages", std::move(languages)},
          {"left", json::value_from(diagnosis.left)}};
}

}  // namespace leash::cli
