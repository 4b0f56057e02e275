// Runs a Python program and prints what it prints, as it comes.
#include <leash/executor.h>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: run_and_stream STATE_FOLDER\n";
    return 2;
  }
  auto executor = leash::open_local_executor(argv[1]);
  if (!executor) {
    std::cerr << executor.error().message() << '\n';
    return 1;
  }

  leash::RunSpec spec{.language = "python", .files = {{"main.py", R"(
import sys, time
for number in range(3):
    print("line", number)
    time.sleep(0.1)
print("that is all", file=sys.stderr)
sys.exit(7)
)"}}, .entry = "main.py"};
  spec.limits.wall = leash::Millis(5'000);

  // Called on the executor's own loop, in order; the last event is `finished`.
  const auto print = [](const leash::EventPtr& event) {
    if (const auto* output = std::get_if<leash::OutputEvent>(&event->body)) {
      (output->stream == leash::Stream::kStdout ? std::cout : std::cerr) << output->data;
    }
  };
  const auto run = (*executor)->start_run(std::move(spec), print);
  if (!run) {
    std::cerr << run.error().message() << '\n';
    return 1;
  }
  const leash::RunSnapshot outcome = run->wait();

  // What could not be cleaned up is told, and the rest is done all the same.
  for (const leash::Error& error : (*executor)->stop()) std::cerr << error.message() << '\n';
  std::cout << to_string(outcome.status) << ", exit code " << outcome.exit->code << '\n';
}
