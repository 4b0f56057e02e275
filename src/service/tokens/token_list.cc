#include "service/tokens/token_list.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "service/check_text.h"
#include "service/sha256.h"

namespace leash::service {
namespace {

constexpr std::array<std::string_view, 3> kScopes = {"run", "admin", "metrics"};

base::Error bad_line(std::size_t number) {
  return base::plain_error("read", "tokens", fmt::format("line {} is not understood", number));
}

std::string cap_text(const std::optional<std::size_t>& cap) {
  return cap ? std::to_string(*cap) : "-";
}

bool parse_cap(std::string_view text, std::optional<std::size_t>& cap) {
  if (text == "-") return true;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, cap.emplace());
  return parsed.ec == std::errc() && parsed.ptr == end;
}

bool parse_hash(std::string_view text, TokenHash& hash) {
  if (text.size() != 2 * hash.size()) return false;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const char* digits = text.data() + 2 * i;
    const auto parsed = std::from_chars(digits, digits + 2, hash.at(i), 16);
    if (parsed.ec != std::errc() || parsed.ptr != digits + 2) return false;
  }
  return true;
}

/// Seconds since 1970, as far as the clock's type reaches (the year 2262).
bool parse_time(std::string_view text, base::WallTime& time) {
  constexpr auto kLast = std::chrono::floor<std::chrono::seconds>(base::WallTime::max());
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seconds);
  if (parsed.ec != std::errc() || parsed.ptr != end || seconds < 0 ||
      seconds > kLast.time_since_epoch().count()) {
    return false;
  }
  time = base::WallTime(std::chrono::seconds(seconds));
  return true;
}

std::optional<TokenEntry> parse_entry(const std::vector<std::string>& words) {
  if (words.size() != 7 || words[0] != "add" || !is_tenant_name(words[1])) return std::nullopt;
  const auto scope = parse_scope(words[2]);
  TokenEntry entry;
  if (!scope || !parse_time(words[4], entry.created) || !parse_hash(words[3], entry.hash) ||
      !parse_cap(words[5], entry.tenant.max_running) ||
      !parse_cap(words[6], entry.tenant.max_queued)) {
    return std::nullopt;
  }
  entry.tenant.name = words[1];
  entry.tenant.scope = *scope;
  return entry;
}

std::vector<std::string> split(std::string_view line) {
  std::istringstream stream{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

TokenHash hash_token(std::string_view token) {
  return sha256(token);
}

std::string line_to_add(const TokenEntry& entry) {
  const auto created =
      std::chrono::duration_cast<std::chrono::seconds>(entry.created.time_since_epoch());
  return fmt::format("add {} {} {:02x} {} {} {}\n", entry.tenant.name,
                     to_string(entry.tenant.scope), fmt::join(entry.hash, ""), created.count(),
                     cap_text(entry.tenant.max_running), cap_text(entry.tenant.max_queued));
}

std::string line_to_remove(std::string_view name) {
  return fmt::format("remove {}\n", name);
}

base::Result<std::vector<TokenEntry>> read_tokens(std::string_view text) {
  std::vector<TokenEntry> entries;
  std::size_t number = 0;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++number;
    if (number == 1) {
      if (line != kTokenFileHead.substr(0, kTokenFileHead.size() - 1)) {
        return base::plain_error("read", "tokens",
                                 "it was not written by this version of leash, nor an older one");
      }
      continue;
    }
    const std::vector<std::string> words = split(line);
    auto entry = parse_entry(words);
    const bool removes = words.size() == 2 && words[0] == "remove";
    if (!entry && !removes) return bad_line(number);
    // Of a name that was added twice the later one counts.
    std::erase_if(entries, [&](const TokenEntry& known) { return known.tenant.name == words[1]; });
    if (entry) entries.push_back(std::move(*entry));
  }
  return entries;
}

std::optional<Tenant> find_token(const std::vector<TokenEntry>& entries, std::string_view token) {
  const TokenHash hash = hash_token(token);
  const TokenEntry* found = nullptr;
  for (const TokenEntry& entry : entries) {
    if (::CRYPTO_memcmp(entry.hash.data(), hash.data(), hash.size()) == 0) found = &entry;
  }
  return found == nullptr ? std::nullopt : std::optional(found->tenant);
}

bool is_tenant_name(std::string_view name) {
  return is_key(name) && name.size() <= 64 && name != Tenant().name;
}

std::string_view to_string(Scope scope) {
  return kScopes.at(static_cast<std::size_t>(scope));
}

std::optional<Scope> parse_scope(std::string_view name) {
  const auto found = std::find(kScopes.begin(), kScopes.end(), name);
  if (found == kScopes.end()) return std::nullopt;
  return static_cast<Scope>(found - kScopes.begin());
}

}  // namespace leash::service
