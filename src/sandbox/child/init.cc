#include "sandbox/child/init.h"

#include "sandbox/child/channel.h"
#include "sandbox/child/prestart.h"
#include "sandbox/child/probe.h"
#include "sandbox/child/raw.h"
#include "sandbox/child/setup.h"
#include "sandbox/child/signals.h"
#include "sandbox/child/slot_job.h"
#include "sandbox/child/warm.h"

namespace leash::sandbox {

void run_init(const ChildPlan& plan) {
  // The spawner's dispositions are not the program's; a zygote's are the interpreter's own.
  plan.warm != nullptr ? plan.warm->born() : reset_signals();
  set_mask(0);
  raw::call(SYS_umask, 022);
  if (const SetupFailure failure = set_up(plan); failure.happened()) {
    // The descriptors may not be in place yet; the original number still works then.
    fail(failure.step > SetupStep::kDescriptors ? kControlFd : plan.control, failure.step,
         -failure.error);
  }
  if (plan.warm != nullptr) become_warm_init(plan);
  const Prestarted prestarted =
      plan.prestart != nullptr ? start_ahead(*plan.prestart) : Prestarted{};
  send_report(kControlFd, {.report = protocol::Report::kReady});

  if (plan.probe) run_probe(plan);

  if (plan.prestart != nullptr) wait_for_job(prestarted);
  serve_job(plan, prestarted);
}

}  // namespace leash::sandbox
