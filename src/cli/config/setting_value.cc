#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/config/settings.h"
#include "cli/text/units.h"

namespace leash::cli {
namespace {

constexpr std::string_view kAutomatic = "auto";

base::Error bad(const Setting& setting, std::string detail) {
  return base::plain_error("read", std::string(setting.key), std::move(detail));
}

/// Reads one text into a field, by the field's type.
struct Reader {
  Settings& settings;
  const Setting& setting;
  const std::string& text;

  base::Result<void> operator()(std::string Settings::*field) const {
    const auto& choices = setting.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
      return bad(setting,
                 fmt::format("must be one of {}, not '{}'", fmt::join(choices, ", "), text));
    }
    if (text.empty()) return bad(setting, "must not be empty");
    settings.*field = text;
    return {};
  }
  base::Result<void> operator()(std::vector<std::string> Settings::*field) const {
    if (text.empty()) return bad(setting, "must not hold an empty text");
    (settings.*field).push_back(text);
    return {};
  }
  base::Result<void> operator()(bool Settings::*field) const {
    if (text != "true" && text != "false" && text != "1" && text != "0") {
      return bad(setting, fmt::format("must be true or false, not '{}'", text));
    }
    settings.*field = text == "true" || text == "1";
    return {};
  }
  base::Result<void> operator()(std::uint64_t Settings::*field) const {
    return number(parse_count(text), [&](std::uint64_t value) { settings.*field = value; });
  }
  base::Result<void> operator()(std::optional<std::uint64_t> Settings::*field) const {
    if (text == kAutomatic) {
      settings.*field = std::nullopt;
      return {};
    }
    return number(parse_count(text), [&](std::uint64_t value) { settings.*field = value; });
  }
  base::Result<void> operator()(base::Millis Settings::*field) const {
    const auto value = parse_millis(text, BareNumber::kMillis);
    if (!value) return bad(setting, fmt::format("{}, not '{}'", value.error().detail, text));
    return number(static_cast<std::uint64_t>(value->count()), [&](std::uint64_t count) {
      settings.*field = base::Millis(static_cast<std::int64_t>(count));
    });
  }
  base::Result<void> operator()(base::Bytes Settings::*field) const {
    const auto value = parse_bytes(text);
    if (!value) return bad(setting, fmt::format("{}, not '{}'", value.error().detail, text));
    return number(value->count, [&](std::uint64_t count) { settings.*field = {count}; });
  }

  template <typename Store>
  base::Result<void> number(const base::Result<std::uint64_t>& value, Store store) const {
    if (!value) return bad(setting, fmt::format("{}, not '{}'", value.error().detail, text));
    if (*value < setting.minimum) {
      return bad(setting, fmt::format("must be at least {}, not {}", setting.minimum, *value));
    }
    if (*value > setting.maximum) {
      return bad(setting, fmt::format("must be at most {}, not {}", setting.maximum, *value));
    }
    store(*value);
    return {};
  }
};

struct Writer {
  const Settings& settings;

  std::vector<std::string> operator()(std::string Settings::*field) const {
    return {settings.*field};
  }
  std::vector<std::string> operator()(std::vector<std::string> Settings::*field) const {
    return settings.*field;
  }
  std::vector<std::string> operator()(bool Settings::*field) const {
    return {settings.*field ? "true" : "false"};
  }
  std::vector<std::string> operator()(std::uint64_t Settings::*field) const {
    return {std::to_string(settings.*field)};
  }
  std::vector<std::string> operator()(std::optional<std::uint64_t> Settings::*field) const {
    const auto& value = settings.*field;
    return {value ? std::to_string(*value) : std::string(kAutomatic)};
  }
  std::vector<std::string> operator()(base::Millis Settings::*field) const {
    return {std::to_string((settings.*field).count())};
  }
  std::vector<std::string> operator()(base::Bytes Settings::*field) const {
    return {std::to_string((settings.*field).count)};
  }
};

}  // namespace

base::Result<void> assign(Settings& settings, const Setting& setting,
                          const std::vector<std::string>& texts) {
  if (const auto* list = std::get_if<std::vector<std::string> Settings::*>(&setting.field)) {
    (settings.**list).clear();
  } else if (texts.size() != 1) {
    return bad(setting, "is given more than once");
  }
  for (const std::string& text : texts) {
    auto done =
        std::visit(Reader{.settings = settings, .setting = setting, .text = text}, setting.field);
    if (!done) return done;
  }
  return {};
}

std::vector<std::string> texts_of(const Settings& settings, const Setting& setting) {
  return std::visit(Writer{settings}, setting.field);
}

std::string show_value(const Settings& settings, const Setting& setting) {
  const std::vector<std::string> texts = texts_of(settings, setting);
  if (texts.empty()) return "none";
  std::string text = fmt::format("{}", fmt::join(texts, ", "));
  if (const auto* time = std::get_if<base::Millis Settings::*>(&setting.field)) {
    text += fmt::format(" ({})", show_duration(settings.**time));
  } else if (const auto* size = std::get_if<base::Bytes Settings::*>(&setting.field)) {
    text += fmt::format(" ({})", show_bytes(settings.**size));
  } else if (text == kAutomatic) {
    text = "automatic";
  }
  return text;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    parts.emplace_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return parts;
}

}  // namespace leash::cli
