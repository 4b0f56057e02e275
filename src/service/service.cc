#include "service/service.h"

#include <utility>

#include "service/service_impl.h"

namespace leash::service {

Service::Service(Options options, boost::asio::io_context& loop, run::Executor& executor,
                 std::shared_ptr<const runtimes::Catalog> catalog, const base::Clock& clock)
    : impl_(std::make_shared<Impl>(options, loop, executor, std::move(catalog), clock)) {}

Service::~Service() {
  impl_->end_all(run::Cause::kShutdown);
}

void Service::probe_languages(std::function<void()> ready) {
  impl_->probes_.start([impl = std::weak_ptr(impl_), ready = std::move(ready)] {
    if (const auto alive = impl.lock()) alive->shutdown_.check();
    if (ready) ready();
  });
}

const std::vector<LanguageStatus>& Service::languages() const {
  return impl_->probes_.statuses();
}

base::Result<void> Service::keep_records(std::unique_ptr<records::Store> store,
                                         records::Writer::Failed failed,
                                         std::shared_ptr<run::SpillFile> spill) {
  return impl_->keep_records(std::move(store), std::move(failed), std::move(spill));
}

void Service::when_recorded(const RecordPtr& record, std::function<void()> call) {
  impl_->keeper_.when_recorded(record, std::move(call));
}

Checked<RecordPtr> Service::start(const Tenant& tenant, RunRequest request, AnswerMode mode,
                                  std::optional<RequestMark> mark) {
  return impl_->start(tenant, std::move(request), mode, std::move(mark));
}

bool Service::knows(const Tenant& tenant, const RequestMark& mark) {
  const auto known = impl_->marks_.find(tenant.name, mark);
  return known && *known != nullptr;
}

RecordPtr Service::find(const Tenant& tenant, std::string_view id) const {
  return impl_->registry_.find(tenant.name, id);
}

RecordPtr Service::find_by_key(const Tenant& tenant, std::string_view key) const {
  return impl_->find_by_key(tenant, key);
}

Checked<Service::Page> Service::list(const Tenant& tenant, std::optional<run::State> state,
                                     std::size_t limit,
                                     std::optional<std::string_view> after) const {
  return impl_->registry_.list(tenant.name, state, limit, after);
}

void Service::stop(const RecordPtr& record, base::Millis grace,
                   std::function<void(StopAnswer)> done) {
  impl_->stop(record, grace, std::move(done));
}

void Service::remove(const RecordPtr& record, std::function<void()> done) {
  impl_->remove(record, std::move(done));
}

void Service::end_tenant(const Tenant& tenant) {
  impl_->end_tenant(tenant);
}

void Service::delivered(const RecordPtr& record) {
  impl_->delivered(record);
}

Service::Attachment::Attachment(Service& service, RecordPtr record)
    : service_(service.impl_), record_(std::move(record)) {
  service.impl_->disconnects_.attach(record_);
}

Service::Attachment::Attachment(Attachment&& other) noexcept
    : service_(std::move(other.service_)), record_(std::move(other.record_)) {}

Service::Attachment& Service::Attachment::operator=(Attachment&& other) noexcept {
  if (this == &other) return *this;
  leave();
  service_ = std::move(other.service_);
  record_ = std::move(other.record_);
  return *this;
}

void Service::Attachment::leave() {
  const RecordPtr record = std::move(record_);
  const auto service = std::exchange(service_, {}).lock();
  if (service && record) service->disconnects_.leave(record);
}

void Service::Attachment::release() {
  const RecordPtr record = std::move(record_);
  const auto service = std::exchange(service_, {}).lock();
  if (service && record) service->disconnects_.release(record);
}

Service::Attachment Service::attach(const RecordPtr& record) {
  return {*this, record};
}

void Service::shut_down(std::function<void()> done) {
  // Nobody has asked for the probes: they need not be waited for.
  impl_->probes_.cancel();
  impl_->shutdown_.begin(std::move(done));
}

void Service::executor_lost() {
  impl_->end_all(run::Cause::kServerLost);
}

bool Service::draining() const {
  return impl_->shutdown_.draining();
}
bool Service::ready() const {
  return impl_->ready();
}

run::Capabilities Service::capabilities() const {
  return impl_->executor_.capabilities();
}
const Service::Options& Service::options() const {
  return impl_->options_;
}

Service::Figures Service::figures() const {
  return {.running = impl_->queue_.running(),
          .queued = impl_->queue_.queued(),
          .records = impl_->registry_.size(),
          .compile_cache = impl_->executor_.compile_cache()};
}

void Service::on_run_finished(std::function<void(const Record&)> call) {
  impl_->finished_calls_.push_back(std::move(call));
}

}  // namespace leash::service
