#include "runtimes/plan.h"

#include <algorithm>
#include <cassert>

namespace leash::runtimes {
namespace {

/// Where the file lies, written so that no program takes it for an option.
std::string as_operand(const std::string& path) {
  return "./" + path;
}

bool is_source(const std::string& path, const std::vector<std::string>& extensions) {
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](const std::string& extension) { return path.ends_with(extension); });
}

}  // namespace

Command expand_command(const Command& command, const std::vector<std::string>& source_extensions,
                       const JobFiles& job) {
  Command argv;
  for (const std::string& element : command) {
    if (element == "{entry}") {
      argv.push_back(as_operand(job.entry));
    } else if (element == "{args}") {
      argv.insert(argv.end(), job.args.begin(), job.args.end());
    } else if (element == "{sources}") {
      for (const std::string& path : job.paths) {
        if (is_source(path, source_extensions)) argv.push_back(as_operand(path));
      }
    } else {
      argv.push_back(element);
    }
  }
  return argv;
}

Command plan_run(const Descriptor& language, const JobFiles& job) {
  return expand_command(language.run,
                        language.compile ? language.compile->sources : language.extensions, job);
}

base::Result<Command> plan_compile(const Descriptor& language, const JobFiles& job) {
  assert(language.compile.has_value());
  const CompileStep& step = *language.compile;
  const bool any = std::any_of(job.paths.begin(), job.paths.end(), [&](const std::string& path) {
    return is_source(path, step.sources);
  });
  if (!any && !step.sources.empty()) {
    std::string wanted;
    for (const std::string& extension : step.sources) {
      wanted += (wanted.empty() ? "" : ", ") + extension;
    }
    return base::plain_error("compile", job.entry, "no file of the job ends in " + wanted);
  }
  return expand_command(step.command, step.sources, job);
}

}  // namespace leash::runtimes
