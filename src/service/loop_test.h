#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "base/clock.h"
#include "run/run.h"
#include "service/service.h"

namespace leash::service {

/// For tests: a loop that is run by hand, and a clock that is turned by hand.
class LoopTest : public ::testing::Test {
 protected:
  /// Does all that is ready to be done.
  void settle() {
    loop_.restart();
    loop_.poll();
  }
  /// Runs the loop until something is true; gives up, and fails the test, after ten seconds.
  template <typename F>
  void run_until(F is_true) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    loop_.restart();
    while (!is_true() && loop_.run_one_until(give_up) > 0) {
    }
    ASSERT_TRUE(is_true());
  }

  run::RunPtr make_run() {
    return std::make_shared<run::Run>(run::RunSpec{.language = "toy"},
                                      run::Run::Options{.id = "r_" + std::to_string(++last_id_)},
                                      clock_);
  }
  RecordPtr make_record(std::string tenant = "admin") {
    auto record = std::make_shared<Record>();
    record->run = make_run();
    record->tenant = std::move(tenant);
    return record;
  }

  boost::asio::io_context loop_;
  base::ManualClock clock_;
  int last_id_ = 0;
};

}  // namespace leash::service
