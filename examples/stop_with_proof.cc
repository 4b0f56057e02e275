// Stops, from another thread, a program that does not want to go, and shows the proof that it has.
#include <leash/executor.h>

#include <future>
#include <iostream>
#include <thread>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: stop_with_proof STATE_FOLDER\n";
    return 2;
  }
  auto executor = leash::open_local_executor(argv[1]);
  if (!executor) {
    std::cerr << executor.error().message() << '\n';
    return 1;
  }

  // Four processes, each in a session of its own, which ignore SIGTERM.
  const leash::RunSpec spec{.language = "bash", .files = {{"main.sh", R"(
trap '' TERM
for i in 1 2 3; do setsid sleep 1000 & done
echo ready
wait
)"}}, .entry = "main.sh"};

  std::promise<void> ready;
  const auto run = (*executor)->start_run(spec, [&ready](const leash::EventPtr& event) {
    const auto* output = std::get_if<leash::OutputEvent>(&event->body);
    if (output != nullptr && output->data == "ready\n") ready.set_value();
  });
  if (!run) {
    std::cerr << run.error().message() << '\n';
    return 1;
  }

  std::jthread stopper([&ready, &run] {
    ready.get_future().wait();
    run->stop();  // returns at once; wait() below returns when the kernel says that nobody is left
  });
  const leash::RunSnapshot outcome = run->wait();

  const leash::StopProof& proof = *outcome.stop;
  std::cout << to_string(outcome.status) << ": " << proof.processes_killed
            << " processes killed, empty: " << std::boolalpha << proof.empty << '\n';
}
