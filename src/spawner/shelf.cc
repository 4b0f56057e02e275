#include "spawner/shelf.h"

#include <utility>

namespace leash::spawner {

void Shelf::note_failure(const base::Error& error, int most) {
  for (WaitingClaim& one : std::exchange(waiting, {})) {
    if (++one.failures >= most) {
      one.refused(error);
    } else {
      waiting.push_back(std::move(one));
    }
  }
}

}  // namespace leash::spawner
