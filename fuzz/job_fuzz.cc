// A job, which the init reads inside the slot, and artifacts, which come from inside a sandbox.
#include "fuzz/check.h"
#include "protocol/job.h"
#include "run/local/job_builder.h"
#include "sys/memfd.h"

namespace {

using leash::fuzz::require;
using leash::protocol::JobReader;
using leash::protocol::JobWriter;

bool lies_within(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

/// A text that stays within the job and has its NUL there.
void check_text(std::string_view text, std::string_view job) {
  require(lies_within({text.data(), text.size() + 1}, job), "a text lies within the job");
  require(text.data()[text.size()] == '\0', "and ends with NUL");
  require(text.find('\0') == std::string_view::npos, "and has no other");
}

/// What a reader accepts to its end, a writer writes again, byte for byte.
void check_job(std::string_view bytes) {
  JobReader job(bytes);
  if (!job.read_header()) return;
  JobWriter writer;
  for (std::uint32_t i = 0; i < job.files(); ++i) {
    JobReader::File file;
    if (!job.read_file(file)) return;
    check_text(file.path, bytes);
    require(lies_within(file.content, bytes), "a content lies within the job");
    require(leash::protocol::is_clean_path(file.path), "a path stays below its folder");
    for (std::string_view rest = file.path; !rest.empty();) {
      require(leash::fuzz::take_until(rest, '/') != "..", "and never goes up");
    }
    writer.add_file(file.path, file.mode, file.content);
  }
  writer.set_entry(job.entry());
  bool rewritable = true;
  for (std::uint32_t i = 0; i < job.args() + job.env(); ++i) {
    std::string_view text;
    if (!job.read_text(text)) return;
    check_text(text, bytes);
    const std::size_t equals = text.find('=');
    if (i < job.args()) {
      writer.add_arg(text);
    } else if (equals == std::string_view::npos) {
      rewritable = false;
    } else {
      writer.add_env(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  if (job.at_end() && rewritable) require(writer.take() == bytes, "there is one way to write it");
}

void check_artifacts(std::string_view bytes) {
  const auto memfd = leash::sys::make_sealed_memfd("artifacts", bytes);
  require(memfd.has_value(), "a memfd");
  const std::vector<std::string> expected{"program"};
  const auto made = leash::run::read_artifacts(memfd->get(), leash::base::mib(1), expected);
  if (!made) return;
  const auto& files = made->files;
  require(files.size() == 1 && files.front().path == "program", "only what was expected");
  require(files.front().content.size() < bytes.size(), "no larger than what came");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes = leash::fuzz::text_of(data, size);
  check_job(bytes);
  check_artifacts(bytes);
  return 0;
}
