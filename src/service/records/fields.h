#pragma once

#include <concepts>
#include <type_traits>

#include "service/records/stored_run.h"

namespace leash::service::records {

/// What of a record is kept, in this order. Whoever changes it raises kSchemaVersion (store.h).

/// T, or T to be changed: what a list of fields is written for once, to be encoded and decoded.
template <typename S, typename T>
concept Like = std::same_as<std::remove_const_t<S>, T>;
template <typename A, Like<run::ProgramExit> S>
void fields(A& archive, S& exit) {
  archive(exit.signaled, exit.code);
}
template <typename A, Like<run::CompileReport> S>
void fields(A& archive, S& report) {
  archive(report.exit, report.stdout_data, report.stderr_data, report.elapsed, report.cached);
}
template <typename A, Like<run::Timing> S>
void fields(A& archive, S& timing) {
  archive(timing.queued, timing.start, timing.compile, timing.run, timing.total);
}
template <typename A, Like<run::Stages> S>
void fields(A& archive, S& stages) {
  archive(stages.claim, stages.job, stages.first_byte, stages.exit, stages.empty, stages.settle);
}
template <typename A, Like<run::Usage> S>
void fields(A& archive, S& usage) {
  archive(usage.cpu, usage.peak_memory, usage.peak_tasks, usage.stdout_bytes, usage.stderr_bytes,
          usage.tasks_refused, usage.disk_full);
}
template <typename A, Like<run::StopProof> S>
void fields(A& archive, S& proof) {
  // The monotonic clock may start anew: only the distances from `requested` are kept.
  base::Duration signaled = proof.signaled - proof.requested;
  base::Duration emptied = proof.emptied - proof.requested;
  archive(proof.cause, proof.requested_at, signaled, emptied, proof.processes_killed, proof.empty);
  if constexpr (!std::is_const_v<S>) {
    proof.signaled = proof.requested + signaled;
    proof.emptied = proof.requested + emptied;
  }
}
template <typename A, Like<run::RunSnapshot> S>
void fields(A& archive, S& run) {
  archive(run.id, run.language, run.version, run.state, run.cause, run.status, run.phase, run.exit,
          run.setup_error, run.compile, run.timing, run.waited_for_slot, run.usage, run.stop,
          run.stdout_truncated, run.stderr_truncated, run.created_at, run.finished_at);
}
template <typename A, Like<RunPolicy> S>
void fields(A& archive, S& policy) {
  archive(policy.on_disconnect, policy.disconnect_grace, policy.encoding, policy.key, policy.keep);
}
template <typename A, Like<RequestMark> S>
void fields(A& archive, S& mark) {
  archive(mark.key, mark.body);
}
template <typename A, Like<StoredRun> S>
void fields(A& archive, S& run) {
  archive(run.number, run.tenant, run.policy, run.mark, run.output_limit, run.snapshot,
          run.log.text_utf8, run.log.total, run.log.last_seq);
  archive.added_later(run.snapshot.timing.stages);
  archive.added_later(run.log.largest);
}
template <typename A, Like<run::QueuedEvent> S>
void fields(A& archive, S& event) {
  archive(event.position);
}
template <typename A, Like<run::StartedEvent> S>
void fields(A& archive, S& event) {
  archive(event.version);
}
template <typename A, Like<run::CompileEvent> S>
void fields(A& archive, S& event) {
  archive(event.report);
}
template <typename A, Like<run::OutputEvent> S>
void fields(A& archive, S& event) {
  archive(event.stream, event.utf8, event.data);
}
template <typename A, Like<run::TruncatedEvent> S>
void fields(A& archive, S& event) {
  archive(event.stream, event.missing_bytes, event.last_seq);
}
template <typename A, Like<run::StoppingEvent> S>
void fields(A& archive, S& event) {
  archive(event.cause);
}

}  // namespace leash::service::records
