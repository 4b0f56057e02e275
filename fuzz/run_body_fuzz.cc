// Bodies of requests: strict JSON, the start of a run, a stop, a ticket. What is accepted keeps the
// promises that the sandbox's side builds on, and fits through the form in which a job travels.
#include <boost/json/serialize.hpp>
#include <set>

#include "base/utf8.h"
#include "fuzz/check.h"
#include "http/json_request.h"
#include "http/strict_json.h"
#include "protocol/job.h"
#include "run/local/job_builder.h"
#include "service/check_text.h"
#include "service/run_request.h"
#include "sys/memfd.h"

namespace {

namespace json = boost::json;
using leash::fuzz::require;

const leash::runtimes::Catalog& catalog() {
  static const auto made =
      leash::runtimes::Catalog::make({{.id = "python",
                                       .name = "Python",
                                       .entry = "main.py",
                                       .extensions = {".py"},
                                       .run = {"/usr/bin/python3", "{entry}", "{args}"}}},
                                     {"python"});
  return *made;
}

std::size_t depth_of(const json::value& value) {
  std::size_t deepest = 0;
  if (const auto* object = value.if_object()) {
    std::set<std::string_view> names;
    for (const auto& [name, member] : *object) {
      require(names.insert({name.data(), name.size()}).second, "no name is there twice");
      deepest = std::max(deepest, depth_of(member));
    }
    return deepest + 1;
  }
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) deepest = std::max(deepest, depth_of(element));
    return deepest + 1;
  }
  return 0;
}

void check_document(std::string_view text) {
  const auto document = leash::http::parse_strict_json(text);
  if (!document) return;
  require(leash::base::is_utf8(text), "JSON is UTF-8");
  require(depth_of(*document) <= leash::http::kMaxJsonDepth, "it is not too deep");
  const auto again = leash::http::parse_strict_json(json::serialize(*document));
  require(again.has_value(), "what was read can be written and read again");
  require(json::serialize(*document).size() <= 32 * text.size() + 16, "it did not explode");
}

void check_job(const leash::run::RunSpec& spec) {
  const auto memfd = leash::run::build_job(spec, {}, leash::protocol::Step::kRun);
  require(memfd.has_value(), "an accepted run makes a job");
  const auto mapping = leash::sys::SealedMapping::map(memfd->get(), leash::protocol::kMaxJobSize);
  require(mapping.has_value(), "the job is sealed");
  leash::protocol::JobReader job(mapping->view());
  require(job.read_header() && job.files() == spec.files.size(), "every file is in the job");
  for (std::uint32_t i = 0; i < job.files(); ++i) {
    leash::protocol::JobReader::File file;
    require(job.read_file(file), "a file is read back");
    require(file.path == spec.files[i].path && file.content == spec.files[i].content,
            "it is the same file");
    if (i == job.entry()) require(file.path == spec.entry, "the entry is the entry");
  }
  std::string_view text;
  for (const std::string& arg : spec.args) {
    require(job.read_text(text) && text == arg, "it is the same argument");
  }
  for (const auto& [name, value] : spec.env) {
    require(job.read_text(text) && text == name + "=" + value, "it is the same variable");
    require(!leash::service::is_loader_variable(name), "no variable of the loader");
  }
  require(job.at_end(), "nothing else is in the job");
}

void check_run(std::string_view text) {
  auto request = leash::http::parse_run_request(text);
  if (!request) {
    require(!request.error().detail.empty(), "a refusal has a reason");
    return;
  }
  const leash::service::Maxima maxima;
  const auto checked = leash::service::check(std::move(*request), leash::service::AnswerMode::kJson,
                                             catalog(), maxima);
  if (!checked) return;
  const auto& limits = checked->spec.limits;
  require(limits.wall.count() > 0 && limits.wall <= maxima.wall, "wall is within its maximum");
  require(limits.memory.count > 0 && limits.memory.count <= maxima.memory.count, "memory, too");
  require(limits.disk.count > 0 && limits.disk.count <= maxima.disk.count, "disk, too");
  require(limits.output.count <= maxima.output.count, "output, too");
  require(limits.tasks > 0 && limits.tasks <= maxima.tasks, "tasks, too");
  const auto& key = checked->policy.key;
  require(!key || leash::service::is_key(*key), "a key is a key");
  check_job(checked->spec);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = leash::fuzz::text_of(data, size);
  check_document(text);
  check_run(text);
  if (const auto grace = leash::http::parse_stop_request(text)) {
    require(grace->count() >= 0 && grace->count() <= 60'000, "a grace is bounded");
  }
  if (const auto run = leash::http::parse_ticket_request(text)) require(!run->empty(), "an id");
  return 0;
}
