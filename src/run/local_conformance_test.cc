// LocalExecutor is put through what every Executor promises: with a real spawner.
#include "run/testing/executor_conformance.h"
#include "run/testing/executor_conformance_async.h"
#include "run/testing/executor_conformance_threads.h"
#include "run/testing/local_kit.h"

namespace leash::run::testing {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Local, ExecutorConformance, LocalKit);
INSTANTIATE_TYPED_TEST_SUITE_P(Local, ExecutorThreadConformance, LocalKit);
INSTANTIATE_TYPED_TEST_SUITE_P(Local, ExecutorAsyncConformance, LocalKit);

}  // namespace
}  // namespace leash::run::testing
