#include "protocol/job.h"

#include <utility>

namespace leash::protocol {
namespace {

constexpr std::string_view kMagic = "LJOB";

template <typename Number>
void append_number(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, static_cast<std::uint32_t>(text.size()));
  out.append(text).push_back('\0');
}

}  // namespace

void JobWriter::add_file(std::string_view path, std::uint32_t mode, std::string_view content) {
  ++counts_.files;
  std::string head;
  append_number(head, static_cast<std::uint32_t>(path.size()));
  append_number(head, mode);
  append_number(head, static_cast<std::uint64_t>(content.size()));
  head.append(path).push_back('\0');
  files_.push_back({.head = std::move(head), .content = content});
}

void JobWriter::set_entry(std::uint32_t file_index) {
  counts_.entry = file_index;
}

void JobWriter::add_arg(std::string_view arg) {
  ++counts_.args;
  append_text(args_, arg);
}

void JobWriter::add_env(std::string_view name, std::string_view value) {
  ++counts_.env;
  append_text(env_, std::string(name).append("=").append(value));
}

std::vector<std::string_view> JobWriter::parts() {
  header_ = kMagic;
  for (const std::uint32_t number :
       {kJobVersion, counts_.files, counts_.args, counts_.env, counts_.entry}) {
    append_number(header_, number);
  }
  std::vector<std::string_view> parts{header_};
  for (const File& file : files_) {
    parts.emplace_back(file.head);
    parts.emplace_back(file.content);
  }
  parts.emplace_back(args_);
  parts.emplace_back(env_);
  return parts;
}

std::string JobWriter::take() {
  std::string job;
  for (const std::string_view part : parts()) job.append(part);
  return job;
}

bool is_clean_path(std::string_view path) {
  if (path.empty() || path.size() > 4096 || path.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

bool JobReader::read_bytes(std::uint64_t size, std::string_view& bytes) {
  if (size > rest_.size()) return false;
  bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

bool JobReader::read_number(void* number, std::size_t size) {
  std::string_view bytes;
  if (!read_bytes(size, bytes)) return false;
  std::memcpy(number, bytes.data(), size);
  return true;
}

bool JobReader::read_terminated(std::uint64_t size, std::string_view& text) {
  std::string_view with_nul;
  if (!read_bytes(size + 1, with_nul) || with_nul.back() != '\0') return false;
  text = with_nul.substr(0, size);
  return text.find('\0') == std::string_view::npos;
}

bool JobReader::read_header() {
  std::string_view magic;
  std::uint32_t version = 0;
  return read_bytes(kMagic.size(), magic) && magic == kMagic &&
         read_number(&version, sizeof version) && version == kJobVersion &&
         read_number(&files_, sizeof files_) && read_number(&args_, sizeof args_) &&
         read_number(&env_, sizeof env_) && read_number(&entry_, sizeof entry_) &&
         files_ <= kMaxJobFiles && args_ <= kMaxJobStrings && env_ <= kMaxJobStrings &&
         (entry_ < files_ || (files_ == 0 && entry_ == 0));
}

bool JobReader::read_file(File& file) {
  std::uint32_t path_size = 0;
  std::uint64_t size = 0;
  return read_number(&path_size, sizeof path_size) && read_number(&file.mode, sizeof file.mode) &&
         read_number(&size, sizeof size) && read_terminated(path_size, file.path) &&
         is_clean_path(file.path) && read_bytes(size, file.content);
}

bool JobReader::read_text(std::string_view& text) {
  std::uint32_t size = 0;
  return read_number(&size, sizeof size) && read_terminated(size, text);
}

}  // namespace leash::protocol
