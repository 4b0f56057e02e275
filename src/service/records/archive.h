#pragma once

#include <array>
#include <boost/crc.hpp>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/units.h"

namespace leash::service::records {

/// Plain values as bytes, and back: numbers of eight bytes in this machine's order, texts behind
/// their size, a checksum at the end. A structure is what `fields(archive, structure)` says, which
/// is written once for both directions and found in this namespace (fields.h).

template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
inline constexpr bool kIsArray = false;
template <typename T, std::size_t N>
inline constexpr bool kIsArray<std::array<T, N>> = true;

template <typename T>
concept Plain = std::is_enum_v<T> || std::integral<T>;

class Encoder {
 public:
  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  /// At the end of a record: those of earlier versions of this program are without it.
  template <typename T>
  void added_later(const T& value) {
    put(value);
  }
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  /// With the checksum.
  [[nodiscard]] std::string take() {
    boost::crc_32_type sum;
    sum.process_bytes(out_.data(), out_.size());
    put(std::uint64_t{sum.checksum()});
    return std::exchange(out_, {});
  }

 private:
  template <typename T>
  void put(const T& value);

  std::string out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : left_(bytes) {
    if (left_.size() < sizeof(std::uint64_t)) {
      bad_ = true;
      return;
    }
    Decoder sum;
    sum.left_ = left_.substr(left_.size() - sizeof(std::uint64_t));
    std::uint64_t written = 0;
    sum(written);
    left_.remove_suffix(sizeof(std::uint64_t));
    boost::crc_32_type real;
    real.process_bytes(left_.data(), left_.size());
    bad_ = written != real.checksum();
  }
  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }
  template <typename T>
  void added_later(T& value) {
    if (!at_end()) get(value);
  }
  /// All was there. Until it is known to be so, what was read may be anything.
  [[nodiscard]] bool ok() const { return !bad_; }
  [[nodiscard]] bool at_end() const { return bad_ || left_.empty(); }
  void fail() { bad_ = true; }

 private:
  Decoder() = default;
  template <typename T>
  void get(T& value);

  std::string_view left_;
  bool bad_ = false;
};

template <typename T>
void Encoder::put(const T& value) {
  if constexpr (Plain<T>) {
    const auto number = static_cast<std::uint64_t>(value);
    out_.append(reinterpret_cast<const char*>(&number), sizeof number);
  } else if constexpr (std::same_as<T, std::string>) {
    put(value.size());
    out_ += value;
  } else if constexpr (std::same_as<T, base::Bytes>) {
    put(value.count);
  } else if constexpr (std::same_as<T, base::WallTime>) {
    put(value.time_since_epoch().count());
  } else if constexpr (kIsOptional<T>) {
    put(value.has_value());
    if (value) put(*value);
  } else if constexpr (kIsArray<T>) {
    for (const auto& element : value) put(element);
  } else if constexpr (requires { value.count(); }) {
    put(value.count());
  } else {
    fields(*this, value);
  }
}

template <typename T>
void Decoder::get(T& value) {
  if constexpr (Plain<T>) {
    std::uint64_t number = 0;
    if (left_.size() < sizeof number) bad_ = true;
    if (bad_) return;
    std::memcpy(&number, left_.data(), sizeof number);
    left_.remove_prefix(sizeof number);
    value = static_cast<T>(number);
  } else if constexpr (std::same_as<T, std::string>) {
    std::size_t size = 0;
    get(size);
    if (left_.size() < size) bad_ = true;
    if (bad_) return;
    value = left_.substr(0, size);
    left_.remove_prefix(size);
  } else if constexpr (std::same_as<T, base::Bytes>) {
    get(value.count);
  } else if constexpr (std::same_as<T, base::WallTime>) {
    base::WallTime::rep count = 0;
    get(count);
    value = base::WallTime(base::WallTime::duration(count));
  } else if constexpr (kIsOptional<T>) {
    bool has_value = false;
    get(has_value);
    if (has_value && !bad_) get(value.emplace());
  } else if constexpr (kIsArray<T>) {
    for (auto& element : value) get(element);
  } else if constexpr (requires { value.count(); }) {
    typename T::rep count = 0;
    get(count);
    value = T(count);
  } else {
    fields(*this, value);
  }
}

}  // namespace leash::service::records
