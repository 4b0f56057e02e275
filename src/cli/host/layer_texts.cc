#include "cli/host/layer_texts.h"

#include <algorithm>
#include <iterator>

namespace leash::cli {
namespace {

struct LayerText {
  std::string_view name;
  std::string_view purpose;
};

constexpr LayerText kTexts[] = {
    {"setup", "without it no layer can be put up, so nothing is run"},
    {"slot", "without a sandbox to try them in, no layer counts as proved"},
    {"namespaces", "seeing and touching the machine's processes, mounts, network, ipc and names"},
    {"user_namespace", "being root outside: the server's root is an ordinary user there"},
    {"cgroup", "leaving the set of processes that is limited, counted and killed as a whole"},
    {"root", "reading the machine's files; writing to the toolchain"},
    {"proc", "reading about the machine and its other processes in /proc"},
    {"files", "filling the machine's disk; leaving files for the next run"},
    {"processes", "seeing, signalling or tracing anybody else"},
    {"network", "reaching any other machine, the server, or a neighbour"},
    {"descriptors", "using files and sockets that the server has open"},
    {"resources", "core dumps, locked memory, more open files than its share"},
    {"identity", "being root, or the same user as another run"},
    {"no_new_privs", "gaining rights by executing a setuid program"},
    {"seccomp", "system calls that programs do not need, and with them most kernel bugs"},
    {"limit_tasks", "fork bombs"},
    {"limit_memory", "taking the machine's memory"},
    {"memory_events",
     "a run that lost a process for its memory and is told to have ended otherwise"},
    {"cpu_share", "slowing the server down by burning CPU"},
    {"kill", "surviving a stop: daemons, new sessions, ignored signals"},
    {"removal", "leaving cgroups behind"},
};

}  // namespace

std::string_view purpose_of(std::string_view layer) {
  const auto* found = std::ranges::find(kTexts, layer, &LayerText::name);
  return found == std::end(kTexts) ? std::string_view() : found->purpose;
}

}  // namespace leash::cli
