#include "cli/host/helper.h"

namespace leash::cli {

base::Result<std::unique_ptr<Helper>> Helper::start(boost::asio::io_context* loop,
                                                    std::function<void()> on_spawner_lost) {
  const auto resources = find_resources();
  if (!resources) return resources.error();
  auto catalog = runtimes::load_catalog(resources->runtimes());
  if (!catalog) return catalog.error();
  auto state = TemporaryFolder::make();
  if (!state) return state.error();
  std::unique_ptr<Helper> helper(new Helper(*std::move(state)));
  helper->catalog_ = std::make_shared<const runtimes::Catalog>(*std::move(catalog));
  helper->executor_ = std::make_unique<run::LocalExecutor>(
      run::LocalExecutor::Options{.loop = loop,
                                  .spawner_socket = {},
                                  .spawner_program = resources->spawner(),
                                  .state_dir = helper->state_.path(),
                                  .catalog = helper->catalog_,
                                  .clock = nullptr,
                                  .on_spawner_lost = std::move(on_spawner_lost)});
  if (auto started = helper->executor_->start(); !started) return started.error();
  return helper;
}

}  // namespace leash::cli
