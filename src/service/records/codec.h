#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/records/stored_run.h"

namespace leash::service::records {

/// How a record stands in the database: numbers and texts one after the other, in the order of
/// codec.cc, in this machine's byte order, with a checksum behind. Whoever changes that order
/// raises kSchemaVersion (store.h). All pure.

/// Everything but the log.
[[nodiscard]] std::string encode(const StoredRun& run);
/// The log, in pieces of about a MiB. Empty if the log is.
[[nodiscard]] std::vector<std::string> encode_log(const run::EventLog::Content& log);

/// None if these bytes were not made by encode().
[[nodiscard]] std::optional<StoredRun> decode(std::string_view bytes);
/// Adds a piece of the log; pieces come in their order. False if it was not made by encode_log().
[[nodiscard]] bool decode_log(std::string_view piece, run::EventLog::Content& log);

}  // namespace leash::service::records
