#include "cli/host/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "cli/host/layer_texts.h"

namespace leash::cli {
namespace json = boost::json;
namespace {

std::string mark(bool good, bool required, const Colours& colours) {
  if (good) return colours.good("ok     ");
  return required ? colours.bad("missing") : colours.weak("absent ");
}

/// The rows of one layer: what it stops, what was seen, how to mend it.
std::string describe_layer(const run::Layer& layer, std::size_t width, const Colours& colours) {
  std::string name =
      fmt::format("  {}  {:<{}}", mark(layer.proved, layer.required, colours), layer.name, width);
  const std::string indent = fmt::format("  {:7}  {:<{}}", "", "", width);
  std::string text;
  const auto row = [&](std::string_view label, const std::string& words) {
    text += fmt::format("{}  {:<6} {}\n", std::exchange(name, indent), label, words);
  };
  row("stops:", std::string(purpose_of(layer.name)));
  row(layer.proved ? "proof:" : "found:", colours.weak(layer.detail));
  if (!layer.proved && !layer.remedy.empty()) row("mend:", layer.remedy);
  return text;
}

std::string describe_languages(const std::vector<service::LanguageStatus>& languages,
                               std::size_t width, const Colours& colours) {
  if (languages.empty()) return "";
  std::string text = fmt::format("\n{}\n", colours.strong("Languages"));
  for (const auto& language : languages) {
    text += fmt::format("  {}  {:<{}}  {}\n", mark(language.available, false, colours), language.id,
                        width, language.available ? language.version : language.reason);
  }
  return text;
}

}  // namespace

std::string mode_of(const run::Capabilities& capabilities) {
  const std::string& cgroups = capabilities.cgroup_mode;
  return fmt::format("{}, {}", capabilities.rootless ? "rootless" : "root",
                     cgroups.empty() || cgroups == "none" ? "no cgroups" : "cgroup " + cgroups);
}

std::string describe(const Diagnosis& diagnosis, const Colours& colours) {
  const run::Capabilities& found = diagnosis.capabilities;
  std::string text =
      fmt::format("{} on {}, as {}\nMode: {}\n\n{}\n", colours.strong("leash " LEASH_VERSION),
                  diagnosis.kernel, diagnosis.user, mode_of(found), colours.strong("Sandbox"));
  std::size_t width = 12;
  for (const run::Layer& layer : found.layers) width = std::max(width, layer.name.size());
  for (const auto& language : diagnosis.languages) width = std::max(width, language.id.size());
  for (const run::Layer& layer : found.layers) text += describe_layer(layer, width, colours);
  text += describe_languages(diagnosis.languages, width, colours);
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
                                     {"stops", std::string(purpose_of(layer.name))},
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
          {"mode", mode_of(found)},
          {"executor", found.executor},
          {"cgroup_mode", found.cgroup_mode},
          {"rootless", found.rootless},
          {"complete", found.complete()},
          {"layers", std::move(layers)},
          {"languages", std::move(languages)},
          {"left", json::value_from(diagnosis.left)}};
}

}  // namespace leash::cli
