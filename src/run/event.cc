#include "run/event.h"

namespace leash::run {

std::string_view type_name(const EventBody& body) {
  struct Namer {
    std::string_view operator()(const QueuedEvent&) const { return "queued"; }
    std::string_view operator()(const StartedEvent&) const { return "started"; }
    std::string_view operator()(const CompileEvent&) const { return "compile"; }
    std::string_view operator()(const OutputEvent& e) const { return to_string(e.stream); }
    std::string_view operator()(const TruncatedEvent&) const { return "truncated"; }
    std::string_view operator()(const StoppingEvent&) const { return "stopping"; }
    std::string_view operator()(const FinishedEvent&) const { return "finished"; }
  };
  return std::visit(Namer{}, body);
}

}  // namespace leash::run
