#include "http/strict_json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>

namespace leash::http {
namespace {

namespace json = boost::json;

/// Builds the document and counts the members as they were written; a name that is there twice
/// makes the finished document hold fewer.
class Builder {
 public:
  static constexpr std::size_t max_object_size = kMaxJsonMembers;
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Code = json::error_code;
  using Text = json::string_view;

  bool on_document_begin(Code&) {
    stack_.reset();
    return true;
  }
  bool on_document_end(Code&) { return true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t n, Code&) {
    stack_.push_array(n);
    return true;
  }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t n, Code&) {
    members_ += n;
    stack_.push_object(n);
    return true;
  }
  bool on_string_part(Text part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(Text last, std::size_t, Code&) {
    stack_.push_string(last);
    return true;
  }
  bool on_key_part(Text part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(Text last, std::size_t, Code&) {
    stack_.push_key(last);
    return true;
  }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(std::int64_t value, Text digits, Code& error) {
    stack_.push_int64(value);
    return check_length(digits, error);
  }
  bool on_uint64(std::uint64_t value, Text digits, Code& error) {
    stack_.push_uint64(value);
    return check_length(digits, error);
  }
  bool on_double(double value, Text digits, Code& error) {
    check_length(digits, error);
    // Out of range; it would be written as another number than was read.
    if (!std::isfinite(value)) error = json::error::exponent_overflow;
    stack_.push_double(value);
    return !error;
  }
  bool on_bool(bool value, Code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(Code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }

  json::value release() { return stack_.release(); }
  [[nodiscard]] std::size_t members() const { return members_; }

 private:
  static bool check_length(Text digits, Code& error) {
    if (digits.size() > kMaxJsonNumber)
      error = make_error_code(boost::system::errc::value_too_large);
    return !error;
  }

  json::value_stack stack_;
  std::size_t members_ = 0;
};

/// Recursion is bounded by kMaxJsonDepth.
std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) count += count_members(element);
  }
  return count;
}

service::Problem invalid(std::string detail) {
  return {.code = service::ProblemCode::kInvalidJson, .detail = std::move(detail)};
}

}  // namespace

service::Checked<json::value> parse_strict_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  json::basic_parser<Builder> parser(options);
  json::error_code error;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (!error && read < text.size()) error = json::error::extra_data;
  if (error) return invalid("at byte " + std::to_string(read) + ": " + error.message());
  json::value document = parser.handler().release();
  if (count_members(document) != parser.handler().members()) {
    return invalid("a name is there twice in one object");
  }
  return document;
}

}  // namespace leash::http
