// leash-bare-zygote: without an interpreter. What it forks are slots for any command of any
// language; it is small, so that its copies are made and taken apart sooner than those of the
// spawner. See zygote/host.h.

#include "zygote/host.h"

int main(int argc, char** argv) {
  leash::zygote::serve_any_command(leash::zygote::read_options(argc, argv));
}
