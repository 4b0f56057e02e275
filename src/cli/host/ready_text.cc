#include "cli/host/ready_text.h"

#include <fmt/format.h>

#include "cli/client/server_address.h"

namespace leash::cli {
namespace {

/// The address under which a program on this machine finds a server that listens on `address`.
Address reachable(Address address) {
  if (address.host == "0.0.0.0") address.host = "127.0.0.1";
  if (address.host == "::") address.host = "::1";
  return address;
}

}  // namespace

std::string ready_text(const std::vector<std::string>& listen,
                       const std::vector<std::uint16_t>& ports, const std::string& token,
                       const Colours& colours) {
  std::string text;
  std::size_t next_port = 0;
  for (const std::string& one : listen) {
    const auto parsed = parse_address(one);
    if (!parsed) continue;
    Address address = reachable(*parsed);
    std::string link;
    if (address.is_unix()) {
      link = address.text();
    } else {
      if (next_port < ports.size()) address.port = ports[next_port++];
      link = fmt::format("http://{}/", address.text());
    }
    if (!token.empty()) link += "#token=" + percent_encode(token);
    text += fmt::format("leash {} is ready: {}\n", LEASH_VERSION, colours.strong(link));
  }
  return text;
}

std::string languages_text(const std::vector<service::LanguageStatus>& languages,
                           const Colours& colours) {
  std::string good;
  std::string bad;
  for (const auto& language : languages) {
    std::string& list = language.available ? good : bad;
    if (!list.empty()) list += ", ";
    list += language.available ? fmt::format("{} {}", language.id, language.version)
                               : fmt::format("{} ({})", language.id, language.reason);
  }
  std::string text;
  if (!good.empty()) text += fmt::format("Languages: {}\n", good);
  if (!bad.empty()) text += colours.weak(fmt::format("Not available: {}", bad)) + '\n';
  return text;
}

std::string missing_text(const run::Capabilities& capabilities, const Colours& colours) {
  std::string text;
  for (const run::Layer& layer : capabilities.layers) {
    if (layer.proved || !layer.required) continue;
    text += fmt::format("  {}: {}\n", layer.name, layer.detail);
    if (!layer.remedy.empty()) text += fmt::format("    {}\n", layer.remedy);
  }
  if (text.empty() && capabilities.complete()) return "";
  return fmt::format(
      "{}\n{}", colours.bad("leash: the sandbox is not complete, so every run is refused:"), text);
}

}  // namespace leash::cli
